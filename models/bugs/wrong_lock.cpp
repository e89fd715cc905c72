// One variable, and two locks that protect it (SCTBench, wronglock).
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

template <class Word, std::size_t others>
void run(bool one_lock) {
  mutex data("data"), other("other");
  Word value{0, "value"};
  std::array<thread, 1 + others> threads;
  threads[0] = thread([&] {
    const lock_guard guard(data);
    const int before = value.get();
    value.set(value.get() + 1);
    expect(value.get() == before + 1, "nobody else writes");
  });
  for (std::size_t i = 1; i <= others; ++i) {
    threads[i] = thread([&] {
      const lock_guard guard(one_lock ? data : other);
      value.set(value.get() + 1);
    });
  }
  for (thread& each : threads) each.join();
}

// 8! = 40320 orders of the critical sections.
const large_model repaired{{
    .name = "bugs/wronglock",
    .body = [] { run<shared<int>, 7>(true); },
    .summary = "all threads take the same lock",
    .whole = true,
    .complaint = not_exhaustive,
}};

const model_registration repaired_small{{
    .name = "bugs/wronglock_3",
    .body = [] { run<shared<int>, 2>(true); },
    .summary = "the same with three threads",
    .complaint = not_exhaustive,
}};

const large_model race{{
    .name = "bugs/wronglock_race",
    .expected = finding_kind::data_race,
    .body = [] { run<shared<int>, 7>(false); },
    .summary = "seven of eight threads take another lock",
}};

const large_model overwritten{{
    .name = "bugs/wronglock_overwritten",
    .expected = finding_kind::assertion,
    .body = [] { run<relaxed_int, 7>(false); },
    .summary = "another thread writes between a write and its check",
}};

const model_registration overwritten_small{{
    .name = "bugs/wronglock_3_overwritten",
    .expected = finding_kind::assertion,
    .body = [] { run<relaxed_int, 2>(false); },
    .summary = "the same with three threads",
}};

const model_registration race_small{{
    .name = "bugs/wronglock_3_race",
    .expected = finding_kind::data_race,
    .body = [] { run<shared<int>, 2>(false); },
    .summary = "two of three threads take another lock",
}};

}  // namespace

}  // namespace heddle::bugs
