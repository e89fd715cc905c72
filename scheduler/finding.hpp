#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/sync/location.hpp>

namespace heddle {

/// What can be wrong with a program; the closed list.
enum class finding_kind : std::uint8_t {
  deadlock,       ///< nothing can run, and the body has not returned
  stuck_threads,  ///< the body has returned, and threads are blocked for ever
  livelock,       ///< threads go on for ever and get no further; see same_finding
  data_race,
  misuse,
  assertion,
  exception,  ///< left a thread's function
  use_after_free,
  double_free,
  memory_leak,
  stack_overflow,
  step_limit,
  nondeterminism,
  vacuous,  ///< no two threads ever touched the same object
};

[[nodiscard]] std::string_view to_string(finding_kind kind) noexcept;
[[nodiscard]] std::optional<finding_kind> parse_finding_kind(std::string_view text) noexcept;

/// Whether an execution that has shown `explored` shows the same when it is run again and recorded:
/// only then a livelock is told from another execution that does not end.
[[nodiscard]] constexpr bool same_finding(finding_kind explored, finding_kind recorded) noexcept {
  return explored == recorded ||
         (explored == finding_kind::step_limit && recorded == finding_kind::livelock);
}

/// Something wrong in one execution.
struct finding {
  finding_kind kind = finding_kind::assertion;
  std::string text;                  ///< what and where, in one line, without the `heddle: `
  std::vector<std::string> details;  ///< lines below it: who waits for what, a hint
  location where;                    ///< the place to blame; unknown for a deadlock
};

}  // namespace heddle
