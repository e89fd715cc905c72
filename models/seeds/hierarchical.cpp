// A task that has parts: it waits for them with a wait_group of its own, and a parent for it.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

class hierarchical_task {
 public:
  explicit hierarchical_task(wait_group& parent) : parent_(parent) { parent_.add(1); }

  void run() {
    start_parts();
    parts_.wait();
    parent_.done();
  }

  // Broken: tells the parent that it is done when its parts have only been started.
  void run_done_too_early() {
    start_parts();
    parent_.done();
    parts_.wait();
  }

  [[nodiscard]] int parts_done() const { return done_.load(); }

 private:
  void start_parts() {
    parts_.go([this] { done_.fetch_add(1); });
  }

  wait_group& parent_;
  wait_group parts_{"parts"};
  atomic<int> done_{0, "parts done"};
};

const model_registration repaired{{
    .name = "seeds/hierarchical_task",
    .body =
        [] {
          wait_group all{"all"};
          hierarchical_task task(all);
          thread runner([&] { task.run(); });
          all.wait();
          expect(task.parts_done() == 1, "the parts of a task that is done are done");
          runner.join();
        },
    .summary = "a task is done after its parts",
}};

const model_registration parent_first{{
    .name = "seeds/hierarchical_task_done_before_its_parts",
    .expected = finding_kind::assertion,
    .body =
        [] {
          wait_group all{"all"};
          hierarchical_task task(all);
          thread runner([&] { task.run_done_too_early(); });
          all.wait();
          expect(task.parts_done() == 1, "the parts of a task that is done are done");
          runner.join();
        },
    .summary = "a task is done before its parts",
}};

}  // namespace

}  // namespace heddle::seeds
