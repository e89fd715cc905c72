// What an operation does with the value, or the state, that it finds.
#pragma once

#include <cstdint>

namespace heddle {

/// What an operation does with the value that it finds.
struct effect {
  enum class what : std::uint8_t { write, read_only, block };
  what does = what::read_only;
  std::uint64_t next = 0;     ///< the value written
  std::uint16_t options = 1;  ///< how many outcomes this operation has on this value
  // Of an operation of a machine (models/specs):
  std::uint16_t acquires = 0, releases = 0;  ///< clocks of the object, as bits
  std::uint16_t empties = 0;     ///< of them, those that it sets back to nothing in between
  std::uint64_t result = 0;      ///< what the caller gets
  const char* misuse = nullptr;  ///< the complaint, if there is one
};

/// Pure: whoever explores asks again when an operation is made to find another value.
using transition = effect (*)(std::uint64_t value, std::uint64_t a, std::uint64_t b,
                              unsigned option);

}  // namespace heddle
