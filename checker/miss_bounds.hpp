// How likely bugs were missed by executions that look for those of a depth, as PCT does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <heddle/scheduler/bytes.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

/// Counts executions by depth: of those that knew of the most places, since the bound is only about
/// bugs within what was known.
class miss_bounds {
 public:
  void count(const depth_drawn& drawn);
  void add(const miss_bounds& other);
  /// `pct: 3 threads, 10 places; missed with at most (executions): 0.56 at depth 3 (173)`; empty if
  /// nothing was counted.
  [[nodiscard]] std::string text() const;

  friend void write(byte_writer& to, const miss_bounds& from);
  friend void read(byte_reader& from, miss_bounds& to);

 private:
  void widen(std::uint32_t threads, std::uint32_t places, std::size_t depths);

  std::uint32_t threads_ = 0, places_ = 0;
  std::vector<std::uint64_t> by_depth_;
};

}  // namespace heddle::detail
