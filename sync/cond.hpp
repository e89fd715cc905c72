// Condition variables.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/lockable.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

/// Where threads wait, with a lock given up meanwhile, until another says that something has
/// changed.
///
/// Threads are woken in the order in which they came.  A wait never returns unasked, yet when it
/// has the lock again the condition may be false again: test it in a loop, or give it as the
/// predicate. A signal without a waiter is not remembered.
///
/// Order: each signal and broadcast synchronizes with the return of the waits it ends.
template <class P>
class basic_cond : immovable {
 public:
  constexpr basic_cond() noexcept : basic_cond(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_cond(const char* name) noexcept
      : object_(object_kind::cond, name), waiting_(0, name) {}

  /// Unlocks `lockable`, which may be any lock that the thread holds, waits, and locks it again.
  template <class L>
  void wait(L& lockable, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "cond::wait", caller};
    (void)wait_and_lock(lockable, never, caller);
  }
  /// Waits until `predicate()`, which is called with the lock held.
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  void wait(L& lockable, F predicate, location caller = location::here()) {
    while (!predicate()) wait(lockable, caller);
  }

  /// False if the deadline passed first.  A thread that was signalled returns true, however late.
  template <class L>
  bool wait_until(L& lockable, time_point deadline, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "cond::wait_until", caller};
    return wait_and_lock(lockable, deadline, caller);
  }
  /// What `predicate()` said last.
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  bool wait_until(L& lockable, time_point deadline, F predicate,
                  location caller = location::here()) {
    while (!predicate()) {
      if (!wait_until(lockable, deadline, caller)) return predicate();
    }
    return true;
  }
  template <class L>
  bool wait_for(L& lockable, duration time, location caller = location::here()) {
    return wait_until(lockable, after(P::now(), time), caller);
  }
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  bool wait_for(L& lockable, duration time, F predicate, location caller = location::here()) {
    return wait_until(lockable, after(P::now(), time), predicate, caller);
  }

  /// Wakes the thread that has waited longest.  The lock need not be held.
  void signal(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "cond::signal", caller};
    wake(1, caller);
  }

  /// Wakes every thread that waits now.
  void broadcast(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "cond::broadcast", caller};
    wake(everyone, caller);
  }

 private:
  static constexpr std::uint32_t everyone = 0xFFFFFFFF;

  // A thread queues before it unlocks: its place in the queue is its ticket, and whoever changes
  // the condition under the lock finds it there.
  template <class L>
  bool wait_and_lock(L& lockable, time_point deadline, location caller) {
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    detail::parked<P> node(&waiting_);
    bucket.lock(caller);
    waiting_.fetch_add(1, std::memory_order_relaxed, caller);
    bucket.insert(node, detail::queue_end::back, caller);
    bucket.unlock(caller);
    detail::unlock_at(lockable, caller);
    const bool signalled = bucket.sleep(node, deadline, caller);
    if (!signalled) waiting_.fetch_sub(1, std::memory_order_relaxed, caller);
    detail::lock_at(lockable, caller);
    return signalled;
  }

  void wake(std::uint32_t most, location caller) {
    if (waiting_.load(std::memory_order_relaxed, caller) == 0) return;
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    detail::woken_list<P> woken;
    bucket.lock(caller);
    std::uint32_t number = 0;
    for (; number != most; ++number) {
      detail::parked<P>* const node = bucket.find(&waiting_, caller);
      if (node == nullptr) break;
      bucket.remove(*node, caller);
      woken.append(*node, caller);
    }
    // The object lives as long as a waiter has not been woken.
    if (number != 0) waiting_.fetch_sub(number, std::memory_order_relaxed, caller);
    bucket.unlock(caller);
    woken.wake(caller);
  }

  // How many threads wait; it may be too high for a moment, never too low.
  //
  //   waiting  queue      meaning
  //   0        empty      signal returns at once
  //   n > 0    n threads  signal takes the first one off
  //   n > 0    fewer      some gave up and have not counted themselves off yet
  [[no_unique_address]] typename P::object object_;
  typename P::template cell<std::uint32_t> waiting_;
};

using cond = basic_cond<platform>;

static_assert(platform::controlled || sizeof(cond) == 4);
static_assert(platform::controlled || std::is_trivially_destructible_v<cond>);

}  // namespace heddle
