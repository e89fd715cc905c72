#include <heddle/checker/size_estimate.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <heddle/checker/verdict.hpp>

namespace heddle {

namespace {

std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, number < 1e5 ? "%.0f" : "%.2g", number);
  return text;
}

// Of `count` numbers.
double variance(double sum, double squares, double count) {
  if (count < 2) return 0;
  const double mean = sum / count;
  return std::max(0.0, (squares - count * mean * mean) / (count - 1));
}

// Walks differ more than a log-normal distribution has it, upwards: so many times as far lies the
// upper end, by what bench_estimate has shown.
constexpr double upwards = 2.5;

// So many standard errors to both sides of a mean of this many numbers, 95 % lie within: Student's
// distribution, by the expansion of Cornish and Fisher.
double standard_errors(double count) {
  constexpr double z = 1.96, cube = z * z * z, fifth = cube * z * z;
  const double free = count - 1;
  return z + (cube + z) / (4 * free) + (5 * fifth + 16 * cube + 3 * z) / (96 * free * free);
}

}  // namespace

std::string long_time_text(double seconds) {
  struct unit {
    double seconds;
    const char* name;
  };
  static constexpr double year = 365.25 * 24 * 3600;
  static constexpr unit units[] = {
      {60, " min"}, {3600, " h"}, {24 * 3600, " days"}, {year, " years"}};
  if (seconds < 120) return seconds_text(seconds);
  const unit* chosen = &units[0];
  for (const unit& each : units) {
    if (seconds >= 2 * each.seconds) chosen = &each;
  }
  return number_text(seconds / chosen->seconds) + chosen->name;
}

std::string size_text(const size_estimate& of) {
  const std::string width = of.width > 1 ? " of " + std::to_string(of.width) : "";
  return "about " + number_text(of.executions) + " executions (95 %: " + number_text(of.low) +
         " to " + number_text(of.high) + ", " + std::to_string(of.walks) + " walks" + width + ")" +
         (of.seconds > 0 ? ", " + long_time_text(of.seconds) : "");
}

namespace detail {

void weighed_walks::add(double weight) {
  ++walks_;
  sum_ += weight;
  if (weight <= 0) return;
  ++reached_;
  logs_ += std::log(weight);
  log_squares_ += std::log(weight) * std::log(weight);
}

// The range is that of Cox for the mean of a log-normal distribution (Zhou and Gao: Confidence
// intervals for the log-normal mean, Statistics in Medicine 1997), with Student's quantile for
// that of the normal one, made wider upwards, and
// wider if not every walk reaches an execution.
size_estimate weighed_walks::result(std::uint64_t width) const {
  const auto n = static_cast<double>(walks_), reached = static_cast<double>(reached_);
  size_estimate made;
  made.walks = walks_;
  made.width = width;
  made.reached = reached_;
  made.executions = made.low = made.high = sum_ / n;
  const double of_logs = variance(logs_, log_squares_, reached);
  made.spread = std::exp(std::sqrt(of_logs));
  if (reached_ >= 2) {
    const double middle = logs_ / reached + of_logs / 2 + std::log(reached / n);
    const double error = std::sqrt(of_logs / reached + of_logs * of_logs / (2 * (reached - 1)) +
                                   (1 - reached / n) / reached);
    const double off = standard_errors(reached) * error;
    made.low = std::min(made.executions, std::exp(middle - off));
    made.high = std::max(made.executions, std::exp(middle + upwards * off));
  }
  made.low = std::max(1.0, made.low);
  made.high = std::max(1.0, made.high);
  return made;
}

}  // namespace detail

}  // namespace heddle
