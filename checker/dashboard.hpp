// What CTest takes out of the output of a test and sends to a dashboard (docs/dashboards.md).
#pragma once

#include <string>
#include <string_view>

#include <heddle/checker/verdict.hpp>

namespace heddle::detail {

/// Whether this process is a test of a dashboard run: CTest sets DASHBOARD_TEST_FROM_CTEST then.
[[nodiscard]] bool on_dashboard() noexcept;

/// A line for each measurement of a check: executions; those that are distinct, where they were
/// counted; and the rate, unless there is a finding.
[[nodiscard]] std::string measurements_text(const verdict& of);
/// A line for each report of a finding in `files`, names as in the option `report`.
[[nodiscard]] std::string attachments_text(const verdict& of, std::string_view files);
/// Both on a dashboard, else nothing.  `reported`: the files of the option `report`, if they were
/// written.
[[nodiscard]] std::string dashboard_text(const verdict& of, std::string_view reported);

}  // namespace heddle::detail
