// Waiting for tasks, or for a cancellation, whichever comes first.
//
// The broken form stands on static storage since a thread that was left behind still uses it.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

constinit wait_group tasks{"tasks"};
constinit channel<char> all_done{0, "all done"};
cancel_context request{background(), "request"};

// Broken: the caller returns when it is cancelled, and the thread that waits for the tasks in its
// stead does not.
[[nodiscard]] bool wait_with_context() {
  const auto wait_for_tasks = [] {
    tasks.wait();
    all_done.close();
  };
  go(wait_for_tasks);
  return select(on_receive(all_done), on_done(request)) == 0;
}

const model_registration repaired{{
    .name = "seeds/wait_with_context",
    .body =
        [] {
          auto ctx = with_cancel(background(), "request");
          wait_group running{"running"};
          shared<int> result{0, "result"};
          running.add(1);
          const auto work = [&] {
            result.set(7);
            running.done();
          };
          thread worker(work);
          thread user([&] { ctx.cancel(); });
          if (running.wait(ctx)) expect(result.get() == 7, "the task is done");
          worker.join();
          user.join();
        },
    .summary = "one wait for both, and no thread of its own",
}};

// The task hangs, which is why the user cancels.
const model_registration leaks{{
    .name = "seeds/wait_with_context_leaks_a_thread",
    .expected = finding_kind::stuck_threads,
    .body =
        [] {
          tasks.add(1);
          thread user([] { request.cancel(); });
          expect(!wait_with_context(), "the task has not ended");
          user.join();
        },
    .summary = "a thread waits for the tasks after the cancellation",
}};

}  // namespace

}  // namespace heddle::seeds
