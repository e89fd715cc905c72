// Tasks that are added while others run.
#include <cstddef>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/patterns/task_manager.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

const model_registration repaired{{
    .name = "seeds/task_manager",
    .body =
        [] {
          task_manager manager("manager");
          shared<int> result{0, "result"};
          const auto outer = [&] {
            expect(manager.add([&] { result.set(7); }), "a task may add another");
          };
          expect(manager.add(outer), "nobody has waited");
          manager.wait();
          expect(manager.started() == 2, "both were started");
          expect(result.get() == 7, "wait includes the tasks of tasks");
        },
    .summary = "tasks are added before wait or by tasks",
}};

/// Whoever adds a task learns whether it is waited for.
const model_registration late_task{{
    .name = "seeds/task_manager_add",
    .body =
        [] {
          task_manager manager("manager");
          shared<int> result{0, "result"};
          bool added = false;
          thread adder([&] { added = manager.add([&] { result.set(7); }); });
          manager.wait();
          const std::size_t started = manager.started();
          if (started != 0) expect(result.get() == 7, "wait includes what was added");
          adder.join();
          expect(added == (started != 0), "who comes late is told");
        },
    .summary = "a task that comes during wait is waited for or refused",
}};

// The wait may find the counter at zero and return, or meet the add that takes it from zero:
// whether it includes the task is a matter of luck.
const model_registration add_during_wait{{
    .name = "seeds/task_manager_add_during_wait",
    .expected = finding_kind::misuse,
    .body =
        [] {
          wait_group running{"running"};
          thread adder([&] { running.go([] {}); });
          running.wait();
          adder.join();
          running.wait();
        },
    .summary = "another thread adds a task while the manager waits at zero",
}};

}  // namespace

}  // namespace heddle::seeds
