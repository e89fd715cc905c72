// Tasks that are added while others run.
#include <cstddef>
#include <utility>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

class task_manager {
 public:
  /// Starts a task.  To be called before `wait`, or by a task: then the counter cannot be zero.
  template <class F>
  void add_task(const char* name, F task) {
    {
      const lock_guard guard(lock_);
      names_.write().push_back(name);
    }
    running_.go(std::move(task));
  }

  /// Waits for all tasks, with those that they add.
  void wait() { running_.wait(); }

  [[nodiscard]] std::size_t started() {
    const lock_guard guard(lock_);
    return names_.read().size();
  }

 private:
  mutex lock_{"task list"};
  shared<std::vector<const char*>> names_{{}, "names"};
  wait_group running_{"running"};
};

const model_registration repaired{{
    .name = "seeds/task_manager",
    .body =
        [] {
          task_manager manager;
          shared<int> result{0, "result"};
          manager.add_task("outer", [&] { manager.add_task("inner", [&] { result.set(7); }); });
          manager.wait();
          expect(manager.started() == 2, "a task may add another");
          expect(result.get() == 7, "wait includes the tasks of tasks");
        },
    .summary = "tasks are added before wait or by tasks",
}};

// The wait may find the counter at zero and return, or meet the add that takes it from zero:
// whether it includes the task is a matter of luck.
const model_registration add_during_wait{{
    .name = "seeds/task_manager_add_during_wait",
    .expected = finding_kind::misuse,
    .body =
        [] {
          task_manager manager;
          thread adder([&] { manager.add_task("late", [] {}); });
          manager.wait();
          adder.join();
          manager.wait();
        },
    .summary = "another thread adds a task while the manager waits at zero",
}};

}  // namespace

}  // namespace heddle::seeds
