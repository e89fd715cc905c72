// Atomic variables with the interface of std::atomic, and fences.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

namespace detail {

template <class T>
concept atomic_value = std::is_trivially_copyable_v<T> && sizeof(T) <= 8;

template <class T>
concept atomic_integer = std::is_integral_v<T> && !std::is_same_v<std::remove_cv_t<T>, bool>;

template <class T>
concept atomic_pointer = std::is_pointer_v<T> && std::is_object_v<std::remove_pointer_t<T>>;

/// What a fetch_add takes: the number itself, or a distance between elements.
template <class T>
using atomic_delta = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

/// The order of the load that a failed compare-and-exchange is.
constexpr std::memory_order failure_order(std::memory_order success) noexcept {
  if (success == std::memory_order_acq_rel) return std::memory_order_acquire;
  if (success == std::memory_order_release) return std::memory_order_relaxed;
  return success;
}

}  // namespace detail

/// A variable whose every access is indivisible.  Orders are those of std::atomic, with the same
/// defaults; every named operation notes its caller for reports.
template <class P, detail::atomic_value T>
class basic_atomic : immovable {
 public:
  using value_type = T;
  using difference_type = detail::atomic_delta<T>;
  static constexpr bool is_always_lock_free = std::atomic<T>::is_always_lock_free;

  /// Starts as `value`.  `name` is what reports call it.
  constexpr basic_atomic(T value = T{}, const char* name = nullptr) noexcept : cell_(value, name) {}

  [[nodiscard]] bool is_lock_free() const noexcept { return is_always_lock_free; }

  [[nodiscard]] T load(std::memory_order order = std::memory_order_seq_cst,
                       location caller = location::here()) const {
    return cell_.load(order, caller);
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst,
             location caller = location::here()) {
    cell_.store(value, order, caller);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst,
             location caller = location::here()) {
    return cell_.exchange(value, order, caller);
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, location caller = location::here()) {
    return cell_.compare_exchange_strong(expected, desired, success, failure, caller);
  }
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order order = std::memory_order_seq_cst,
                               location caller = location::here()) {
    return cell_.compare_exchange_strong(expected, desired, order, detail::failure_order(order),
                                         caller);
  }
  /// May fail although the value is the expected one.
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, location caller = location::here()) {
    return cell_.compare_exchange_weak(expected, desired, success, failure, caller);
  }
  bool compare_exchange_weak(T& expected, T desired,
                             std::memory_order order = std::memory_order_seq_cst,
                             location caller = location::here()) {
    return cell_.compare_exchange_weak(expected, desired, order, detail::failure_order(order),
                                       caller);
  }

  /// Each fetch_ operation returns the value from before it.
  T fetch_add(difference_type delta, std::memory_order order = std::memory_order_seq_cst,
              location caller = location::here()) requires(detail::atomic_integer<T> ||
                                                           detail::atomic_pointer<T>) {
    return cell_.fetch_add(delta, order, caller);
  }
  T fetch_sub(difference_type delta, std::memory_order order = std::memory_order_seq_cst,
              location caller = location::here()) requires(detail::atomic_integer<T> ||
                                                           detail::atomic_pointer<T>) {
    return cell_.fetch_sub(delta, order, caller);
  }
  T fetch_and(T bits, std::memory_order order = std::memory_order_seq_cst,
              location caller = location::here()) requires detail::atomic_integer<T> {
    return cell_.fetch_and(bits, order, caller);
  }
  T fetch_or(T bits, std::memory_order order = std::memory_order_seq_cst,
             location caller = location::here()) requires detail::atomic_integer<T> {
    return cell_.fetch_or(bits, order, caller);
  }
  T fetch_xor(T bits, std::memory_order order = std::memory_order_seq_cst,
              location caller = location::here()) requires detail::atomic_integer<T> {
    return cell_.fetch_xor(bits, order, caller);
  }

  // Operators are sequentially consistent and cannot tell their caller.
  operator T() const { return load(std::memory_order_seq_cst, location::unknown()); }
  T operator=(T value) {
    store(value, std::memory_order_seq_cst, location::unknown());
    return value;
  }
  T operator++() requires(detail::atomic_integer<T> || detail::atomic_pointer<T>) {
    return static_cast<T>(
        cell_.fetch_add(difference_type{1}, std::memory_order_seq_cst, location::unknown()) + 1);
  }
  T operator++(int) requires(detail::atomic_integer<T> || detail::atomic_pointer<T>) {
    return cell_.fetch_add(difference_type{1}, std::memory_order_seq_cst, location::unknown());
  }
  T operator--() requires(detail::atomic_integer<T> || detail::atomic_pointer<T>) {
    return static_cast<T>(
        cell_.fetch_sub(difference_type{1}, std::memory_order_seq_cst, location::unknown()) - 1);
  }
  T operator--(int) requires(detail::atomic_integer<T> || detail::atomic_pointer<T>) {
    return cell_.fetch_sub(difference_type{1}, std::memory_order_seq_cst, location::unknown());
  }
  T operator+=(difference_type delta) requires(detail::atomic_integer<T> ||
                                               detail::atomic_pointer<T>) {
    return static_cast<T>(
        cell_.fetch_add(difference_type{delta}, std::memory_order_seq_cst, location::unknown()) +
        delta);
  }
  T operator-=(difference_type delta) requires(detail::atomic_integer<T> ||
                                               detail::atomic_pointer<T>) {
    return static_cast<T>(
        cell_.fetch_sub(difference_type{delta}, std::memory_order_seq_cst, location::unknown()) -
        delta);
  }
  T operator&=(T bits) requires detail::atomic_integer<T> {
    return static_cast<T>(fetch_and(bits, std::memory_order_seq_cst, location::unknown()) & bits);
  }
  T operator|=(T bits) requires detail::atomic_integer<T> {
    return static_cast<T>(fetch_or(bits, std::memory_order_seq_cst, location::unknown()) | bits);
  }
  T operator^=(T bits) requires detail::atomic_integer<T> {
    return static_cast<T>(fetch_xor(bits, std::memory_order_seq_cst, location::unknown()) ^ bits);
  }

 private:
  typename P::template cell<T> cell_;
};

template <class T>
using atomic = basic_atomic<platform, T>;

/// std::atomic_thread_fence.
template <class P = platform>
void fence(std::memory_order order, location caller = location::here()) {
  P::fence(order, caller);
}

/// Half of a pair of fences that orders, between two threads, what two seq_cst fences do: writes
/// before one are seen by reads after the other, or the other way round.  At least one of the two
/// must be heavy; two light ones order nothing.  A light fence costs no instruction where the
/// system has membarrier(2); a heavy one is a system call that interrupts all running threads of
/// the process, and a seq_cst fence besides.
///
/// Order: a light fence neither acquires nor releases; a heavy one does as a seq_cst fence.
template <class P = platform>
void light_fence(location caller = location::here()) {
  P::light_fence(caller);
}
template <class P = platform>
void heavy_fence(location caller = location::here()) {
  P::heavy_fence(caller);
}

static_assert(platform::controlled || sizeof(atomic<std::uint32_t>) == 4);
static_assert(platform::controlled || sizeof(atomic<bool>) == 1);

}  // namespace heddle
