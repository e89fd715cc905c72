// The parking lot against its machine (models/specs/parking_lot.hpp).
#include <heddle/tests/refinement/cases.hpp>
#include <heddle/tests/refinement/parking_lot_calls.hpp>

namespace {

using namespace heddle::refinement;
using calls = parking_lot_calls;

}  // namespace

BOOST_AUTO_TEST_SUITE(parking_lot_clients)

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) {
  refine_all<calls>(2, 2, {.stride = 31, .executions = 1'000, .samples = 50});
}

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) {
  refine_all<calls>(3, 1, {.stride = 5, .executions = 1'000, .samples = 50});
}

HEDDLE_WHOLE_SIZES(calls, "nightly", "nightly", "slow", "nightly")

BOOST_AUTO_TEST_SUITE_END()
