// Whether the primitives of this program are the text that ships or their machines.
#pragma once

#include <cstdint>
#include <string_view>

namespace heddle {

enum class granularity : std::uint8_t {
  fine,    ///< every atomic access of a primitive is a step
  coarse,  ///< a call of a primitive is
};

[[nodiscard]] std::string_view to_string(granularity grain) noexcept;

/// By the tag of the platform that the program holds (sync/platform.hpp); fine where it holds none,
/// for then it has no primitives.
[[nodiscard]] granularity granularity_of_program() noexcept;

}  // namespace heddle
