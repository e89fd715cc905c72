// Random programs: the explorer visits exactly the graphs that the oracles find, each once, and
// whichever thread goes first.  HEDDLE_CAMPAIGN=N makes the slow cases check N programs in all.
#include <cstdlib>
#include <iostream>
#include <string>

#include <heddle/tests/graph/campaign.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle::litmus;
namespace utf = boost::unit_test;

namespace {

constexpr int slow_cases = 5;

int slow_programs() {
  const char* const wanted = std::getenv("HEDDLE_CAMPAIGN");
  return (wanted != nullptr ? std::atoi(wanted) : 30'000) / slow_cases;
}

// RC_PARAMS may set the seed, and then gives the same programs again.
void run(bias of, int programs_wanted, unsigned more = 0) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.seed += more;
  params.maxSuccess = programs_wanted;
  tally count;
  const auto result = rc::detail::checkTestable(
      [&] {
        program p = make_program(*programs(), of);
        const std::string wrong = differences(p, count);
        if (!wrong.empty()) RC_FAIL(to_text(p) + "\n" + wrong);
      },
      rc::detail::TestMetadata{to_string(of), to_string(of)}, params);
  std::cout << to_string(of) << ": " << count.programs << " programs, " << count.graphs
            << " graphs under sc and rc11, " << count.cut
            << " instructions cut, RC_PARAMS=\"seed=" << params.seed - more << "\"" << std::endl;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(campaign)

BOOST_AUTO_TEST_CASE(few_programs_of_everything) { run(bias::uniform, 300); }
BOOST_AUTO_TEST_CASE(few_programs_with_fences) { run(bias::fences, 200); }
BOOST_AUTO_TEST_CASE(few_programs_with_choices) { run(bias::choices, 200); }
BOOST_AUTO_TEST_CASE(few_programs_with_waits) { run(bias::waits, 300); }

BOOST_AUTO_TEST_CASE(programs_of_everything, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::uniform, slow_programs());
}
BOOST_AUTO_TEST_CASE(more_programs_of_everything, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::uniform, slow_programs(), 1);
}
BOOST_AUTO_TEST_CASE(programs_with_fences, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::fences, slow_programs());
}
BOOST_AUTO_TEST_CASE(programs_with_choices, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::choices, slow_programs());
}
BOOST_AUTO_TEST_CASE(programs_with_waits, *utf::label("slow") * utf::timeout(3000)) {
  run(bias::waits, slow_programs());
}

BOOST_AUTO_TEST_SUITE_END()
