// Clients of cond.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

// One waits for a flag, the other sets it.
void wait_signal() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  thread waiter([&] {
    m.lock();
    while (!ready.get()) changed.wait(m);
    m.unlock();
  });
  m.lock();
  ready.set(true);
  m.unlock();
  changed.signal();
  waiter.join();
}

// The waiter holds the lock from the beginning, so that the other cannot come before it.
void wait_then_signal() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  m.lock();
  thread other([&] {
    m.lock();
    ready.set(true);
    m.unlock();
    changed.signal();
  });
  while (!ready.get()) changed.wait(m);
  m.unlock();
  other.join();
}

void signal_under_lock() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  thread waiter([&] {
    m.lock();
    while (!ready.get()) changed.wait(m);
    ready.set(false);
    m.unlock();
  });
  m.lock();
  ready.set(true);
  changed.signal();
  m.unlock();
  waiter.join();
  expect(!ready.get(), "the waiter did not take the flag");
}

void wait_broadcast() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  const auto wait = [&] {
    m.lock();
    while (!ready.get()) changed.wait(m);
    m.unlock();
  };
  thread first(wait), second(wait);
  m.lock();
  ready.set(true);
  m.unlock();
  changed.broadcast();
  first.join();
  second.join();
}

/// Two threads that wait in a known order, and whom the body wakes.
struct pair_of_waiters {
  mutex m;
  cond changed;
  shared<int> arrived{0};  ///< threads that have called wait
  shared<int> signals{0};
  shared<int> woken{0};

  /// Waits once; the number says who came first, for the lock is held up to the wait.
  void wait_once() {
    m.lock();
    const int number = arrived.get();
    arrived.set(number + 1);
    changed.wait(m);
    expect(woken.get() < signals.get(), "more threads were woken than signals sent");
    expect(number < signals.get(), "a thread was woken before one that had waited longer");
    ++woken;
    m.unlock();
  }

  void await_both() {
    for (;;) {
      m.lock();
      const int now = arrived.get();
      m.unlock();
      if (now == 2) return;
      yield();
    }
  }

  void signal_once() {
    m.lock();
    ++signals;
    m.unlock();
    changed.signal();
  }
};

// Each signal wakes exactly one, the one that has waited longest.
void two_signals() {
  pair_of_waiters both;
  thread first([&] { both.wait_once(); });
  thread second([&] { both.wait_once(); });
  both.await_both();
  both.signal_once();
  both.signal_once();
  first.join();
  second.join();
}

void broadcast_wakes_all_and_once() {
  pair_of_waiters both;
  const auto wait = [&] {
    both.m.lock();
    ++both.arrived;
    both.changed.wait(both.m);
    ++both.woken;
    both.m.unlock();
  };
  thread first(wait), second(wait);
  both.await_both();
  both.changed.broadcast();
  first.join();
  second.join();
  expect(both.woken.get() == 2, "a thread was not woken by the broadcast");
}

// Without a waiter a signal is nothing.
void signal_is_not_remembered() {
  mutex m;
  cond changed;
  changed.signal();
  changed.broadcast();
  m.lock();
  changed.wait(m);
}

void timed_wait() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  thread waiter([&] {
    m.lock();
    const bool seen = changed.wait_for(m, 1us, [&] { return ready.get(); });
    outcome_is(seen ? "in time" : "late");
    m.unlock();
  });
  m.lock();
  ready.set(true);
  m.unlock();
  changed.signal();
  waiter.join();
}

// A waiter that gave up has left the queue: the next signal finds the next waiter.
void signal_after_timeout() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  m.lock();
  (void)changed.wait_for(m, 1us);
  m.unlock();
  thread waiter([&] {
    m.lock();
    while (!ready.get()) changed.wait(m);
    m.unlock();
  });
  m.lock();
  ready.set(true);
  m.unlock();
  changed.signal();
  waiter.join();
}

// One signal for two waiters, one of whom may give up: it goes to him or to the other, and whoever
// gets it passes it on.
void timed_waiter_does_not_swallow() {
  pair_of_waiters both;
  thread timed([&] {
    both.m.lock();
    ++both.arrived;
    const bool signalled = both.changed.wait_for(both.m, 1us);
    both.m.unlock();
    if (signalled) both.changed.signal();
  });
  thread patient([&] {
    both.m.lock();
    ++both.arrived;
    both.changed.wait(both.m);
    both.m.unlock();
  });
  both.await_both();
  both.changed.signal();
  timed.join();
  patient.join();
}

// The waiter destroys the cond once it is woken; signal must not touch it then.
void waiter_destroys() {
  mutex m;
  auto* const changed = new cond;
  atomic<bool> arrived{false};
  thread other([&] {
    m.lock();
    arrived.store(true);
    changed->wait(m);
    m.unlock();
    delete changed;
  });
  while (!arrived.load()) yield();
  m.lock();
  m.unlock();
  changed->signal();
  other.join();
}

// A waiter that was moved to its mutex is served like others, and so are those behind it.
void moved_and_next() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  thread waiter([&] {
    m.lock();
    while (!ready.get()) changed.wait(m);
    yield();
    m.unlock();
  });
  yield();
  m.lock();
  ready.set(true);
  changed.signal();
  m.unlock();
  m.lock();
  m.unlock();
  waiter.join();
  expect(m.try_lock(), "a lock that nobody holds is not free");
  m.unlock();
}

// The signal comes under the lock, and the time is up before the lock is free.
void late_under_lock() {
  mutex m;
  cond changed;
  thread waiter([&] {
    m.lock();
    (void)changed.wait_for(m, 1ms);
    m.unlock();
  });
  yield();
  m.lock();
  changed.signal();
  yield();
  m.unlock();
  m.lock();
  m.unlock();
  waiter.join();
}

// One that gives up has left a permit behind when a waiter is moved.
void moved_beside_late() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  thread waiter([&] {
    m.lock();
    while (!ready.get()) changed.wait(m);
    m.unlock();
  });
  yield();
  m.lock();
  thread late([&] {
    if (m.try_lock_for(1ms)) m.unlock();
  });
  yield();
  m.unlock();
  m.lock();
  ready.set(true);
  changed.signal();
  m.unlock();
  waiter.join();
  late.join();
}

const client_set clients({
    {.name = "cond_wait_signal", .body = wait_signal},
    {.name = "cond_wait_then_signal", .body = wait_then_signal},
    {.name = "cond_signal_under_lock", .body = signal_under_lock},
    {.name = "cond_wait_broadcast", .body = wait_broadcast, .preemptions = 2},
    {.name = "cond_two_signals", .body = two_signals, .preemptions = 2},
    {.name = "cond_broadcast_wakes_all_and_once",
     .body = broadcast_wakes_all_and_once,
     .preemptions = 2},
    {.name = "cond_signal_is_not_remembered",
     .body = signal_is_not_remembered,
     .failures = {{finding_kind::deadlock, "deadlock"}}},
    {.name = "cond_timed_wait", .body = timed_wait, .outcomes = {"in time", "late"}},
    {.name = "cond_signal_after_timeout", .body = signal_after_timeout},
    {.name = "cond_timed_waiter_does_not_swallow",
     .body = timed_waiter_does_not_swallow,
     .preemptions = 2},
    {.name = "cond_moved_and_next", .body = moved_and_next, .preemptions = 3},
    {.name = "cond_late_under_lock", .body = late_under_lock, .preemptions = 2},
    {.name = "cond_moved_beside_late", .body = moved_beside_late, .preemptions = 2},
    {.name = "cond_waiter_destroys", .body = waiter_destroys},
});

}  // namespace

}  // namespace heddle::mutation
