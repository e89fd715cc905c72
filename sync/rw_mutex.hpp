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
#include <heddle/sync/spinner.hpp>
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
      lock_slow(old, caller);
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
    if ((old & word::locked) != 0) await_turn(old & turn, caller);
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
    if ((old & word::locked) != 0) leave(caller);
  }

 private:
  // The state: the lock word of the writers in the low 32 bits (fair_word.hpp), the number of
  // readers in the next 30, and two bits.
  //
  //   locked  readers  leaving  meaning
  //   0       0        0        free
  //   0       r        0        r readers hold the lock
  //   1       r + q    r        a writer waits for r readers to leave; q wait for the writer
  //   1       q        0        a writer holds the lock; q readers wait for it
  //
  // The step that sets `locked` sees how many readers hold the lock; the writer adds them to
  // `leaving`, each of them takes one off as it leaves, and the one that makes it zero wakes the
  // writer if that sleeps.  `leaving` is below zero meanwhile if readers were faster than the
  // writer.
  //
  // The step that clears `locked` lets all readers in that wait, by turning `turn` over: a reader
  // waits for another turn than it found.  The next writer waits for all that were let in, so the
  // turn comes back only when none of them looks at it any more; and who comes in between finds the
  // new turn, and waits for the next.  `sleeping` says that some of those that wait are parked:
  // only then the writer looks for them.  So long as one is, it keeps the object alive.
  //
  // Where Go counts permits for the readers it lets in, which another reader may take first, here
  // the turn says who is meant.
  using word = detail::fair_word<P, std::uint64_t>;
  static constexpr std::uint64_t one_reader = std::uint64_t{1} << 32;
  static constexpr std::uint64_t sleeping = std::uint64_t{1} << 62;
  static constexpr std::uint64_t turn = std::uint64_t{1} << 63;

  // `leaving`: the number in the upper bits, and whether the writer sleeps on it.
  static constexpr std::uint32_t writer_sleeps = 1;
  static constexpr std::uint32_t one_leaving = 2;

  static constexpr std::uint32_t readers_of(std::uint64_t state) noexcept {
    return static_cast<std::uint32_t>((state & (sleeping - 1)) >> 32);
  }

  auto& state() noexcept { return writers_.word(); }

  void lock_slow(std::uint64_t old, location caller) {
    // Nobody waits for a turn where there is no reader, so it may begin anew.
    if (old == turn && state().compare_exchange_strong(old, word::locked, std::memory_order_acquire,
                                                       std::memory_order_relaxed, caller)) {
      return;
    }
    (void)writers_.acquire(object_, old, never, caller);
    if (readers_of(old) != 0) await_readers(readers_of(old), caller);
  }

  void await_readers(std::uint32_t readers, location caller) {
    const std::uint32_t number = readers * one_leaving;
    std::uint32_t left = leaving_.fetch_add(number, std::memory_order_acq_rel, caller) + number;
    for (detail::spinner<P> spin; left != 0 && spin.once(caller);) {
      left = leaving_.load(std::memory_order_acquire, caller);
    }
    if (left == 0) return;
    left = leaving_.fetch_or(writer_sleeps, std::memory_order_acq_rel, caller) | writer_sleeps;
    while (left != writer_sleeps) {
      P::futex_wait(leaving_, left, never, caller);
      left = leaving_.load(std::memory_order_acquire, caller);
    }
    leaving_.store(0, std::memory_order_relaxed, caller);
  }

  /// A reader leaves while a writer waits for it.  That keeps the object alive up to the last one.
  void leave(location caller) {
    const auto key = P::key_of(leaving_);
    const std::uint32_t old = leaving_.fetch_sub(one_leaving, std::memory_order_acq_rel, caller);
    if (old == (one_leaving | writer_sleeps)) P::futex_wake(key, 1, caller);
  }

  /// What readers wait for that found the turn `mine`.
  [[nodiscard]] const void* key_of(std::uint64_t mine) const noexcept {
    return reinterpret_cast<const char*>(this) + (mine == 0 ? 0 : 1);
  }

  void await_turn(std::uint64_t mine, location caller) {
    for (detail::spinner<P> spin; spin.once(caller);) {
      if ((state().load(std::memory_order_acquire, caller) & turn) != mine) return;
    }
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    bucket.lock(caller);
    if (!must_sleep(mine, caller)) {
      bucket.unlock(caller);
      return;
    }
    detail::parked<P> node(key_of(mine));
    bucket.insert(node, detail::queue_end::back, caller);
    bucket.unlock(caller);
    (void)bucket.sleep(node, never, caller);
  }

  /// False if the turn has come; else announces a sleeper.  Called with the bucket lock.
  bool must_sleep(std::uint64_t mine, location caller) {
    std::uint64_t old = state().load(std::memory_order_acquire, caller);
    while ((old & turn) == mine) {
      if ((old & sleeping) != 0 ||
          state().compare_exchange_strong(old, old | sleeping, std::memory_order_acquire,
                                          std::memory_order_acquire, caller)) {
        return true;
      }
    }
    return false;
  }

  void end_writing(std::uint64_t carry, const char* complaint, location caller) {
    P::note_release(object_, ownership::exclusive);
    const auto let_in = [carry](std::uint64_t next) {
      return (readers_of(next) == 0 ? next : (next ^ turn) & ~sleeping) + carry;
    };
    const auto released = writers_.release(word::locked, let_in, caller);
    if ((released.old & word::locked) == 0) P::misuse(complaint, caller);
    if ((released.old & sleeping) != 0) wake_readers(released.old & turn, caller);
    if (released.owes_permit) writers_.pay(object_, released, caller);
  }

  void wake_readers(std::uint64_t whose, location caller) {
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    const void* const key = key_of(whose);
    detail::woken_list<P> woken;
    bucket.lock(caller);
    while (detail::parked<P>* const node = bucket.find(key, caller)) {
      bucket.remove(*node, caller);
      woken.append(*node, caller);
    }
    bucket.unlock(caller);
    woken.wake(caller);
  }

  [[no_unique_address]] word writers_;
  typename P::template cell<std::uint32_t> leaving_{0};
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using rw_mutex = basic_rw_mutex<platform>;

static_assert(platform::controlled || sizeof(rw_mutex) == 16);
static_assert(platform::controlled || std::is_trivially_destructible_v<rw_mutex>);

}  // namespace heddle
