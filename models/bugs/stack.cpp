// A stack, and a flag that says whether there is something on it (SCTBench, stack).
#include <array>
#include <cstddef>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

class stack {
 public:
  explicit stack(int capacity) : capacity_(capacity) {}

  void push() {
    const lock_guard guard(lock_);
    expect(top_.get() < capacity_, "no overflow");
    top_.set(top_.get() + 1);
    flag_.set(true);
  }
  // Broken: the flag is never taken back.
  void pop_if_flag() {
    const lock_guard guard(lock_);
    if (flag_.get()) pop();
  }
  void pop_if_any() {
    const lock_guard guard(lock_);
    if (top_.get() > 0) pop();
  }

 private:
  void pop() {
    expect(top_.get() > 0, "no underflow");
    top_.set(top_.get() - 1);
  }

  mutex lock_{"stack"};
  shared<int> top_{0, "top"};
  shared<bool> flag_{false, "flag"};
  int capacity_;
};

void run(int rounds, void (stack::*pop)()) {
  stack subject(rounds);
  thread pusher([&] {
    for (int i = 0; i < rounds; ++i) subject.push();
  });
  thread popper([&] {
    for (int i = 0; i < rounds; ++i) (subject.*pop)();
  });
  pusher.join();
  popper.join();
}

// 184756 orders of the critical sections at full size, and 70 at the small one.
const large_model repaired{{
    .name = "bugs/stack",
    .body = [] { run(10, &stack::pop_if_any); },
    .summary = "a pop looks whether there is something",
    .whole = true,
    .complaint = not_exhaustive,
}};

const model_registration repaired_small{{
    .name = "bugs/stack_4",
    .body = [] { run(4, &stack::pop_if_any); },
    .summary = "the same with 4 rounds",
    .complaint = not_exhaustive,
}};

const large_model stale_flag{{
    .name = "bugs/stack_stale_flag",
    .expected = finding_kind::assertion,
    .body = [] { run(10, &stack::pop_if_flag); },
    .summary = "the flag stays set when the stack is empty again",
}};

const model_registration stale_flag_small{{
    .name = "bugs/stack_4_stale_flag",
    .expected = finding_kind::assertion,
    .body = [] { run(4, &stack::pop_if_flag); },
    .summary = "the same with 4 rounds",
}};

}  // namespace

}  // namespace heddle::bugs
