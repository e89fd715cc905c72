// The test cases that every primitive has: all clients of the small sizes, and drawn ones of the
// large.
#pragma once

#include <boost/test/unit_test.hpp>

#include <heddle/tests/refinement/campaign.hpp>

/// Within a test suite; each label is `slow` or `nightly`.
#define HEDDLE_WHOLE_SIZES(calls, two_by_two, three_by_one, two_by_four, three_by_three)           \
  BOOST_AUTO_TEST_CASE(all_of_two_threads_with_two_calls,                                          \
                       *boost::unit_test::label(two_by_two) * boost::unit_test::timeout(3000)) {   \
    heddle::refinement::refine_all<calls>(2, 2, heddle::refinement::thorough);                     \
  }                                                                                                \
  BOOST_AUTO_TEST_CASE(all_of_three_threads_with_a_call,                                           \
                       *boost::unit_test::label(three_by_one) * boost::unit_test::timeout(3000)) { \
    heddle::refinement::refine_all<calls>(3, 1, heddle::refinement::thorough);                     \
  }                                                                                                \
  BOOST_AUTO_TEST_CASE(drawn_of_two_threads_with_four_calls,                                       \
                       *boost::unit_test::label(two_by_four) * boost::unit_test::timeout(3000)) {  \
    heddle::refinement::refine_drawn<calls>(2, 4, 100, heddle::refinement::large);                 \
  }                                                                                                \
  BOOST_AUTO_TEST_CASE(                                                                            \
      drawn_of_three_threads_with_three_calls,                                                     \
      *boost::unit_test::label(three_by_three) * boost::unit_test::timeout(3000)) {                \
    heddle::refinement::refine_drawn<calls>(3, 3, 100, heddle::refinement::large);                 \
  }
