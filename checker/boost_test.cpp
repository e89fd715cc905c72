#include <heddle/checker/boost_test.hpp>

#include <boost/test/execution_monitor.hpp>
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <heddle/checker/boost_test_stand_in.hpp>
#include <heddle/scheduler/translate.hpp>

namespace heddle::detail {

namespace {

namespace utf = boost::unit_test;

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string current_test() { return utf::framework::current_test_unit().full_name(); }

std::string replay_command_line(std::string_view, std::string_view token) {
  std::string text = replay_setting(token) + shell_word("./" + program_name());
  if (in_boost_test()) text += " --run_test=" + shell_word(current_test());
  return text;
}

void on_pass(const verdict& result, location caller) {
  if (!result.warnings.empty()) std::cerr << verdict_text(result);
  if (!in_boost_test()) return;
  report_to_boost_test(true, trimmed(verdict_text(result)), caller);
}

void on_failure(const verdict& result, location caller) {
  if (!in_boost_test()) {
    std::cerr << report_text(result) << verdict_text(result) << std::flush;
    throw check_failed(result);
  }
  const std::string line = trimmed(verdict_text(result));
  const std::string report = trimmed(report_text(result));
  report_to_boost_test(false, report.empty() ? line : report, caller);
  if (!report.empty()) log_to_boost_test(line, caller);
}

// BOOST_REQUIRE throws this after its assertion was reported, so it is seen only where a body
// throws it by itself.
bool translate(const std::exception_ptr& thrown, finding& into) {
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::execution_aborted&) {
    into = {finding_kind::assertion, "a thread aborted the test case", {}, location::unknown()};
    return true;
  } catch (...) {
    return false;
  }
}

// The checks of HEDDLE_EXPECT have no names of their own; these are unique within a test case.
std::string expectation_name(finding_kind kind) {
  static utf::test_unit_id last_case = utf::INV_TEST_UNIT_ID;
  static std::map<finding_kind, unsigned> used;
  if (last_case != utf::framework::current_test_case_id()) {
    last_case = utf::framework::current_test_case_id();
    used.clear();
  }
  const unsigned number = ++used[kind];
  return current_test() + " expects " + std::string(to_string(kind)) +
         (number > 1 ? " " + std::to_string(number) : "");
}

}  // namespace

void expect_finding(finding_kind kind, location caller, const std::function<void()>& body,
                    const options& settings) {
  options asked = settings;
  if (kind == finding_kind::vacuous) asked.vacuous = vacuous_rule::error;
  const std::string wanted(to_string(kind));
  if (!in_boost_test()) fail(exit_usage, "HEDDLE_EXPECT(" + wanted + ") outside of a test case");
  const verdict result = explore(expectation_name(kind), body, asked);
  const std::string line = trimmed(verdict_text(result));
  if (result.found && result.found->kind == kind) {
    report_to_boost_test(true, line + ", as expected", caller);
    return;
  }
  const std::string report = trimmed(report_text(result));
  report_to_boost_test(
      false, line + "; " + wanted + " was expected" + (report.empty() ? "" : "\n" + report),
      caller);
}

bool in_boost_test() noexcept {
  return utf::framework::test_in_progress() &&
         utf::framework::current_test_case_id() != utf::INV_TEST_UNIT_ID;
}

const char* kept_name(std::string_view name) {
  static std::set<std::string, std::less<>> names;
  return names.emplace(name).first->c_str();
}

void log_to_boost_test(const std::string& text, location where) {
  utf::unit_test_log << utf::log::begin(where.file, where.line) << utf::log_messages
                     << utf::const_string(text) << utf::log::end();
}

void report_to_boost_test(bool passed, const std::string& text, location where) {
  if (passed) {
    log_to_boost_test(text, where);
    utf::framework::assertion_result(utf::AR_PASSED);
    return;
  }
  namespace tools = boost::test_tools::tt_detail;
  tools::report_assertion(false, BOOST_TEST_LAZY_MSG(text), where.file, where.line, tools::CHECK,
                          tools::CHECK_MSG, 0);
}

void install_boost_test() {
  static bool installed = false;
  if (std::exchange(installed, true)) return;
  set_pass_handler(on_pass);
  set_failure_handler(on_failure);
  set_replay_command(replay_command_line);
  add_exception_translator(translate);
  boost_test_stand_in& stand_in = boost_test_stand_in::instance();
  set_exploration_hooks({.begin = [&] { stand_in.begin(); },
                         .end = [&] { stand_in.end(); },
                         .body_begins = [&] { stand_in.drop_contexts(); },
                         .body_returned = [&] { stand_in.drop_contexts(); },
                         .adjust = nullptr});
}

}  // namespace heddle::detail
