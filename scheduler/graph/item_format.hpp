// What the writer and the reader of work items agree on.
#pragma once

#include <cstdint>

namespace heddle::graph {

inline constexpr std::uint64_t most_item_events = 60'000;  // positions have 16 bits

enum item_flag : std::uint8_t {
  may_block = 1,
  cancellable = 2,
  located = 4,
  applied = 8,
  expired = 16,
  alone = 32,
};

}  // namespace heddle::graph
