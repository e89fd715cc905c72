// A lock for one writer or many readers.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include <heddle/sync/config.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/rw_core.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle {

template <class P>
class basic_context;

/// A lock that one writer holds alone, or any number of readers hold together.  It does not belong
/// to a thread.  Fits std::shared_lock and its kin.
///
/// A writer that waits keeps later readers out; when it unlocks, every reader that came meanwhile
/// gets in before the next writer.  So neither side starves; and so a thread that locks shared
/// twice deadlocks when a writer comes between.  A writer that may give up, by a deadline or a
/// context, keeps later readers out too as long as it waits, but other writers may overtake it.
///
/// Order: each unlock synchronizes with every later lock and lock_shared; each unlock_shared with
/// every later lock.  Readers do not synchronize with each other.
template <class P>
class HEDDLE_THREAD_SAFETY(capability("rw_mutex")) basic_rw_mutex : detail::rw_core<P> {
  using core = detail::rw_core<P>;
  using word = typename core::word;
  using core::end_writing;
  using core::limited;
  using core::object_;
  using core::one_reader;
  using core::readers_of;
  using core::state;

 public:
  constexpr basic_rw_mutex() noexcept : basic_rw_mutex(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_rw_mutex(const char* name) noexcept : core(name) {}

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::lock", caller};
    std::uint64_t old = 0;
    if (!state().compare_exchange_strong(old, word::locked, std::memory_order_acquire,
                                         std::memory_order_relaxed, caller)) {
      this->lock_slow(old, caller);
    }
    P::note_own(object_, ownership::exclusive, caller);
  }

  /// May fail although nobody holds the lock: when a writer is about to get it, or when another
  /// thread comes or goes just then.
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::try_lock", caller};
    std::uint64_t old = state().load(std::memory_order_relaxed, caller);
    if (!word::available(old) || readers_of(old) != 0 ||
        !state().compare_exchange_strong(old, old | word::locked, std::memory_order_acquire,
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
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::try_lock_until", caller};
    return this->lock_within(deadline, caller);
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
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::lock", caller};
    if (ctx.known_done(caller)) return false;
    if (this->lock_within(ctx.limit(), caller)) return true;
    ctx.note_end(caller);
    return false;
  }

  /// Lets in the readers that wait, and then the next writer.
  ///
  /// Misuse: no writer holds the lock.
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::unlock", caller};
    end_writing(0, "unlock of unlocked rw_mutex", caller);
  }

  /// Turns the writer into a reader; no other writer comes between.
  ///
  /// Misuse: no writer holds the lock.
  void downgrade(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::downgrade", caller};
    end_writing(one_reader, "downgrade of unlocked rw_mutex", caller);
    P::note_own(object_, ownership::shared, caller);
  }

  void lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::lock_shared", caller};
    (void)this->lock_shared_within(never, caller);
  }

  /// Fails if a writer holds the lock or waits for the readers to leave.
  [[nodiscard]] bool try_lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::try_lock_shared", caller};
    std::uint64_t old = state().load(std::memory_order_relaxed, caller);
    do {
      if ((old & (word::locked | limited)) != 0) return false;
    } while (!state().compare_exchange_strong(old, old + one_reader, std::memory_order_acquire,
                                              std::memory_order_relaxed, caller));
    P::note_own(object_, ownership::shared, caller);
    return true;
  }

  /// As `lock_shared`, but gives up at the deadline and then leaves nothing behind.
  [[nodiscard]] bool try_lock_shared_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::try_lock_shared_until",
                                                  caller};
    return this->lock_shared_within(deadline, caller);
  }
  [[nodiscard]] bool try_lock_shared_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_shared_until(after(P::now(), time), caller);
  }

  /// As `lock_shared`, but gives up when `ctx` is done; false without a wait if the context is
  /// known to be done.  Its deadline counts only where there is a wait.
  [[nodiscard]] bool lock_shared(const basic_context<P>& ctx, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::lock_shared", caller};
    if (ctx.known_done(caller)) return false;
    if (this->lock_shared_within(ctx.limit(), caller)) return true;
    ctx.note_end(caller);
    return false;
  }

  /// Misuse: no reader holds the lock.
  void unlock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(release_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::unlock_shared", caller};
    P::note_release(object_, ownership::shared);
    this->drop_share(caller);
  }

  /// Says that a writer holds the lock, for readers of the code, for clang's analysis and for
  /// debugging: one relaxed load.  It does not know who holds it.
  ///
  /// Misuse: the lock is not locked by any writer.
  void assert_held(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_capability()) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if ((state().load(std::memory_order_relaxed, caller) & word::locked) == 0) {
      P::misuse("rw_mutex is not held by a writer", caller);
    }
  }
  /// The same of a reader or a writer.
  ///
  /// Misuse: nobody holds the lock.
  void assert_held_shared(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const std::uint64_t now = state().load(std::memory_order_relaxed, caller);
    if ((now & word::locked) == 0 && readers_of(now) == 0) {
      P::misuse("rw_mutex is not held", caller);
    }
  }
};

using rw_mutex = basic_rw_mutex<platform>;

static_assert(platform::controlled || sizeof(rw_mutex) == 16);
static_assert(platform::controlled || std::is_trivially_destructible_v<rw_mutex>);

}  // namespace heddle
