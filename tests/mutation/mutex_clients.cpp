// Clients of mutex, and so of fair_word and the parking lot.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>

#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

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

// One lock and unlock in each of two threads.
void lock_unlock() {
  mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  add_locked(m, sum);
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

void three_threads() {
  mutex m;
  shared<int> sum{0};
  const auto add = [&] { add_locked(m, sum); };
  thread second(add), third(add);
  add();
  second.join();
  third.join();
  expect(sum.get() == 3, "an addition is lost");
}

// A second round meets the bits that the first one left behind.
void two_rounds() {
  mutex m;
  shared<int> sum{0};
  const auto add = [&] {
    add_locked(m, sum);
    add_locked(m, sum);
  };
  thread other(add);
  add();
  other.join();
  expect(sum.get() == 4, "an addition is lost");
}

// A try_lock that nobody disturbs succeeds if the mutex is free, and only then.
void try_lock_alone() {
  mutex m;
  expect(m.try_lock(), "try_lock of a free mutex failed");
  expect(!m.try_lock(), "try_lock of a locked mutex succeeded");
  m.unlock();
  expect(m.try_lock(), "try_lock of a free mutex failed");
  m.unlock();
}

void try_lock_against_lock() {
  mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  int added = 1;
  if (m.try_lock()) {
    ++sum;
    ++added;
    m.unlock();
  }
  other.join();
  expect(sum.get() == added, "an addition is lost");
  outcome_is(added == 2 ? "taken" : "refused");
}

// try_lock may overtake a waiter that was woken, and must not lose that waiter.
void try_lock_between() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread other([&] { add_locked(m, sum); });
  m.unlock();
  int added = 1;
  if (m.try_lock()) {
    ++sum;
    ++added;
    m.unlock();
  }
  other.join();
  expect(sum.get() == added, "an addition is lost");
}

void timed_lock() {
  mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  int added = 1;
  if (m.try_lock_for(1us)) {
    ++sum;
    ++added;
    m.unlock();
  }
  other.join();
  expect_free(m, "a lock that was given up left something behind");
  expect(sum.get() == added, "an addition is lost");
  outcome_is(added == 2 ? "in time" : "late");
}

// One waiter gives up while another stays: the unlock must find the other.
void timed_lock_between() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  thread timed([&] {
    if (!m.try_lock_for(1us)) return;
    ++sum;
    m.unlock();
  });
  thread patient([&] { add_locked(m, sum); });
  m.unlock();
  timed.join();
  patient.join();
  expect_free(m, "a lock that was given up left something behind");
}

// Any thread may unlock.
void unlock_by_another() {
  mutex m;
  shared<int> sum{0};
  m.lock();
  ++sum;
  thread other([&] { m.unlock(); });
  add_locked(m, sum);
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

// The last one to hold the mutex destroys it: unlock must not touch it afterwards.
void last_one_destroys() {
  struct counted {
    mutex m;
    shared<int> owners{2};
  };
  auto* const object = new counted;
  const auto leave = [object] {
    object->m.lock();
    const bool last = --object->owners == 0;
    object->m.unlock();
    if (last) delete object;
  };
  thread other(leave);
  leave();
  other.join();
}

void unlock_of_unlocked() {
  mutex m;
  m.unlock();
}

void unlock_twice() {
  mutex m;
  thread other([&] {
    m.lock();
    m.unlock();
  });
  other.join();
  m.unlock();
}

void recursive_lock() {
  mutex m;
  m.lock();
  m.lock();
}

const client_set clients({
    {.name = "mutex_lock_unlock", .body = lock_unlock},
    {.name = "mutex_three_threads", .body = three_threads, .preemptions = 2},
    {.name = "mutex_two_rounds", .body = two_rounds, .preemptions = 2},
    {.name = "mutex_three_spinning", .body = three_threads, .preemptions = 2, .processors = 2},
    {.name = "mutex_two_rounds_spinning", .body = two_rounds, .preemptions = 2, .processors = 2},
    {.name = "mutex_try_lock_alone", .body = try_lock_alone},
    {.name = "mutex_try_lock_against_lock",
     .body = try_lock_against_lock,
     .outcomes = {"refused", "taken"}},
    {.name = "mutex_try_lock_between", .body = try_lock_between},
    {.name = "mutex_timed_lock", .body = timed_lock, .outcomes = {"in time", "late"}},
    {.name = "mutex_timed_lock_between", .body = timed_lock_between, .preemptions = 2},
    {.name = "mutex_unlock_by_another", .body = unlock_by_another},
    {.name = "mutex_last_one_destroys", .body = last_one_destroys},
    {.name = "mutex_unlock_of_unlocked",
     .body = unlock_of_unlocked,
     .failures = {{finding_kind::misuse, "unlock of unlocked mutex"}}},
    {.name = "mutex_unlock_twice",
     .body = unlock_twice,
     .failures = {{finding_kind::misuse, "unlock of unlocked mutex"}}},
    {.name = "mutex_recursive_lock",
     .body = recursive_lock,
     .failures = {{finding_kind::deadlock, "deadlock"}}},
    {.name = "mutex_recursive_lock_spinning",
     .body = recursive_lock,
     .processors = 2,
     .failures = {{finding_kind::deadlock, "deadlock"}}},
});

}  // namespace

}  // namespace heddle::mutation
