#pragma once

#include <chrono>

namespace heddle {

using duration = std::chrono::nanoseconds;

/// A point on the steady clock; under control, on the virtual clock of the execution.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

/// The deadline of a wait that never times out.
inline constexpr time_point never = time_point::max();

}  // namespace heddle
