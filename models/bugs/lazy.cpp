// Three threads that take turns in any order (SCTBench, lazy01).
#include <array>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

void run(int below) {
  mutex lock("data");
  shared<int> data{0, "data"};
  const auto add = [&](int amount) {
    const lock_guard guard(lock);
    data.set(data.get() + amount);
  };
  std::array<thread, 3> threads{
      thread([&] { add(1); }),
      thread([&] { add(2); }),
      thread([&] {
        const lock_guard guard(lock);
        expect(data.get() < below, "the sum is below its bound");
      }),
  };
  for (thread& each : threads) each.join();
}

const model_registration repaired{{
    .name = "bugs/lazy01",
    .body = [] { run(4); },
    .summary = "the sum may be that of both amounts",
    .complaint = not_exhaustive,
}};

const model_registration reader_comes_last{{
    .name = "bugs/lazy01_reader_comes_last",
    .expected = finding_kind::assertion,
    .body = [] { run(3); },
    .summary = "the reader expects that one of the others comes after it",
}};

}  // namespace

}  // namespace heddle::bugs
