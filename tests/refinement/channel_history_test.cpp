// Channels and select against their machine (models/specs/channel.hpp), by histories;
// channel_test.cpp compares outcomes of more calls, in both directions.
#include <heddle/tests/refinement/cases.hpp>
#include <heddle/tests/refinement/channel_calls.hpp>

namespace {

using namespace heddle::refinement;
using calls = channel_calls;

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_histories)

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) {
  refine_all<calls>(2, 2, {.stride = 97, .executions = 500, .samples = 20});
}

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) {
  refine_all<calls>(3, 1, {.stride = 7, .executions = 500, .samples = 20});
}

HEDDLE_WHOLE_SIZES(calls, "nightly", "nightly", "slow", "nightly")

BOOST_AUTO_TEST_SUITE_END()
