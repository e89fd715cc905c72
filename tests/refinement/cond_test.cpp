// A cond and its mutex against the machine (models/specs/cond.hpp).
#include <heddle/tests/refinement/cases.hpp>
#include <heddle/tests/refinement/cond_calls.hpp>

namespace {

using namespace heddle::refinement;
using calls = cond_calls;

}  // namespace

BOOST_AUTO_TEST_SUITE(cond_clients)

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) {
  refine_all<calls>(2, 2, {.stride = 11, .executions = 1'000, .samples = 50});
}

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) {
  refine_all<calls>(3, 1, {.stride = 5, .executions = 2'000, .samples = 50});
}

HEDDLE_WHOLE_SIZES(calls, "nightly", "slow", "slow", "nightly")

BOOST_AUTO_TEST_SUITE_END()
