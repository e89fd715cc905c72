// What channels and contexts are built of: a lock for a few lines of text, the place where a thread
// sleeps, a right that one of several takes, and the orders that a primitive promises.
//
// Each has another form under coarse control (platform/coarse/waiting.hpp), so that the text above
// them is the same on every platform.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle::detail {

/// A lock that is held for short.  The last that unlock does goes by address: whoever locks next
/// may destroy the section.
template <class P>
class section : immovable {
 public:
  constexpr explicit section(const char* name) noexcept : lock_(name) {}
  void lock(location caller) { lock_.lock(caller); }
  void unlock(location caller) { lock_.unlock(false, caller); }

 private:
  queue_lock<P> lock_;
};

/// Why a thread no longer sleeps.
enum class roused : std::uint8_t {
  told,    ///< what it waited for has come
  nudged,  ///< it is to look whether it still wants to wait
  late,    ///< the deadline has passed
};

// The word of a sleeper.
//
//   awake    the thread runs, or is about to sleep         left by
//   asleep   it sleeps, or is about to                      itself: -> awake;  others: below
//   nudged   as awake, and has something to look at         itself: -> awake
//   told     the end; only the key of the word may be used
//
// `tell` goes from any of them to told, `nudge` from the first two to nudged; either wakes the
// thread if it was asleep.

/// Where one thread sleeps.
template <class P>
class sleeper : immovable {
 public:
  sleeper() noexcept : word_(awake) {}

  /// Ends the sleep.  At most once, and the last that is done with the sleeper.
  ///
  /// Order: synchronizes with the return of `sleep`.
  void tell(location caller) {
    const auto key = P::key_of(word_);
    if (word_.exchange(told, std::memory_order_release, caller) == asleep) {
      P::futex_wake(key, 1, caller);
    }
  }

  /// Makes the thread look around.  The caller keeps the sleeper alive meanwhile.
  void nudge(location caller) {
    std::uint32_t old = awake;
    while (old == awake || old == asleep) {
      if (!word_.compare_exchange_strong(old, nudged, std::memory_order_relaxed,
                                         std::memory_order_relaxed, caller)) {
        continue;
      }
      if (old == asleep) P::futex_wake(P::key_of(word_), 1, caller);
      return;
    }
  }

  /// Of the thread itself.  A nudge is answered once.
  [[nodiscard]] roused sleep(time_point deadline, location caller) {
    std::uint32_t old = awake;
    spin(caller);
    for (;;) {
      if (old == awake && word_.compare_exchange_strong(old, asleep, std::memory_order_acquire,
                                                        std::memory_order_acquire, caller)) {
        old = asleep;
      }
      if (old == told) return roused::told;
      if (old == asleep) {
        const wait_result how = P::futex_wait(word_, asleep, deadline, caller);
        old = asleep;
        if (how == wait_result::timed_out &&
            word_.compare_exchange_strong(old, awake, std::memory_order_acquire,
                                          std::memory_order_acquire, caller)) {
          return roused::late;
        }
        if (how != wait_result::timed_out) old = word_.load(std::memory_order_acquire, caller);
        continue;
      }
      if (word_.compare_exchange_strong(old, awake, std::memory_order_acquire,
                                        std::memory_order_acquire, caller)) {
        return roused::nudged;
      }
    }
  }

 private:
  static constexpr std::uint32_t awake = 0;
  static constexpr std::uint32_t asleep = 1;
  static constexpr std::uint32_t nudged = 2;
  static constexpr std::uint32_t told = 3;
  static constexpr unsigned spins = 10;
  static constexpr unsigned yields = 2;

  // The other side often runs on the same processor, where only a yield lets it come.
  void spin(location caller) {
    if (P::cpus() <= 1) return;
    for (unsigned i = 0; i < spins + yields; ++i) {
      if (word_.load(std::memory_order_relaxed, caller) != awake) return;
      i < spins ? P::spin_hint(caller) : P::yield(caller);
    }
  }

  typename P::template cell<std::uint32_t> word_;
};

/// Passes a cancellation on to a sleeper.
template <class P>
class nudger final : public cancel_listener<P> {
 public:
  explicit nudger(sleeper<P>& whom) noexcept : whom_(whom) {}
  void cancelled(location caller) override { whom_.nudge(caller); }

 private:
  sleeper<P>& whom_;
};

/// A right that one of those who ask for it gets.
template <class P>
class single_right : immovable {
 public:
  single_right() noexcept : taken_(0) {}
  [[nodiscard]] bool take(location caller) {
    return taken_.exchange(1, std::memory_order_acq_rel, caller) == 0;
  }

 private:
  typename P::template cell<std::uint32_t> taken_;
};

/// A number that is zero until it is set, once.
///
/// Order: `set` synchronizes with every `get` that finds what was set.
template <class P>
class settled : immovable {
 public:
  constexpr explicit settled(const char* name) noexcept : word_(0, name) {}
  [[nodiscard]] std::uint32_t get(location caller) const {
    return word_.load(std::memory_order_acquire, caller);
  }
  void set(std::uint32_t value, location caller) {
    word_.store(value, std::memory_order_release, caller);
  }

 private:
  typename P::template cell<std::uint32_t> word_;
};

/// What has happened before some point of a thread, for another to happen after.  Sections order
/// more than that, so there is nothing to do but under coarse control.
template <class P>
struct order_token {
  static order_token here(location) noexcept { return {}; }
  void acquire(location) const noexcept {}
};

/// The orders that a channel promises: of an element with its receiver, and of a receiver with the
/// sender that fills the cell again.  Called with the section of the channel locked, whose order is
/// more than that, so there is nothing to do but under coarse control.
template <class P>
class order_book {
 public:
  constexpr explicit order_book(std::size_t /*capacity*/) noexcept {}
  /// An element goes into the cell `at`.
  void put(std::size_t /*at*/, location) noexcept {}
  /// An element goes past the cell `at`, to a receiver that waits.
  void pass(std::size_t /*at*/, order_token<P> /*receiver*/, location) noexcept {}
  /// The element of the cell `at` is received.
  void take(std::size_t /*at*/, location) noexcept {}
  /// As `take`, and the element of a sender that waits goes there.
  void refill(std::size_t /*at*/, order_token<P> /*sender*/, location) noexcept {}
  void close(location) noexcept {}
  void see_closed(location) noexcept {}
};

}  // namespace heddle::detail
