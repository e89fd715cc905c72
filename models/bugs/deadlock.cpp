// Two threads that need two locks (SCTBench, deadlock01).
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

void run(bool same_order) {
  mutex a("a"), b("b");
  shared<int> counter{0, "counter"};
  const auto add = [&counter](mutex& outer, mutex& inner, int amount) {
    const lock_guard first(outer);
    const lock_guard second(inner);
    counter.set(counter.get() + amount);
  };
  thread up([&] { add(a, b, 1); });
  thread down([&] { same_order ? add(a, b, -1) : add(b, a, -1); });
  up.join();
  down.join();
}

const model_registration repaired{{
    .name = "bugs/deadlock01",
    .body = [] { run(true); },
    .summary = "both threads lock in the same order",
    .complaint = not_exhaustive,
}};

const model_registration opposite{{
    .name = "bugs/deadlock01_opposite_orders",
    .expected = finding_kind::deadlock,
    .body = [] { run(false); },
    .summary = "the threads lock in opposite orders",
}};

}  // namespace

}  // namespace heddle::bugs
