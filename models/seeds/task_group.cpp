// Tasks that stand or fall together: the first that fails ends the others.
#include <stdexcept>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

const model_registration repaired{{
    .name = "seeds/task_group",
    .body =
        [] {
          channel<int> numbers(0, "numbers");
          task_group tasks(background(), "tasks");
          tasks.go([&](const context& ctx) { (void)numbers.receive(ctx); });
          tasks.go([] { throw std::runtime_error("no number"); });
          expect(tasks.wait_for_error() != nullptr, "a task has failed");
        },
    .summary = "a task that waits gives up when another fails",
}};

// Broken: nobody tells the task that waits that there will be no number.
const model_registration ignores_context{{
    .name = "seeds/task_group_ignores_the_context",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          channel<int> numbers(0, "numbers");
          task_group tasks(background(), "tasks");
          tasks.go([&] { (void)numbers.receive(); });
          tasks.go([] { throw std::runtime_error("no number"); });
          expect(tasks.wait_for_error() != nullptr, "a task has failed");
        },
    .summary = "a task waits on although another has failed",
}};

// Broken: each task that fails notes its error, whether or not there is one.
const model_registration last_error{{
    .name = "seeds/task_group_every_error",
    .expected = finding_kind::data_race,
    .body =
        [] {
          shared<const char*> error{nullptr, "error"};
          wait_group tasks{"tasks"};
          tasks.go([&] { error.set("first"); });
          tasks.go([&] { error.set("second"); });
          tasks.wait();
          expect(error.get() != nullptr, "a task has failed");
        },
    .summary = "two tasks that fail write one error",
}};

const model_registration limited{{
    .name = "seeds/task_group_limited",
    .body =
        [] {
          shared<int> in_use{0, "in use"};
          task_group tasks("tasks");
          tasks.set_limit(1);
          for (int i = 0; i < 2; ++i) {
            tasks.go([&] { in_use.write() += 1; });
          }
          tasks.wait();
          expect(in_use.get() == 2, "both have run, one after the other");
        },
    .summary = "with a limit of one, tasks need no lock among themselves",
}};

}  // namespace

}  // namespace heddle::seeds
