// The parking lot: where the threads that wait for a primitive sleep.
//
// A table of buckets, picked by a hash of the primitive.  A bucket holds a queue of the waiting
// threads' own nodes, which lie on their stacks, under a lock of one futex word.  Each thread
// sleeps on the word of its node, so that the waker says who runs next, a waiter that gives up
// leaves the queue, and a primitive itself needs no room for any of this.
//
// The queues and nodes are plain memory under the bucket lock.  The order in which threads enter a
// queue is the order in which they take that lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <heddle/sync/contention.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>
#include <heddle/sync/wait_result.hpp>

namespace heddle::detail {

// The word of the lock of a queue.  A thread sleeps only after it has set `contended`.
//
//   held  contended  held by     asleep        left by
//   0     0          nobody      none          lock: -> held
//   1     0          one thread  none          unlock: -> not held;  lock: -> contended
//   1     1          one thread  zero or more  unlock: -> not held, then wakes one
//   0     1          impossible
//
// `contended` may be stale (the last waiter already left): unlock then wakes nobody.  The converse
// never holds: a sleeping thread implies `contended`, or a wake on its way.  For that reason a
// thread that slept takes the lock with `contended`: others may sleep still.
//
// `occupied` is set by unlock, and says that it left something in the queue.  A thread that finds
// it clear need not take the lock to know that whoever came before it has been served.
template <class P>
class queue_lock {
 public:
  constexpr explicit queue_lock(const char* name) noexcept : word_(0, name) {}

  void lock(location caller) {
    for (std::uint32_t old = 0; (old & held) == 0;) {
      if (word_.compare_exchange_strong(old, old | held, std::memory_order_acquire,
                                        std::memory_order_relaxed, caller)) {
        return;
      }
    }
    lock_slow(caller);
  }

  /// False, and nothing is locked, if the queue is empty.
  [[nodiscard]] bool lock_if_occupied(location caller) {
    std::uint32_t old = occupied;
    if (!word_.compare_exchange_strong(old, occupied | held, std::memory_order_acquire,
                                       std::memory_order_relaxed, caller)) {
      if ((old & occupied) == 0) return false;
      lock_slow(caller);
    }
    return true;
  }

  void unlock(bool leaves_some, location caller) {
    const auto key = P::key_of(word_);
    const std::uint32_t next = leaves_some ? occupied : 0;
    if ((word_.exchange(next, std::memory_order_release, caller) & contended) != 0) {
      P::futex_wake(key, 1, caller);
    }
  }

 private:
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t contended = 2;
  static constexpr std::uint32_t occupied = 4;
  static constexpr unsigned spins = 40;

  void lock_slow(location caller) {
    for (unsigned i = 0; i < spins && P::cpus() > 1; ++i) {
      P::spin_hint(caller);
      std::uint32_t old = word_.load(std::memory_order_relaxed, caller);
      if ((old & held) == 0 &&
          word_.compare_exchange_strong(old, old | held, std::memory_order_acquire,
                                        std::memory_order_relaxed, caller)) {
        return;
      }
    }
    for (;;) {
      const std::uint32_t old = word_.fetch_or(held | contended, std::memory_order_acquire, caller);
      if ((old & held) == 0) return;
      P::futex_wait(word_, old | contended, never, caller);
    }
  }

  typename P::template cell<std::uint32_t> word_;
};

/// One waiting thread, on its own stack.
///
/// `word` is 0 while the thread waits; whoever took the node from its queue stores 1, which ends
/// the node's life: from then on only its futex key may be used.  A cancellation turns 0 into 2.
template <class P>
struct parked : immovable {
  struct links {
    parked* next = nullptr;
    parked* previous = nullptr;
    bool queued = false;
  };

  explicit parked(const void* what, std::uint32_t how_much = 0, bool gives_up = false) noexcept
      : key(what), amount(how_much), late(gives_up) {}

  typename P::template cell<std::uint32_t> word{0};
  /// Guarded by the bucket lock while queued; then `next` belongs to the thread that took the node.
  basic_shared<P, links> place;
  /// What the thread waits for: the address of a part of a primitive.  Changes between two queues.
  const void* key;
  const std::uint32_t amount;                      ///< how much of it; a semaphore's business
  const bool late;                                 ///< goes first; a permit's business
  [[no_unique_address]] wait_clock_of<P> clock{};  ///< guarded as `place`
};

enum class queue_end : std::uint8_t { back, front };

/// Nodes that were taken from a queue and are still to be woken, in that order.
template <class P>
struct woken_list {
  parked<P>* first = nullptr;
  parked<P>* last = nullptr;

  void append(parked<P>& node, location caller) {
    if (first == nullptr) {
      first = &node;
    } else {
      last->place.write(caller).next = &node;
    }
    last = &node;
  }

  /// Wakes them all.  Called without the bucket lock.
  void wake(location caller) {
    wake_unless([](parked<P>&) { return false; }, caller);
  }
  /// The same, but without those of whom `moved` says that they wait elsewhere from now on.
  template <class F>
  void wake_unless(F moved, location caller) {
    for (parked<P>* node = first; node != nullptr;) {
      parked<P>* const next = node->place.read(caller).next;
      const auto key = P::key_of(node->word);
      if (!moved(*node)) {
        node->word.store(1, std::memory_order_release, caller);
        P::futex_wake(key, 1, caller);
      }
      node = next;
    }
  }
};

/// Whether a queue can be seen to be empty without its lock.
enum class occupancy : std::uint8_t { unknown, tracked };

/// A queue of waiting threads, and its lock.
template <class P, occupancy Occupancy>
class parking_queue {
 public:
  constexpr explicit parking_queue(const char* name) noexcept : lock_(name) {}

  void lock(location caller) { lock_.lock(caller); }
  /// False, and nothing is locked, if no thread waits.
  [[nodiscard]] bool lock_if_occupied(location caller) requires(Occupancy == occupancy::tracked) {
    return lock_.lock_if_occupied(caller);
  }
  void unlock(location caller) {
    const bool leaves_some = Occupancy == occupancy::tracked && queue_.read(caller).head != nullptr;
    lock_.unlock(leaves_some, caller);
  }

  void insert(parked<P>& node, queue_end where, location caller) {
    ends& queue = queue_.write(caller);
    auto& place = node.place.write(caller);
    place.queued = true;
    if (where == queue_end::back) {
      place.previous = queue.tail;
      (queue.tail == nullptr ? queue.head : queue.tail->place.write(caller).next) = &node;
      queue.tail = &node;
    } else {
      place.next = queue.head;
      (queue.head == nullptr ? queue.tail : queue.head->place.write(caller).previous) = &node;
      queue.head = &node;
    }
  }

  void remove(parked<P>& node, location caller) {
    ends& queue = queue_.write(caller);
    auto& place = node.place.write(caller);
    (place.previous == nullptr ? queue.head : place.previous->place.write(caller).next) =
        place.next;
    (place.next == nullptr ? queue.tail : place.next->place.write(caller).previous) =
        place.previous;
    place = {};
  }

  /// The first thread that waits for `key`, or null.
  [[nodiscard]] parked<P>* find(const void* key, location caller) const {
    parked<P>* node = queue_.read(caller).head;
    while (node != nullptr && node->key != key) node = node->place.read(caller).next;
    return node;
  }

  /// Sleeps until `node`, which was queued here, has been woken; false if it gave up and has left
  /// the queue.  A node that was taken from the queue is woken, whatever the limit.
  ///
  /// Order: the wake synchronizes with the return.
  [[nodiscard]] bool sleep(parked<P>& node, const wait_limit<P>& limit, location caller) {
    if (limit.source != nullptr) return sleep_unless_cancelled(node, limit, caller);
    time_point deadline = limit.deadline;
    do {
      const wait_result result = P::futex_wait(node.word, 0, deadline, caller);
      if (result == wait_result::timed_out) {
        if (leave(node, caller)) return false;
        deadline = never;
      }
    } while (node.word.load(std::memory_order_acquire, caller) == 0);
    return true;
  }

 private:
  struct ends {
    parked<P>* head = nullptr;
    parked<P>* tail = nullptr;
  };

  bool sleep_unless_cancelled(parked<P>& node, const wait_limit<P>& limit, location caller);

  bool leave(parked<P>& node, location caller) {
    lock(caller);
    const bool queued = node.place.read(caller).queued;
    if (queued) remove(node, caller);
    unlock(caller);
    return queued;
  }

  queue_lock<P> lock_;
  basic_shared<P, ends> queue_;  ///< guarded by the lock
};

/// Ends the wait of a parked thread from outside its queue.
template <class P>
class parked_interruption final : public cancel_listener<P> {
 public:
  static constexpr std::uint32_t mark = 2;

  explicit parked_interruption(parked<P>& node) noexcept : node_(node) {}
  void cancelled(location caller) override {
    std::uint32_t old = 0;
    if (node_.word.compare_exchange_strong(old, mark, std::memory_order_relaxed,
                                           std::memory_order_relaxed, caller)) {
      P::futex_wake(P::key_of(node_.word), 1, caller);
    }
  }

 private:
  parked<P>& node_;
};

template <class P, occupancy Occupancy>
bool parking_queue<P, Occupancy>::sleep_unless_cancelled(parked<P>& node,
                                                         const wait_limit<P>& limit,
                                                         location caller) {
  parked_interruption<P> interruption(node);
  const attachment<P> attached(limit.source, interruption, caller);
  if (attached.came_late() && leave(node, caller)) return false;
  bool may_leave = !attached.came_late();
  for (std::uint32_t seen = 0; seen != 1;) {
    const time_point deadline = may_leave ? limit.deadline : never;
    const wait_result result = P::futex_wait(node.word, seen, deadline, caller);
    seen = node.word.load(std::memory_order_acquire, caller);
    const bool gives_up = result == wait_result::timed_out || seen == parked_interruption<P>::mark;
    if (!may_leave || !gives_up) continue;
    const bool left = leave(node, caller);
    if (left) return false;
    may_leave = false;  // the wake is on its way
  }
  return true;
}

/// One queue for all the primitives that hash to it.
template <class P>
class alignas(P::controlled ? alignof(void*) : 64) parking_bucket
    : public parking_queue<P, occupancy::unknown> {
 public:
  constexpr parking_bucket() noexcept
      : parking_queue<P, occupancy::unknown>("bucket of the parking lot") {}
};

template <class P>
struct parking_lot {
  static constexpr std::size_t size = 256;

  /// The bucket of all waits that concern `owner`.
  static parking_bucket<P>& bucket_of(const typename P::object& owner) {
    return buckets[P::bucket(owner) % size];
  }

  static inline constinit parking_bucket<P> buckets[size]{};
};

static_assert(platform::controlled || sizeof(parking_bucket<platform>) == 64);

}  // namespace heddle::detail
