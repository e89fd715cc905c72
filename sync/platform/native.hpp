// The native platform: std::atomic, futexes, std::thread, the steady clock.  Every hook that exists
// for the checker is empty here and leaves no trace in the object code.
//
// What a platform must offer is listed in ARCHITECTURE.md; platform/fine.hpp declares the same
// surface.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>

#include <heddle/sync/config.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/misuse.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_result.hpp>

namespace heddle {

namespace detail {

// How std::atomic keeps a T: as an integer of its size unless it is a scalar.  clang calls
// libatomic for structures whose alignment is below their size.
template <class T>
struct atomic_carrier {
  using type = std::conditional_t<
      (sizeof(T) > 4), std::uint64_t,
      std::conditional_t<(sizeof(T) > 2), std::uint32_t,
                         std::conditional_t<(sizeof(T) > 1), std::uint16_t, std::uint8_t>>>;

  static constexpr type encode(T value) noexcept {
    const auto bytes = std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
    std::uint64_t bits = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) bits = bits << 8 | bytes[i];
    return static_cast<type>(bits);
  }
  static constexpr T decode(type value) noexcept {
    std::array<std::uint8_t, sizeof(T)> bytes{};
    std::uint64_t bits = value;
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(bits);
      bits >>= 8;
    }
    return std::bit_cast<T>(bytes);
  }
};

template <class T>
requires std::is_scalar_v<T>
struct atomic_carrier<T> {
  using type = T;
  static constexpr T encode(T value) noexcept { return value; }
  static constexpr T decode(T value) noexcept { return value; }
};

}  // namespace detail

/// One atomic variable.
template <class T>
class native_cell {
 public:
  constexpr explicit native_cell(T value, const char* /*name*/ = nullptr) noexcept
      : value_(carrier::encode(value)) {}

  T load(std::memory_order order, location) const noexcept {
    return carrier::decode(value_.load(order));
  }
  void store(T value, std::memory_order order, location) noexcept {
    value_.store(carrier::encode(value), order);
  }
  T exchange(T value, std::memory_order order, location) noexcept {
    return carrier::decode(value_.exchange(carrier::encode(value), order));
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, location) noexcept {
    auto bits = carrier::encode(expected);
    if (value_.compare_exchange_strong(bits, carrier::encode(desired), success, failure)) {
      return true;
    }
    expected = carrier::decode(bits);
    return false;
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, location) noexcept {
    auto bits = carrier::encode(expected);
    if (value_.compare_exchange_weak(bits, carrier::encode(desired), success, failure)) {
      return true;
    }
    expected = carrier::decode(bits);
    return false;
  }
  // Of scalars only.
  template <class D>
  T fetch_add(D delta, std::memory_order order, location) noexcept {
    return value_.fetch_add(distance(delta), order);
  }
  template <class D>
  T fetch_sub(D delta, std::memory_order order, location) noexcept {
    return value_.fetch_sub(distance(delta), order);
  }
  T fetch_and(T bits, std::memory_order order, location) noexcept {
    return value_.fetch_and(bits, order);
  }
  T fetch_or(T bits, std::memory_order order, location) noexcept {
    return value_.fetch_or(bits, order);
  }
  T fetch_xor(T bits, std::memory_order order, location) noexcept {
    return value_.fetch_xor(bits, order);
  }

  [[nodiscard]] auto* address() noexcept { return &value_; }

 private:
  using carrier = detail::atomic_carrier<T>;

  template <class D>
  static auto distance(D delta) noexcept {
    return static_cast<std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>>(delta);
  }

  std::atomic<typename carrier::type> value_;
};

namespace detail {

/// The value of the slot `id` for the current thread, made at its first use and destroyed when the
/// thread ends.  `id` is 0 until the slot gets its number.
void* native_local_value(std::atomic<std::uint32_t>& id, void* (*make)(const void* initial),
                         void (*destroy)(void*), const void* initial);

extern std::atomic<unsigned> native_live_threads;

/// Whether the system makes a fence in all other threads; decided once in a process.
enum class fence_support : std::uint8_t { unknown, yes, no };
extern std::atomic<fence_support> asymmetric_fences;
void light_fence_slow() noexcept;
void heavy_fence_native() noexcept;

/// std::atomic_thread_fence, which ThreadSanitizer does not know: for it a read-modify-write of one
/// variable stands in, so that it sees fences ordered as they come (more order than there is, and
/// never a false alarm).
extern std::atomic<int> fence_for_sanitizer;
inline void thread_fence(std::memory_order order) noexcept {
  if constexpr (thread_sanitizer) {
    fence_for_sanitizer.fetch_add(0, std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(order);
  }
}

}  // namespace detail

/// A value for each thread; a copy of `initial` at the thread's first use.
template <class T>
class native_local {
 public:
  constexpr explicit native_local(T initial = T{}) noexcept(std::is_nothrow_move_constructible_v<T>)
      : initial_(std::move(initial)) {}

  T& get() {
    return *static_cast<T*>(detail::native_local_value(
        id_, [](const void* initial) -> void* { return new T(*static_cast<const T*>(initial)); },
        [](void* value) { delete static_cast<T*>(value); }, &initial_));
  }

 private:
  std::atomic<std::uint32_t> id_{0};
  T initial_;
};

struct native_platform {
  /// True where a scheduler drives the threads and checks every access.
  static constexpr bool controlled = false;

  template <class T>
  using cell = native_cell<T>;
  template <class T>
  using local = native_local<T>;

  /// The identity of a primitive in reports.
  struct object {
    constexpr explicit object(object_kind, const char* = nullptr) noexcept {}
  };

  /// The call that the current thread is in, for reports.
  struct call {
    constexpr call(const object&, const char*, location) noexcept {}
  };

  /// An empty member whose reads and writes are checked for races under control.  A `complaint`
  /// makes the race a misuse with that text.
  struct probe {
    constexpr explicit probe(object_kind = object_kind::probe, const char* /*name*/ = nullptr,
                             const char* /*complaint*/ = nullptr) noexcept {}
    constexpr void read(location) const noexcept {}
    constexpr void write(location) const noexcept {}
    /// Under control, saves `value` at its first access in an execution if it is in static storage.
    template <class T>
    constexpr void preserve(T& /*value*/) const noexcept {}
  };

  /// A pointer of the calling thread, null at first; one for each T.  As quick as it gets.
  template <class T>
  static T*& quick_local() noexcept {
    static constinit thread_local T* value = nullptr;
    return value;
  }

  static constexpr void note_own(const object&, ownership, location) noexcept {}
  static constexpr void note_release(const object&, ownership) noexcept {}

  // Waiting.  A wake goes by key, taken before the store that allows the word to be destroyed.
  using futex_key = std::atomic<std::uint32_t>*;
  static futex_key key_of(cell<std::uint32_t>& word) noexcept { return word.address(); }
  /// Sleeps while the word holds `expected`, until a wake, `deadline`, or spuriously.
  static wait_result futex_wait(cell<std::uint32_t>& word, std::uint32_t expected,
                                time_point deadline, location caller) noexcept;
  /// Wakes at most `count` sleepers.
  static void futex_wake(futex_key key, std::uint32_t count, location caller) noexcept;

  static void fence(std::memory_order order, location) noexcept { detail::thread_fence(order); }
  /// Two fences that order together what two seq_cst ones do, where at least one is heavy: the
  /// light one costs nothing, the heavy one a system call that interrupts every running thread of
  /// the process.  Where the system has no such call both are seq_cst fences.
  static void light_fence(location) noexcept {
    if (detail::asymmetric_fences.load(std::memory_order_relaxed) == detail::fence_support::yes) {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    } else {
      detail::light_fence_slow();
    }
  }
  static void heavy_fence(location) noexcept { detail::heavy_fence_native(); }

  // Threads.
  class thread_handle {
   public:
    thread_handle() noexcept = default;
    explicit thread_handle(std::thread started) noexcept : thread_(std::move(started)) {}
    [[nodiscard]] bool joinable() const noexcept { return thread_.joinable(); }
    void join(location) { thread_.join(); }
    void detach(location) { thread_.detach(); }

   private:
    std::thread thread_;
  };
  /// Runs `body()` in a new thread.  An exception that leaves it is std::terminate.
  template <class F>
  static thread_handle spawn(F&& body, location) {
    detail::native_live_threads.fetch_add(1, std::memory_order_relaxed);
    try {
      return thread_handle(std::thread(
          [](std::decay_t<F>&& function) noexcept {
            {
              std::decay_t<F> owned(std::move(function));
              owned();
            }
            detail::native_live_threads.fetch_sub(1, std::memory_order_release);
          },
          std::forward<F>(body)));
    } catch (...) {  // The system has no thread left, or the copy of `body` threw.
      detail::native_live_threads.fetch_sub(1, std::memory_order_relaxed);
      throw;
    }
  }
  /// Whether operations can be performed.  Under control not outside of an execution, as by the
  /// destructors of statics.
  static constexpr bool running() noexcept { return true; }
  /// Threads that were spawned and have not finished.
  static unsigned live_threads(location) noexcept {
    return detail::native_live_threads.load(std::memory_order_acquire);
  }
  static void yield(location) noexcept { std::this_thread::yield(); }
  static void spin_hint(location) noexcept { cpu_relax(); }
  /// The address of a thread-local variable: distinct for each running thread.
  static std::uintptr_t thread_id() noexcept;

  // Time.
  static time_point now() noexcept {
    return std::chrono::time_point_cast<duration>(std::chrono::steady_clock::now());
  }
  [[nodiscard]] static bool expired(time_point deadline, location) noexcept {
    return now() >= deadline;
  }
  static void sleep_until(time_point deadline, location) {
    std::this_thread::sleep_until(deadline);
  }

  /// A number below `bound`; under control, every one of them is explored.
  static std::uint32_t random(std::uint32_t bound, location) noexcept;
  /// How many threads can run at once.  Under control 1, so that nothing spins.
  static unsigned cpus() noexcept;
  /// A hash of the object, for a table of buckets: of its address here, of its name under control.
  static std::size_t bucket(const object& subject) noexcept {
    const auto bits = reinterpret_cast<std::uintptr_t>(&subject);
    return static_cast<std::size_t>((bits >> 3) * 0x9E3779B97F4A7C15U >> 32);
  }

  [[noreturn]] static void misuse(const char* what, location caller) noexcept {
    native_misuse(what, caller);
  }
};

}  // namespace heddle
