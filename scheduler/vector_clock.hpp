#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <heddle/scheduler/strategy.hpp>

namespace heddle {

/// For each thread, how many of its steps happen before.  Only the entries of the threads that
/// exist are meaningful; `n` is their number.
struct vector_clock {
  std::array<std::uint32_t, max_threads> at;

  void clear(unsigned n) noexcept { std::fill_n(at.begin(), n, 0U); }
  void copy(const vector_clock& other, unsigned n) noexcept {
    std::copy_n(other.at.begin(), n, at.begin());
  }
  void join(const vector_clock& other, unsigned n) noexcept {
    for (unsigned i = 0; i < n; ++i) at[i] = std::max(at[i], other.at[i]);
  }
};

}  // namespace heddle
