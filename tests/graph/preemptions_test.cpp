// Exploration within a bound on preemptions visits every graph that needs no more, each once.
// HEDDLE_CAMPAIGN=N makes the slow cases check N programs in all.
#include <cstdlib>
#include <iostream>
#include <string>

#include <heddle/tests/graph/preemptions.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle::litmus;
namespace utf = boost::unit_test;

namespace {

constexpr int slow_cases = 4;

int slow_programs() {
  const char* const wanted = std::getenv("HEDDLE_CAMPAIGN");
  return (wanted != nullptr ? std::atoi(wanted) : 8'000) / slow_cases;
}

void run(bias of, bool more_locks, int programs_wanted) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = programs_wanted;
  tally count;
  const auto result = rc::detail::checkTestable(
      [&] {
        program p = make_program(*programs(), of);
        make_countable(p, more_locks);
        const std::string wrong = differences_within_bounds(p, count);
        if (!wrong.empty()) RC_FAIL(to_text(p) + "\n" + wrong);
      },
      rc::detail::TestMetadata{to_string(of), to_string(of)}, params);
  std::cout << to_string(of) << (more_locks ? " with locks" : "") << ": " << count.programs
            << " programs, " << count.graphs << " graphs under sc and rc11, " << count.cut
            << " instructions cut, RC_PARAMS=\"seed=" << params.seed << "\"" << std::endl;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(preemptions)

BOOST_AUTO_TEST_CASE(as_many_graphs_as_known_need_no_more_than_the_bound) {
  BOOST_TEST(miscounts(bounded_counts()) == "");
}

BOOST_AUTO_TEST_CASE(what_faulty_explorers_miss_is_visited_once) {
  BOOST_TEST(pitfall_differences() == "");
}

// What is left early need not be run: of 8953 and 3432 graphs without a bound.
BOOST_AUTO_TEST_CASE(runs_are_not_many_more_than_graphs_within_the_bound) {
  constexpr std::uint64_t most[][3] = {{11, 91, 406}, {8, 50, 176}};
  for (unsigned bound = 0; bound < 3; ++bound) {
    BOOST_TEST(runs_within(fibonacci(5), bound) <= most[0][bound]);
    BOOST_TEST(runs_within(fetch_adds(2, 7), bound) <= most[1][bound]);
  }
}

BOOST_AUTO_TEST_CASE(few_programs_of_everything) { run(bias::uniform, false, 150); }
BOOST_AUTO_TEST_CASE(few_programs_with_choices) { run(bias::choices, false, 100); }
BOOST_AUTO_TEST_CASE(few_programs_with_waits) { run(bias::waits, false, 100); }
BOOST_AUTO_TEST_CASE(few_programs_with_locks) { run(bias::uniform, true, 150); }

BOOST_AUTO_TEST_CASE(programs_of_everything, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::uniform, false, slow_programs());
}
BOOST_AUTO_TEST_CASE(programs_with_choices, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::choices, false, slow_programs());
}
BOOST_AUTO_TEST_CASE(programs_with_waits, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::waits, false, slow_programs());
}
BOOST_AUTO_TEST_CASE(programs_with_locks, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::uniform, true, slow_programs());
}

BOOST_AUTO_TEST_SUITE_END()
