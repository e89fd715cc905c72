#include <heddle/checker/size_estimate.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <heddle/checker/verdict.hpp>

namespace heddle {

namespace {

// Of a normal distribution, 95 % lie within.
constexpr double standard_errors = 1.96;

std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, number < 1e5 ? "%.0f" : "%.2g", number);
  return text;
}

// Of `count` numbers.
double deviation(double sum, double squares, double count) {
  if (count < 2) return 0;
  const double mean = sum / count;
  return std::sqrt(std::max(0.0, (squares - count * mean * mean) / (count - 1)));
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
  return "about " + number_text(of.executions) +
         " executions or more (95 %: " + number_text(of.low) + " to " + number_text(of.high) +
         ", " + std::to_string(of.walks) + " walks)" +
         (of.seconds > 0 ? ", " + long_time_text(of.seconds) : "");
}

namespace detail {

void weighed_walks::add(double weight) {
  ++walks_;
  sum_ += weight;
  squares_ += weight * weight;
  if (weight <= 0) return;
  ++reached_;
  logs_ += std::log(weight);
  log_squares_ += std::log(weight) * std::log(weight);
}

size_estimate weighed_walks::result() const {
  const auto n = static_cast<double>(walks_);
  size_estimate made;
  made.walks = walks_;
  made.reached = reached_;
  made.executions = sum_ / n;
  const double off = standard_errors * deviation(sum_, squares_, n) / std::sqrt(n);
  made.low = std::max(1.0, made.executions - off);
  made.high = std::max(1.0, made.executions + off);
  made.spread = std::exp(deviation(logs_, log_squares_, static_cast<double>(reached_)));
  return made;
}

}  // namespace detail

}  // namespace heddle
