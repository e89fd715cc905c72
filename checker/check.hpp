// The front door: `heddle::check("transfer", [] { ... })`.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <heddle/checker/options.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

/// What check() throws when the verdict is no pass.  `what()` ends with the line that replays.
class check_failed : public std::exception {
 public:
  explicit check_failed(verdict result);
  [[nodiscard]] const char* what() const noexcept override { return shared_->text.c_str(); }
  [[nodiscard]] const verdict& result() const noexcept { return shared_->result; }

 private:
  struct content {
    verdict result;
    std::string text;
  };
  // Exceptions are copied, and a copy must not throw.
  std::shared_ptr<const content> shared_;
};

/// Runs `body` under control in every way that `settings`, the environment and the command line
/// ask for, and says what that proved.  With `replay=TOKEN` for a check of this name it runs that
/// one schedule.
///
/// Ends the process with code 2 on options or tokens that are not valid, and with 3 where the
/// system refuses memory for stacks and heap.
/// Misuse: inside a body.
[[nodiscard]] verdict explore(std::string_view name, const std::function<void()>& body,
                              const options& settings = {});

/// As explore(), and anything but a pass is a failure: the report and the verdict line go to
/// stderr, and check_failed is thrown; or, if a failure handler is set, that is called instead.
void check(std::string_view name, const std::function<void()>& body, const options& settings = {},
           location caller = location::here());

/// For test frameworks: called by check() for a failure, with the place of the check.  Returns the
/// handler that was set before; an empty one stands for what check() does by itself.
using verdict_handler = std::function<void(const verdict&, location caller)>;
verdict_handler set_failure_handler(verdict_handler handler);
/// The same for a pass.
verdict_handler set_pass_handler(verdict_handler handler);

/// For test frameworks: functions called around every exploration and every execution; any of them
/// may be empty.
struct exploration_hooks {
  std::function<void()> begin;  ///< before the first execution
  std::function<void()> end;    ///< after the last one
  /// In each execution before the body, and after it has returned (which it does not in one that is
  /// dropped): on the body's thread, as if inside outside().
  std::function<void()> body_begins;
  std::function<void()> body_returned;
  /// Has the last word on the options.
  std::function<void(options&)> adjust;
  /// What a token that does not fit the body means: the end of the process with code 2, or the
  /// finding `nondeterminism`, for those who run other bodies of the same name on the way.
  bool other_bodies = false;
};
/// Returns the hooks that were set before.
exploration_hooks set_exploration_hooks(exploration_hooks hooks);

/// What to paste to replay a finding of `check`: by default
/// `HEDDLE_PARAMS="replay=TOKEN" PROGRAM`; just the program if the token is empty.  Returns the
/// function that was set before.
using replay_command = std::function<std::string(std::string_view check, std::string_view token)>;
replay_command set_replay_command(replay_command command);
[[nodiscard]] std::string replay_line(std::string_view check, std::string_view token);
/// The part of a replay command that stands before the program: `HEDDLE_PARAMS="replay=TOKEN" `.
[[nodiscard]] std::string replay_setting(std::string_view token);
/// `word` as a shell reads it back.
[[nodiscard]] std::string shell_word(const std::string& word);

/// The report of a finding, with `replay` as its last line; empty if nothing was found.
[[nodiscard]] std::string report_text(const verdict& of, std::string_view replay);
/// With the replay command that is set.
[[nodiscard]] std::string report_text(const verdict& of);

/// The file name of the running program, without its folder.
[[nodiscard]] std::string program_name();

}  // namespace heddle
