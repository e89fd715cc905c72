// A weighted semaphore.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

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

/// A number of permits, of which threads take some at a time.
///
/// Strictly first come, first served: a small request does not overtake a large one that waits.  A
/// request for more than there ever are waits for ever, or until its deadline, without keeping
/// others from theirs.
///
/// Order: each release synchronizes with the return of the acquires that it makes possible.
template <class P>
class basic_semaphore : immovable {
 public:
  static constexpr std::uint32_t max_size = 0x7FFFFFFF;

  /// Starts with all of its `size` permits, at most `max_size`.  `name` is what reports call it.
  constexpr explicit basic_semaphore(std::uint32_t size, const char* name = nullptr) noexcept
      : state_(size, name), size_(size), object_(object_kind::semaphore, name) {}

  /// Waits until `number` permits are free and it is the caller's turn, and takes them.
  void acquire(std::uint32_t number = 1, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "semaphore::acquire", caller};
    if (!take(number, caller)) (void)acquire_slow(number, never, caller);
  }

  /// Takes `number` permits if they are free and nobody waits.
  [[nodiscard]] bool try_acquire(std::uint32_t number = 1, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "semaphore::try_acquire", caller};
    return take(number, caller);
  }

  /// As `acquire`, but gives up at the deadline and then leaves nothing behind.
  [[nodiscard]] bool try_acquire_until(time_point deadline, std::uint32_t number = 1,
                                       location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "semaphore::try_acquire_until", caller};
    return take(number, caller) || acquire_slow(number, deadline, caller);
  }
  [[nodiscard]] bool try_acquire_for(duration time, std::uint32_t number = 1,
                                     location caller = location::here()) {
    return try_acquire_until(after(P::now(), time), number, caller);
  }

  /// As `acquire`, but gives up when `ctx` is done, and then leaves nothing behind; false without
  /// a wait if the context is known to be done.  Its deadline counts only where there is a wait.
  [[nodiscard]] bool acquire(const basic_context<P>& ctx, std::uint32_t number = 1,
                             location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "semaphore::acquire", caller};
    if (ctx.known_done(caller)) return false;
    if (take(number, caller) || acquire_slow(number, ctx.limit(), caller)) return true;
    ctx.note_end(caller);
    return false;
  }

  /// Gives `number` permits back, and serves those who wait.
  ///
  /// Misuse: more permits than were taken.
  void release(std::uint32_t number = 1, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{object_, "semaphore::release", caller};
    std::uint32_t old = state_.load(std::memory_order_relaxed, caller);
    do {
      require_held(old, number, caller);
      if ((old & queued) != 0) return release_slow(number, caller);
    } while (!state_.compare_exchange_strong(old, old + number, std::memory_order_release,
                                             std::memory_order_relaxed, caller));
  }

 private:
  // The state: the number of free permits, and a bit.
  //
  //   queued  queue      meaning
  //   0       empty      any thread may take what is free
  //   1       not empty  permits go to the queue, in order; only holders of the bucket lock change
  //                      the state
  //   1       empty      the only waiter has given up and will clear the bit
  //   0       not empty  impossible
  static constexpr std::uint32_t queued = 0x80000000U;

  bool take(std::uint32_t number, location caller) {
    std::uint32_t old = state_.load(std::memory_order_relaxed, caller);
    do {
      if ((old & queued) != 0 || old < number) return false;
    } while (!state_.compare_exchange_strong(old, old - number, std::memory_order_acquire,
                                             std::memory_order_relaxed, caller));
    return true;
  }

  bool acquire_slow(std::uint32_t number, const detail::wait_limit<P>& limit, location caller) {
    detail::parked<P> node(&state_, number);
    if (number > size_) return wait_alone(node, limit, caller);
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    bucket.lock(caller);
    if (!must_queue(number, caller)) {
      bucket.unlock(caller);
      return true;
    }
    bucket.insert(node, detail::queue_end::back, caller);
    bucket.unlock(caller);
    if (bucket.sleep(node, limit, caller)) return true;

    // The one behind may want less than this thread did, and be served now.
    bucket.lock(caller);
    const std::uint32_t old = state_.load(std::memory_order_acquire, caller);
    if ((old & queued) != 0) {
      serve(bucket, old & ~queued, caller);
    } else {
      bucket.unlock(caller);
    }
    return false;
  }

  /// Takes the permits, or sets the bit.  Called with the bucket lock.
  bool must_queue(std::uint32_t number, location caller) {
    std::uint32_t old = state_.load(std::memory_order_relaxed, caller);
    while ((old & queued) == 0) {
      const bool enough = old >= number;
      const std::uint32_t next = enough ? old - number : old | queued;
      if (state_.compare_exchange_strong(old, next, std::memory_order_acquire,
                                         std::memory_order_relaxed, caller)) {
        return !enough;
      }
    }
    return true;
  }

  bool wait_alone(detail::parked<P>& node, const detail::wait_limit<P>& limit, location caller) {
    detail::parked_interruption<P> interruption(node);
    const detail::attachment<P> attached(limit.source, interruption, caller);
    while (!attached.came_late() && node.word.load(std::memory_order_relaxed, caller) == 0 &&
           P::futex_wait(node.word, 0, limit.deadline, caller) != wait_result::timed_out) {
    }
    return false;
  }

  void require_held(std::uint32_t state, std::uint32_t released, location caller) {
    if (released > size_ - (state & ~queued)) {
      P::misuse("semaphore released more than held", caller);
    }
  }

  void release_slow(std::uint32_t number, location caller) {
    detail::parking_bucket<P>& bucket = detail::parking_lot<P>::bucket_of(object_);
    bucket.lock(caller);
    const std::uint32_t old = state_.fetch_add(number, std::memory_order_acq_rel, caller);
    require_held(old, number, caller);
    if ((old & queued) != 0) {
      serve(bucket, (old & ~queued) + number, caller);
    } else {
      bucket.unlock(caller);
    }
  }

  /// Hands `free` permits to the queue.  Called with the bucket lock, which it gives back, and with
  /// the bit set.
  void serve(detail::parking_bucket<P>& bucket, std::uint32_t free, location caller) {
    detail::woken_list<P> woken;
    detail::parked<P>* node = bucket.find(&state_, caller);
    while (node != nullptr && node->amount <= free) {
      free -= node->amount;
      bucket.remove(*node, caller);
      woken.append(*node, caller);
      node = bucket.find(&state_, caller);
    }
    state_.store(node == nullptr ? free : free | queued, std::memory_order_release, caller);
    bucket.unlock(caller);
    woken.wake(caller);
  }

  typename P::template cell<std::uint32_t> state_;
  const std::uint32_t size_;
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using semaphore = basic_semaphore<platform>;

static_assert(platform::controlled || sizeof(semaphore) == 8);
static_assert(platform::controlled || std::is_trivially_destructible_v<semaphore>);

}  // namespace heddle
