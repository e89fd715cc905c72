#include <heddle/sync/mutex.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/asymmetric_mutex.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(mutex)

namespace {

using heddle_test::run_threads;
using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<heddle::mutex>);
static_assert(!std::is_move_constructible_v<heddle::mutex>);
static_assert(!std::is_copy_assignable_v<heddle::mutex>);
static_assert(std::is_trivially_destructible_v<heddle::mutex>);
static_assert(sizeof(heddle::mutex) == 8);

constinit heddle::mutex constant{"constant"};

void spend(std::chrono::steady_clock::duration time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(try_lock_succeeds_only_on_a_free_mutex) {
  BOOST_TEST(constant.try_lock());
  BOOST_TEST(!constant.try_lock());
  constant.unlock();
  constant.lock();
  BOOST_TEST(!constant.try_lock());
  constant.unlock();
  BOOST_TEST(constant.try_lock());
  constant.unlock();
}

BOOST_AUTO_TEST_CASE(any_thread_may_unlock) {
  heddle::mutex m;
  m.lock();
  run_threads(1, [&](int) { m.unlock(); });
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(ten_threads_that_lock_and_try_lock_lose_no_update) {
  heddle::mutex m;
  int count = 0;
  heddle::atomic<int> expected;
  run_threads(10, [&](int) {
    for (int i = 0; i < 1000; ++i) {
      if (i % 3 == 0) {
        if (!m.try_lock()) continue;
      } else {
        m.lock();
      }
      ++count;
      m.unlock();
      expected.fetch_add(1, std::memory_order_relaxed);
    }
  });
  BOOST_TEST(count == expected.load());
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(short_locks_pass_a_greedy_thread) {
  heddle::mutex m;
  heddle::atomic<bool> stop;
  heddle::thread greedy([&] {
    while (!stop.load()) {
      m.lock();
      spend(100us);
      m.unlock();
    }
  });
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) {
    spend(100us);
    m.lock();
    m.unlock();
  }
  const auto took = std::chrono::steady_clock::now() - start;
  stop = true;
  greedy.join();
  BOOST_TEST((took < 10s));
}

BOOST_AUTO_TEST_CASE(a_timed_lock_gives_up_and_leaves_nothing_behind) {
  heddle::mutex m;
  m.lock();
  int refused = 0;
  run_threads(1, [&](int) {
    refused += m.try_lock_for(1us) ? 0 : 1;
    refused += m.try_lock_until(heddle::now()) ? 0 : 1;
    refused += m.try_lock_for(-1s) ? 0 : 1;
  });
  BOOST_TEST(refused == 3);
  m.unlock();
  BOOST_TEST(m.try_lock_for(0s));
  m.unlock();
  BOOST_TEST(m.try_lock_until(heddle::never));
  m.unlock();
}

BOOST_AUTO_TEST_CASE(locks_with_and_without_a_deadline_lose_no_update_and_no_wake) {
  heddle::mutex m;
  int count = 0;
  heddle::atomic<int> expected;
  run_threads(6, [&](int thread) {
    for (int i = 0; i < 500; ++i) {
      if (thread % 2 == 0) {
        m.lock();
      } else if (!m.try_lock_for(std::chrono::microseconds(i % 20))) {
        continue;
      }
      ++count;
      if (i % 50 == 0) spend(50us);
      m.unlock();
      expected.fetch_add(1, std::memory_order_relaxed);
    }
  });
  BOOST_TEST(count == expected.load());
  BOOST_TEST(m.try_lock());
  m.unlock();
}

// Held for longer than a waiter's patience, the mutex passes through starvation mode over and over.
BOOST_AUTO_TEST_CASE(starvation_mode_is_left_again) {
  heddle::mutex m;
  int count = 0;
  run_threads(4, [&](int) {
    for (int i = 0; i < 8; ++i) {
      m.lock();
      ++count;
      spend(1500us);
      m.unlock();
      if (i % 2 == 0 && m.try_lock_for(500us)) m.unlock();
    }
  });
  BOOST_TEST(count == 32);
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(the_last_owner_may_destroy_the_mutex) {
  struct object {
    heddle::mutex m;
    int owners = 3;
  };
  std::vector<object*> objects(1000);
  for (object*& o : objects) o = std::make_unique<object>().release();
  heddle::atomic<int> destroyed;
  run_threads(3, [&](int) {
    for (object* o : objects) {
      o->m.lock();
      const bool last = --o->owners == 0;
      o->m.unlock();
      if (!last) continue;
      const std::unique_ptr<object> owned(o);
      ++destroyed;
    }
  });
  BOOST_TEST(destroyed.load() == 1000);
}

BOOST_AUTO_TEST_CASE(it_fits_the_guards_of_the_standard_library) {
  heddle::mutex a;
  heddle::mutex b;
  std::mutex c;
  int count = 0;
  run_threads(3, [&](int i) {
    for (int k = 0; k < 200; ++k) {
      {
        const std::lock_guard guard(a);
        ++count;
      }
      if (i % 2 == 0) {
        const std::scoped_lock guard(a, b, c);
        ++count;
      } else {
        const std::scoped_lock guard(c, b, a);
        ++count;
      }
      std::unique_lock guard(a, std::defer_lock);
      if (!guard.try_lock_for(1h)) continue;
      ++count;
    }
  });
  BOOST_TEST(count == 1800);
}

BOOST_AUTO_TEST_CASE(an_asymmetric_mutex_excludes_and_wakes) {
  static_assert(sizeof(heddle::asymmetric_mutex) == 8);
  for (int round = 0; round < 20; ++round) {
    heddle::asymmetric_mutex m;
    int sum = 0;
    run_threads(4, [&](int) {
      for (int i = 0; i < 2000; ++i) {
        const std::lock_guard held(m);
        ++sum;
      }
    });
    BOOST_TEST(sum == 8000);
    BOOST_TEST(m.try_lock());
    BOOST_TEST(!m.try_lock());
    m.unlock();
  }
}

BOOST_AUTO_TEST_SUITE_END()
