// Mutual exclusion with an unlock that is a plain store.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include <heddle/sync/config.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/spinner.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

/// A lock as `mutex`, for where threads hardly ever meet: until a thread has had to sleep for it,
/// unlock is a store and not a read-modify-write, which halves the time of lock and unlock.  The
/// first sleeper pays for that with a heavy fence, which interrupts every running thread of the
/// process, once in the life of the lock.
///
/// Unlike mutex it does not care for those who wait: a thread may lose to newcomers again and
/// again.  And it must outlive each call of unlock: to have got the lock is not enough to destroy
/// it.
///
/// Order: each unlock synchronizes with every later lock, and with a try_lock that succeeds.
///
/// Two threads are exhausted under rc11, three are sampled: the models fences/asymmetric_mutex.
template <class P>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_asymmetric_mutex : immovable {
 public:
  constexpr basic_asymmetric_mutex() noexcept : basic_asymmetric_mutex(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_asymmetric_mutex(const char* name) noexcept
      : word_(free, name), object_(object_kind::mutex, name) {}

  /// Waits until the mutex is free and takes it.
  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "asymmetric_mutex::lock", caller};
    if (!take(caller)) lock_slow(caller);
    P::note_own(object_, ownership::exclusive, caller);
  }

  /// Takes the mutex if nobody holds it.
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "asymmetric_mutex::try_lock", caller};
    if (!take(caller)) return false;
    P::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  /// Gives the mutex back and wakes at most one waiter.
  ///
  /// Misuse: the mutex is not locked.  Of two threads that unlock it at once where one holds it,
  /// neither may notice.
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "asymmetric_mutex::unlock", caller};
    P::note_release(object_, ownership::exclusive);
    if (word_.load(std::memory_order_relaxed, caller) == free) {
      P::misuse("unlock of unlocked mutex", caller);
    }
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    if (met_.load(std::memory_order_relaxed, caller) == 0) {
      word_.store(free, std::memory_order_release, caller);
      P::light_fence(caller);
      if (met_.load(std::memory_order_relaxed, caller) == 0) return;
      wake_one(bucket, caller);
    } else if (word_.exchange(free, std::memory_order_release, caller) == contended) {
      wake_one(bucket, caller);
    }
  }

 private:
  // The word.
  //
  //   free       nobody holds the lock
  //   held       a thread holds it, and none sleeps
  //   contended  a thread holds it, and others may sleep: unlock wakes one
  //
  // `met` is set for good by the first thread that is about to sleep.  A thread that does not know
  // of it unlocks by a store, which may wipe out `contended`.  Then it looks at `met`, after a
  // light fence; and whoever sleeps has set `met`, passed a heavy fence and then found the lock
  // held.  So either the sleeper's look at the word comes after the store, or the look at `met`
  // comes after the sleeper set it, and then somebody is woken whatever the word was.
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t contended = 2;

  bool take(location caller) {
    std::uint32_t old = free;
    return word_.compare_exchange_strong(old, held, std::memory_order_acquire,
                                         std::memory_order_relaxed, caller);
  }

  [[gnu::noinline]] void lock_slow(location caller) {
    for (detail::spinner<P> spin; spin.once(caller);) {
      if (word_.load(std::memory_order_relaxed, caller) == free && take(caller)) return;
    }
    if (met_.load(std::memory_order_relaxed, caller) == 0) {
      met_.store(1, std::memory_order_relaxed, caller);
      P::heavy_fence(caller);
    }
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    for (;;) {
      detail::parked<P> node(this);
      bucket.lock(caller);
      // With this bucket lock, so that whoever unlocks from now on finds the node.  A thread that
      // has slept, or might have, takes the lock as contended: others may sleep still.
      if (word_.exchange(contended, std::memory_order_acquire, caller) == free) {
        bucket.unlock(caller);
        return;
      }
      bucket.insert(node, detail::queue_end::back, caller);
      bucket.unlock(caller);
      (void)bucket.sleep(node, never, caller);
    }
  }

  /// Where unlock was an exchange the lock may be gone, so nothing but its address is used.
  void wake_one(detail::parking_bucket<P>& bucket, location caller) {
    detail::woken_list<P> woken;
    bucket.lock(caller);
    detail::parked<P>* const node = bucket.find(this, caller);
    if (node != nullptr) {
      bucket.remove(*node, caller);
      woken.append(*node, caller);
    }
    bucket.unlock(caller);
    woken.wake(caller);
  }

  typename P::template cell<std::uint32_t> word_;
  typename P::template cell<std::uint32_t> met_{0};
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using asymmetric_mutex = basic_asymmetric_mutex<platform>;

static_assert(platform::controlled || sizeof(asymmetric_mutex) == 8);
static_assert(platform::controlled || std::is_trivially_destructible_v<asymmetric_mutex>);

}  // namespace heddle
