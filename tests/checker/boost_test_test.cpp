#include <heddle/checker/boost_test.hpp>

#include <boost/test/execution_monitor.hpp>
#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/config.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/child_process.hpp>

namespace heddle {

namespace {

namespace utf = boost::unit_test;

const std::string child = HEDDLE_BOOST_TEST_CHILD;
const std::string quiet = " --report_level=no --color_output=no";

child_output run_case(const std::string& name, const std::string& arguments,
                      const std::string& settings = "") {
  return run_shell(settings + " " + child + " --run_test=suite/" + name + quiet + " " + arguments +
                   " 2>&1");
}

std::string junit_of_case(const std::string& name) {
  return junit_log(child + " --run_test=suite/" + name);
}

std::string only_failure(const std::string& log) {
  BOOST_TEST(count(log, "<failure") == 1U);
  BOOST_TEST(count(log, "<error") == 0U);
  return between(log, "<failure", "</failure>");
}

utf::counter_t passed_assertions() {
  return utf::results_collector.results(utf::framework::current_test_case_id()).p_assertions_passed;
}

struct checking_fixture {
  checking_fixture() {
    check("a fixture", [] { BOOST_TEST(true); }, {.vacuous = vacuous_rule::warn});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(boost_test)

BOOST_AUTO_TEST_CASE(one_bug_is_one_failed_assertion_at_the_users_line) {
  const std::string log = junit_of_case("deadlocks");
  const std::string failure = only_failure(log);
  BOOST_TEST(count(log, "assertions=\"1\"") == 1U);
  BOOST_TEST(failure.find("- file   : boost_test_child.cpp\n") != failure.npos);
  BOOST_TEST(line_of(failure) == line_before(log) + 1);
  BOOST_TEST(failure.find("heddle: deadlock") != failure.npos);
}

BOOST_AUTO_TEST_CASE(the_printed_command_replays_the_same_report) {
  for (const char* const name : {"deadlocks", "asserts", "requires_in_a_thread"}) {
    const std::string failure = only_failure(junit_of_case(name));
    const std::string command = between(failure, "  replay: ", "\n");
    BOOST_TEST(command.starts_with("HEDDLE_PARAMS=\"replay=h1-"));
    BOOST_TEST(
        command.ends_with(" ./checker_boost_test_child --run_test=suite/" + std::string(name)));
    const std::string folder = std::filesystem::path(child).parent_path();
    BOOST_TEST(only_failure(junit_log("cd " + folder + " && " + command)) == failure);
  }
}

BOOST_AUTO_TEST_CASE(the_verdict_line_is_logged_at_level_message) {
  const std::string pass = "heddle: one order: ok: exhaustive up to 1 preemptions";
  BOOST_TEST(run_case("passes", "--log_level=message").text.find(pass) != pass.npos);
  BOOST_TEST(run_case("passes", "--log_level=warning").text.find(pass) == pass.npos);
  const std::string verdict = "heddle: two orders: failed: deadlock in execution";
  BOOST_TEST(count(run_case("deadlocks", "--log_level=message").text, verdict) == 1U);
  BOOST_TEST(count(run_case("deadlocks", "").text, verdict) == 0U);
}

BOOST_AUTO_TEST_CASE(a_failed_assertion_of_a_body_keeps_its_message_line_and_contexts) {
  const std::string failure = only_failure(junit_of_case("asserts"));
  BOOST_TEST(count(failure, "check value == 2 has failed [1 != 2]: boost_test_child.cpp:") == 1U);
  BOOST_TEST(count(failure, " (thread 0)\n") == 1U);
  BOOST_TEST(count(failure, "  context: the outer context\n  context: the inner one\n") == 1U);
  BOOST_TEST(count(failure, "value == 3") == 0U);
}

BOOST_AUTO_TEST_CASE(a_failed_requirement_in_a_thread_is_an_assertion) {
  const std::string failure = only_failure(junit_of_case("requires_in_a_thread"));
  BOOST_TEST(count(failure, "heddle: critical check 1 == 2 has failed [1 != 2]") == 1U);
  BOOST_TEST(count(failure, "(thread 1)") == 1U);
}

BOOST_AUTO_TEST_CASE(an_assertion_inside_outside_counts) {
  BOOST_TEST(count(only_failure(junit_of_case("asserts_outside")), "1 == 2 has failed") == 1U);
}

BOOST_AUTO_TEST_CASE(an_incomplete_check_fails) {
  const std::string failure = only_failure(junit_of_case("runs_out_of_executions"));
  BOOST_TEST(count(failure, "heddle: short: incomplete: 1 executions under rc11") == 1U);
}

BOOST_AUTO_TEST_CASE(an_expectation_that_is_not_met_fails_once) {
  const std::string log = junit_of_case("expects_another");
  const std::string other = only_failure(log);
  BOOST_TEST(line_of(other) == line_before(log) + 1);
  BOOST_TEST(count(other, "failed: assertion in execution 1 (exhaustive); deadlock was expected") ==
             1U);
  BOOST_TEST(count(other, "check 1 == 2 has failed") == 1U);
  BOOST_TEST(count(other, "  replay: HEDDLE_PARAMS=") == 1U);
  const std::string none = only_failure(junit_of_case("expects_in_vain"));
  BOOST_TEST(count(none, "ok: exhaustive under rc11, 1 executions; assertion was expected") == 1U);
}

BOOST_AUTO_TEST_CASE(an_expectation_that_is_met_passes_once) {
  const utf::counter_t before = passed_assertions();
  HEDDLE_EXPECT(assertion, [] { BOOST_TEST(1 == 2); });
  HEDDLE_EXPECT(assertion, [] { BOOST_REQUIRE(false); });
  HEDDLE_EXPECT(assertion, [] { throw boost::execution_aborted(); });
  HEDDLE_EXPECT(deadlock,
                [] {
                  mutex twice;
                  twice.lock();
                  twice.lock();
                },
                {.preemptions = 0});
  HEDDLE_EXPECT(vacuous, [] {});
  BOOST_TEST(passed_assertions() == before + 5);
}

BOOST_AUTO_TEST_CASE(assertions_of_bodies_are_not_counted) {
  const utf::counter_t before = passed_assertions();
  check("counted once", [] {
    atomic<int> value{0};
    thread other([&] { value.store(1); });
    BOOST_TEST(value.load() >= 0);
    BOOST_WARN(value.load() > 1);
    other.join();
  });
  BOOST_TEST(passed_assertions() == before + 1);
}

BOOST_FIXTURE_TEST_CASE(a_fixture_may_check, checking_fixture) {
  BOOST_TEST(passed_assertions() >= 1U);
}

BOOST_AUTO_TEST_CASE(logs_go_on_after_a_check_as_before) {
  const std::string log = run_case("goes_on_after_a_check", "--log_level=message").text;
  BOOST_TEST(count(log, ": error: in \"suite/goes_on_after_a_check\"") == 2U);
  const std::string contexts = "    the context of the case\n";
  BOOST_TEST(count(log, contexts + "    for the next assertion\n") == 1U);
  BOOST_TEST(count(log, contexts + "    for the last assertion\n") == 1U);
  BOOST_TEST(count(log, "check 1 == 2 has failed [1 != 2]") == 1U);
  BOOST_TEST(count(log, "before\n") == 1U);
  BOOST_TEST(count(log, "between\n") == 1U);
  BOOST_TEST(count(log, "after\n") == 1U);
}

BOOST_AUTO_TEST_CASE(a_programs_own_formatter_stays_and_misses_only_the_message) {
  const std::string log = run_case("has_a_formatter_of_its_own", "--log_level=all").text;
  BOOST_TEST(count(log, "heddle: an assertion of Boost.Test has failed: an unknown place") == 1U);
  BOOST_TEST(count(log, "check 3 == 4 has failed") == 1U);
  BOOST_TEST(count(log, "1 == 2") == 0U);
}

// What Boost.Test keeps between assertions must not lie in the heap of an execution.
BOOST_AUTO_TEST_CASE(macros_in_bodies_keep_nothing_of_an_execution) {
  const std::string file(2000, 'f');
  const std::string text(2000, 't');
  BOOST_TEST_CONTEXT("a context around the check, long enough not to be stored in place") {
    check("macros",
          [&] {
            atomic<int> value{0};
            thread other([&] {
              BOOST_TEST_CONTEXT("a context " << text) { BOOST_TEST(value.fetch_add(1) < 2, text); }
            });
            utf::unit_test_log << utf::log::begin(file, 1) << utf::log_messages << text
                               << utf::log::end();
            BOOST_TEST_MESSAGE("message " << text);
            BOOST_TEST_CHECKPOINT("checkpoint " << text);
            BOOST_CHECK_EQUAL(value.fetch_add(1) / 2, 0);
            BOOST_TEST_CONTEXT("outer " << text, "inner " << text) {
              BOOST_REQUIRE_LT(value.load(), 3);
              BOOST_TEST_INFO("read by the next assertion " << text);
              BOOST_CHECK_CLOSE(1.5, 1.5, 0.1);
              BOOST_CHECK_THROW(throw text, std::string);
            }
            other.join();
            BOOST_TEST_INFO("read by nobody " << text);
          },
          {.strategy = "random_walk", .executions = 1000});
  }
}

// Nor what is left behind where an execution is dropped.
BOOST_AUTO_TEST_CASE(contexts_of_dropped_executions_are_gone) {
  const std::string text(100, 't');
  for (int i = 0; i < 50; ++i) {
    HEDDLE_EXPECT(assertion, [&] {
      BOOST_TEST_CONTEXT("dropped " << text) {
        BOOST_TEST_INFO("dropped too " << text);
        const std::string local = text + text;
        BOOST_TEST(local == text);
      }
    });
    BOOST_TEST(utf::framework::get_context().is_empty());
  }
}

BOOST_AUTO_TEST_CASE(options_come_after_two_dashes_and_from_the_environment) {
  const std::string sampled = "ok: sampled 7 executions under rc11";
  const std::string arguments = "--log_level=message -- --strategy=random_walk --executions=7";
  BOOST_TEST(count(run_case("passes", arguments).text, sampled) == 1U);
  const std::string settings = "HEDDLE_PARAMS='strategy=random_walk executions=7 preemptions=1'";
  const child_output both = run_case("passes", "", settings);
  BOOST_TEST(both.code == 2);
  BOOST_TEST(both.text.find("heddle: option preemptions needs") != both.text.npos);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_one_line_and_code_2) {
  for (const auto& [arguments, settings] :
       {std::pair{"-- --sead=7", ""}, {"", "HEDDLE_PARAMS=sead=7"}, {"-- stray", ""}}) {
    const child_output ran = run_case("passes", arguments, settings);
    BOOST_TEST(ran.code == 2);
    BOOST_TEST(count(ran.text, "heddle: ") == 1U);
    BOOST_TEST(count(ran.text, "accepted") == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_token_for_another_body_is_one_line_and_code_2) {
  const std::string setting = between(only_failure(junit_of_case("asserts")), "replay: ", "./");
  for (const char* const log : {"", "--log_format=JUNIT", "--log_sink=/dev/null"}) {
    const child_output ran = run_case("does_something_else", log, setting);
    BOOST_TEST(ran.code == 2);
    BOOST_TEST(count(ran.text, "heddle: replay: the body is not deterministic") == 1U);
  }
}

// Boost.Test jumps over the frames of the check, and LeakSanitizer has its say about that.
bool is_code_of_failure(int code) {
  return code == 201 || (heddle::address_sanitizer && code == 1);
}

BOOST_AUTO_TEST_CASE(a_crash_in_a_body_is_reported_by_boost_test) {
  const child_output crash = run_case("crashes", "");
  BOOST_TEST(is_code_of_failure(crash.code));
  BOOST_TEST(count(crash.text, "in \"suite/crashes\": signal: SIGABRT") == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_that_takes_too_long_is_reported_by_boost_test, *utf::label("slow")) {
  const child_output late = run_case("takes_too_long", "");
  BOOST_TEST(is_code_of_failure(late.code));
  BOOST_TEST(count(late.text, "in \"suite/takes_too_long\"") >= 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace heddle
