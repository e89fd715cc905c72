// The report of a finding as text: headline, details, the last steps in a column for each thread,
// what decided, and the line that replays it.
#pragma once

#include <string>
#include <string_view>

#include <heddle/checker/report/subject.hpp>

namespace heddle {

[[nodiscard]] std::string text_report(const report_subject& of);

/// The last component of a path; `file:line`, or nothing for an unknown place.
[[nodiscard]] std::string_view last_component(std::string_view path) noexcept;
[[nodiscard]] std::string place_text(location where);

}  // namespace heddle
