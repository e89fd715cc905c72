// What walks say of the number of executions, and how a check uses it.
#include <heddle/checker/size_estimate.hpp>

#include <chrono>
#include <cmath>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::contains;
using heddle::testing::explored;
using heddle::testing::observed_sum;

BOOST_AUTO_TEST_SUITE(size_estimate_test)

BOOST_AUTO_TEST_CASE(means_and_ranges_are_those_of_the_weights) {
  detail::weighed_walks all;
  for (const double weight : {2.0, 8.0, 0.0, 8.0, 2.0}) all.add(weight);
  const size_estimate made = all.result(1);
  BOOST_TEST(made.walks == 5U);
  BOOST_TEST(made.reached == 4U);
  BOOST_TEST(made.executions == 4);
  // Of four, Student's quantile is 3.18; the expansion is a little less.
  const double variance = std::pow(std::log(2.0), 2) * 4 / 3;
  const double middle = std::log(4.0) + variance / 2 + std::log(0.8);
  const double error = std::sqrt(variance / 4 + variance * variance / 6 + 0.2 / 4);
  BOOST_TEST(std::log(made.low) == std::max(0.0, middle - 3.1 * error),
             boost::test_tools::tolerance(0.02));
  BOOST_TEST(std::log(made.high) == middle + 2.5 * 3.1 * error, boost::test_tools::tolerance(0.02));
  BOOST_TEST(made.spread == std::exp(std::log(2.0) * std::sqrt(4.0 / 3)),
             boost::test_tools::tolerance(1e-9));
  detail::weighed_walks one;
  one.add(6);
  BOOST_TEST(one.result(1).low == 6);
  BOOST_TEST(one.result(1).high == 6);
  BOOST_TEST(one.result(1).spread == 1);
}

BOOST_AUTO_TEST_CASE(sizes_and_long_times_have_a_text) {
  BOOST_TEST(long_time_text(0.5) == "0.5 s");
  BOOST_TEST(long_time_text(119) == "119 s");
  BOOST_TEST(long_time_text(600) == "10 min");
  BOOST_TEST(long_time_text(3 * 3600) == "3 h");
  BOOST_TEST(long_time_text(20.0 * 24 * 3600) == "20 days");
  BOOST_TEST(long_time_text(1e14) == "3.2e+06 years");
  size_estimate made{.walks = 64, .executions = 2.13e9, .low = 1, .high = 4e9};
  BOOST_TEST(size_text(made) == "about 2.1e+09 executions (95 %: 1 to 4e+09, 64 walks)");
  made.seconds = 7200;
  made.width = 32;
  BOOST_TEST(size_text(made) == "about 2.1e+09 executions (95 %: 1 to 4e+09, 64 walks of 32), 2 h");
}

// Three threads that add eight times each have 24! / 8!^3 executions.  Walks of one say a hundredth
// of that, for those with most behind them are rarely gone.
BOOST_AUTO_TEST_CASE(walks_abreast_come_near_where_the_tree_is_lopsided) {
  const double executions = 9465511770;
  const auto body = [] {
    heddle::atomic<int> x{0};
    const auto add = [&] {
      for (int i = 0; i < 8; ++i) x.fetch_add(1);
    };
    heddle::thread one(add), two(add), three(add);
    one.join(), two.join(), three.join();
  };
  heddle::runner runs({});
  const auto estimate = [&](std::uint64_t seed, std::size_t width, int times) {
    detail::weighed_walks all;
    const auto walks = make_estimate(graph::memory::sc, seed, width);
    for (; times > 0; --times) {
      walks->restart();
      double weight = 0;
      while (walks->begin()) {
        if (runs.run(body, *walks).end == ending::completed) weight += walks->weight();
      }
      all.add(weight);
    }
    return all.result(width);
  };
  int within = 0, within_of_one = 0;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    const size_estimate made = estimate(seed, 64, 8);
    BOOST_TEST(made.executions > executions / 20);
    BOOST_TEST(made.executions < executions * 20);
    within += made.low <= executions && executions <= made.high ? 1 : 0;
    const size_estimate of_one = estimate(seed, 1, 500);
    within_of_one += of_one.low <= executions && executions <= of_one.high ? 1 : 0;
  }
  BOOST_TEST(within >= 4);
  BOOST_TEST_MESSAGE(within_of_one << " of 5 ranges of walks of one hold it");
}

// It takes longer than the time after which it is estimated, and ends within its share; nothing of
// what was done is done again.
BOOST_AUTO_TEST_CASE(what_takes_longer_but_fits_is_exhausted, *boost::unit_test::label("slow")) {
  const verdict whole = explored(7, observed_sum, {.strategy = "exhaustive"});
  for (const std::uint32_t jobs : {1U, 2U}) {
    const verdict planned =
        explored(7, observed_sum, {.budget = std::chrono::minutes(2), .jobs = jobs});
    BOOST_TEST(planned.line() == whole.line());
    BOOST_TEST((planned.observed == whole.observed));
    BOOST_TEST(planned.stages.empty());
    if (planned.seconds > 0.5) {
      BOOST_REQUIRE(planned.size.has_value());
      BOOST_TEST(planned.size->walks >= 5U);
      BOOST_TEST(planned.size->seconds > 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_given_up_early) {
  const verdict result = explored(12, observed_sum, {.budget = std::chrono::seconds(4)});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_REQUIRE(result.size.has_value());
  BOOST_TEST(result.size->executions > 1e6);
  BOOST_REQUIRE(!result.stages.empty());
  BOOST_TEST((result.stages[0].kind == proof::exhaustive));
  BOOST_TEST(result.stages[0].seconds < 2);
  BOOST_TEST(contains(
      result.line(),
      "; not exhausted after " + std::to_string(result.stages[0].executions) + " of about "));
}

// The walks go where the search has not been yet.
BOOST_AUTO_TEST_CASE(what_a_walk_finds_is_a_finding) {
  const verdict result = explore("late",
                                 [&] {
                                   heddle::atomic<int> x{0};
                                   const auto add = [&] {
                                     for (int i = 0; i < 8; ++i) x.fetch_add(1);
                                   };
                                   heddle::thread one(add), two(add), three(add);
                                   const int seen = x.load();
                                   one.join(), two.join(), three.join();
                                   heddle::expect(seen < 1, "early");
                                 },
                                 {.budget = std::chrono::seconds(4)});
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST(result.stages.empty());
  BOOST_TEST((result.found->kind == finding_kind::assertion), result.found->text);
  BOOST_TEST(result.token.rfind("h1-", 0) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
