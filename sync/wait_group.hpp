// Waiting for a number of tasks.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle {

template <class P>
class basic_context;

/// Counts tasks; `wait` returns when none is left.
///
/// It may be used again once every `wait` has returned.  An `add` that takes the counter from zero
/// must be ordered after each earlier `wait` and before each later one; other adds may come any
/// time.
template <class P>
class basic_wait_group : immovable {
 public:
  constexpr basic_wait_group() noexcept : basic_wait_group(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_wait_group(const char* name) noexcept
      : probe_(object_kind::probe, name, "wait_group add is not ordered with wait"),
        state_(0, name),
        object_(object_kind::wait_group, name) {}

  /// Adds `delta` to the counter; releases every waiter when it reaches zero.
  ///
  /// Misuse: a counter below zero, or a positive `delta` on zero while a thread waits.
  /// Order:  each `done()` synchronizes with the return of the `wait()` it releases.
  void add(std::int32_t delta, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "wait_group::add", caller};
    change(delta, caller);
  }

  /// One task has ended: `add(-1)`.
  void done(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "wait_group::done", caller};
    change(-1, caller);
  }
  /// `number` tasks have ended, in one step: what a worker says of a batch.
  void done(std::int32_t number, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "wait_group::done", caller};
    change(-number, caller);
  }

  /// Waits until the counter is zero.
  ///
  /// Misuse: the counter is not zero when a thread that waited is released.
  void wait(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "wait_group::wait", caller};
    probe_.read(caller);
    const std::uint64_t old = state_.load(std::memory_order_acquire, caller);
    if (counter_of(old) != 0) wait_slow(old, caller);
    probe_.read(caller);
  }

  /// As `wait`, but gives up at the deadline and then leaves nothing behind.
  [[nodiscard]] bool wait_until(time_point deadline, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "wait_group::wait_until", caller};
    return wait_within(deadline, caller);
  }
  [[nodiscard]] bool wait_for(duration time, location caller = location::here()) {
    return wait_until(after(P::now(), time), caller);
  }
  /// As `wait`, but gives up when `ctx` is done; false without a wait if it is known to be done.
  [[nodiscard]] bool wait(const basic_context<P>& ctx, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "wait_group::wait", caller};
    if (ctx.known_done(caller)) return false;
    if (wait_within(ctx.limit(), caller)) return true;
    ctx.note_end(caller);
    return false;
  }

  /// Runs `body()` in a new thread as one task.  An exception that leaves it ends the program, and
  /// the task is not counted as done before.
  template <class F>
  void go(F&& body, location caller = location::here()) {
    add(1, caller);
    try {
      P::spawn(
          [this, caller, held = std::decay_t<F>(std::forward<F>(body))]() mutable {
            {
              // What the body holds is gone before anyone who waits goes on.
              std::decay_t<F> own(std::move(held));
              own();
            }
            done(caller);
          },
          caller)
          .detach(caller);
    } catch (...) {  // No thread was started.
      done(caller);
      throw;
    }
  }

 private:
  // The state: the counter in the high 32 bits, signed; the number of waiters in the low 31; and
  // the bit `has_parked` between them.
  //
  //   counter  waiters  meaning                                left by
  //   0        0        idle; wait returns at once             add: -> counter n
  //   n > 0    w        n tasks; w threads sleep or will       add, done: counter;  wait: -> w + 1
  //   0        w > 0    the last done has yet to release them  that done: -> idle, then a
  //   generation n < 0    -        misuse
  //
  // Waiters sleep on the generation, which they have read before they counted themselves, and which
  // changes after the state is idle again: so each of them is released exactly by the done that
  // found it counted.  While they are not released they keep the wait_group alive for that done;
  // its last touch is the change of the generation.
  //
  // A waiter that may give up parks instead, and sets `has_parked`: then that done wakes those who
  // have parked too.  They look at the generation with the bucket locked, so that none of them
  // parks after it was to be woken; and when they are woken, since that may have been meant for an
  // earlier wait_group of the same address.
  static constexpr std::uint64_t one_waiter = 1;
  static constexpr std::uint64_t has_parked = 0x80000000U;
  static constexpr std::uint64_t waiters = has_parked - 1;
  static constexpr std::uint32_t all = 0x7FFFFFFF;
  static constexpr const char* reused =
      "wait_group is reused before the previous wait has returned";

  static constexpr std::int32_t counter_of(std::uint64_t state) noexcept {
    return static_cast<std::int32_t>(state >> 32);
  }
  static constexpr std::uint32_t waiters_of(std::uint64_t state) noexcept {
    return static_cast<std::uint32_t>(state);
  }

  void change(std::int32_t delta, location caller) {
    const auto step = static_cast<std::uint64_t>(static_cast<std::int64_t>(delta)) << 32;
    const std::uint64_t old = state_.fetch_add(step, std::memory_order_acq_rel, caller);
    const std::uint64_t state = old + step;
    if (delta > 0 && counter_of(old) == 0) {
      if (waiters_of(old) != 0) P::misuse("wait_group add is concurrent with wait", caller);
      probe_.write(caller);
    }
    if (counter_of(state) < 0) P::misuse("wait_group counter is negative", caller);
    if (counter_of(state) == 0 && waiters_of(state) != 0) release(state, caller);
  }

  /// Called by the one that took the counter to zero while threads wait.
  void release(std::uint64_t state, location caller) {
    if (!state_.compare_exchange_strong(state, 0, std::memory_order_relaxed,
                                        std::memory_order_relaxed, caller)) {
      P::misuse("wait_group add is concurrent with wait", caller);
    }
    const auto key = P::key_of(generation_);
    detail::parking_bucket<P>* const bucket =
        (state & has_parked) != 0 ? &detail::parking_lot<P>::bucket_of(object_) : nullptr;
    generation_.fetch_add(1, std::memory_order_release, caller);
    P::futex_wake(key, all, caller);
    if (bucket != nullptr) unpark(*bucket, this, caller);
  }

  static void unpark(detail::parking_bucket<P>& bucket, const void* address, location caller) {
    detail::woken_list<P> woken;
    bucket.lock(caller);
    while (detail::parked<P>* const node = bucket.find(address, caller)) {
      bucket.remove(*node, caller);
      woken.append(*node, caller);
    }
    bucket.unlock(caller);
    woken.wake(caller);
  }

  void wait_slow(std::uint64_t old, location caller) {
    const std::uint32_t generation = generation_.load(std::memory_order_relaxed, caller);
    // The release half keeps the load of the generation before this step.
    while (!state_.compare_exchange_strong(old, old + one_waiter, std::memory_order_acq_rel,
                                           std::memory_order_acquire, caller)) {
      if (counter_of(old) == 0) return;
    }
    do {
      P::futex_wait(generation_, generation, never, caller);
    } while (generation_.load(std::memory_order_acquire, caller) == generation);
    require_idle(caller);
  }

  bool wait_within(const detail::wait_limit<P>& limit, location caller) {
    probe_.read(caller);
    const std::uint64_t old = state_.load(std::memory_order_acquire, caller);
    if (counter_of(old) != 0 && !wait_parked(old, limit, caller)) return false;
    probe_.read(caller);
    return true;
  }

  bool wait_parked(std::uint64_t old, const detail::wait_limit<P>& limit, location caller) {
    const std::uint32_t generation = generation_.load(std::memory_order_relaxed, caller);
    while (!state_.compare_exchange_strong(old, (old | has_parked) + one_waiter,
                                           std::memory_order_acq_rel, std::memory_order_acquire,
                                           caller)) {
      if (counter_of(old) == 0) return true;
    }
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    for (;;) {
      detail::parked<P> node(this);
      bucket.lock(caller);
      if (generation_.load(std::memory_order_acquire, caller) != generation) break;
      bucket.insert(node, detail::queue_end::back, caller);
      bucket.unlock(caller);
      if (!bucket.sleep(node, limit, caller) && resign(generation, caller)) return false;
    }
    bucket.unlock(caller);
    require_idle(caller);
    return true;
  }

  /// Takes the caller off the count of waiters; false if the last done has found it there, and then
  /// not before that done is through.
  bool resign(std::uint32_t generation, location caller) {
    std::uint64_t old = state_.load(std::memory_order_relaxed, caller);
    while (counter_of(old) != 0) {
      if ((old & waiters) == 0) P::misuse(reused, caller);  // It was released, and add came then.
      std::uint64_t next = old - one_waiter;
      if ((next & waiters) == 0) next &= ~has_parked;
      if (state_.compare_exchange_strong(old, next, std::memory_order_relaxed,
                                         std::memory_order_relaxed, caller)) {
        return true;
      }
    }
    while (generation == generation_.load(std::memory_order_relaxed, caller)) {
      P::futex_wait(generation_, generation, never, caller);
    }
    return false;
  }

  void require_idle(location caller) {
    if (state_.load(std::memory_order_relaxed, caller) != 0) {
      P::misuse(reused, caller);
    }
  }

  [[no_unique_address]] typename P::probe probe_;
  typename P::template cell<std::uint64_t> state_;
  typename P::template cell<std::uint32_t> generation_{0};
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using wait_group = basic_wait_group<platform>;

static_assert(platform::controlled || sizeof(wait_group) == 16);
static_assert(platform::controlled || std::is_trivially_destructible_v<wait_group>);

}  // namespace heddle
