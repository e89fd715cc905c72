// Waiting for tasks, or for a cancellation, whichever comes first.
//
// The broken form stands on static storage since a thread that was left behind still uses it.
#include <heddle/checker/model.hpp>
#include <heddle/models/seeds/cancel_flag.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

/// Tasks whose number the context guards, so that one wait sees both.
class cancellable_tasks {
 public:
  explicit cancellable_tasks(cancel_flag& context) : context_(context) {}

  void add() {
    context_.update([&] { ++running_.write(); });
  }
  void done() {
    context_.update([&] { --running_.write(); });
  }
  /// False if cancelled before the last task was done.  Nothing remains of the call.
  [[nodiscard]] bool wait() {
    return context_.wait([&] { return running_.get() == 0; });
  }

 private:
  cancel_flag& context_;
  shared<int> running_{0, "running"};
};

constinit wait_group tasks{"tasks"};
constinit cancel_flag request{"request"};
constinit shared<bool> all_done{false, "all done"};

// Broken: the caller returns when it is cancelled, and the thread that waits for the tasks in its
// stead does not.
[[nodiscard]] bool wait_with_context() {
  const auto wait_for_tasks = [] {
    tasks.wait();
    request.update([] { all_done.set(true); });
  };
  go(wait_for_tasks);
  return request.wait([] { return all_done.get(); });
}

const model_registration repaired{{
    .name = "seeds/wait_with_context",
    .body =
        [] {
          cancel_flag context{"context"};
          cancellable_tasks running(context);
          shared<int> result{0, "result"};
          running.add();
          const auto work = [&] {
            result.set(7);
            running.done();
          };
          thread worker(work);
          thread user([&] { context.cancel(); });
          if (running.wait()) expect(result.get() == 7, "the task is done");
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
