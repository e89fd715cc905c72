// A semaphore against the machine (models/specs/semaphore.hpp).
#include <boost/test/unit_test.hpp>

#include <heddle/tests/refinement/campaign.hpp>
#include <heddle/tests/refinement/semaphore_calls.hpp>

namespace {

namespace utf = boost::unit_test;
using namespace heddle::refinement;
using calls = semaphore_calls;

}  // namespace

BOOST_AUTO_TEST_SUITE(semaphore_clients)

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) {
  refine_all<calls>(2, 2, {.stride = 101, .executions = 2'000, .samples = 50});
}

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) {
  refine_all<calls>(3, 1, {.stride = 5, .executions = 2'000, .samples = 50});
}

BOOST_AUTO_TEST_CASE(all_of_two_threads_with_two_calls,
                     *utf::label("nightly") * utf::timeout(3000)) {
  refine_all<calls>(2, 2, thorough);
}

BOOST_AUTO_TEST_CASE(all_of_three_threads_with_a_call, *utf::label("slow") * utf::timeout(3000)) {
  refine_all<calls>(3, 1, thorough);
}

BOOST_AUTO_TEST_CASE(drawn_of_two_threads_with_four_calls,
                     *utf::label("slow") * utf::timeout(3000)) {
  refine_drawn<calls>(2, 4, 100, large);
}

BOOST_AUTO_TEST_CASE(drawn_of_three_threads_with_three_calls,
                     *utf::label("nightly") * utf::timeout(3000)) {
  refine_drawn<calls>(3, 3, 100, large);
}

BOOST_AUTO_TEST_SUITE_END()
