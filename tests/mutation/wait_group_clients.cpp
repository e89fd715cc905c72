// Clients of wait_group.
#include <heddle/tests/mutation/clients.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::mutation {

namespace {

void add_done_wait() {
  wait_group tasks;
  shared<int> result{0};
  tasks.add(1);
  thread worker([&] {
    result.set(1);
    tasks.done();
  });
  tasks.wait();
  expect(result.get() == 1, "wait returned before the task was done");
  worker.join();
}

void two_tasks() {
  wait_group tasks;
  shared<int> first_result{0}, second_result{0};
  tasks.add(2);
  thread first([&] {
    first_result.set(1);
    tasks.done();
  });
  thread second([&] {
    second_result.set(1);
    tasks.done();
  });
  tasks.wait();
  expect(first_result.get() + second_result.get() == 2, "wait returned before a task was done");
  first.join();
  second.join();
}

void two_waiters() {
  wait_group tasks;
  shared<int> result{0};
  tasks.add(1);
  const auto wait = [&] {
    tasks.wait();
    expect(result.get() == 1, "wait returned before the task was done");
  };
  thread first(wait), second(wait);
  result.set(1);
  tasks.done();
  first.join();
  second.join();
}

// A task may add tasks while it is not done.
void task_adds_a_task() {
  wait_group tasks;
  shared<int> result{0};
  tasks.add(1);
  thread worker([&] {
    tasks.add(1);
    tasks.done();
    result.set(1);
    tasks.done();
  });
  tasks.wait();
  expect(result.get() == 1, "wait returned before a task was done");
  worker.join();
}

void many_at_once() {
  wait_group tasks;
  shared<int> result{0};
  tasks.add(2);
  thread worker([&] {
    result.set(1);
    tasks.add(-2);
  });
  tasks.wait();
  expect(result.get() == 1, "wait returned before the task was done");
  worker.join();
}

// Reuse is legal once every wait has returned.
void reuse() {
  wait_group tasks;
  shared<int> result{0};
  const auto work = [&] {
    ++result;
    tasks.done();
  };
  tasks.add(1);
  thread first(work);
  tasks.wait();
  tasks.add(1);
  thread second(work);
  tasks.wait();
  expect(result.get() == 2, "wait returned before the task was done");
  first.join();
  second.join();
}

void go_and_wait() {
  wait_group tasks;
  shared<int> result{0};
  tasks.go([&] { result.set(1); });
  tasks.wait();
  expect(result.get() == 1, "wait returned before the task was done");
}

// What the task holds is gone when wait returns.
void go_releases_first() {
  struct holder {
    explicit holder(shared<int>& which) : where(&which) {}
    holder(holder&& other) noexcept : where(other.where) { other.where = nullptr; }
    ~holder() {
      if (where != nullptr) where->set(1);
    }
    void operator()() const {}
    shared<int>* where;
  };
  shared<int> gone{0};
  wait_group tasks;
  tasks.go(holder(gone));
  tasks.wait();
  expect(gone.get() == 1, "wait returned before the task was gone");
}

// The waiter destroys the wait_group; the last done must not touch it then.
void waiter_destroys() {
  auto* const tasks = new wait_group;
  tasks->add(1);
  thread worker([tasks] { tasks->done(); });
  tasks->wait();
  delete tasks;
  worker.join();
}

void negative() {
  wait_group tasks;
  tasks.done();
}

void negative_among_threads() {
  wait_group tasks;
  tasks.add(1);
  thread other([&] { tasks.done(); });
  tasks.done();
  other.join();
}

// The add from zero is not ordered with the wait: it may return before or after the task.
void add_beside_wait() {
  wait_group tasks;
  thread waiter([&] { tasks.wait(); });
  tasks.add(1);
  tasks.done();
  waiter.join();
}

// Ordered after the call of wait, not after its return: the counter is zero, and the waiter is not
// yet released, or has not yet returned.
void add_before_wait_returns() {
  wait_group tasks;
  tasks.add(1);
  thread waiter([&] { tasks.wait(); });
  thread worker([&] { tasks.done(); });
  worker.join();
  tasks.add(1);
  tasks.done();
  waiter.join();
}

// Nobody takes the new task: the wait may also not return.
void add_alone() {
  wait_group tasks;
  tasks.add(1);
  thread waiter([&] { tasks.wait(); });
  thread worker([&] { tasks.done(); });
  tasks.add(1);
  waiter.join();
  worker.join();
}

// Two threads that both are the last one, in turn.
void add_while_released() {
  wait_group tasks;
  tasks.add(1);
  thread waiter([&] { tasks.wait(); });
  thread worker([&] { tasks.done(); });
  tasks.add(1);
  tasks.done();
  waiter.join();
  worker.join();
}

void add_before_late_wait_returns() {
  wait_group tasks;
  tasks.add(1);
  thread waiter([&] { (void)tasks.wait_for(std::chrono::microseconds(1)); });
  tasks.done();
  tasks.add(1);
  waiter.join();
  tasks.done();
}

constexpr const char* negative_text = "wait_group counter is negative";
constexpr const char* unordered = "wait_group add is not ordered with wait";
constexpr const char* concurrent = "wait_group add is concurrent with wait";
constexpr const char* reused = "wait_group is reused before the previous wait has returned";

const client_set clients({
    {.name = "wait_group_add_done_wait", .body = add_done_wait},
    {.name = "wait_group_two_tasks", .body = two_tasks, .preemptions = 3},
    {.name = "wait_group_two_waiters", .body = two_waiters, .preemptions = 3},
    {.name = "wait_group_task_adds_a_task", .body = task_adds_a_task},
    {.name = "wait_group_many_at_once", .body = many_at_once},
    {.name = "wait_group_reuse", .body = reuse, .preemptions = 3},
    {.name = "wait_group_go_and_wait", .body = go_and_wait},
    {.name = "wait_group_go_releases_first", .body = go_releases_first},
    {.name = "wait_group_waiter_destroys", .body = waiter_destroys},
    {.name = "wait_group_negative",
     .body = negative,
     .failures = {{finding_kind::misuse, negative_text}}},
    {.name = "wait_group_negative_among_threads",
     .body = negative_among_threads,
     .failures = {{finding_kind::misuse, negative_text}}},
    {.name = "wait_group_add_beside_wait",
     .body = add_beside_wait,
     .failures = {{finding_kind::misuse, unordered}}},
    {.name = "wait_group_add_before_wait_returns",
     .body = add_before_wait_returns,
     .preemptions = 3,
     .failures = {{finding_kind::misuse, unordered}, {finding_kind::misuse, reused}}},
    {.name = "wait_group_add_before_late_wait_returns",
     .body = add_before_late_wait_returns,
     .preemptions = 3,
     .failures = {{finding_kind::misuse, unordered}, {finding_kind::misuse, reused}}},
    {.name = "wait_group_add_alone",
     .body = add_alone,
     .preemptions = 3,
     .failures = {{finding_kind::misuse, unordered},
                  {finding_kind::misuse, "wait_group add is concurrent with wait*(thread 0)"},
                  {finding_kind::misuse, reused},
                  {finding_kind::deadlock, "deadlock"}}},
    {.name = "wait_group_add_while_released",
     .body = add_while_released,
     .preemptions = 3,
     .failures = {{finding_kind::misuse, unordered},
                  {finding_kind::misuse, concurrent},
                  {finding_kind::misuse, reused}}},
});

}  // namespace

}  // namespace heddle::mutation
