// A mutex against the machine (models/specs/mutex.hpp).
#include <heddle/tests/refinement/cases.hpp>
#include <heddle/tests/refinement/mutex_calls.hpp>

namespace {

using namespace heddle::refinement;
using calls = mutex_calls;

}  // namespace

BOOST_AUTO_TEST_SUITE(mutex_clients)

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) {
  refine_all<calls>(2, 2, {.stride = 7, .executions = 2'000, .samples = 50});
}

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) {
  refine_all<calls>(3, 1, {.stride = 1, .executions = 2'000, .samples = 50});
}

HEDDLE_WHOLE_SIZES(calls, "slow", "slow", "slow", "slow")

BOOST_AUTO_TEST_SUITE_END()
