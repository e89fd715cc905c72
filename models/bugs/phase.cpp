// A thread that ends while it holds a lock (SCTBench, phase01).
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

void run(bool unlocks) {
  mutex x("x"), y("y");
  const auto phases = [&] {
    x.lock();
    x.unlock();
    x.lock();
    if (unlocks) x.unlock();
    for (int i = 0; i < 2; ++i) {
      y.lock();
      y.unlock();
    }
  };
  thread first(phases), second(phases);
  first.join();
  second.join();
}

const model_registration repaired{{
    .name = "bugs/phase01",
    .body = [] { run(true); },
    .summary = "every lock is given back",
    .complaint = not_exhaustive,
}};

const model_registration never_unlocked{{
    .name = "bugs/phase01_never_unlocked",
    .expected = finding_kind::deadlock,
    .body = [] { run(false); },
    .summary = "the first thread to lock for the second time keeps the lock",
}};

}  // namespace

}  // namespace heddle::bugs
