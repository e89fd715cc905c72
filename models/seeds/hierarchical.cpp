// A task that has parts: it is done when its parts are.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/patterns/nested_group.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

const model_registration repaired{{
    .name = "seeds/hierarchical_task",
    .body =
        [] {
          shared<int> part{0, "part"};
          wait_group all{"all"};
          nested_group task(all, "task");
          task.go([&] { part.set(1); });
          task.close();
          all.wait();
          expect(part.get() == 1, "the parts of a task that is done are done");
        },
    .summary = "a task is done after its parts",
}};

const model_registration parts_of_parts{{
    .name = "seeds/hierarchical_task_of_tasks",
    .body =
        [] {
          shared<int> part{0, "part"};
          wait_group all{"all"};
          nested_group task(all, "task");
          nested_group inner(task, "inner");
          inner.go([&] { part.set(1); });
          inner.close();
          task.close();
          all.wait();
          expect(part.get() == 1, "the parts of parts are done");
        },
    .summary = "who waits for the whole waits for the parts of its parts",
}};

// Broken: tells the parent that the task is done when its parts have only been started.
const model_registration parent_first{{
    .name = "seeds/hierarchical_task_done_before_its_parts",
    .expected = finding_kind::data_race,
    .body =
        [] {
          shared<int> part{0, "part"};
          wait_group all{"all"};
          wait_group parts{"parts"};
          all.add(1);
          const auto run = [&] {
            parts.go([&] { part.set(1); });
            all.done();
            parts.wait();
          };
          thread runner(run);
          all.wait();
          expect(part.get() == 1, "the parts of a task that is done are done");
          runner.join();
        },
    .summary = "a task is done before its parts",
}};

}  // namespace

}  // namespace heddle::seeds
