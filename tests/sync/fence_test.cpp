// Asymmetric fences natively: store buffering, over and over, with one light and one heavy fence.
#include <atomic>

#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

// Two threads meet before each round by counting, and both look at what the other one wrote in it.
int rounds_that_saw_nothing(int rounds) {
  std::atomic<int> arrived{0};
  heddle::atomic<int> here[2];
  int seen[2] = {};
  int none = 0;
  heddle_test::run_threads(2, [&](int me) {
    for (int round = 1; round <= rounds; ++round) {
      arrived.fetch_add(1);
      heddle_test::await([&] { return arrived.load() >= 4 * round - 2; });
      here[me].store(round, relaxed);
      if (me == 0) {
        heddle::light_fence();
      } else {
        heddle::heavy_fence();
      }
      seen[me] = here[1 - me].load(relaxed);
      arrived.fetch_add(1);
      heddle_test::await([&] { return arrived.load() >= 4 * round; });
      if (me == 0 && seen[0] < round && seen[1] < round) ++none;
    }
  });
  return none;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fences)

BOOST_AUTO_TEST_CASE(one_of_two_threads_sees_the_other_if_one_fence_is_heavy) {
  BOOST_TEST(rounds_that_saw_nothing(20000) == 0);
}

BOOST_AUTO_TEST_CASE(a_child_process_goes_on_with_them) {
  heddle::light_fence();
  heddle::heavy_fence();
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    heddle::light_fence();
    heddle::heavy_fence();
    ::_exit(0);
  }
  int status = 1;
  BOOST_TEST(::waitpid(child, &status, 0) == child);
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_SUITE_END()
