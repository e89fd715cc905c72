// Primitives whose waits end by a context, against the machines of both.
#include <heddle/tests/refinement/by_context_calls.hpp>
#include <heddle/tests/refinement/cases.hpp>

namespace {

using namespace heddle::refinement;
using mutex = by_context_calls<mutex_by_context>;
using rw_mutex = by_context_calls<rw_mutex_by_context>;
using wait_group = by_context_calls<wait_group_by_context>;
using cond = by_context_calls<cond_by_context>;
using semaphore = by_context_calls<semaphore_by_context>;
using parking_lot = by_context_calls<parking_lot_by_context>;

// A few clients of both small sizes.
template <class P>
void some_of_both(std::size_t stride) {
  refine_all<P>(2, 2, {.stride = 4 * stride, .executions = 500, .samples = 20});
  refine_all<P>(3, 1, {.stride = stride, .executions = 500, .samples = 20});
}

// A client that has shown something wrong.
template <class P>
void explore_again(const client& of) {
  campaign<P> run({.bounded = 3'000, .samples = 1'500}, "one");
  const std::string wrong = run.explore_large(of);
  BOOST_TEST(wrong == "", wrong);
  drop_runner();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clients_by_context)

// It left the queue and found that a permit was owed to it, but another thread was given that one:
// so it waited until the mutex was unlocked again.
BOOST_AUTO_TEST_CASE(one_that_gives_up_does_not_wait_for_another_unlock) {
  explore_again<mutex>({.threads = {{0, 3, 0}, {4, 0, 0}, {1, 0, 0}}});
}

// It had given up, and kept readers out until it said so, from a lock that had become free.
BOOST_AUTO_TEST_CASE(a_late_writer_takes_a_free_lock) {
  explore_again<rw_mutex>({.threads = {{2, 0, 0, 0}, {0, 4, 5, 4}}});
}

// It was told of each release, and asked to be told again at a moment that no operation on the
// semaphore gave.
BOOST_AUTO_TEST_CASE(who_wants_more_than_there_are_waits_for_the_context_alone) {
  explore_again<semaphore>({.threads = {{0, 1, 0}, {2, 0, 0}, {0, 3, 4}}});
}

BOOST_AUTO_TEST_SUITE(of_mutex)
BOOST_AUTO_TEST_CASE(some_of_both_sizes) { some_of_both<mutex>(7); }
HEDDLE_WHOLE_SIZES(mutex, "nightly", "slow", "slow", "nightly")
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(of_rw_mutex)
BOOST_AUTO_TEST_CASE(some_of_both_sizes) { some_of_both<rw_mutex>(31); }
HEDDLE_WHOLE_SIZES(rw_mutex, "nightly", "nightly", "slow", "nightly")
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(of_wait_group)
BOOST_AUTO_TEST_CASE(some_of_both_sizes) { some_of_both<wait_group>(7); }
HEDDLE_WHOLE_SIZES(wait_group, "nightly", "slow", "slow", "slow")
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(of_cond)
BOOST_AUTO_TEST_CASE(some_of_both_sizes) { some_of_both<cond>(3); }
HEDDLE_WHOLE_SIZES(cond, "nightly", "slow", "slow", "nightly")
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(of_semaphore)
BOOST_AUTO_TEST_CASE(some_of_both_sizes) { some_of_both<semaphore>(7); }
HEDDLE_WHOLE_SIZES(semaphore, "nightly", "slow", "slow", "nightly")
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(of_parking_lot)
BOOST_AUTO_TEST_CASE(some_of_both_sizes) { some_of_both<parking_lot>(5); }
HEDDLE_WHOLE_SIZES(parking_lot, "nightly", "slow", "slow", "slow")
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
