// Two threads that let each other go first for ever, run by the heddle command.
#include <heddle/checker/model.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void after_you() {
  heddle::atomic<int> first{0, "first"};
  const auto go_through = [&](int me) {
    while (first.load() != me || first.load() == me) {
      first.store(1 - me);
      heddle::yield();
    }
  };
  heddle::thread other([&] { go_through(1); });
  go_through(0);
  other.join();
}

const heddle::model_registration model{
    {.name = "report/livelock",
     .expected = "livelock",
     .body = after_you,
     .summary = "each lets the other go first",
     .settings = {.strategy = "random_walk", .executions = 20, .steps = 1000}}};

}  // namespace
