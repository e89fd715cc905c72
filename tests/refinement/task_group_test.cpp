// A task_group against the machine (models/specs/task_group.hpp).
#include <heddle/tests/refinement/cases.hpp>
#include <heddle/tests/refinement/task_group_calls.hpp>

namespace {

namespace utf = boost::unit_test;
using namespace heddle::refinement;
using calls = task_group_calls;

}  // namespace

BOOST_AUTO_TEST_SUITE(task_group_clients)

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) {
  refine_all<calls>(2, 2, {.stride = 43, .executions = 1'000, .samples = 50});
}

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) {
  refine_all<calls>(3, 1, {.stride = 7, .executions = 1'000, .samples = 50});
}

// Of more calls there are more tasks than the machine can be asked about in all their orders.
BOOST_AUTO_TEST_CASE(all_of_two_threads_with_two_calls,
                     *utf::label("nightly") * utf::timeout(3000)) {
  refine_all<calls>(2, 2, thorough);
}

BOOST_AUTO_TEST_CASE(all_of_three_threads_with_a_call, *utf::label("slow") * utf::timeout(3000)) {
  refine_all<calls>(3, 1, thorough);
}

BOOST_AUTO_TEST_CASE(drawn_of_two_threads_with_three_calls,
                     *utf::label("slow") * utf::timeout(3000)) {
  refine_drawn<calls>(2, 3, 30, large);
}

BOOST_AUTO_TEST_CASE(drawn_of_three_threads_with_two_calls,
                     *utf::label("slow") * utf::timeout(3000)) {
  refine_drawn<calls>(3, 2, 30, large);
}

BOOST_AUTO_TEST_SUITE_END()
