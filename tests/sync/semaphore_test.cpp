#include <heddle/sync/semaphore.hpp>

#include <chrono>
#include <memory>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(semaphore)

namespace {

using heddle_test::await;
using heddle_test::run_threads;
using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<heddle::semaphore>);
static_assert(std::is_trivially_destructible_v<heddle::semaphore>);
static_assert(sizeof(heddle::semaphore) == 8);

constinit heddle::semaphore constant{3, "constant"};

/// Whether somebody waits, where `s` has a permit to spare: then a small request is refused too.
bool somebody_waits(heddle::semaphore& s) {
  if (!s.try_acquire()) return true;
  s.release();
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_truth_table_of_try_acquire) {
  heddle::semaphore& s = constant;
  BOOST_TEST(s.try_acquire(0));
  BOOST_TEST(s.try_acquire(2));
  BOOST_TEST(!s.try_acquire(2));
  BOOST_TEST(s.try_acquire());
  BOOST_TEST(!s.try_acquire());
  BOOST_TEST(s.try_acquire(0));
  s.release(3);
  BOOST_TEST(!s.try_acquire(4));
  BOOST_TEST(s.try_acquire(3));
  s.release(3);
}

BOOST_AUTO_TEST_CASE(a_semaphore_of_one_is_a_lock) {
  heddle::semaphore s{1};
  int count = 0;
  run_threads(10, [&](int) {
    for (int i = 0; i < 1000; ++i) {
      s.acquire();
      ++count;
      s.release();
    }
  });
  BOOST_TEST(count == 10'000);
}

BOOST_AUTO_TEST_CASE(no_more_permits_are_out_than_there_are) {
  constexpr std::uint32_t size = 5;
  heddle::semaphore s{size};
  heddle::atomic<std::uint32_t> out;
  heddle::atomic<int> too_many;
  run_threads(6, [&](int thread) {
    for (int i = 0; i < 300; ++i) {
      const auto number = static_cast<std::uint32_t>((thread + i) % 5 + 1);
      if (i % 3 == 0) {
        if (!s.try_acquire_for(std::chrono::microseconds(i % 40), number)) continue;
      } else if (i % 7 == 0) {
        if (!s.try_acquire(number)) continue;
      } else {
        s.acquire(number);
      }
      if (out.fetch_add(number) + number > size) ++too_many;
      out.fetch_sub(number);
      s.release(number);
    }
  });
  BOOST_TEST(too_many.load() == 0);
  BOOST_TEST(s.try_acquire(size));
}

BOOST_AUTO_TEST_CASE(a_small_request_does_not_overtake_a_large_one) {
  heddle::semaphore s{2};
  s.acquire();
  bool large_served = false;
  bool small_first = false;
  heddle::thread large([&] {
    s.acquire(2);
    large_served = true;
    s.release(2);
  });
  await([&] { return somebody_waits(s); });
  heddle::thread small([&] {
    s.acquire();
    small_first = !large_served;
    s.release();
  });
  s.release();
  large.join();
  small.join();
  BOOST_TEST(!small_first);
  BOOST_TEST(s.try_acquire(2));
}

BOOST_AUTO_TEST_CASE(a_large_request_is_served_though_small_ones_keep_coming) {
  heddle::semaphore s{8};
  heddle::atomic<bool> stop;
  std::vector<heddle::thread> small;
  for (int i = 0; i < 8; ++i) {
    small.emplace_back([&] {
      while (!stop.load()) {
        s.acquire();
        heddle::yield();
        s.release();
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    s.acquire(8);
    s.release(8);
  }
  stop = true;
  for (heddle::thread& thread : small) thread.join();
  BOOST_TEST(s.try_acquire(8));
}

BOOST_AUTO_TEST_CASE(a_request_that_gives_up_leaves_the_permits_to_those_behind) {
  heddle::semaphore s{2};
  s.acquire();
  heddle::atomic<bool> gave_up;
  heddle::thread large([&] { gave_up = !s.try_acquire_for(2ms, 2); });
  heddle::thread small([&] {
    await([&] { return somebody_waits(s) || gave_up.load(); });
    s.acquire();  // behind the large one, and free when that gives up
    s.release();
  });
  large.join();
  small.join();
  BOOST_TEST(gave_up.load());
  BOOST_TEST(s.try_acquire());
  s.release(2);
  BOOST_TEST(s.try_acquire(2));
}

BOOST_AUTO_TEST_CASE(a_request_for_more_than_there_are_keeps_nobody_waiting) {
  heddle::semaphore s{2};
  bool served = true;
  heddle::thread greedy([&] { served = s.try_acquire_for(2ms, 3); });
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST_REQUIRE(s.try_acquire(2));
    s.release(2);
  }
  greedy.join();
  BOOST_TEST(!served);
  BOOST_TEST(!s.try_acquire_until(heddle::now(), 3));
}

BOOST_AUTO_TEST_CASE(a_deadline_that_has_passed_takes_nothing) {
  heddle::semaphore s{1};
  s.acquire();
  BOOST_TEST(!s.try_acquire_for(-1s));
  BOOST_TEST(!s.try_acquire_for(1us));
  s.release();
  BOOST_TEST(s.try_acquire_for(-1s));
  BOOST_TEST(!s.try_acquire());
}

BOOST_AUTO_TEST_CASE(release_is_seen_by_the_thread_that_it_lets_go) {
  heddle::semaphore s{1};
  s.acquire();
  int message = 0;
  int received = 0;
  run_threads(2, [&](int thread) {
    if (thread == 0) {
      message = 9;
      s.release();
    } else {
      s.acquire();
      received = message;
    }
  });
  BOOST_TEST(received == 9);
}

BOOST_AUTO_TEST_SUITE_END()
