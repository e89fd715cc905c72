// A wait for all within the loop that starts them (GoKer: moby_25384).
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

wait_group plugins;

void restore(bool waits_in_loop) {
  go([waits_in_loop] {
    constexpr int count = 2;
    plugins.add(count);
    for (int i = 0; i < count; ++i) {
      go([] { plugins.done(); });
      if (waits_in_loop) plugins.wait();
    }
    if (!waits_in_loop) plugins.wait();
  });
}

const model_registration repaired{{
    .name = "bugs/moby_25384",
    .body = [] { restore(false); },
    .summary = "one wait, after the loop",
    .complaint = not_exhaustive,
}};

const model_registration waits_in_loop{{
    .name = "bugs/moby_25384_waits_in_loop",
    .expected = finding_kind::stuck_threads,
    .body = [] { restore(true); },
    .summary = "the first wait is for a thread that comes after it",
}};

}  // namespace

}  // namespace heddle::bugs
