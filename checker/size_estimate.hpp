#pragma once

#include <cstdint>
#include <string>

namespace heddle {

/// What walks through the tree of executions say of their number (strategy/tree_walk.hpp).
/// The mean is right on average, but the fewer and the narrower the walks are the more of it is
/// carried by few of them: then it is mostly too low.
struct size_estimate {
  std::uint64_t walks = 0;
  std::uint64_t width = 1;    ///< how many went on abreast
  std::uint64_t reached = 0;  ///< of these walks: an execution, and not dead ends alone
  double executions = 0;      ///< the mean
  /// The range in which the number lies with a probability of about 95 %; not below 1.
  double low = 0, high = 0;
  double spread = 1;   ///< the geometric standard deviation of those that reached one
  double seconds = 0;  ///< for so many at the rate measured
};

/// `about 2.1e+09 executions (95 %: 4e+08 to 3.8e+09, 12 walks of 64), 3 h`.
[[nodiscard]] std::string size_text(const size_estimate& of);
/// `30 s`, `12 min`, `5 h`, `20 days`, `3e+06 years`.
[[nodiscard]] std::string long_time_text(double seconds);

namespace detail {

/// Sums up walks by their weights.
class weighed_walks {
 public:
  /// Zero for a walk that has reached no execution.
  void add(double weight);
  [[nodiscard]] std::uint64_t count() const noexcept { return walks_; }
  /// Of at least one walk; all were of this width.
  [[nodiscard]] size_estimate result(std::uint64_t width) const;

 private:
  std::uint64_t walks_ = 0, reached_ = 0;
  double sum_ = 0, logs_ = 0, log_squares_ = 0;
};

}  // namespace detail

}  // namespace heddle
