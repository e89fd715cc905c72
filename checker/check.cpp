#include <heddle/checker/check.hpp>

#include <filesystem>
#include <iostream>
#include <new>
#include <system_error>
#include <utility>

#include <heddle/checker/explore.hpp>
#include <heddle/checker/progress.hpp>
#include <heddle/checker/replay.hpp>
#include <heddle/checker/report/text.hpp>

namespace heddle {

namespace {

failure_handler& current_handler() {
  static failure_handler handler;
  return handler;
}

replay_command& current_replay_command() {
  static replay_command command;
  return command;
}

// As a shell reads it back.
std::string quoted(const std::string& word) {
  static constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+:@=,";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
  std::string text = "'";
  for (const char each : word) text += each == '\'' ? std::string("'\\''") : std::string(1, each);
  return text + "'";
}

verdict replayed(std::string_view name, const std::function<void()>& body, const token& what) {
  verdict result = run_replay(name, body, what);
  if (result.found && result.found->kind == finding_kind::nondeterminism) {
    fail(exit_usage, "replay: " + result.found->text);
  }
  return result;
}

std::string failure_what(const verdict& of) {
  std::string text = of.name + ": " + of.line();
  if (of.found) text += "\n  " + of.found->text;
  if (!of.token.empty()) text += "\n  replay: " + replay_line(of.name, of.token);
  return text;
}

}  // namespace

check_failed::check_failed(verdict result) {
  std::string text = failure_what(result);
  shared_ = std::make_shared<const content>(content{std::move(result), std::move(text)});
}

verdict explore(std::string_view name, const std::function<void()>& body, const options& settings) {
  if (under_control()) {
    report_finding(
        {finding_kind::misuse, "a check inside the body of a check", {}, location::unknown()});
  }
  const options effective = effective_options(settings);
  try {
    if (!effective.replay.empty()) {
      const auto wanted = detail::replay_for(name, effective.replay);
      if (wanted) return replayed(name, body, *wanted);
    }
    progress_line line(std::cerr, stderr_is_terminal());
    return run({.name = name, .body = body, .settings = effective, .hook = line.hook()});
  } catch (const std::system_error& error) {
    fail(exit_environment, error.what());
  } catch (const std::bad_alloc&) {
    fail(exit_environment, "no memory for the stacks and the heap of executions");
  }
}

void check(std::string_view name, const std::function<void()>& body, const options& settings,
           location caller) {
  verdict result = explore(name, body, settings);
  if (result.status == verdict_status::ok) {
    if (!result.warnings.empty()) std::cerr << verdict_text(result);
    return;
  }
  if (current_handler()) {
    current_handler()(result, caller);
    return;
  }
  std::cerr << report_text(result) << verdict_text(result) << std::flush;
  throw check_failed(std::move(result));
}

failure_handler set_failure_handler(failure_handler handler) {
  return std::exchange(current_handler(), std::move(handler));
}

replay_command set_replay_command(replay_command command) {
  return std::exchange(current_replay_command(), std::move(command));
}

std::string replay_line(std::string_view check, std::string_view token) {
  if (current_replay_command()) return current_replay_command()(check, token);
  return "HEDDLE_PARAMS=\"replay=" + std::string(token) + "\" " + quoted(program_name());
}

std::string report_text(const verdict& of, std::string_view replay) {
  if (!of.found) return "";
  return text_report({of.name, *of.found, of.recording, replay});
}

std::string report_text(const verdict& of) {
  return report_text(of, of.token.empty() ? "" : replay_line(of.name, of.token));
}

std::string program_name() {
  std::error_code unknown;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return unknown ? "PROGRAM" : path.filename().string();
}

}  // namespace heddle
