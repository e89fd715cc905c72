// Clients of semaphore.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

void add_alone(semaphore& s, shared<int>& sum) {
  s.acquire();
  ++sum;
  s.release();
}

// With one permit it is a lock.
void one_permit() {
  semaphore s{1};
  shared<int> sum{0};
  thread other([&] { add_alone(s, sum); });
  add_alone(s, sum);
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

void one_permit_three_threads() {
  semaphore s{1};
  shared<int> sum{0};
  const auto add = [&] { add_alone(s, sum); };
  thread first(add), second(add);
  add();
  first.join();
  second.join();
  expect(sum.get() == 3, "an addition is lost");
}

void two_permits() {
  semaphore s{2};
  atomic<int> inside{0};
  const auto enter = [&] {
    s.acquire();
    expect(inside.fetch_add(1) < 2, "more threads hold a permit than there are");
    inside.fetch_sub(1);
    s.release();
  };
  thread first(enter), second(enter);
  enter();
  first.join();
  second.join();
  expect(s.try_acquire(2), "a permit is lost");
  s.release(2);
}

// What the one does before it releases, the other sees after it acquires.
void hand_over() {
  semaphore s{1};
  shared<int> value{0};
  s.acquire();
  thread other([&] {
    value.set(1);
    s.release();
  });
  s.acquire();
  expect(value.get() == 1, "acquire returned before the release");
  s.release();
  other.join();
}

// One release for two waiters.
void release_for_two() {
  semaphore s{2};
  s.acquire(2);
  const auto wait = [&] { s.acquire(); };
  thread first(wait), second(wait);
  s.release(2);
  first.join();
  second.join();
  expect(!s.try_acquire(), "there is a permit too many");
  s.release(2);
}

// Two releases do not become one.
void two_releases() {
  semaphore s{2};
  s.acquire(2);
  thread other([&] { s.release(); });
  s.release();
  s.acquire(2);
  s.release(2);
  other.join();
}

// A small request does not overtake a large one that waits.
void large_goes_first() {
  semaphore s{2};
  shared<int> entered{0};
  s.acquire();
  thread large([&] {
    s.acquire(2);
    ++entered;
    s.release(2);
  });
  yield();
  expect(!s.try_acquire(), "a small request overtakes a large one");
  thread small([&] {
    s.acquire();
    expect(entered.get() == 1, "a small request overtakes a large one");
    s.release();
  });
  yield();
  s.release();
  large.join();
  small.join();
}

// A large request that gives up lets the small one behind it go on, without any release.
void large_gives_up() {
  semaphore s{2};
  s.acquire();
  thread large([&] {
    if (s.try_acquire_for(1us, 2)) s.release(2);
  });
  thread small([&] {
    s.acquire();
    s.release();
  });
  small.join();
  s.release();
  large.join();
  expect(s.try_acquire(2), "a permit is lost");
  s.release(2);
}

void timed_acquire() {
  semaphore s{1};
  s.acquire();
  thread other([&] {
    const bool taken = s.try_acquire_for(1us);
    outcome_is(taken ? "in time" : "late");
    if (taken) s.release();
  });
  s.release();
  other.join();
  expect(s.try_acquire(), "a permit is lost");
  expect(!s.try_acquire(), "there is a permit too many");
  s.release();
}

// More than there ever are: waits until its deadline, and nobody else waits for that.
void too_large() {
  semaphore s{1};
  thread large([&] { expect(!s.try_acquire_for(1us, 2), "more permits than there are"); });
  s.acquire();
  s.release();
  large.join();
}

void too_large_for_ever() {
  semaphore s{1};
  s.acquire(2);
}

void released_more_than_held() {
  semaphore s{1};
  s.release();
}

void released_more_than_held_with_waiter() {
  semaphore s{2};
  s.acquire(2);
  thread waiter([&] { s.acquire(); });
  s.release(3);
  waiter.join();
}

constexpr const char* too_many = "semaphore released more than held";

const client_set clients({
    {.name = "semaphore_one_permit", .body = one_permit},
    {.name = "semaphore_one_permit_three_threads",
     .body = one_permit_three_threads,
     .preemptions = 2},
    {.name = "semaphore_two_permits", .body = two_permits, .preemptions = 2},
    {.name = "semaphore_hand_over", .body = hand_over},
    {.name = "semaphore_release_for_two", .body = release_for_two, .preemptions = 2},
    {.name = "semaphore_two_releases", .body = two_releases},
    {.name = "semaphore_large_goes_first", .body = large_goes_first, .preemptions = 0},
    {.name = "semaphore_large_gives_up", .body = large_gives_up, .preemptions = 2},
    {.name = "semaphore_timed_acquire", .body = timed_acquire, .outcomes = {"in time", "late"}},
    {.name = "semaphore_too_large", .body = too_large},
    {.name = "semaphore_too_large_for_ever",
     .body = too_large_for_ever,
     .failures = {{finding_kind::deadlock, "deadlock"}}},
    {.name = "semaphore_released_more_than_held",
     .body = released_more_than_held,
     .failures = {{finding_kind::misuse, too_many}}},
    {.name = "semaphore_released_with_waiter",
     .body = released_more_than_held_with_waiter,
     .preemptions = 3,
     .failures = {{finding_kind::misuse, too_many}}},
});

}  // namespace

}  // namespace heddle::mutation
