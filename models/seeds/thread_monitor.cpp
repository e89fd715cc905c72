// A thread that looks at regular times how many threads there are.
//
// The broken ticker stands in static storage since a thread that was left behind still uses it.
#include <chrono>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

using namespace std::chrono_literals;

/// Samples from its construction to its destruction.
class thread_monitor {
 public:
  explicit thread_monitor(duration interval) : ticker_([this, interval] { tick(interval); }) {}
  thread_monitor(const thread_monitor&) = delete;
  thread_monitor& operator=(const thread_monitor&) = delete;
  ~thread_monitor() { stop(); }

  void stop() {
    if (!ticker_.joinable()) return;
    stop_.cancel();
    ticker_.join();
  }

  /// The most threads that were seen at once.  To be called after `stop`.
  [[nodiscard]] unsigned most() const { return most_.get(); }

 private:
  void tick(duration interval) {
    while (!stop_.wait_for(interval)) {
      const unsigned live = live_threads();
      if (live > most_.get()) most_.set(live);
    }
  }

  cancel_context stop_{background(), "stop"};
  shared<unsigned> most_{0, "most threads"};
  thread ticker_;
};

const model_registration repaired{{
    .name = "seeds/thread_monitor",
    .body =
        [] {
          thread_monitor monitor(1s);
          thread worker([] {});
          worker.join();
          monitor.stop();
          expect(monitor.most() <= 2, "the monitor and the worker");
        },
    .summary = "the monitor stops its ticker",
}};

// Broken: nothing ever ends the loop.  The thread goes on after whatever it was to watch.
const model_registration never_stopped{{
    .name = "seeds/thread_monitor_never_stopped",
    .expected = finding_kind::step_limit,
    .body =
        [] {
          const auto watch = [] {
            unsigned most = 0;
            for (;;) {
              sleep_for(1s);
              const unsigned live = live_threads();
              if (live > most) most = live;
            }
          };
          go(watch);
          thread worker([] {});
          worker.join();
        },
    .summary = "a ticker that nobody can stop",
    .settings = {.steps = 200},
}};

constinit channel<int> ticks{0, "ticks"};

// Broken: a ticker that is stopped gives no more ticks, and does not say that there will be none.
// The thread that waits for the next one waits for ever.
const model_registration not_closed{{
    .name = "seeds/thread_monitor_ticker_not_closed",
    .expected = finding_kind::stuck_threads,
    .body =
        [] {
          const auto watch = [] {
            for ([[maybe_unused]] const int tick : ticks) (void)live_threads();
          };
          go(watch);
          ticks.send(1);
        },
    .summary = "the ticker is stopped without an end for who waits for it",
}};

}  // namespace

}  // namespace heddle::seeds
