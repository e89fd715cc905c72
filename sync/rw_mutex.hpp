// A lock for one writer or many readers.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include <heddle/sync/config.hpp>
#include <heddle/sync/fair_word.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

/// A lock that one writer holds alone, or any number of readers hold together.  It does not belong
/// to a thread.  Fits std::shared_lock and its kin.
///
/// A writer that waits keeps later readers out; when it unlocks, every reader that came meanwhile
/// gets in before the next writer.  So neither side starves; and so a thread that locks shared
/// twice deadlocks when a writer comes between.
///
/// Order: each unlock synchronizes with every later lock and lock_shared; each unlock_shared with
/// every later lock.  Readers do not synchronize with each other.
template <class P>
class HEDDLE_THREAD_SAFETY(capability("rw_mutex")) basic_rw_mutex : immovable {
 public:
  constexpr basic_rw_mutex() noexcept : basic_rw_mutex(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_rw_mutex(const char* name) noexcept
      : writers_(name), object_(object_kind::rw_mutex, name) {}

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::lock", caller};
    std::uint64_t old = 0;
    if (!state().compare_exchange_strong(old, word::locked, std::memory_order_acquire,
                                         std::memory_order_relaxed, caller)) {
      (void)writers_.acquire(object_, old, never, caller);
      await_readers(readers_of(old), caller);
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
    const std::uint64_t old = state().fetch_add(one_reader, std::memory_order_acquire, caller);
    if ((old & word::locked) != 0) {
      (void)admissions_.acquire(object_, detail::queue_end::back, never, caller);
    }
    P::note_own(object_, ownership::shared, caller);
  }

  /// Fails if a writer holds the lock or waits for the readers to leave.
  [[nodiscard]] bool try_lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::try_lock_shared", caller};
    std::uint64_t old = state().load(std::memory_order_relaxed, caller);
    do {
      if ((old & word::locked) != 0) return false;
    } while (!state().compare_exchange_strong(old, old + one_reader, std::memory_order_acquire,
                                              std::memory_order_relaxed, caller));
    P::note_own(object_, ownership::shared, caller);
    return true;
  }

  /// Misuse: no reader holds the lock.
  void unlock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(release_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::unlock_shared", caller};
    P::note_release(object_, ownership::shared);
    const std::uint64_t old = state().fetch_sub(one_reader, std::memory_order_release, caller);
    if (readers_of(old) == 0) P::misuse("unlock_shared of unlocked rw_mutex", caller);
    // The writer that waits for this reader keeps the object alive up to the last of them.
    if ((old & word::locked) != 0 &&
        leaving_.fetch_sub(1, std::memory_order_acq_rel, caller) == 1) {
      drained_.release(object_, 1, caller);
    }
  }

 private:
  // The state: the lock word of the writers in the low 32 bits (fair_word.hpp), the number of
  // readers in the high 32.
  //
  //   locked  readers  leaving  meaning
  //   0       0        0        free
  //   0       r        0        r readers hold the lock
  //   1       r + q    r        a writer waits for r readers to leave; q readers wait for the
  //   writer 1       q        0        a writer holds the lock; q readers wait for it
  //
  // The step that sets `locked` sees how many readers hold the lock; the writer adds them to
  // `leaving`, each of them takes one off as it leaves, and the one that makes it zero wakes the
  // writer, or is the writer itself.  `leaving` is below zero meanwhile if readers were faster than
  // the writer.  The step that clears `locked` sees how many readers wait and owes each an
  // admission.
  using word = detail::fair_word<P, std::uint64_t>;
  static constexpr std::uint64_t one_reader = std::uint64_t{1} << 32;

  static constexpr std::uint32_t readers_of(std::uint64_t state) noexcept {
    return static_cast<std::uint32_t>(state >> 32);
  }

  auto& state() noexcept { return writers_.word(); }

  void await_readers(std::uint32_t readers, location caller) {
    if (readers == 0) return;
    const std::uint32_t left =
        leaving_.fetch_add(readers, std::memory_order_acq_rel, caller) + readers;
    if (left != 0) (void)drained_.acquire(object_, detail::queue_end::back, never, caller);
  }

  void end_writing(std::uint64_t carry, const char* complaint, location caller) {
    P::note_release(object_, ownership::exclusive);
    const auto released = writers_.release(word::locked, carry, caller);
    if ((released.old & word::locked) == 0) P::misuse(complaint, caller);
    const std::uint32_t readers = readers_of(released.old);
    if (readers != 0) admissions_.release(object_, readers, caller);
    if (released.owes_permit) writers_.pay(object_, released, caller);
  }

  [[no_unique_address]] word writers_;
  typename P::template cell<std::uint32_t> leaving_{0};
  detail::permits<P> admissions_;  ///< for readers, one each
  detail::permits<P> drained_;     ///< for the writer that waits for readers to leave
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using rw_mutex = basic_rw_mutex<platform>;

static_assert(platform::controlled || sizeof(rw_mutex) == 24);
static_assert(platform::controlled || std::is_trivially_destructible_v<rw_mutex>);

}  // namespace heddle
