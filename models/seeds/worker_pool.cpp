// A number of threads that take tasks from a queue.
#include <functional>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/patterns/worker_pool.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

const model_registration repaired{{
    .name = "seeds/worker_pool",
    .body =
        [] {
          shared<int> result{0, "result"};
          worker_pool pool(1, "pool");
          pool.submit([&] { result.set(3); });
          pool.submit([&] { result.write() += 4; });
          pool.wait();
          expect(result.get() == 7, "both tasks are done");
        },
    .summary = "waits for what was submitted",
}};

// Broken: the task reports itself as done before its work.
const model_registration done_before_work{{
    .name = "seeds/worker_pool_done_before_the_work",
    .expected = finding_kind::data_race,
    .body =
        [] {
          shared<int> result{0, "result"};
          wait_group pending{"pending"};
          worker_pool pool(1, "pool");
          pending.add(1);
          const auto report_and_work = [&] {
            pending.done();
            result.set(7);
          };
          pool.submit(report_and_work);
          pending.wait();
          expect(result.get() == 7, "the task is done");
        },
    .summary = "a task is reported as done and then runs",
}};

// Broken: the task that waits for all tasks is one of them.
const model_registration wait_inside_task{{
    .name = "seeds/worker_pool_wait_inside_a_task",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          worker_pool pool(1, "pool");
          pool.submit([&] { pool.wait(); });
        },
    .summary = "a task waits for itself",
}};

// Broken: the queue is full, and the only worker is the one that waits for room.
const model_registration submit_inside_task{{
    .name = "seeds/worker_pool_submit_to_a_full_queue_inside_a_task",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          worker_pool pool({.workers = 1, .capacity = 1}, "pool");
          const auto submit_two = [&] {
            pool.submit([] {});
            pool.submit([] {});
          };
          pool.submit(submit_two);
          pool.wait();
        },
    .summary = "the workers of a bounded pool wait for room in its queue",
}};

/// The other form: the pool takes no more, and ends when its queue is empty.
const model_registration until_empty{{
    .name = "seeds/worker_pool_until_empty",
    .body =
        [] {
          shared<int> first{0, "first"};
          shared<int> second{0, "second"};
          worker_pool pool(1, "pool");
          pool.submit([&] { first.set(3); });
          pool.submit([&] { second.set(4); });
          pool.drain();
          expect(first.get() + second.get() == 7, "both tasks are done");
        },
    .summary = "the pool ends when its queue is empty",
}};

using task = std::function<void()>;

void drain(channel<task>& tasks) {
  for (const task& next : tasks) next();
}

// Broken: each worker counts itself.  The wait may come before, and then waits for nobody.
const model_registration add_inside_worker{{
    .name = "seeds/worker_pool_until_empty_add_inside_the_worker",
    .expected = finding_kind::misuse,
    .body =
        [] {
          shared<int> result{0, "result"};
          channel<task> tasks(1, "tasks");
          tasks.send([&] { result.set(7); });
          tasks.close();
          wait_group workers{"workers"};
          const auto count_and_drain = [&] {
            workers.add(1);
            drain(tasks);
            workers.done();
          };
          thread worker(count_and_drain);
          workers.wait();
          worker.join();
          expect(result.get() == 7, "the task is done");
        },
    .summary = "a worker is counted by itself instead of by who starts it",
}};

}  // namespace

}  // namespace heddle::seeds
