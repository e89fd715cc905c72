#include <heddle/checker/miss_bounds.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace heddle::detail {

namespace {

constexpr std::uint64_t any_count = (std::uint64_t{1} << 63) - 1;
constexpr std::uint64_t most_depths = 64;

// Many executions come to less than there are numbers for, which is not never.
std::string number_text(double value) {
  if (value < 1e-300) return "below 1e-300";
  char text[32];
  std::snprintf(text, sizeof text, value < 0.0001 ? "%.0e" : "%.2g", value);
  return text;
}

}  // namespace

void miss_bounds::widen(std::uint32_t threads, std::uint32_t places, std::size_t depths) {
  if (places > places_) by_depth_.clear();
  places_ = places;
  threads_ = std::max(threads_, threads);
  if (by_depth_.size() < depths) by_depth_.resize(depths);
}

void miss_bounds::count(const depth_drawn& drawn) {
  if (drawn.places < places_) return;
  widen(drawn.threads, drawn.places, drawn.depth + std::size_t{1});
  ++by_depth_[drawn.depth];
}

void miss_bounds::add(const miss_bounds& other) {
  threads_ = std::max(threads_, other.threads_);
  if (other.places_ < places_) return;
  widen(other.threads_, other.places_, other.by_depth_.size());
  for (std::size_t d = 0; d < other.by_depth_.size(); ++d) by_depth_[d] += other.by_depth_[d];
}

std::string miss_bounds::text() const {
  if (places_ == 0) return "";
  std::string line = "pct: " + std::to_string(threads_) + " threads, " + std::to_string(places_) +
                     " places; missed with at most (executions):";
  for (std::size_t d = 1; d < by_depth_.size(); ++d) {
    if (by_depth_[d] == 0) continue;
    const double hit = 1 / (threads_ * std::pow(places_, static_cast<double>(d - 1)));
    const double missed = std::exp(static_cast<double>(by_depth_[d]) * std::log1p(-hit));
    line += (line.ends_with(':') ? " " : ", ") + number_text(missed) + " at depth " +
            std::to_string(d) + " (" + std::to_string(by_depth_[d]) + ")";
  }
  return line;
}

void write(byte_writer& to, const miss_bounds& from) {
  to.number(from.threads_);
  to.number(from.places_);
  to.number(from.by_depth_.size());
  for (const std::uint64_t each : from.by_depth_) to.number(each);
}

void read(byte_reader& from, miss_bounds& to) {
  to.threads_ = static_cast<std::uint32_t>(from.number(max_threads));
  to.places_ = static_cast<std::uint32_t>(from.number(~std::uint32_t{0}));
  to.by_depth_.resize(from.number(most_depths));
  for (std::uint64_t& each : to.by_depth_) each = from.number(any_count);
}

}  // namespace heddle::detail
