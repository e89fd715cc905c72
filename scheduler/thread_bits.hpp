#pragma once

#include <heddle/scheduler/view.hpp>

namespace heddle {

/// The set of one thread.
[[nodiscard]] constexpr thread_set bit(unsigned of) noexcept { return thread_set{1} << of; }

}  // namespace heddle
