// Clients of the patterns, and of thread.
#include <heddle/tests/mutation/clients.hpp>

#include <array>
#include <exception>
#include <utility>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/patterns/batch.hpp>
#include <heddle/sync/patterns/nested_group.hpp>
#include <heddle/sync/patterns/object_pool.hpp>
#include <heddle/sync/patterns/pipeline.hpp>
#include <heddle/sync/patterns/rw_map.hpp>
#include <heddle/sync/patterns/single_flight.hpp>
#include <heddle/sync/patterns/striped_map.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/patterns/task_manager.hpp>
#include <heddle/sync/patterns/worker_pool.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::mutation {

namespace {

void thread_join() {
  shared<int> result{0};
  thread worker([&] { result.set(1); });
  worker.join();
  expect(result.get() == 1, "join returned before the thread had ended");
}

int number_in(const std::exception_ptr& what) {
  try {
    if (what != nullptr) std::rethrow_exception(what);
  } catch (int number) {
    return number;
  }
  return 0;
}

void group_first_failure() {
  task_group tasks;
  tasks.go([] { throw 1; });
  (void)tasks.wait_for_error();
  tasks.go([] { throw 2; });
  expect(number_in(tasks.wait_for_error()) == 1, "the first failure is not the one that counts");
}

void group_two_failures() {
  task_group tasks;
  tasks.go([] { throw 1; });
  tasks.go([] { throw 2; });
  expect(number_in(tasks.wait_for_error()) != 0, "a failure is lost");
}

void group_limit() {
  task_group tasks;
  tasks.set_limit(1);
  shared<int> runs{0};
  tasks.go([&] { ++runs.write(); });
  tasks.go([&] { ++runs.write(); });
  tasks.wait();
  expect(runs.get() == 2, "a task did not run");
}

void group_failure_cancels() {
  task_group tasks(background());
  tasks.go([](const context& ctx) { ctx.wait(); });
  tasks.go([] { throw 1; });
  expect(number_in(tasks.wait_for_error()) == 1, "a failure is lost");
}

void map_load_or_store() {
  striped_map<int, int> map(1);
  int of_other = 0;
  thread other([&] { of_other = map.load_or_store(1, 7).value; });
  const int own = map.load_or_store(1, 8).value;
  other.join();
  expect(own == of_other, "two values of one key");
}

void map_with_both() {
  striped_map<int, int> map(2);
  const auto move = [](int& from, int& to) {
    --from;
    ++to;
  };
  thread other([&] { map.with_both(1, 0, move); });
  map.with_both(0, 1, move);
  other.join();
  expect(map.load(0) == 0 && map.load(1) == 0, "the sum is not conserved");
}

void map_computes_once() {
  rw_map<int, int> map;
  atomic<int> computed{0};
  const auto compute = [&] { return computed.fetch_add(1); };
  thread other([&] { map.load_or_compute(1, compute); });
  map.load_or_compute(1, compute);
  other.join();
  expect(computed.load() == 1, "a value is computed twice");
}

void map_computes_aside_once() {
  rw_map<int, int> map;
  atomic<int> computed{0};
  const auto compute = [&] { return computed.fetch_add(1); };
  thread other([&] { map.load_or_compute_aside(1, compute); });
  map.load_or_compute_aside(1, compute);
  other.join();
  expect(computed.load() == 1, "a value is computed twice");
}

// The second caller comes while the first computes, as the channel says.
void flight_is_shared() {
  single_flight<int, int> flights;
  channel<int> begun(1);
  const auto compute = [&] {
    begun.send(1);
    return 7;
  };
  thread leader([&] { (void)flights.run(1, compute); });
  (void)begun.receive();
  const auto own = flights.run(1, [] { return 8; });
  leader.join();
  expect(own.value == 7 ? own.shared : !own.shared, "a value of a flight that was not joined");
  expect(!flights.run(1, [] { return 9; }).shared, "a flight that is over is joined");
  outcome_is(own.value == 7 ? "joined" : "later");
}

void pool_runs_all() {
  shared<int> result{0};
  worker_pool pool(1);
  pool.submit([&] { result.set(1); });
  pool.submit([&] { ++result.write(); });
  pool.wait();
  expect(result.get() == 2, "wait returned before the tasks were done");
}

void pool_drains() {
  shared<int> result{0};
  {
    worker_pool pool(1);
    pool.submit([&] { result.set(1); });
  }
  expect(result.get() == 1, "the pool went before its tasks were done");
}

void pool_full_queue() {
  worker_pool pool({.workers = 1, .capacity = 1});
  shared<int> result{0};
  for (int i = 0; i < 3; ++i) {
    pool.submit([&] { ++result.write(); });
  }
  pool.wait();
  expect(result.get() == 3, "a task did not run");
}

// Who was told of room finds that another has taken it.
void pool_keeps_its_capacity() {
  worker_pool pool({.workers = 1, .capacity = 1});
  const auto submit = [&] {
    pool.submit([] {});
    expect(pool.queued() <= 1, "more tasks wait than there is room for");
  };
  submit();
  thread other(submit);
  submit();
  other.join();
}

void pool_task_is_gone() {
  shared<bool> gone{false};
  struct last {
    shared<bool>* into;
    worker_pool* owner;
    last(shared<bool>& where, worker_pool& pool) : into(&where), owner(&pool) {}
    last(last&& other) noexcept : into(std::exchange(other.into, nullptr)), owner(other.owner) {}
    last& operator=(last&&) = delete;
    ~last() {
      if (into == nullptr) return;
      into->set(true);
      (void)owner->queued();  // so it is not destroyed with the pool locked
    }
  };
  worker_pool pool(1);
  pool.submit([own = last(gone, pool)] {});
  pool.wait();
  expect(gone.get(), "a task is there after wait");
}

void pool_task_submits() {
  worker_pool pool(1);
  shared<int> result{0};
  pool.submit([&] { pool.submit([&] { result.set(1); }); });
  pool.wait();
  expect(result.get() == 1, "wait returned before the tasks were done");
}

void pool_task_runs() {
  worker_pool pool(1);
  channel<int> begun(1);
  shared<int> result{0};
  pool.submit([&] {
    begun.send(1);
    result.set(1);
  });
  (void)begun.receive();
  pool.wait();
  expect(result.get() == 1, "wait returned before the task was done");
}

void pipeline_ends() {
  pipeline line;
  auto& numbers = line.source<int>([](outlet<int>& out) { (void)out.put(3); }, {.capacity = 1});
  int sum = 0;
  line.for_each(numbers, [&](int n) { sum += n; });
  expect(sum == 3, "an element is lost");
}

void pipeline_wide_stage() {
  pipeline line;
  auto& numbers = line.source<int>([](outlet<int>& out) { (void)out.put(3); }, {.capacity = 1});
  auto& same = line.stage(numbers, [](int n) { return n; }, {.threads = 2, .capacity = 1});
  int sum = 0;
  line.for_each(same, [&](int n) { sum += n; });
  expect(sum == 3, "an element is lost");
}

void batch_waits() {
  const std::array<int, 2> items{1, 2};
  const auto results = run_batch(items, [](int n) { return n + 1; }, {.threads = 2});
  expect(results[0].value() == 2 && results[1].value() == 3, "outcomes are not in order");
}

void batch_failure() {
  const std::array<int, 2> items{1, 2};
  const auto fail = [](int n) { return n == 1 ? throw 7 : n; };
  const auto results = run_batch(items, fail, {.threads = 2});
  expect(number_in(results[0].error()) == 7, "a failure is lost");
  expect(results[1].has_value(), "a failure of one is one of another");
}

void manager_waits() {
  task_manager manager;
  shared<int> result{0};
  const auto outer = [&] { expect(manager.add([&] { result.set(1); }), "a task is refused"); };
  expect(manager.add(outer), "a task is refused");
  manager.wait();
  expect(result.get() == 1, "wait returned before a task was done");
}

void manager_late_task() {
  task_manager manager;
  shared<int> result{0};
  bool added = false;
  thread adder([&] { added = manager.add([&] { result.set(1); }); });
  manager.wait();
  const bool ran = manager.started() != 0;
  if (ran) expect(result.get() == 1, "wait returned before a task was done");
  adder.join();
  expect(added == ran, "a task is neither waited for nor refused");
}

void nested_parts() {
  shared<int> part{0};
  wait_group whole;
  nested_group group(whole);
  group.go([&] { part.set(1); });
  group.close();
  whole.wait();
  expect(part.get() == 1, "the whole was done before a part");
}

void nested_goes_with_the_whole() {
  wait_group whole;
  {
    nested_group group(whole);
    group.go([] {});
    group.close();
    whole.wait();
  }
}

void pool_object_has_one_owner() {
  object_pool<shared<int>> objects({.caches = 1});
  const auto use = [&] { ++objects.get()->write(); };
  thread other(use);
  use();
  other.join();
  int uses = 0;
  while (const auto kept = objects.take()) uses += kept->get();
  expect(uses == 2, "an object is lost");
}

const client_set patterns{{
    {.name = "thread_join", .body = thread_join},
    {.name = "group_first_failure", .body = group_first_failure, .preemptions = 1},
    {.name = "group_two_failures", .body = group_two_failures, .preemptions = 1},
    {.name = "group_limit", .body = group_limit, .preemptions = 1},
    {.name = "group_failure_cancels", .body = group_failure_cancels, .preemptions = 1},
    {.name = "map_load_or_store", .body = map_load_or_store, .preemptions = 2},
    {.name = "map_with_both", .body = map_with_both, .preemptions = 2},
    {.name = "map_computes_once", .body = map_computes_once, .preemptions = 1},
    {.name = "map_computes_aside_once", .body = map_computes_aside_once, .preemptions = 1},
    {.name = "flight_is_shared",
     .body = flight_is_shared,
     .preemptions = 1,
     .outcomes = {"joined", "later"}},
    {.name = "pool_runs_all", .body = pool_runs_all, .preemptions = 1},
    {.name = "pool_drains", .body = pool_drains, .preemptions = 1},
    {.name = "pool_full_queue", .body = pool_full_queue, .preemptions = 1},
    {.name = "pool_keeps_its_capacity", .body = pool_keeps_its_capacity, .preemptions = 1},
    {.name = "pool_task_is_gone", .body = pool_task_is_gone, .preemptions = 1},
    {.name = "pool_task_submits", .body = pool_task_submits, .preemptions = 1},
    {.name = "pool_task_runs", .body = pool_task_runs, .preemptions = 1},
    {.name = "pipeline_ends", .body = pipeline_ends, .preemptions = 1},
    {.name = "pipeline_wide_stage", .body = pipeline_wide_stage, .preemptions = 0},
    {.name = "batch_waits", .body = batch_waits, .preemptions = 1},
    {.name = "batch_failure", .body = batch_failure, .preemptions = 1},
    {.name = "manager_waits", .body = manager_waits, .preemptions = 1},
    {.name = "manager_late_task", .body = manager_late_task, .preemptions = 1},
    {.name = "nested_parts", .body = nested_parts, .preemptions = 1},
    {.name = "nested_goes_with_the_whole", .body = nested_goes_with_the_whole, .preemptions = 1},
    {.name = "pool_object_has_one_owner", .body = pool_object_has_one_owner, .preemptions = 1},
}};

}  // namespace

}  // namespace heddle::mutation
