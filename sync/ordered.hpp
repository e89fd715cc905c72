// Locks that complain when they are taken in an order that may deadlock, before it ever does.
//
// They are wrappers, so that a plain lock pays nothing: neither a word nor an instruction.  And
// where they are off they are the plain lock.
#pragma once

#include <cstdint>
#include <type_traits>

#include <heddle/sync/config.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/lock_order.hpp>
#include <heddle/sync/lockable.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

namespace detail {

template <class L>
concept lock_with_limit = requires(L& lock, time_point deadline) {
  lock.try_lock_until(deadline);
};
template <class L>
concept lock_for_readers = requires(L& lock) {
  lock.lock_shared();
  lock.unlock_shared();
};

/// A lock of any kind with a place in the order.  `Rule` looks at it before a thread waits for it.
/// Attempts, and waits that may give up, are not looked at, for no deadlock of theirs lasts; but
/// what they got is held.
template <class P, class Mutex, class Rule>
class HEDDLE_THREAD_SAFETY(capability("mutex")) checked_lock : immovable {
  using order = lock_order<P>;

 public:
  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    Rule::template look<P>(node_, caller);
    lock_at(mutex_, caller);
    order::note(node_, caller);
  }
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return noted(try_lock_at(mutex_, caller), caller);
  }
  template <class L = Mutex>
  requires lock_with_limit<L>
  [[nodiscard]] bool try_lock_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return noted(mutex_.try_lock_until(deadline, caller), caller);
  }
  template <class L = Mutex>
  requires lock_with_limit<L>
  [[nodiscard]] bool try_lock_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_until(after(P::now(), time), caller);
  }
  /// Misuse: the thread does not hold the lock.  Unlike others, these locks belong to a thread.
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    order::forget(node_, caller);
    unlock_at(mutex_, caller);
  }

  // Of a lock that readers share.  Readers have their place in the order as writers have: one that
  // waits behind a writer deadlocks with it.
  template <class L = Mutex>
  requires lock_for_readers<L>
  void lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    Rule::template look<P>(node_, caller);
    lock_shared_at(mutex_, caller);
    order::note(node_, caller);
  }
  template <class L = Mutex>
  requires lock_for_readers<L>
  [[nodiscard]] bool try_lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return noted(try_lock_shared_at(mutex_, caller), caller);
  }
  template <class L = Mutex>
  requires lock_for_readers<L>
  void unlock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(release_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    order::forget(node_, caller);
    unlock_shared_at(mutex_, caller);
  }

  /// Misuse: the calling thread does not hold the lock, as reader or as writer.
  void assert_held(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_capability()) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!order::holds(node_)) P::misuse("lock is not held by this thread", caller);
  }

 protected:
  constexpr checked_lock(const char* name, std::int64_t level) noexcept(
      std::is_nothrow_default_constructible_v<Mutex>)
      : node_(name, level) {}
  ~checked_lock() = default;

 private:
  bool noted(bool taken, location caller) {
    if (taken) order::note(node_, caller);
    return taken;
  }

  order_node<P> node_;
  Mutex mutex_;
};

struct order_rule {
  template <class P>
  static void look(order_node<P>& wanted, location caller) {
    lock_order<P>::enter(wanted, caller);
  }
};
struct level_rule {
  template <class P>
  static void look(const order_node<P>& wanted, location caller) {
    lock_order<P>::require_level(wanted, caller);
  }
};

}  // namespace detail

/// A lock that enters into a graph which lock is taken while which other is held, and complains of
/// the first cycle, with the places of both steps, whether threads meet there or not.  The graph is
/// the program's; a lock leaves it when it is destroyed.  To enter a step that is known takes a
/// short lock for each lock that the thread holds.
///
/// Misuse: to close a cycle, unless on_lock_cycle has said otherwise; to lock what one holds.
template <class P, class Mutex, bool on>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_ordered final
    : public detail::checked_lock<P, Mutex, detail::order_rule> {
 public:
  /// `name` is what the complaint calls it.
  constexpr explicit basic_ordered(const char* name = nullptr)
      : detail::checked_lock<P, Mutex, detail::order_rule>(name, detail::order_node<P>::no_level) {}
};
template <class P, class Mutex>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_ordered<P, Mutex, false> final
    : public Mutex {
 public:
  constexpr explicit basic_ordered(const char* = nullptr) noexcept(
      std::is_nothrow_default_constructible_v<Mutex>) {}
};

/// A lock of a level.  A thread takes locks in ascending levels: the next must be above all that it
/// holds.  That is looked at within the thread alone, at each call.
///
/// Misuse: to wait for a lock of a level that is not above all levels held.
template <class P, class Mutex, bool on>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_leveled final
    : public detail::checked_lock<P, Mutex, detail::level_rule> {
 public:
  constexpr explicit basic_leveled(std::uint32_t level, const char* name = nullptr)
      : detail::checked_lock<P, Mutex, detail::level_rule>(name, level) {}
};
template <class P, class Mutex>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_leveled<P, Mutex, false> final
    : public Mutex {
 public:
  constexpr explicit basic_leveled(std::uint32_t, const char* = nullptr) noexcept(
      std::is_nothrow_default_constructible_v<Mutex>) {}
};

/// On under control and in debug builds (HEDDLE_LOCK_ORDER says otherwise).
template <class Mutex = mutex, bool on = platform::controlled || lock_order_checked>
using ordered = basic_ordered<platform, Mutex, on>;
template <class Mutex = mutex, bool on = platform::controlled || lock_order_checked>
using leveled = basic_leveled<platform, Mutex, on>;

static_assert(platform::controlled || sizeof(ordered<mutex, false>) == sizeof(mutex));
static_assert(platform::controlled || sizeof(leveled<mutex, false>) == sizeof(mutex));

}  // namespace heddle
