#include <heddle/sync/rw_mutex.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(rw_mutex)

namespace {

using namespace std::chrono_literals;
using heddle_test::await;
using heddle_test::run_threads;

static_assert(!std::is_copy_constructible_v<heddle::rw_mutex>);
static_assert(!std::is_move_constructible_v<heddle::rw_mutex>);
static_assert(std::is_trivially_destructible_v<heddle::rw_mutex>);
static_assert(sizeof(heddle::rw_mutex) == 16);

constinit heddle::rw_mutex constant{"constant"};

/// Whether a writer is announced: then a reader that tries is refused.
bool writer_waits(heddle::rw_mutex& rw) {
  if (!rw.try_lock_shared()) return true;
  rw.unlock_shared();
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_truth_table_of_the_try_operations) {
  heddle::rw_mutex& rw = constant;
  rw.lock();  // a writer
  BOOST_TEST(!rw.try_lock());
  BOOST_TEST(!rw.try_lock_shared());
  rw.unlock();

  BOOST_TEST(rw.try_lock());
  BOOST_TEST(!rw.try_lock());
  BOOST_TEST(!rw.try_lock_shared());
  rw.unlock();

  rw.lock_shared();  // a reader
  BOOST_TEST(rw.try_lock_shared());
  BOOST_TEST(!rw.try_lock());
  rw.unlock_shared();
  BOOST_TEST(!rw.try_lock());
  rw.unlock_shared();

  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(readers_hold_it_together) {
  for (const int readers : {1, 3, 4}) {
    heddle::rw_mutex rw;
    heddle::atomic<int> inside;
    run_threads(readers, [&](int) {
      rw.lock_shared();
      ++inside;
      await([&] { return inside.load() == readers; });
      rw.unlock_shared();
    });
    BOOST_TEST(inside.load() == readers);
    BOOST_TEST(rw.try_lock());
    rw.unlock();
  }
}

BOOST_AUTO_TEST_CASE(readers_and_writers_do_not_mix) {
  constexpr int writer = 10'000;
  heddle::rw_mutex rw;
  heddle::atomic<int> activity;
  heddle::atomic<int> mixed;
  int written = 0;
  run_threads(8, [&](int thread) {
    for (int i = 0; i < 400; ++i) {
      if (thread < 2) {
        rw.lock();
        ++written;
        if (activity.fetch_add(writer) != 0) ++mixed;
        activity.fetch_sub(writer);
        if (i % 4 == 0) {
          rw.downgrade();
          if (activity.fetch_add(1) >= writer) ++mixed;
          activity.fetch_sub(1);
          rw.unlock_shared();
        } else {
          rw.unlock();
        }
      } else if (i % 8 != 0 || rw.try_lock_shared()) {
        if (i % 8 != 0) rw.lock_shared();
        if (activity.fetch_add(1) >= writer) ++mixed;
        activity.fetch_sub(1);
        rw.unlock_shared();
      }
      if (thread == 0 && rw.try_lock()) {
        if (activity.fetch_add(writer) != 0) ++mixed;
        activity.fetch_sub(writer);
        rw.unlock();
      }
    }
  });
  BOOST_TEST(mixed.load() == 0);
  BOOST_TEST(written == 800);
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(a_waiting_writer_keeps_later_readers_out) {
  heddle::rw_mutex rw;
  bool reader_first = false;
  bool written = false;
  rw.lock_shared();
  heddle::thread writer([&] {
    rw.lock();
    written = true;
    rw.unlock();
  });
  await([&] { return writer_waits(rw); });
  BOOST_TEST(!rw.try_lock());
  heddle::thread reader([&] {
    rw.lock_shared();
    reader_first = !written;
    rw.unlock_shared();
  });
  rw.unlock_shared();
  writer.join();
  reader.join();
  BOOST_TEST(!reader_first);
}

BOOST_AUTO_TEST_CASE(another_thread_may_unlock_for_reader_and_writer) {
  heddle::rw_mutex rw;
  rw.lock();
  run_threads(1, [&](int) { rw.unlock(); });
  rw.lock_shared();
  run_threads(1, [&](int) { rw.unlock_shared(); });
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(downgrade_lets_readers_in_and_keeps_writers_out) {
  heddle::rw_mutex rw;
  rw.lock();
  rw.downgrade();
  BOOST_TEST(!rw.try_lock());
  BOOST_TEST(rw.try_lock_shared());
  rw.unlock_shared();
  rw.unlock_shared();
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(no_writer_comes_between_a_write_and_the_downgraded_read) {
  heddle::rw_mutex rw;
  int value = 0;
  heddle::atomic<int> changed;
  run_threads(4, [&](int thread) {
    for (int i = 0; i < 300; ++i) {
      const int mine = thread * 1000 + i;
      rw.lock();
      value = mine;
      rw.downgrade();
      if (value != mine) ++changed;
      rw.unlock_shared();
    }
  });
  BOOST_TEST(changed.load() == 0);
}

BOOST_AUTO_TEST_CASE(the_last_owner_may_destroy_it) {
  struct object {
    heddle::rw_mutex rw;
    heddle::atomic<int> owners{3};
  };
  std::vector<object*> objects(600);
  for (object*& o : objects) o = std::make_unique<object>().release();
  heddle::atomic<int> destroyed;
  run_threads(3, [&](int thread) {
    for (object* o : objects) {
      bool last = false;
      if (thread == 0) {
        o->rw.lock();
        last = --o->owners == 0;
        o->rw.unlock();
      } else {
        o->rw.lock_shared();
        last = --o->owners == 0;
        o->rw.unlock_shared();
      }
      if (!last) continue;
      // The others have counted themselves off and may still be unlocking.
      o->rw.lock();
      o->rw.unlock();
      const std::unique_ptr<object> owned(o);
      ++destroyed;
    }
  });
  BOOST_TEST(destroyed.load() == 600);
}

BOOST_AUTO_TEST_CASE(a_wait_with_a_limit_ends_and_leaves_nothing_behind) {
  heddle::rw_mutex rw;
  const auto past = heddle::now();
  rw.lock_shared();
  BOOST_TEST(!rw.try_lock_until(past));
  BOOST_TEST(!rw.try_lock_for(1ms));
  BOOST_TEST(rw.try_lock_shared_until(past));  // there is nothing to wait for
  rw.unlock_shared();
  rw.unlock_shared();
  rw.lock();
  BOOST_TEST(!rw.try_lock_for(1ms));
  BOOST_TEST(!rw.try_lock_shared_for(1ms));
  rw.unlock();
  BOOST_TEST(rw.try_lock_shared());
  BOOST_TEST(!rw.try_lock_for(1us));
  rw.unlock_shared();
  BOOST_TEST(rw.try_lock_for(1h));
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(a_writer_with_a_limit_keeps_later_readers_out_until_it_gives_up) {
  heddle::rw_mutex rw;
  auto ctx = heddle::with_cancel();
  heddle::atomic<bool> got{true};
  heddle::atomic<bool> read{false};
  rw.lock_shared();
  heddle::thread writer([&] { got = rw.lock(ctx); });
  await([&] { return writer_waits(rw); });
  heddle::thread reader([&] {
    rw.lock_shared();
    read = true;
    rw.unlock_shared();
  });
  ctx.cancel();
  reader.join();  // though the first reader holds the lock
  writer.join();
  BOOST_TEST(!got.load());
  BOOST_TEST(read.load());
  BOOST_TEST(!rw.lock(ctx));
  BOOST_TEST(!rw.lock_shared(ctx));
  rw.unlock_shared();
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(readers_and_writers_that_give_up_mix_with_others) {
  heddle::rw_mutex rw;
  int value = 0;
  heddle::atomic<int> written;
  heddle::atomic<int> torn;
  run_threads(8, [&](int thread) {
    for (int i = 0; i < 300; ++i) {
      const auto limit = std::chrono::microseconds(i % 7 * 5);
      if (thread % 2 == 0) {
        bool got = true;
        if (thread == 0) rw.lock();
        if (thread != 0) got = rw.try_lock_for(limit);
        if (!got) continue;
        ++value;
        ++written;
        rw.unlock();
      } else {
        bool got = true;
        if (thread == 1) rw.lock_shared();
        if (thread != 1) got = rw.try_lock_shared_for(limit);
        if (!got) continue;
        if (value != written.load()) ++torn;
        rw.unlock_shared();
      }
    }
  });
  BOOST_TEST(value == written.load());
  BOOST_TEST(torn.load() == 0);
  BOOST_TEST(value >= 300);
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(what_is_held_is_asserted) {
  heddle::rw_mutex rw;
  rw.lock();
  rw.assert_held();
  rw.assert_held_shared();
  rw.downgrade();
  rw.assert_held_shared();
  rw.unlock_shared();
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(it_fits_the_guards_of_the_standard_library) {
  heddle::rw_mutex rw;
  int count = 0;
  heddle::atomic<int> seen;
  run_threads(4, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      if (thread == 0) {
        const std::unique_lock guard(rw);
        ++count;
      } else {
        const std::shared_lock guard(rw);
        seen.fetch_add(count >= 0 ? 1 : 0);
      }
    }
  });
  BOOST_TEST(count == 200);
  BOOST_TEST(seen.load() == 600);
}

BOOST_AUTO_TEST_SUITE_END()
