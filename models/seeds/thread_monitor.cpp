// A thread that looks at regular times how many threads there are.
#include <chrono>

#include <heddle/checker/model.hpp>
#include <heddle/models/seeds/cancel_flag.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

using namespace std::chrono_literals;

/// Samples from its construction to its destruction.
class thread_monitor {
 public:
  explicit thread_monitor(duration interval)
      : ticker_([this, interval] {
          while (!stop_.wait_cancelled_for(interval)) sample();
        }) {}
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
  void sample() {
    const unsigned live = live_threads();
    if (live > most_.get()) most_.set(live);
  }

  cancel_flag stop_{"stop"};
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
          go([] {
            unsigned most = 0;
            for (;;) {
              sleep_for(1s);
              const unsigned live = live_threads();
              if (live > most) most = live;
            }
          });
          thread worker([] {});
          worker.join();
        },
    .summary = "a ticker that nobody can stop",
}};

}  // namespace

}  // namespace heddle::seeds
