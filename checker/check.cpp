#include <heddle/checker/check.hpp>

#include <filesystem>
#include <iostream>
#include <new>
#include <system_error>
#include <utility>

#include <heddle/checker/conclude.hpp>
#include <heddle/checker/corpus.hpp>
#include <heddle/checker/dashboard.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/progress.hpp>
#include <heddle/checker/replay.hpp>
#include <heddle/checker/report/formats.hpp>
#include <heddle/checker/report/text.hpp>

namespace heddle {

namespace {

verdict_handler& current_failure_handler() {
  static verdict_handler handler;
  return handler;
}

verdict_handler& current_pass_handler() {
  static verdict_handler handler;
  return handler;
}

exploration_hooks& current_hooks() {
  static exploration_hooks hooks;
  return hooks;
}

replay_command& current_replay_command() {
  static replay_command command;
  return command;
}

void call(const std::function<void()>& hook) {
  if (hook) hook();
}

// The hooks of one exploration: they stay the same if others are set meanwhile.
class hooked_exploration {
 public:
  hooked_exploration() : hooks_(current_hooks()) { call(hooks_.begin); }
  ~hooked_exploration() { call(hooks_.end); }
  hooked_exploration(const hooked_exploration&) = delete;
  hooked_exploration& operator=(const hooked_exploration&) = delete;

  [[nodiscard]] std::function<void()> around(const std::function<void()>& body) const {
    if (!hooks_.body_begins && !hooks_.body_returned) return body;
    return [this, &body] {
      if (hooks_.body_begins) outside(hooks_.body_begins);
      body();
      if (hooks_.body_returned) outside(hooks_.body_returned);
    };
  }

 private:
  exploration_hooks hooks_;
};

verdict replayed(std::string_view name, const std::function<void()>& body, const token& what,
                 const options& settings) {
  const std::string wrong = detail::cannot_break(settings.break_at, what);
  if (!wrong.empty()) fail(exit_usage, wrong);
  verdict result = run_replay(name, body, what, settings.explain, settings.break_at);
  const bool differs = result.found && result.found->kind == finding_kind::nondeterminism;
  if (differs && !current_hooks().other_bodies) {
    fail(exit_usage, "replay: " + result.found->text);
  }
  return result;
}

// Whether there is a finding whose files could be written.
bool written(const verdict& of, const options& settings) {
  if (!of.found || settings.report.empty()) return false;
  const std::string replay = of.token.empty() ? "" : replay_line(of.name, of.token);
  const std::string wrong = write_reports(settings.report, of, replay);
  if (!wrong.empty()) std::cerr << "heddle: " << of.name << ": " << wrong << std::endl;
  return wrong.empty();
}

// Files are written before anything else is said of the finding.  Many bodies of one name would be
// as many measurements of one name.
verdict reported(verdict of, const options& settings) {
  if (of.covered) {
    const std::string wrong = write_coverage(settings.coverage, of.name, *of.covered);
    if (!wrong.empty()) std::cerr << "heddle: " << of.name << ": " << wrong << std::endl;
  }
  const bool files = written(of, settings);
  if (current_hooks().other_bodies) return of;
  std::cerr << detail::dashboard_text(of, files ? settings.report : "") << std::flush;
  return of;
}

// The text outlives the execution, so it must not lie in the execution's heap.
[[noreturn]] void refuse_nesting(std::string_view name) {
  finding what;
  outside([&] {
    what = {finding_kind::misuse,
            "check " + std::string(name) + " inside the body of a check",
            {},
            location::unknown()};
  });
  report_finding(std::move(what));
}

// Keeps its findings in a folder unless this, or the one that is set, is empty; and not where other
// bodies of the same name come by, or only some executions are wanted.
std::string corpus_folder(const options& of, std::string_view usual) {
  if (current_hooks().other_bodies || of.execution || !of.resume.empty()) return "";
  return of.corpus.value_or(std::string(usual));
}

verdict explore_with(std::string_view name, const std::function<void()>& body,
                     const options& settings, std::string_view usual_corpus) {
  if (under_control()) refuse_nesting(name);
  options effective = effective_options(settings);
  if (current_hooks().adjust) current_hooks().adjust(effective);
  const hooked_exploration hooked;
  const std::function<void()> whole = hooked.around(body);
  try {
    if (!effective.replay.empty()) {
      const auto wanted = detail::replay_for(name, effective.replay);
      if (wanted) return reported(replayed(name, whole, *wanted, effective), effective);
    }
    const auto explored = [&](const detail::finding_hook& found) {
      progress_line line(std::cerr, stderr_is_terminal());
      return run({.name = name,
                  .body = whole,
                  .settings = effective,
                  .hook = line.hook(),
                  .found = found});
    };
    const std::string folder = corpus_folder(effective, usual_corpus);
    if (folder.empty()) return reported(explored(nullptr), effective);
    const detail::corpus kept(folder, name, [&](const std::string& text) {
      std::cerr << "heddle: " << name << ": " << text << std::endl;
    });
    return reported(detail::check_with_corpus(kept, name, whole, effective, explored), effective);
  } catch (const std::system_error& error) {
    fail(exit_environment, error.what());
  } catch (const std::bad_alloc&) {
    fail(exit_environment, "no memory for the stacks and the heap of executions");
  }
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
  return explore_with(name, body, settings, "");
}

void check(std::string_view name, const std::function<void()>& body, const options& settings,
           location caller) {
  detail::conclude(explore_with(name, body, settings, ".heddle"), caller);
}

void detail::conclude(verdict result, location caller) {
  if (result.status == verdict_status::ok) {
    if (current_pass_handler()) {
      current_pass_handler()(result, caller);
    } else if (!result.warnings.empty()) {
      std::cerr << verdict_text(result);
    }
    return;
  }
  if (current_failure_handler()) {
    current_failure_handler()(result, caller);
    return;
  }
  std::cerr << report_text(result) << verdict_text(result) << std::flush;
  throw check_failed(std::move(result));
}

verdict_handler set_failure_handler(verdict_handler handler) {
  return std::exchange(current_failure_handler(), std::move(handler));
}

verdict_handler set_pass_handler(verdict_handler handler) {
  return std::exchange(current_pass_handler(), std::move(handler));
}

exploration_hooks set_exploration_hooks(exploration_hooks hooks) {
  return std::exchange(current_hooks(), std::move(hooks));
}

replay_command set_replay_command(replay_command command) {
  return std::exchange(current_replay_command(), std::move(command));
}

std::string replay_line(std::string_view check, std::string_view token) {
  if (current_replay_command()) return current_replay_command()(check, token);
  return replay_setting(token) + shell_word(program_name());
}

std::string replay_setting(std::string_view token) {
  return token.empty() ? "" : "HEDDLE_PARAMS=\"replay=" + std::string(token) + "\" ";
}

std::string shell_word(const std::string& word) {
  static constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+:@=,";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
  std::string text = "'";
  for (const char each : word) text += each == '\'' ? std::string("'\\''") : std::string(1, each);
  return text + "'";
}

std::string report_text(const verdict& of, std::string_view replay) {
  if (!of.found) return "";
  return text_report(
      {of.name, *of.found, of.recording, replay, of.explained ? &*of.explained : nullptr});
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
