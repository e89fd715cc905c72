// What ends a check: its budget, a sample that has seen nearly everything, the time limit of the
// test.
#include <stdlib.h>

#include <chrono>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/checker/time_limit.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/tests/checker/forked.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::detail::parse_time_limit;
using heddle::detail::usable_part;
using heddle::testing::contains;
using heddle::testing::ended;
using heddle::testing::explored;
using heddle::testing::forked;
using heddle::testing::observed_sum;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string applied(const std::string& text, options& to) {
  std::vector<parameter> given;
  key_set set;
  const std::string wrong = split_parameters(text, given);
  return wrong.empty() ? apply(given, to, set) : wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(budget_test)

BOOST_AUTO_TEST_CASE(until_names_a_threshold_or_none) {
  options o;
  BOOST_TEST(applied("until=stable", o) == "");
  BOOST_TEST(o.stable.value() == 0.01);
  BOOST_TEST(applied("until=stable:0.2", o) == "");
  BOOST_TEST(o.stable.value() == 0.2);
  BOOST_TEST(applied("until=budget", o) == "");
  BOOST_TEST(!o.stable.has_value());
  for (const char* const bad : {"until=", "until=stable:", "until=stable:0", "until=stable:0.6",
                                "until=stable:x", "until=stable:0.1x", "until=never"}) {
    BOOST_TEST(contains(applied(bad, o), "option until: "), bad);
  }
  BOOST_TEST(contains(validate({.strategy = "exhaustive", .stable = 0.1}), "option until"));
  BOOST_TEST(contains(validate({.stable = 0.9}), "option until"));
  BOOST_TEST(validate({.strategy = "random_walk", .stable = 0.1}) == "");
  const ended result = forked([] {
    ::setenv("HEDDLE_PARAMS", "strategy=exhaustive", 1);
    ::_exit(effective_options({.stable = 0.1}).stable ? 1 : 0);
  });
  BOOST_TEST(result.code == 0);
}

BOOST_AUTO_TEST_CASE(a_sample_ends_once_little_is_unseen) {
  for (const double threshold : {0.1, 0.02}) {
    const options settings{.strategy = "random_walk", .stable = threshold};
    const verdict result = explored(3, observed_sum, settings);
    BOOST_TEST((result.status == verdict_status::ok), result.line());
    BOOST_TEST(result.unseen.value() <= threshold);
    BOOST_TEST(static_cast<double>(result.executions) >= 10 / threshold);
    BOOST_TEST(result.executions < 100'000U);
    BOOST_TEST(!contains(result.line(), "hit: "), result.line());
    BOOST_TEST(explored(3, observed_sum, settings).executions == result.executions);
  }
}

BOOST_AUTO_TEST_CASE(a_sample_of_several_processes_ends_so_too) {
  const verdict result =
      explored(3, observed_sum,
               {.strategy = "random_walk", .budget = seconds(60), .stable = 0.02, .jobs = 2});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST(result.unseen.value() <= 0.02);
  BOOST_TEST(result.seconds < 50);
}

BOOST_AUTO_TEST_CASE(a_sample_that_does_not_become_stable_says_what_ended_it) {
  const verdict result = explored(
      12, observed_sum, {.strategy = "random_walk", .budget = milliseconds(200), .stable = 0.01});
  BOOST_TEST((result.status == verdict_status::ok));
  BOOST_TEST(result.unseen.value() > 0.01);
  BOOST_TEST(contains(result.line(), "; hit: budget 0.2 s"), result.line());
}

// A million executions, most of which few walks come to.
BOOST_AUTO_TEST_CASE(the_automatic_plan_samples_until_stable) {
  const verdict result = explore("rare",
                                 [] {
                                   heddle::atomic<int> x{0};
                                   heddle::thread other([&] { x.store(1); });
                                   (void)x.load();
                                   other.join();
                                   if (choose(10) == 0) (void)(choose(1000) + choose(1000));
                                 },
                                 {.executions = 10'000, .stable = 0.2});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_REQUIRE(!result.stages.empty());
  BOOST_TEST((result.stages.back().kind == proof::sampled));
  BOOST_TEST(result.stages.back().executions >= 50U);
  BOOST_TEST(result.stages.back().executions < 500U);
  BOOST_TEST(result.unseen.value() <= 0.2);
  BOOST_TEST(!contains(result.line(), "hit: "), result.line());
}

BOOST_AUTO_TEST_CASE(a_time_limit_is_a_number_of_seconds) {
  BOOST_TEST((parse_time_limit("5") == seconds(5)));
  BOOST_TEST((parse_time_limit("0.5") == milliseconds(500)));
  for (const char* const bad : {"", "0", "-1", "x", "5s", "1e3", "nan", "inf", "2592001"}) {
    BOOST_TEST(!parse_time_limit(bad).has_value(), bad);
  }
  BOOST_TEST((usable_part(seconds(120)) == seconds(114)));
  BOOST_TEST((usable_part(seconds(10)) == seconds(9)));
  BOOST_TEST((usable_part(seconds(1)) == milliseconds(500)));
}

// The limit counts from the start of this process, which may be long ago.
BOOST_AUTO_TEST_CASE(a_time_limit_comes_before_the_budget) {
  const ended none = forked([] {
    ::setenv("HEDDLE_TIMEOUT", "0.001", 1);
    const verdict result = explored(12, observed_sum, {});
    const bool honest = result.status == verdict_status::incomplete && result.executions == 0 &&
                        contains(result.line(), "(raise the time limit of the test)");
    const verdict whole = explored(12, observed_sum, {.strategy = "exhaustive"});
    const bool also = contains(whole.line(), "(raise the time limit of the test, or set ");
    const verdict drawn =
        explored(12, observed_sum, {.strategy = "random_walk", .budget = milliseconds(1)});
    ::_exit(honest && also && drawn.status == verdict_status::incomplete ? 0 : 1);
  });
  BOOST_TEST(none.code == 0);
  const ended plenty = forked([] {
    ::setenv("HEDDLE_TIMEOUT", "86400", 1);
    const verdict result = explored(
        12, observed_sum, {.strategy = "random_walk", .budget = milliseconds(50), .stable = 0.01});
    ::_exit(contains(result.line(), "; hit: budget 50 ms") ? 0 : 1);
  });
  BOOST_TEST(plenty.code == 0);
  const ended wrong = forked([] {
    ::setenv("HEDDLE_TIMEOUT", "5 s", 1);
    (void)explored(1, observed_sum, {});
  });
  BOOST_TEST(wrong.code == exit_usage);
  BOOST_TEST(wrong.error.rfind("heddle: HEDDLE_TIMEOUT: \"5 s\" is no number of seconds", 0) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
