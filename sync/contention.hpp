// Where the waits for locks are measured, for sync/profile.hpp.  Nothing of this is there under
// control.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include <heddle/sync/location.hpp>
#include <heddle/sync/time.hpp>

namespace heddle::detail {

/// 1 of so many contentions is kept; 0: none, and none is measured.
extern std::atomic<int> contention_fraction;
/// Blocked time of which one event is kept on average, in nanoseconds; 0: none is measured.
extern std::atomic<std::int64_t> block_rate;

/// Threads have waited `delay` for the lock that the caller has just given up.
void note_contention(duration delay, location caller) noexcept;
/// The caller was blocked for `delay`.
void note_block(duration delay, location caller) noexcept;

/// Since when a parked thread waits for a lock.
template <class P>
struct wait_clock {
  void start() noexcept {
    if (contention_fraction.load(std::memory_order_relaxed) != 0) since = P::now();
  }

  time_point since{};  ///< the epoch: it is not measured
};
struct no_wait_clock {
  constexpr void start() noexcept {}
};
template <class P>
using wait_clock_of = std::conditional_t<P::controlled, no_wait_clock, wait_clock<P>>;

/// What an unlock is charged with: for how long the thread that it wakes has waited, and those who
/// go on waiting, half of what the first and the last of them have, each.  Their time counts from
/// now on, so that nothing is charged twice.
template <class P>
class contention_charge {
 public:
  /// `woken` was taken from the queue, whose lock is held.
  template <class Node, class Queue>
  void add([[maybe_unused]] const Node& woken, [[maybe_unused]] const Queue& queue,
           [[maybe_unused]] location caller) {
    if constexpr (!P::controlled) {
      if (woken.clock.since == time_point()) return;
      const time_point now = P::now();
      const duration waited = now - woken.clock.since;
      delay_ += waited;
      Node* const first = queue.find(woken.key, caller);
      if (first == nullptr) return;
      std::int64_t others = 0;
      Node* last = first;
      for (Node* node = first; node != nullptr; node = node->place.read(caller).next) {
        if (node->key != woken.key) continue;
        ++others;
        last = node;
      }
      const bool measured = last->clock.since != time_point();
      delay_ += (waited + (measured ? now - last->clock.since : duration::zero())) / 2 * others;
      first->clock.since = now;
      last->clock.since = now;
    }
  }

  [[nodiscard]] duration delay() const noexcept { return delay_; }

  /// Called without the lock of the queue.
  void settle(location caller) noexcept {
    if constexpr (!P::controlled) {
      if (delay_ != duration::zero()) note_contention(delay_, caller);
    }
  }

 private:
  duration delay_{};
};

}  // namespace heddle::detail
