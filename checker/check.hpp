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
using failure_handler = std::function<void(const verdict&, location caller)>;
failure_handler set_failure_handler(failure_handler handler);

/// What to paste to replay a finding of `check`: by default
/// `HEDDLE_PARAMS="replay=TOKEN" PROGRAM`.  Returns the function that was set before.
using replay_command = std::function<std::string(std::string_view check, std::string_view token)>;
replay_command set_replay_command(replay_command command);
[[nodiscard]] std::string replay_line(std::string_view check, std::string_view token);

/// The report of a finding, with `replay` as its last line; empty if nothing was found.
[[nodiscard]] std::string report_text(const verdict& of, std::string_view replay);
/// With the replay command that is set.
[[nodiscard]] std::string report_text(const verdict& of);

/// The file name of the running program, without its folder.
[[nodiscard]] std::string program_name();

}  // namespace heddle
