// Condition variables.
#pragma once

#include <cstdint>
#include <type_traits>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/lockable.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle {

template <class P>
class basic_context;

/// Where threads wait, with a lock given up meanwhile, until another says that something has
/// changed.
///
/// Threads are woken in the order in which they came; signalled while somebody holds their mutex,
/// they are woken when it is their turn to get it.  A wait never returns unasked, yet when it
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
      : queue_(name), object_(object_kind::cond, name) {}

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

  /// False if `ctx` was done first.  The lock is taken again also then, however long that is.
  template <class L>
  bool wait(L& lockable, const basic_context<P>& ctx, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "cond::wait", caller};
    if (ctx.known_done(caller)) return false;
    if (wait_and_lock(lockable, ctx.limit(), caller)) return true;
    ctx.note_end(caller);
    return false;
  }
  /// What `predicate()` said last.
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  bool wait(L& lockable, const basic_context<P>& ctx, F predicate,
            location caller = location::here()) {
    while (!predicate()) {
      if (!wait(lockable, ctx, caller)) return predicate();
    }
    return true;
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

  using mutex = basic_mutex<P>;

  struct waiter : detail::parked<P> {
    waiter(const void* what, mutex* lock) noexcept : detail::parked<P>(what), home(lock) {}

    mutex* const home;  ///< the lock that the thread takes then, if it may be moved
    basic_shared<P, bool> moved{false};  ///< it has become a waiter of its lock
  };

  // Woken while somebody holds its lock, a thread would go to sleep again at once: it is moved to
  // the queue of the lock, and unlock wakes it.  One that may give up is not moved, for it would
  // not know which queue to leave.
  template <class L>
  static mutex* home_of([[maybe_unused]] L& lockable,
                        [[maybe_unused]] const detail::wait_limit<P>& limit) {
    if constexpr (std::is_same_v<L, mutex>) {
      const bool may_give_up = limit.source != nullptr || limit.deadline != never;
      if (!may_give_up) return &lockable;
    }
    return nullptr;
  }

  // A thread queues before it unlocks: its place in the queue is its ticket, and whoever changes
  // the condition under the lock finds it there.
  template <class L>
  bool wait_and_lock(L& lockable, const detail::wait_limit<P>& limit, location caller) {
    waiter node(this, home_of(lockable, limit));
    queue_.lock(caller);
    queue_.insert(node, detail::queue_end::back, caller);
    queue_.unlock(caller);
    detail::unlock_at(lockable, caller);
    const bool signalled = queue_.sleep(node, limit, caller);
    if constexpr (std::is_same_v<L, mutex>) {
      if (node.moved.read(caller)) {
        lockable.resume(caller);
        return true;
      }
    }
    detail::lock_at(lockable, caller);
    return signalled;
  }

  void wake(std::uint32_t most, location caller) {
    if (!queue_.lock_if_occupied(caller)) return;
    detail::woken_list<P> woken;
    for (; most != 0; --most) {
      detail::parked<P>* const node = queue_.find(this, caller);
      if (node == nullptr) break;
      queue_.remove(*node, caller);
      woken.append(*node, caller);
    }
    // Until they are woken they keep the object alive, and their locks.
    queue_.unlock(caller);
    const auto moved = [caller](detail::parked<P>& node) {
      return move(static_cast<waiter&>(node), caller);
    };
    woken.wake_unless(moved, caller);
  }

  /// Has the thread wait for its lock; false if it has to be woken now.
  static bool move(waiter& node, location caller) {
    mutex* const home = node.home;
    if (home == nullptr || !home->state_.count_in(caller)) return false;
    node.moved.write(caller) = true;
    return home->state_.enlist(home->object_, node, caller);
  }

  detail::parking_queue<P, detail::occupancy::tracked> queue_;
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using cond = basic_cond<platform>;

static_assert(platform::controlled || sizeof(cond) == 24);
static_assert(platform::controlled || std::is_trivially_destructible_v<cond>);

}  // namespace heddle
