#pragma once

#include <cstddef>

namespace heddle_test {

/// How often the calling thread has called operator new in this program.
[[nodiscard]] std::size_t allocations() noexcept;

}  // namespace heddle_test
