#include <heddle/sync/cond.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(cond)

namespace {

using heddle_test::await;
using heddle_test::run_threads;
using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<heddle::cond>);
static_assert(std::is_trivially_destructible_v<heddle::cond>);
static_assert(sizeof(heddle::cond) == 24);

constinit heddle::cond constant{"constant"};

/// A mutex, a condition variable and a count under it.
struct counter {
  heddle::mutex m;
  heddle::cond changed;
  int count = 0;

  int get() {
    const heddle::lock_guard guard(m);
    return count;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_signal_without_a_waiter_is_not_remembered) {
  heddle::mutex m;
  constant.signal();
  constant.broadcast();
  const heddle::lock_guard guard(m);
  BOOST_TEST(!constant.wait_for(m, 0s));
  BOOST_TEST(!constant.wait_until(m, heddle::now()));
}

// The queue is entered before the lock is given up: who holds the lock and has counted ten waiters
// finds ten in the queue.
BOOST_AUTO_TEST_CASE(each_signal_wakes_exactly_one) {
  counter waiting;
  counter awake;
  std::vector<heddle::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] {
      waiting.m.lock();
      ++waiting.count;
      waiting.changed.wait(waiting.m);
      waiting.m.unlock();
      const heddle::lock_guard guard(awake.m);
      ++awake.count;
    });
  }
  await([&] { return waiting.get() == 10; });
  for (int i = 1; i <= 10; ++i) {
    waiting.changed.signal();
    await([&] { return awake.get() >= i; });
    BOOST_TEST(awake.get() == i);
  }
  waiting.changed.signal();
  for (heddle::thread& thread : threads) thread.join();
}

BOOST_AUTO_TEST_CASE(threads_are_woken_in_the_order_in_which_they_came) {
  counter waiting;
  counter awake;
  std::vector<int> order;
  std::vector<heddle::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] {
      waiting.m.lock();
      ++waiting.count;
      waiting.changed.wait(waiting.m);
      order.push_back(i);
      waiting.m.unlock();
      const heddle::lock_guard guard(awake.m);
      ++awake.count;
    });
    await([&] { return waiting.get() == i + 1; });
  }
  for (int i = 0; i < 20; ++i) {
    waiting.changed.signal();
    await([&] { return awake.get() == i + 1; });
  }
  for (heddle::thread& thread : threads) thread.join();
  for (int i = 0; i < 20; ++i) BOOST_TEST(order[static_cast<std::size_t>(i)] == i);
}

BOOST_AUTO_TEST_CASE(broadcast_wakes_everybody_once_a_round) {
  constexpr int threads = 50;
  counter waiting;
  counter awake;
  bool stop = false;
  heddle::thread conductor([&] {
    for (int round = 1; round <= 5; ++round) {
      await([&] { return waiting.get() == threads; });
      const heddle::lock_guard guard(waiting.m);
      waiting.count = 0;
      stop = round == 5;
      waiting.changed.broadcast();
    }
  });
  run_threads(threads, [&](int) {
    heddle::unique_lock guard(waiting.m);
    for (bool last = false; !last;) {
      ++waiting.count;
      waiting.changed.wait(guard);
      last = stop;
      const heddle::lock_guard count(awake.m);
      ++awake.count;
    }
  });
  conductor.join();
  BOOST_TEST(awake.get() == 5 * threads);
}

BOOST_AUTO_TEST_CASE(three_threads_hand_a_value_round) {
  counter step;
  run_threads(3, [&](int thread) {
    const heddle::lock_guard guard(step.m);
    step.changed.wait(step.m, [&] { return step.count == thread; });
    ++step.count;
    step.changed.broadcast();
  });
  BOOST_TEST(step.count == 3);
}

BOOST_AUTO_TEST_CASE(a_later_waiter_steals_no_signal) {
  for (int round = 0; round < 100; ++round) {
    counter waiting;
    bool first_awake = false;
    heddle::thread first([&] {
      const heddle::lock_guard guard(waiting.m);
      ++waiting.count;
      waiting.changed.wait(waiting.m);
      first_awake = true;
    });
    await([&] { return waiting.get() == 1; });
    heddle::thread second([&] {
      const heddle::lock_guard guard(waiting.m);
      ++waiting.count;
      while (!first_awake) waiting.changed.wait(waiting.m);
    });
    // Races with the second thread; the first is the one that it is for.
    waiting.changed.signal();
    first.join();
    // Under the lock: the second thread has seen the flag, or it waits.
    await([&] { return waiting.get() == 2; });
    waiting.changed.broadcast();
    second.join();
    BOOST_TEST_REQUIRE(first_awake);
  }
}

BOOST_AUTO_TEST_CASE(a_waiter_whose_time_is_up_takes_no_signal_with_it) {
  counter waiting;
  std::vector<heddle::thread> threads;
  threads.emplace_back([&] {
    const heddle::lock_guard guard(waiting.m);
    (void)waiting.changed.wait_for(waiting.m, 1us);
    ++waiting.count;
    waiting.changed.wait(waiting.m);
  });
  await([&] { return waiting.get() == 1; });
  waiting.changed.signal();
  threads[0].join();
  BOOST_TEST(waiting.count == 1);
}

BOOST_AUTO_TEST_CASE(deadlines_that_race_with_signals_lose_none) {
  counter permits;  // given one by one, each with one signal
  heddle::thread giver([&] {
    for (int i = 0; i < 1000; ++i) {
      const heddle::lock_guard guard(permits.m);
      ++permits.count;
      permits.changed.signal();
    }
  });
  run_threads(2, [&](int thread) {
    for (int taken = 0; taken < 500;) {
      const heddle::lock_guard guard(permits.m);
      if (permits.count == 0) {
        if (thread == 0) {
          permits.changed.wait(permits.m);
        } else if (!permits.changed.wait_for(permits.m, std::chrono::microseconds(taken % 30))) {
          continue;
        }
      }
      if (permits.count == 0) continue;
      --permits.count;
      ++taken;
    }
  });
  giver.join();
  BOOST_TEST(permits.count == 0);
}

BOOST_AUTO_TEST_CASE(a_timed_wait_returns_what_the_predicate_says) {
  heddle::mutex m;
  heddle::cond changed;
  const heddle::lock_guard guard(m);
  BOOST_TEST(changed.wait_for(m, 0s, [] { return true; }));
  BOOST_TEST(!changed.wait_for(m, 1us, [] { return false; }));
  int asked = 0;
  BOOST_TEST(changed.wait_until(m, heddle::now(), [&] { return ++asked == 2; }));
}

BOOST_AUTO_TEST_CASE(it_takes_any_lock) {
  heddle::cond changed;
  std::mutex standard;
  heddle::rw_mutex rw;
  bool ready = false;
  heddle::thread first([&] {
    std::unique_lock guard(standard);
    changed.wait(guard, [&] { return ready; });
  });
  {
    const std::lock_guard guard(standard);
    ready = true;
    changed.broadcast();
  }
  first.join();
  heddle::thread second([&] {
    heddle::shared_lock guard(rw);
    changed.wait(guard, [&] { return !ready; });
  });
  {
    const heddle::lock_guard guard(rw);
    ready = false;
    changed.broadcast();
  }
  second.join();
  BOOST_TEST(!ready);
}

BOOST_AUTO_TEST_SUITE_END()
