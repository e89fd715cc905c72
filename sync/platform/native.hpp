// The native platform: std::atomic, futexes, std::thread, the steady clock.  Every hook that exists
// for the checker is empty here and leaves no trace in the object code.
//
// What a platform must offer is listed in ARCHITECTURE.md; platform/fine.hpp declares the same
// surface.
#pragma once

#include <atomic>
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

/// One atomic variable.
template <class T>
class native_cell {
 public:
  constexpr explicit native_cell(T value, const char* /*name*/ = nullptr) noexcept
      : value_(value) {}

  T load(std::memory_order order, location) const noexcept { return value_.load(order); }
  void store(T value, std::memory_order order, location) noexcept { value_.store(value, order); }
  T exchange(T value, std::memory_order order, location) noexcept {
    return value_.exchange(value, order);
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, location) noexcept {
    return value_.compare_exchange_strong(expected, desired, success, failure);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, location) noexcept {
    return value_.compare_exchange_weak(expected, desired, success, failure);
  }
  template <class D>
  T fetch_add(D delta, std::memory_order order, location) noexcept {
    return value_.fetch_add(delta, order);
  }
  template <class D>
  T fetch_sub(D delta, std::memory_order order, location) noexcept {
    return value_.fetch_sub(delta, order);
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

  [[nodiscard]] std::atomic<T>* address() noexcept { return &value_; }

 private:
  std::atomic<T> value_;
};

struct native_platform {
  /// True where a scheduler drives the threads and checks every access.
  static constexpr bool controlled = false;

  template <class T>
  using cell = native_cell<T>;

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

  static void fence(std::memory_order order, location) noexcept { std::atomic_thread_fence(order); }

  // Threads.
  class thread_handle {
   public:
    thread_handle() noexcept = default;
    explicit thread_handle(std::thread thread) noexcept : thread_(std::move(thread)) {}
    [[nodiscard]] bool joinable() const noexcept { return thread_.joinable(); }
    void join(location) { thread_.join(); }
    void detach(location) { thread_.detach(); }

   private:
    std::thread thread_;
  };
  /// Runs `body()` in a new thread.  An exception that leaves it is std::terminate.
  template <class F>
  static thread_handle spawn(F&& body, location);
  /// Threads that were spawned and have not finished.
  static unsigned live_threads(location) noexcept;
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
