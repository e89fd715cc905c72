#pragma once

#include <chrono>

namespace heddle {

using duration = std::chrono::nanoseconds;

/// A point on the steady clock; under control, on the virtual clock of the execution.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

/// The deadline of a wait that never times out.
inline constexpr time_point never = time_point::max();

/// `start + time`, or `never` where that would overflow.
[[nodiscard]] constexpr time_point after(time_point start, duration time) noexcept {
  const bool overflows = time > duration::zero() && start > never - time;
  return overflows ? never : start + time;
}

}  // namespace heddle
