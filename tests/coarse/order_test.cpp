// What happens before what through coarse primitives: what their doc comments promise, seen as the
// absence of a race, and no more than that, seen as a race.
#include <functional>
#include <optional>

#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace {

using heddle::finding_kind;

void expect_pass(const char* name, const std::function<void()>& body) {
  const heddle::verdict result = heddle::explore(name, body);
  BOOST_TEST((result.status == heddle::verdict_status::ok), heddle::report_text(result));
}

void expect_found(const char* name, finding_kind kind, const std::function<void()>& body) {
  const heddle::verdict result = heddle::explore(name, body);
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == kind), heddle::report_text(result));
}

constexpr heddle::duration moment{5};

/// A lock that orders nothing: what a cond promises is then its own.
struct no_lock {
  void lock() {}
  void unlock() {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(order)

BOOST_AUTO_TEST_CASE(readers_do_not_synchronize_with_each_other) {
  expect_found("reader_and_reader", finding_kind::data_race, [] {
    heddle::rw_mutex m;
    heddle::shared<int> value{0};
    heddle::thread other([&] {
      m.lock_shared();
      value.set(1);
      m.unlock_shared();
    });
    m.lock_shared();
    (void)value.get();
    m.unlock_shared();
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(readers_and_writers_do) {
  expect_pass("reader_and_writer", [] {
    heddle::rw_mutex m;
    heddle::shared<int> value{0};
    heddle::thread writer([&] {
      m.lock();
      value.set(1);
      m.downgrade();
      (void)value.get();
      m.unlock_shared();
    });
    heddle::thread reader([&] {
      m.lock_shared();
      (void)value.get();
      m.unlock_shared();
    });
    if (m.try_lock()) {
      value.set(2);
      m.unlock();
    }
    writer.join();
    reader.join();
  });
}

BOOST_AUTO_TEST_CASE(a_try_that_fails_orders_nothing) {
  expect_found("failed_try", finding_kind::data_race, [] {
    heddle::mutex m;
    heddle::shared<int> value{0};
    heddle::thread other([&] {
      value.set(1);
      m.lock();
      m.unlock();
      const heddle::lock_guard again(m);
    });
    if (m.try_lock()) {
      m.unlock();
    } else {
      (void)value.get();
    }
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(nor_does_a_lock_that_gives_up) {
  expect_found("late_lock", finding_kind::data_race, [] {
    heddle::mutex m;
    heddle::shared<int> value{0};
    heddle::thread other([&] {
      value.set(1);
      m.lock();
      m.unlock();
      const heddle::lock_guard again(m);
    });
    if (m.try_lock_for(moment)) {
      m.unlock();
    } else {
      (void)value.get();
    }
    other.join();
  });
}

// Both permits are there from the start; with one permit only, they take turns.
BOOST_AUTO_TEST_CASE(an_acquire_knows_of_the_releases_that_it_needed) {
  const auto two_threads = [](std::uint32_t permits) {
    return [=] {
      heddle::semaphore s{permits};
      heddle::shared<int> value{0};
      const auto work = [&] {
        s.acquire();
        ++value.write();
        s.release();
      };
      heddle::thread other(work);
      work();
      other.join();
    };
  };
  expect_pass("one_permit", two_threads(1));
  expect_found("two_permits", finding_kind::data_race, two_threads(2));
}

// It could have had the other permit: that the release came first was chance.
BOOST_AUTO_TEST_CASE(an_acquire_does_not_know_of_a_release_that_it_did_not_need) {
  expect_found("needless_release", finding_kind::data_race, [] {
    heddle::semaphore s{2};
    heddle::shared<int> value{0};
    heddle::atomic<bool> released{false};
    heddle::thread other([&] {
      s.acquire();
      value.set(1);
      s.release();
      released.store(true, std::memory_order_relaxed);
    });
    if (released.load(std::memory_order_relaxed)) {
      s.acquire();
      (void)value.get();
      s.release();
    }
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(a_large_acquire_knows_of_every_release_that_it_waited_for) {
  expect_pass("large_acquire", [] {
    heddle::semaphore s{2};
    heddle::shared<int> left{0}, right{0};
    s.acquire(2);
    heddle::thread first([&] {
      left.set(1);
      s.release();
    });
    heddle::thread second([&] {
      right.set(1);
      s.release();
    });
    s.acquire(2);
    heddle::expect(left.get() + right.get() == 2, "both have been");
    first.join();
    second.join();
  });
}

BOOST_AUTO_TEST_CASE(a_signal_is_known_to_the_wait_that_it_ends) {
  const auto wait_and_read = [](bool when) {
    return [=] {
      heddle::cond c;
      no_lock none;
      heddle::shared<int> value{0};
      heddle::thread other([&] {
        value.set(1);
        c.signal();
      });
      if (c.wait_for(none, moment) == when) (void)value.get();
      other.join();
    };
  };
  expect_pass("signalled", wait_and_read(true));
  expect_found("late", finding_kind::data_race, wait_and_read(false));
}

// The second wait stands in the place of the first, which is over.  Where the second signal ends
// it, it has not heard of the first one; every other pair of signal and wait is in order.
BOOST_AUTO_TEST_CASE(a_signal_is_not_known_to_the_next_wait_in_that_place) {
  expect_found("next_in_its_place", finding_kind::data_race, [] {
    heddle::cond c;
    no_lock none;
    heddle::shared<int> value{0};
    heddle::atomic<bool> woken{false};
    heddle::thread first([&] {
      if (c.wait_for(none, moment)) woken.store(true, std::memory_order_relaxed);
    });
    heddle::thread signals([&] {
      value.set(1);
      c.signal();
    });
    heddle::thread signals_too([&] { c.signal(); });
    if (woken.load(std::memory_order_relaxed) && c.wait_for(none, moment)) (void)value.get();
    first.join();
    signals.join();
    signals_too.join();
  });
}

BOOST_AUTO_TEST_CASE(a_done_is_known_to_the_wait_and_an_add_is_not) {
  expect_pass("done_and_wait", [] {
    heddle::wait_group group;
    heddle::shared<int> value{0};
    group.go([&] { value.set(1); });
    group.wait();
    heddle::expect(value.get() == 1, "the task is done");
  });
  expect_found("add_and_wait", finding_kind::data_race, [] {
    heddle::wait_group group;
    heddle::shared<int> value{0};
    group.add(1);
    heddle::thread adds([&] {
      value.set(1);
      group.add(1);
      group.add(0);
    });
    group.done();
    heddle::thread ends([&] { group.done(); });
    group.wait();
    (void)value.get();
    adds.join();
    ends.join();
  });
}

BOOST_AUTO_TEST_CASE(the_return_of_the_function_is_known_to_every_call) {
  expect_pass("once", [] {
    heddle::once first;
    heddle::shared<int> value{0};
    const auto use = [&] {
      first.call([&] { value.set(1); });
      heddle::expect(value.get() == 1, "it has been called");
    };
    heddle::thread other(use);
    use();
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(who_tries_again_knows_of_the_call_that_threw) {
  expect_pass("retry_once", [] {
    heddle::retry_once first;
    heddle::shared<int> calls{0};
    const auto use = [&] {
      try {
        first.call([&] {
          if (calls.write()++ == 0) throw 1;
        });
      } catch (int) {
      }
    };
    heddle::thread other(use);
    use();
    other.join();
  });
}

BOOST_AUTO_TEST_SUITE_END()
