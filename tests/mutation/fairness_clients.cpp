// Clients of mutex that are about who gets it next: order, starvation, spinners, and who gives up.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/time.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

void add_locked(mutex& m, shared<int>& sum) {
  m.lock();
  ++sum;
  m.unlock();
}

void expect_free(mutex& m, const char* complaint) {
  expect(m.try_lock(), complaint);
  m.unlock();
}

// The waiter has waited for longer than a millisecond when it wakes.  If it loses then, it is
// handed the lock by the next unlock, if it is the last one to wait it ends the starvation mode.
void starving_waiter() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread waiter([&] { add_locked(m, sum); });
  sleep_for(2ms);
  m.unlock();
  add_locked(m, sum);
  add_locked(m, sum);
  waiter.join();
  expect(sum.get() == 3, "an addition is lost");
  expect_free(m, "a lock that nobody holds is not free");
}

// As above, with a second waiter that queues in starvation mode.
void starving_waiters() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  const auto add = [&] { add_locked(m, sum); };
  thread first(add), second(add);
  sleep_for(2ms);
  m.unlock();
  add();
  first.join();
  second.join();
  expect(sum.get() == 3, "an addition is lost");
  expect_free(m, "a lock that nobody holds is not free");
}

// A waiter that gives up takes starvation mode with it if it was the last one.
void starving_gives_up() {
  mutex m;
  m.lock();
  thread timed([&] {
    if (m.try_lock_for(3ms)) m.unlock();
  });
  sleep_for(2ms);
  m.unlock();
  m.lock();
  m.unlock();
  timed.join();
  expect_free(m, "a lock that nobody holds is not free");
}

// Without preemption the waiter comes to run at the yields alone: it loses once, for the lock is
// taken again, and is handed the lock by the second unlock.
void starving_is_served() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread waiter([&] { add_locked(m, sum); });
  yield();
  sleep_for(2ms);
  m.unlock();
  m.lock();
  yield();
  expect(sum.get() == 0, "two threads hold the lock");
  m.unlock();
  m.lock();
  expect(sum.get() == 1, "a starving waiter is overtaken twice");
  m.unlock();
  waiter.join();
}

// After a wait of `time` the waiter loses once: is it handed the lock then?
void lose_once_after(duration time) {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread waiter([&] { add_locked(m, sum); });
  yield();
  sleep_for(time);
  m.unlock();
  m.lock();
  yield();
  m.unlock();
  m.lock();
  outcome_is(sum.get() == 1 ? "served" : "overtaken");
  m.unlock();
  waiter.join();
}

// A waiter starves after more than a millisecond.  At exactly that the clock may have gone on when
// it looks, or not.
void starving_at_a_millisecond() { lose_once_after(1ms); }
void starving_after_a_millisecond() { lose_once_after(1ms + 1ns); }

// In starvation mode a newcomer that only tries must not take what is handed over.
void starving_refuses_try_lock() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread waiter([&] { add_locked(m, sum); });
  yield();
  sleep_for(2ms);
  m.unlock();
  m.lock();
  yield();
  thread third([&] {
    if (!m.try_lock()) return;
    expect(sum.get() == 1, "try_lock took what was handed over");
    m.unlock();
  });
  m.unlock();
  waiter.join();
  third.join();
}

// Nor must one that is ready to wait.
void starving_refuses_lock() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread waiter([&] { add_locked(m, sum); });
  yield();
  sleep_for(2ms);
  m.unlock();
  m.lock();
  yield();
  thread third([&] {
    m.lock();
    expect(sum.get() == 1, "lock took what was handed over");
    m.unlock();
  });
  m.unlock();
  waiter.join();
  third.join();
}

// A waiter may be late and find that a permit is on its way to it: it must take the permit, and
// must not keep unlock from waking the next one, who starves after that.
void late_waiter_and_next() {
  mutex m;
  m.lock();
  thread timed([&] {
    if (m.try_lock_for(1us)) m.unlock();
  });
  yield();
  m.unlock();
  m.lock();
  thread next([&] {
    m.lock();
    m.unlock();
  });
  yield();
  sleep_for(2ms);
  m.unlock();
  m.lock();
  yield();
  m.unlock();
  timed.join();
  next.join();
  expect_free(m, "a lock that nobody holds is not free");
}

// A spinner keeps unlock from waking the waiter, and so has to see to that itself.  The waiter
// spins as well, until it has seen enough writes that do not concern it.
void spinner_beside_waiter() {
  mutex m;
  atomic<int> ticks{0};
  m.lock();
  const auto pass = [&] {
    m.lock();
    m.unlock();
  };
  thread waiter(pass);
  for (int i = 0; i < 6; ++i) {
    yield();
    ticks.store(i);
  }
  thread spinner(pass);
  yield();
  m.unlock();
  waiter.join();
  spinner.join();
}

// A waiter that was woken and lost is still the first.
void loser_stays_first() {
  mutex m;
  shared<int> served{0};
  atomic<int> arrived{0};
  m.lock();
  const auto come = [&] {
    const int number = arrived.fetch_add(1);
    m.lock();
    expect(served.get() == number, "a waiter was served out of order");
    ++served;
    m.unlock();
  };
  thread first(come), second(come);
  while (arrived.load() != 2) yield();
  m.unlock();
  m.lock();
  yield();
  m.unlock();
  first.join();
  second.join();
}

// Waiters that nobody overtakes get the lock in the order in which they came.
void first_come_first_served() {
  mutex m;
  shared<int> served{0};
  atomic<int> arrived{0};
  m.lock();
  const auto come = [&] {
    const int number = arrived.fetch_add(1);
    m.lock();
    expect(served.get() == number, "a waiter was served out of order");
    ++served;
    m.unlock();
  };
  thread first(come), second(come);
  while (arrived.load() != 2) yield();
  m.unlock();
  first.join();
  second.join();
}

const client_set clients({
    {.name = "mutex_starving_waiter", .body = starving_waiter, .preemptions = 3},
    {.name = "mutex_starving_waiters", .body = starving_waiters, .preemptions = 2},
    {.name = "mutex_starving_gives_up", .body = starving_gives_up, .preemptions = 3},
    {.name = "mutex_starving_is_served", .body = starving_is_served, .preemptions = 0},
    {.name = "mutex_starving_at_a_millisecond",
     .body = starving_at_a_millisecond,
     .preemptions = 0,
     .outcomes = {"overtaken", "served"}},
    {.name = "mutex_starving_after_a_millisecond",
     .body = starving_after_a_millisecond,
     .preemptions = 0,
     .outcomes = {"served"}},
    {.name = "mutex_starving_refuses_try_lock",
     .body = starving_refuses_try_lock,
     .preemptions = 0},
    {.name = "mutex_starving_refuses_lock", .body = starving_refuses_lock, .preemptions = 0},
    {.name = "mutex_late_waiter_and_next", .body = late_waiter_and_next, .preemptions = 2},
    {.name = "mutex_spinner_beside_waiter",
     .body = spinner_beside_waiter,
     .preemptions = 1,
     .processors = 2},
    {.name = "mutex_loser_stays_first", .body = loser_stays_first, .preemptions = 0},
    {.name = "mutex_first_come_first_served", .body = first_come_first_served, .preemptions = 0},
});

}  // namespace

}  // namespace heddle::mutation
