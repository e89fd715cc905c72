// The same text against both platforms.  `require` is called by the body's own thread only.
#include <on_platform.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guarded.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/ordered.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/scalable_rw_mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/thread_slot.hpp>
#include <heddle/sync/wait_group.hpp>

BOOST_AUTO_TEST_SUITE(primitives)

BOOST_AUTO_TEST_CASE(a_mutex_excludes) {
  cross::run("a_mutex_excludes", [] {
    heddle::mutex m;
    heddle::shared<int> count{0};
    const auto add = [&] {
      const heddle::lock_guard hold(m);
      count.set(count.get() + 1);
    };
    heddle::thread first(add), second(add);
    first.join();
    second.join();
    cross::require(count.get() == 2, "both increments are there");
  });
}

BOOST_AUTO_TEST_CASE(standard_guards_fit_a_mutex) {
  cross::run("standard_guards_fit_a_mutex", [] {
    heddle::mutex from, to;
    heddle::shared<int> moved{0};
    const auto move = [&] {
      const std::scoped_lock both(from, to);
      moved.set(moved.get() + 1);
    };
    heddle::thread other(move);
    move();
    other.join();
    cross::require(moved.get() == 2, "both moves are there");
  });
}

BOOST_AUTO_TEST_CASE(a_release_store_publishes) {
  cross::run("a_release_store_publishes", [] {
    heddle::atomic<bool> ready{false};
    heddle::shared<int> data{0};
    heddle::thread writer([&] {
      data.set(42);
      ready.store(true, std::memory_order_release);
    });
    while (!ready.load(std::memory_order_acquire)) heddle::yield();
    cross::require(data.get() == 42, "the data is there when the flag is");
    writer.join();
  });
}

BOOST_AUTO_TEST_CASE(readers_share_and_a_writer_does_not) {
  cross::run("readers_share_and_a_writer_does_not", [] {
    heddle::rw_mutex m;
    heddle::shared<int> value{1};
    heddle::shared<int> seen{0};
    heddle::thread reader([&] {
      m.lock_shared();
      seen.set(value.get());
      m.unlock_shared();
    });
    m.lock();
    value.set(2);
    m.downgrade();
    const int mine = value.get();
    m.unlock_shared();
    reader.join();
    cross::require(mine == 2, "a downgrade keeps what was written");
    cross::require(seen.get() == 1 || seen.get() == 2, "a reader sees a whole value");
  });
}

BOOST_AUTO_TEST_CASE(readers_scale_and_a_writer_waits_for_them) {
  cross::run("readers_scale_and_a_writer_waits_for_them", [] {
    heddle::scalable_rw_mutex m;
    heddle::shared<int> value{1};
    heddle::shared<int> seen{0};
    m.lock_shared();
    heddle::thread unlocker([&] {
      seen.set(value.get());
      m.unlock_shared();
    });
    m.lock();
    value.set(2);
    m.downgrade();
    const int mine = value.get();
    m.unlock_shared();
    unlocker.join();
    cross::require(mine == 2, "a downgrade keeps what was written");
    cross::require(seen.get() == 1, "the reader was before");
    cross::require(m.try_lock(), "nobody holds it");
    m.unlock();
  });
}

BOOST_AUTO_TEST_CASE(a_wait_group_waits_for_all) {
  cross::run("a_wait_group_waits_for_all", [] {
    heddle::wait_group group;
    heddle::shared<int> left{0}, right{0};
    group.go([&] { left.set(1); });
    group.go([&] { right.set(2); });
    group.wait();
    cross::require(left.get() + right.get() == 3, "both tasks are done");
  });
}

BOOST_AUTO_TEST_CASE(a_batch_of_tasks_is_done_at_once) {
  cross::run("a_batch_of_tasks_is_done_at_once", [] {
    heddle::wait_group group;
    heddle::shared<int> results{0};
    group.add(3);
    heddle::thread worker([&] {
      results.set(2);
      group.done(2);
    });
    group.done();
    group.wait();
    cross::require(results.get() == 2, "the batch is done");
    worker.join();
  });
}

BOOST_AUTO_TEST_CASE(a_mutex_that_is_held_says_so) {
  cross::run("a_mutex_that_is_held_says_so", [] {
    heddle::mutex m;
    const heddle::lock_guard hold(m);
    m.assert_held();
    heddle::thread other([&] { m.assert_held(); });
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(guarded_values_are_reached_under_their_locks) {
  cross::run("guarded_values_are_reached_under_their_locks", [] {
    heddle::guarded<int> from(2);
    heddle::guarded<int, heddle::rw_mutex> to(0);
    const auto move = [](int& out, int& in) {
      --out;
      ++in;
    };
    heddle::thread other([&] { heddle::with_locks(move, from, to); });
    heddle::with_locks([&](int& in, int& out) { move(out, in); }, to, from);
    const int left = from.with_lock([](const int& value) { return value; });
    other.join();
    cross::require(left < 2, "the first move is seen");
    cross::require(to.with_shared_lock([](const int& value) { return value == 2; }), "both moves");
  });
}

BOOST_AUTO_TEST_CASE(locks_in_order_are_let_alone) {
  cross::run("locks_in_order_are_let_alone", [] {
    heddle::ordered<> first("first");
    heddle::leveled<heddle::rw_mutex> second(1, "second");
    heddle::shared<int> sum{0};
    const auto add = [&] {
      const heddle::lock_guard outer(first);
      const heddle::lock_guard inner(second);
      ++sum;
    };
    heddle::thread other(add);
    add();
    other.join();
    const heddle::shared_lock hold(second);
    second.assert_held();
    cross::require(sum.get() == 2, "both additions are there");
  });
}

BOOST_AUTO_TEST_CASE(a_cond_hands_over) {
  cross::run("a_cond_hands_over", [] {
    heddle::mutex m;
    heddle::cond filled;
    heddle::shared<int> box{0};
    heddle::thread producer([&] {
      const heddle::lock_guard hold(m);
      box.set(7);
      filled.signal();
    });
    int taken = 0;
    {
      heddle::unique_lock hold(m);
      filled.wait(hold, [&] { return box.get() != 0; });
      taken = box.get();
    }
    producer.join();
    cross::require(taken == 7, "what was put is taken");
  });
}

BOOST_AUTO_TEST_CASE(once_calls_once_and_all_see_it) {
  cross::run("once_calls_once_and_all_see_it", [] {
    heddle::once first;
    heddle::shared<int> calls{0};
    const auto use = [&] { first.call([&] { calls.set(calls.get() + 1); }); };
    heddle::thread other(use);
    use();
    cross::require(calls.get() == 1, "the call has been made when call returns");
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(a_semaphore_bounds) {
  cross::run("a_semaphore_bounds", [] {
    heddle::semaphore permits{1};
    heddle::shared<int> inside{0};
    const auto enter = [&] {
      permits.acquire();
      inside.set(inside.get() + 1);
      permits.release();
    };
    heddle::thread other(enter);
    enter();
    other.join();
    cross::require(inside.get() == 2, "both were inside, in turn");
  });
}

BOOST_AUTO_TEST_CASE(a_thread_slot_is_per_thread) {
  cross::run("a_thread_slot_is_per_thread", [] {
    static constinit heddle::thread_slot<int> slot;
    heddle::shared<int> elsewhere{0};
    slot.get() = 1;
    heddle::thread other([&] {
      slot.get() += 5;
      elsewhere.set(slot.get());
    });
    other.join();
    cross::require(slot.get() == 1 && elsewhere.get() == 5, "each thread has its own value");
  });
}

BOOST_AUTO_TEST_SUITE_END()
