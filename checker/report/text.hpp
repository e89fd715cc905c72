// The report of a finding as text: headline, details, the last steps in a column for each thread,
// what decided, and the line that replays it.
#pragma once

#include <string>
#include <string_view>

#include <heddle/checker/explain.hpp>
#include <heddle/scheduler/recording.hpp>

namespace heddle {

/// What a report is made of.  A token determines all of it, but for the replay line, which the
/// program fills in: so a replay gives the same report, byte for byte.
struct report_subject {
  std::string_view check;  ///< the check's name
  const finding& found;
  const recording& execution;
  std::string_view replay;  ///< what to paste; empty if there is no token
  const explanation* explained = nullptr;
};

[[nodiscard]] std::string text_report(const report_subject& of);

/// The last component of a path; `file:line`, or nothing for an unknown place.
[[nodiscard]] std::string_view last_component(std::string_view path) noexcept;
[[nodiscard]] std::string place_text(location where);

}  // namespace heddle
