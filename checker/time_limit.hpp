// The time limit that a test runner has set for the whole process.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace heddle::detail {

/// What of a time limit is left for checks: the rest is for starting, and for reporting what was
/// found.
[[nodiscard]] std::chrono::nanoseconds usable_part(std::chrono::nanoseconds limit) noexcept;

/// Seconds, as `5` and `0.5`, up to 30 days; nothing if the text is something else.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_time_limit(std::string_view text);

/// When checks are to be over, by the environment variable HEDDLE_TIMEOUT, counted from the start
/// of the process; nothing if it is not set.  Ends the process with one line and code 2 if it is no
/// number of seconds.
[[nodiscard]] std::optional<std::chrono::steady_clock::time_point> process_deadline();

}  // namespace heddle::detail
