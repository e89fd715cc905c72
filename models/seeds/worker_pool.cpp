// A number of threads that take tasks from a channel.
#include <functional>
#include <utility>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

using task = std::function<void()>;

void work(channel<task>& tasks, wait_group& pending) {
  for (const task& next : tasks) {
    next();
    pending.done();
  }
}

// Broken: reports each task as done before it runs it.
void report_and_work(channel<task>& tasks, wait_group& pending) {
  for (const task& next : tasks) {
    pending.done();
    next();
  }
}

class worker_pool {
 public:
  using worker = void (*)(channel<task>&, wait_group&);

  explicit worker_pool(int size, worker each = work) {
    for (int i = 0; i < size; ++i) {
      workers_.go([this, each] { each(tasks_, pending_); });
    }
  }
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;
  ~worker_pool() {
    tasks_.close();
    workers_.wait();
  }

  void submit(task what) {
    pending_.add(1);
    tasks_.send(std::move(what));
  }

  /// Waits until every task that was submitted is done.
  void wait() { pending_.wait(); }

 private:
  channel<task> tasks_{2, "tasks"};
  wait_group pending_{"pending"};
  wait_group workers_{"workers"};
};

const model_registration repaired{{
    .name = "seeds/worker_pool",
    .body =
        [] {
          shared<int> result{0, "result"};
          worker_pool pool(1);
          pool.submit([&] { result.set(3); });
          pool.submit([&] { result.write() += 4; });
          pool.wait();
          expect(result.get() == 7, "both tasks are done");
        },
    .summary = "a task is done after its work",
}};

const model_registration done_before_work{{
    .name = "seeds/worker_pool_done_before_the_work",
    .expected = finding_kind::data_race,
    .body =
        [] {
          shared<int> result{0, "result"};
          worker_pool pool(1, report_and_work);
          pool.submit([&] { result.set(7); });
          pool.wait();
          expect(result.get() == 7, "the task is done");
        },
    .summary = "a worker reports a task as done and then runs it",
}};

/// The other form: as many workers as it takes, which leave when the channel is closed and empty.
void drain(channel<task>& tasks) {
  for (const task& next : tasks) next();
}

const model_registration until_empty{{
    .name = "seeds/worker_pool_until_empty",
    .body =
        [] {
          shared<int> first{0, "first"};
          shared<int> second{0, "second"};
          channel<task> tasks(2, "tasks");
          tasks.send([&] { first.set(3); });
          tasks.send([&] { second.set(4); });
          tasks.close();
          wait_group workers{"workers"};
          for (int i = 0; i < 2; ++i) {
            workers.go([&] { drain(tasks); });
          }
          workers.wait();
          expect(first.get() + second.get() == 7, "both tasks are done");
        },
    .summary = "workers are counted before they start",
}};

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
