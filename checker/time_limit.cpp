#include <heddle/checker/time_limit.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <heddle/checker/options.hpp>

namespace heddle::detail {

namespace {

constexpr auto least_margin = std::chrono::seconds(1);
constexpr int margin_parts = 20;
constexpr double longest = 30.0 * 24 * 3600;

// As near to the start of the process as a program comes that is not its own loader.
const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

}  // namespace

std::chrono::nanoseconds usable_part(std::chrono::nanoseconds limit) noexcept {
  const std::chrono::nanoseconds margin =
      std::max<std::chrono::nanoseconds>(least_margin, limit / margin_parts);
  return std::max(limit - margin, limit / 2);
}

std::optional<std::chrono::nanoseconds> parse_time_limit(std::string_view text) {
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(seconds > 0) || seconds > longest) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::optional<std::chrono::steady_clock::time_point> process_deadline() {
  const char* text = std::getenv("HEDDLE_TIMEOUT");
  if (text == nullptr || *text == '\0') return std::nullopt;
  const auto limit = parse_time_limit(text);
  if (!limit) {
    fail(exit_usage, "HEDDLE_TIMEOUT: \"" + std::string(text) +
                         "\" is no number of seconds; accepted: as 5 or 0.5, up to 30 days");
  }
  return started + usable_part(*limit);
}

}  // namespace heddle::detail
