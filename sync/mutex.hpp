// Mutual exclusion.
#pragma once

#include <cstdint>
#include <type_traits>

#include <heddle/sync/config.hpp>
#include <heddle/sync/fair_word.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle {

template <class P>
class basic_cond;
template <class P>
class basic_context;

/// A lock that one thread holds at a time.  It does not belong to the thread that locked it: any
/// thread may unlock it.  It is not recursive.  Fits std::lock_guard and its kin.
///
/// Threads queue in the order in which they came; a newcomer may overtake them, but none of them
/// waits long, for after a millisecond the lock is handed over in order (fair_word.hpp).
///
/// Order: each unlock synchronizes with every later lock, and with a try_lock that succeeds.
template <class P>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_mutex : immovable {
 public:
  constexpr basic_mutex() noexcept : basic_mutex(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_mutex(const char* name) noexcept
      : state_(name), object_(object_kind::mutex, name) {}

  /// Waits until the mutex is free and takes it.
  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "mutex::lock", caller};
    (void)take(never, caller);
  }

  /// Takes the mutex if that is possible at once.  May fail although the mutex is free: when it is
  /// to be handed to a waiter, or when another thread comes or goes just then.
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "mutex::try_lock", caller};
    std::uint32_t old = state_.word().load(std::memory_order_relaxed, caller);
    if (!word::available(old) ||
        !state_.word().compare_exchange_strong(old, old | word::locked, std::memory_order_acquire,
                                               std::memory_order_relaxed, caller)) {
      return false;
    }
    P::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  /// As `lock`, but gives up at the deadline and then leaves nothing behind.
  [[nodiscard]] bool try_lock_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "mutex::try_lock_until", caller};
    return take(deadline, caller);
  }
  [[nodiscard]] bool try_lock_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_until(after(P::now(), time), caller);
  }

  /// As `lock`, but gives up when `ctx` is done, and then leaves nothing behind; false without a
  /// wait if the context is known to be done.  Its deadline counts only where there is a wait.
  [[nodiscard]] bool lock(const basic_context<P>& ctx, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "mutex::lock", caller};
    if (ctx.known_done(caller)) return false;
    if (take(ctx.limit(), caller)) return true;
    ctx.note_end(caller);
    return false;
  }

  /// Gives the mutex back and wakes at most one waiter.
  ///
  /// Misuse: the mutex is not locked.
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "mutex::unlock", caller};
    P::note_release(object_, ownership::exclusive);
    std::uint32_t old = word::locked;
    if (!state_.word().compare_exchange_strong(old, 0, std::memory_order_release,
                                               std::memory_order_relaxed, caller)) {
      unlock_slow(old, caller);
    }
  }

  /// Says that the mutex is locked, for readers of the code, for clang's analysis and for
  /// debugging: one relaxed load.  Who holds it, the mutex does not know.
  ///
  /// Misuse: nobody holds it.
  void assert_held(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_capability()) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if ((state_.word().load(std::memory_order_relaxed, caller) & word::locked) == 0) {
      P::misuse("mutex is not held", caller);
    }
  }

 private:
  using word = detail::fair_word<P, std::uint32_t>;

  // A thread that is signalled while another holds the mutex waits for the mutex from then on.
  template <class Q>
  friend class basic_cond;

  void resume(location caller) {
    [[maybe_unused]] const typename P::call scope{object_, "mutex::lock", caller};
    state_.resume(object_, caller);
    P::note_own(object_, ownership::exclusive, caller);
  }

  bool take(const detail::wait_limit<P>& limit, location caller) {
    std::uint32_t old = 0;
    if (!state_.word().compare_exchange_strong(old, word::locked, std::memory_order_acquire,
                                               std::memory_order_relaxed, caller) &&
        !state_.acquire(object_, old, limit, caller)) {
      return false;
    }
    P::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  /// The word was not what it is without waiters, but `old`.
  [[gnu::noinline]] void unlock_slow(std::uint32_t old, location caller) {
    const auto unchanged = [](std::uint32_t left) { return left; };
    const auto released = state_.release(old, unchanged, caller);
    if ((released.old & word::locked) == 0) P::misuse("unlock of unlocked mutex", caller);
    if (released.owes_permit) state_.pay(object_, released, caller);
  }

  word state_;
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using mutex = basic_mutex<platform>;

static_assert(platform::controlled || sizeof(mutex) == 8);
static_assert(platform::controlled || std::is_trivially_destructible_v<mutex>);

}  // namespace heddle
