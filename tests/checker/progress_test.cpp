// The line on a terminal that says how far a check is.
#include <heddle/checker/progress.hpp>

#include <chrono>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::contains;

namespace {

struct told {
  std::uint64_t executions;
  double rate, unseen, left;
  std::optional<std::uint64_t> distinct;
  std::optional<double> expected;
};

std::vector<told> told_by(const options& settings, int rounds) {
  std::vector<told> all;
  const std::function<void()> body = [=] {
    heddle::testing::fibonacci(rounds, heddle::testing::observed_sum);
  };
  const verdict result =
      run({.name = "told", .body = body, .settings = settings, .hook = [&](const progress& state) {
             all.push_back({state.executions, state.rate, state.unseen, state.left, state.distinct,
                            state.expected});
           }});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(progress_test)

BOOST_AUTO_TEST_CASE(it_shows_what_is_known) {
  std::ostringstream text;
  {
    progress_line line(text, true);
    line.show({.name = "a", .executions = 5, .seconds = 0.5, .completed = std::nullopt});
    BOOST_TEST(text.str() == "\r\033[Ka: 5 executions in 0.5 s");
    text.str("");
    line.show({.name = "a",
               .executions = 5000,
               .seconds = 2,
               .completed = 1,
               .rate = 2500,
               .distinct = 812,
               .unseen = 0.0123,
               .left = 28});
    BOOST_TEST(text.str() ==
               "\r\033[Ka: 5000 executions in 2 s, 2500/s, 812 distinct, unseen mass 0.012, 28 s "
               "left, up to 1 preemptions done");
    text.str("");
    line.show({.name = "a",
               .executions = 50,
               .seconds = 2,
               .completed = std::nullopt,
               .rate = 25,
               .expected = 2.13e9});
    BOOST_TEST(text.str() == "\r\033[Ka: 50 executions in 2 s, 25/s, of about 2.1e+09");
    text.str("");
  }
  BOOST_TEST(text.str() == "\r\033[K");
}

BOOST_AUTO_TEST_CASE(it_shows_nothing_unless_asked) {
  std::ostringstream text;
  progress_line line(text, false);
  BOOST_TEST(!line.hook());
  line.clear();
  BOOST_TEST(text.str() == "");
}

BOOST_AUTO_TEST_CASE(the_plan_tells_of_each_of_its_searches) {
  const auto all = told_by({.budget = std::chrono::milliseconds(2500)}, 12);
  BOOST_REQUIRE(!all.empty());
  bool estimated = false, sampled = false;
  for (const told& each : all) {
    estimated = estimated || each.expected.has_value();
    sampled = sampled || (each.distinct && each.unseen > 0 && each.rate > 0);
    BOOST_TEST(each.left < 2.5);
  }
  BOOST_TEST(estimated);
  BOOST_TEST(sampled);
}

BOOST_AUTO_TEST_SUITE_END()
