// Running a function under a lock, or giving up after a time.
//
// The locks and channels stand in static storage since a thread that was left behind still uses
// them.
#include <chrono>
#include <mutex>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

using namespace std::chrono_literals;

/// Gives up the wait for the lock.  When this returns false, `function` has not run and will not.
template <class F>
[[nodiscard]] bool run_with_timeout(mutex& lock, duration patience, F function) {
  if (!lock.try_lock_for(patience)) return false;
  const lock_guard guard(lock, std::adopt_lock);
  function();
  return true;
}

constinit mutex connection{"connection"};
constinit channel<char> returned{0, "returned"};
constinit atomic<bool> gave_up{false, "gave up"};

// Broken: the caller gives up, and the thread that it has started does not know.  It waits on for
// the lock, for ever perhaps, and when it gets the lock it runs the function.
template <class F>
[[nodiscard]] bool run_with_timeout_in_a_thread(mutex& lock, duration patience, F function) {
  const auto call_when_locked = [&lock, function] {
    const lock_guard guard(lock);
    function();
    returned.close();
  };
  go(call_when_locked);
  return select(on_receive(returned), on_timeout(patience)) == 0;
}

void send_request() { expect(!gave_up.load(), "nothing is sent after the timeout was reported"); }

const model_registration repaired{{
    .name = "seeds/run_with_timeout",
    .body =
        [] {
          mutex lock{"connection"};
          shared<int> requests{0, "requests"};
          const auto send = [&] {
            const lock_guard guard(lock);
            ++requests.write();
          };
          thread other(send);
          const bool sent = run_with_timeout(lock, 1ms, [&] { ++requests.write(); });
          other.join();
          expect(requests.get() == (sent ? 2 : 1), "the request is sent or the timeout reported");
        },
    .summary = "the wait for the lock is what times out",
}};

const model_registration runs_late{{
    .name = "seeds/run_with_timeout_runs_late",
    .expected = finding_kind::assertion,
    .body =
        [] {
          const bool sent = run_with_timeout_in_a_thread(connection, 1ms, send_request);
          if (!sent) gave_up.store(true);
        },
    .summary = "the function runs after the timeout was reported",
}};

// Somebody keeps the connection for as long as the program runs.
const model_registration leaks{{
    .name = "seeds/run_with_timeout_leaks_a_thread",
    .expected = finding_kind::stuck_threads,
    .body =
        [] {
          connection.lock();
          const bool sent = run_with_timeout_in_a_thread(connection, 1ms, send_request);
          expect(!sent, "the connection is not free");
        },
    .summary = "the thread waits for the lock for ever",
}};

}  // namespace

}  // namespace heddle::seeds
