#include <heddle/checker/rapidcheck.hpp>

#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/child_process.hpp>

namespace heddle {

namespace {

namespace utf = boost::unit_test;

// What heddle uses of RapidCheck's inside; another version of it must be looked at first.
static_assert(
    std::is_same_v<
        rc::detail::TestResult (*)(const rc::detail::Property&, const rc::detail::TestMetadata&,
                                   const rc::detail::TestParams&, rc::detail::TestListener&,
                                   const std::unordered_map<std::string, rc::detail::Reproduce>&),
        decltype(static_cast<rc::detail::TestResult (*)(
                     const rc::detail::Property&, const rc::detail::TestMetadata&,
                     const rc::detail::TestParams&, rc::detail::TestListener&,
                     const std::unordered_map<std::string, rc::detail::Reproduce>&)>(
            &rc::detail::checkProperty))>);
static_assert(
    std::is_same_v<rc::detail::TestResult,
                   rc::detail::Variant<rc::detail::SuccessResult, rc::detail::FailureResult,
                                       rc::detail::GaveUpResult, rc::detail::Error>>);
static_assert(std::is_same_v<decltype(rc::detail::FailureResult::counterExample),
                             std::vector<std::pair<std::string, std::string>>>);
static_assert(
    std::is_same_v<decltype(rc::detail::FailureResult::reproduce), rc::detail::Reproduce>);
static_assert(
    std::is_same_v<decltype(rc::detail::configuration()), const rc::detail::Configuration&>);
static_assert(
    std::is_same_v<decltype(rc::detail::configToMinimalString(rc::detail::Configuration())),
                   std::string>);
static_assert(std::is_same_v<decltype(rc::detail::CaseResult::description), std::string>);
static_assert(std::is_same_v<rc::detail::param::CurrentPropertyContext::ValueType,
                             rc::detail::PropertyContext*>);

const std::string child = HEDDLE_RAPIDCHECK_CHILD;

std::string log_of(const std::string& name) {
  return junit_log("RC_PARAMS=seed=1 " + child + " --run_test=suite/" + name);
}

std::string failure_in(const std::string& log) {
  BOOST_TEST(count(log, "<failure") == 1U);
  BOOST_TEST(count(log, "<error") == 0U);
  return between(log, "<failure", "</failure>");
}

std::string command_in(const std::string& failure) { return between(failure, "  replay: ", "\n"); }

// What the printed command gives.
std::string failure_again(const std::string& failure) {
  const std::string folder = std::filesystem::path(child).parent_path();
  return failure_in(junit_log("cd " + folder + " && " + command_in(failure)));
}

utf::counter_t passed_assertions() {
  return utf::results_collector.results(utf::framework::current_test_case_id()).p_assertions_passed;
}

void lock_twice() {
  mutex lock{"twice"};
  lock.lock();
  lock.lock();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rapidcheck)

BOOST_AUTO_TEST_CASE(a_property_shrinks_the_program_and_replays_input_and_schedule) {
  const std::string log = log_of("lock_orders");
  const std::string failure = failure_in(log);
  BOOST_TEST(count(log, "assertions=\"1\"") == 1U);
  BOOST_TEST(line_of(failure) == line_before(log) + 1);
  // The smallest program: two threads that take the same two locks in opposite orders.
  const std::string program = between(failure, "property \"lock orders\" fails for\n", "heddle:");
  BOOST_REQUIRE(program.size() == std::string("  [a, b]\n  [b, a]\n").size());
  BOOST_TEST(program[3] == program[15]);
  BOOST_TEST(program[6] == program[12]);
  BOOST_TEST(program[3] != program[6]);
  BOOST_TEST(count(failure, "heddle: deadlock after ") == 1U);
  const std::string command = command_in(failure);
  BOOST_TEST(command.starts_with("RC_PARAMS=\"reproduce="));
  BOOST_TEST(count(command, "\" HEDDLE_PARAMS=\"replay=h1-") == 1U);
  BOOST_TEST(command.ends_with(" ./checker_rapidcheck_child --run_test=suite/lock_orders"));
  BOOST_TEST(failure_again(failure) == failure);
}

// No call can be left out: two pushes, and one pop or two that show what they did.
BOOST_AUTO_TEST_CASE(a_scenario_is_shrunk_and_replays_input_and_schedule) {
  const std::string failure = failure_in(log_of("queue_in_shards"));
  const std::string what = between(failure, "property \"queue in shards\" fails for\n", "heddle:");
  BOOST_TEST(count(what, "push(") == 2U, what);
  BOOST_TEST((count(what, "pop()") == 1U || count(what, "pop()") == 2U), what);
  BOOST_TEST(count(failure, "heddle: the history is not linearizable: ") == 1U);
  BOOST_TEST(count(failure, "the longest order that the machine allows:") == 1U);
  BOOST_TEST(failure_again(failure) == failure);
}

BOOST_AUTO_TEST_CASE(scenarios_of_a_right_queue_pass) {
  const std::string log = log_of("queue_under_a_lock");
  BOOST_TEST(count(log, "heddle: property \"queue under a lock\": OK, passed 100 tests") == 1U,
             log);
}

BOOST_AUTO_TEST_CASE(a_property_that_holds_passes_once) {
  const std::string log = log_of("sorted_lock_orders");
  BOOST_TEST(count(log, "<failure") == 0U);
  BOOST_TEST(count(log, "assertions=\"1\"") == 1U);
  BOOST_TEST(count(log, "heddle: property \"sorted lock orders\": OK, passed 100 tests") == 1U);
}

BOOST_AUTO_TEST_CASE(a_failed_assertion_in_a_body_is_a_finding_with_its_log) {
  const std::string failure = failure_in(log_of("asserts_in_a_body"));
  BOOST_TEST(count(failure, "property \"in a body\" fails for\n  (5)\n") == 1U);
  BOOST_TEST(count(failure, "heddle: RC_ASSERT(value < 5U): rapidcheck_child.cpp:") == 1U);
  BOOST_TEST(count(failure, "  5 < 5\n  log: value is 5\n") == 1U);
  BOOST_TEST(failure_again(failure) == failure);
}

BOOST_AUTO_TEST_CASE(a_failed_assertion_in_the_property_replays_the_input) {
  const std::string failure = failure_in(log_of("asserts_in_the_property"));
  BOOST_TEST(count(failure, "RC_ASSERT(value < 5U)") == 1U);
  BOOST_TEST(count(failure, "HEDDLE_PARAMS") == 0U);
  BOOST_TEST(failure_again(failure) == failure);
}

BOOST_AUTO_TEST_CASE(a_discard_in_a_body_is_misuse) {
  const std::string failure = failure_in(log_of("discards_in_a_body"));
  BOOST_TEST(count(failure, "heddle: a body ended by RC_PRE") == 1U);
}

BOOST_AUTO_TEST_CASE(an_exploration_cut_short_while_shrinking_is_a_pass) {
  const std::string failure = failure_in(log_of("shrinks_to_long_explorations"));
  BOOST_TEST(count(failure, "property \"long\" fails for\n  5\n") == 1U);
  BOOST_TEST(count(failure, "heddle: value < 5: ") == 1U);
}

BOOST_AUTO_TEST_CASE(the_exception_of_a_check_ends_with_its_command) {
  unsigned caught = 0;
  property("caught", [&] {
    try {
      check("twice", lock_twice, {.preemptions = 0});
    } catch (const check_failed& failed) {
      ++caught;
      RC_ASSERT(std::string(failed.what()).ends_with(replay_line("twice", failed.result().token)));
    }
  });
  BOOST_TEST(caught == 100U);
}

BOOST_AUTO_TEST_CASE(checks_report_as_before_after_a_property) {
  const utf::counter_t before = passed_assertions();
  property("a property", [](bool) { check("in it", [] { thread([] {}).join(); }); });
  BOOST_TEST(passed_assertions() == before + 1);
  check("after it", [] { thread([] {}).join(); });
  HEDDLE_EXPECT(deadlock, lock_twice, {.preemptions = 0});
  BOOST_TEST(passed_assertions() == before + 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace heddle
