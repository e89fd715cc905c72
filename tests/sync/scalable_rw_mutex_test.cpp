#include <heddle/sync/scalable_rw_mutex.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(scalable_rw_mutex)

namespace {

using namespace std::chrono_literals;
using heddle_test::await;
using heddle_test::run_threads;

static_assert(!std::is_copy_constructible_v<heddle::scalable_rw_mutex>);
static_assert(!std::is_move_constructible_v<heddle::scalable_rw_mutex>);
static_assert(sizeof(heddle::scalable_rw_mutex) == 32);

constinit heddle::scalable_rw_mutex constant{"constant"};

/// So many reads open the lock again.
void read_often(heddle::scalable_rw_mutex& rw) {
  for (int i = 0; i < 2000; ++i) {
    rw.lock_shared();
    rw.unlock_shared();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_truth_table_of_the_try_operations) {
  heddle::scalable_rw_mutex& rw = constant;
  for (int round = 0; round < 3; ++round) {  // open, closed, open again
    BOOST_TEST(rw.try_lock_shared());
    BOOST_TEST(rw.try_lock_shared());
    BOOST_TEST(!rw.try_lock());
    rw.unlock_shared();
    BOOST_TEST(!rw.try_lock());
    rw.unlock_shared();
    BOOST_TEST(rw.try_lock());
    BOOST_TEST(!rw.try_lock());
    BOOST_TEST(!rw.try_lock_shared());
    rw.unlock();
    if (round == 1) read_often(rw);
  }
}

BOOST_AUTO_TEST_CASE(readers_hold_it_together) {
  heddle::scalable_rw_mutex rw;
  heddle::atomic<int> inside;
  run_threads(4, [&](int) {
    rw.lock_shared();
    ++inside;
    await([&] { return inside.load() == 4; });
    rw.unlock_shared();
  });
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(readers_and_writers_do_not_mix) {
  constexpr int writer = 10'000;
  heddle::scalable_rw_mutex rw;
  heddle::atomic<int> activity;
  heddle::atomic<int> mixed;
  int written = 0;
  run_threads(6, [&](int thread) {
    for (int i = 0; i < 3000; ++i) {
      if (thread < 2 && i % 64 == 0) {
        rw.lock();
        ++written;
        if (activity.fetch_add(writer) != 0) ++mixed;
        activity.fetch_sub(writer);
        if (i % 128 == 0) {
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
    }
  });
  BOOST_TEST(mixed.load() == 0);
  BOOST_TEST(written == 2 * 47);
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(a_writer_waits_for_readers_that_sleep) {
  heddle::scalable_rw_mutex rw;
  heddle::atomic<bool> written{false};
  rw.lock_shared();
  rw.lock_shared();
  heddle::thread writer([&] {
    rw.lock();
    written = true;
    rw.unlock();
  });
  await([&] {  // it keeps others out
    if (!rw.try_lock_shared()) return true;
    rw.unlock_shared();
    return false;
  });
  BOOST_TEST(!written.load());
  rw.unlock_shared();
  BOOST_TEST(!written.load());
  rw.unlock_shared();
  writer.join();
  BOOST_TEST(written.load());
}

BOOST_AUTO_TEST_CASE(any_thread_may_unlock) {
  heddle::scalable_rw_mutex rw;
  int value = 0;
  for (int i = 0; i < 100; ++i) {
    rw.lock_shared();
    heddle::thread writer([&] {
      rw.lock();
      ++value;
      rw.unlock();
    });
    run_threads(1, [&](int) { rw.unlock_shared(); });
    writer.join();
    if (i % 10 == 0) read_often(rw);
  }
  BOOST_TEST(value == 100);
  BOOST_TEST(rw.try_lock());
  rw.unlock();
}

BOOST_AUTO_TEST_CASE(what_another_unlocked_does_not_outlive_the_lock) {
  std::optional<heddle::scalable_rw_mutex> place;
  for (int i = 0; i < 20; ++i) {  // more than a record has room for
    heddle::scalable_rw_mutex& rw = place.emplace();
    rw.lock_shared();
    run_threads(1, [&](int) { rw.unlock_shared(); });
    place.reset();
  }
  BOOST_TEST(place.emplace().try_lock());
  place->unlock();
}

BOOST_AUTO_TEST_CASE(more_locks_than_a_record_has_room_for) {
  std::vector<std::unique_ptr<heddle::scalable_rw_mutex>> many(12);
  for (auto& each : many) each = std::make_unique<heddle::scalable_rw_mutex>();
  for (auto& each : many) each->lock_shared();
  for (auto& each : many) BOOST_TEST(!each->try_lock());
  for (auto& each : many) each->unlock_shared();
  for (auto& each : many) {
    BOOST_TEST(each->try_lock());
    each->unlock();
  }
}

BOOST_AUTO_TEST_CASE(threads_come_and_go) {
  heddle::scalable_rw_mutex rw;
  heddle::atomic<int> seen;
  int value = 0;
  for (int round = 0; round < 200; ++round) {
    run_threads(3, [&](int thread) {
      if (thread == 0) {
        rw.lock();
        ++value;
        rw.unlock();
      } else {
        const std::shared_lock hold(rw);
        seen.fetch_add(value >= 0 ? 1 : 0);
      }
    });
  }
  BOOST_TEST(value == 200);
  BOOST_TEST(seen.load() == 400);
}

BOOST_AUTO_TEST_CASE(a_wait_with_a_limit_ends_and_leaves_nothing_behind) {
  heddle::scalable_rw_mutex rw;
  auto ctx = heddle::with_cancel();
  rw.lock_shared();
  BOOST_TEST(!rw.try_lock_for(1ms));
  BOOST_TEST(!rw.try_lock_until(heddle::now()));
  heddle::thread user([&] { ctx.cancel(); });
  BOOST_TEST(!rw.lock(ctx));
  user.join();
  BOOST_TEST(!rw.lock_shared(ctx));
  BOOST_TEST(rw.try_lock_shared());
  rw.unlock_shared();
  rw.unlock_shared();
  BOOST_TEST(rw.lock(heddle::background()));
  BOOST_TEST(!rw.try_lock_shared_for(1ms));
  rw.unlock();
  BOOST_TEST(rw.try_lock_shared_for(1h));
  rw.unlock_shared();
}

BOOST_AUTO_TEST_CASE(the_last_owner_may_destroy_it) {
  struct object {
    heddle::scalable_rw_mutex rw;
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
      o->rw.lock();
      o->rw.unlock();
      const std::unique_ptr<object> owned(o);
      ++destroyed;
    }
  });
  BOOST_TEST(destroyed.load() == 600);
}

BOOST_AUTO_TEST_SUITE_END()
