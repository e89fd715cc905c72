// Threads, and what concerns the calling one.
#pragma once

#include <type_traits>
#include <utility>

#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

/// A handle on a thread, which must be joined or detached before the handle goes.
///
/// An exception that leaves the thread's function is std::terminate; under control it is the
/// finding `exception`.
template <class P>
class basic_thread {
 public:
  basic_thread() noexcept = default;

  /// Order: what happened before the call happens before `body()`.
  template <class F>
  requires std::is_invocable_v<F&>
  explicit basic_thread(F body, location caller = location::here())
      : handle_(P::spawn(std::move(body), caller)), created_(caller) {}

  basic_thread(basic_thread&& other) noexcept = default;

  /// Misuse: assigning over a thread that is joinable.
  basic_thread& operator=(basic_thread&& other) noexcept {
    if (handle_.joinable()) P::misuse("thread is assigned over while joinable", created_);
    handle_ = std::move(other.handle_);
    created_ = other.created_;
    return *this;
  }

  /// Misuse: destroying a thread that is joinable.
  ~basic_thread() {
    if (handle_.joinable()) P::misuse("thread is destroyed while joinable", created_);
  }

  [[nodiscard]] bool joinable() const noexcept { return handle_.joinable(); }

  /// Waits until the thread has ended.
  ///
  /// Misuse: joining a thread that is not joinable.
  /// Order:  everything in the thread happens before the return.
  void join(location caller = location::here()) {
    if (!handle_.joinable()) P::misuse("join of a thread that is not joinable", caller);
    handle_.join(caller);
  }

  /// Lets the thread go on alone.
  ///
  /// Misuse: detaching a thread that is not joinable.
  void detach(location caller = location::here()) {
    if (!handle_.joinable()) P::misuse("detach of a thread that is not joinable", caller);
    handle_.detach(caller);
  }

 private:
  typename P::thread_handle handle_;
  location created_ = location::unknown();
};

using thread = basic_thread<platform>;

/// Runs `body()` in a new thread that nobody joins.
template <class P = platform, class F>
void go(F&& body, location caller = location::here()) {
  P::spawn(std::forward<F>(body), caller).detach(caller);
}

/// How many threads were started through heddle and have not ended.
template <class P = platform>
[[nodiscard]] unsigned live_threads(location caller = location::here()) {
  return P::live_threads(caller);
}

/// Lets other threads run.
template <class P = platform>
void yield(location caller = location::here()) {
  P::yield(caller);
}

/// Tells the processor that this is a loop that waits for another thread's write; under control,
/// the thread goes on once there was one.
template <class P = platform>
void spin_hint(location caller = location::here()) {
  P::spin_hint(caller);
}

/// The steady clock; under control, the virtual one.
template <class P = platform>
[[nodiscard]] time_point now() {
  return P::now();
}

/// Whether `deadline` has passed.  Under control both answers are explored, which a comparison of
/// `now()` cannot offer.
template <class P = platform>
[[nodiscard]] bool expired(time_point deadline, location caller = location::here()) {
  return P::expired(deadline, caller);
}

template <class P = platform>
void sleep_until(time_point deadline, location caller = location::here()) {
  P::sleep_until(deadline, caller);
}

template <class P = platform>
void sleep_for(duration time, location caller = location::here()) {
  P::sleep_until(after(P::now(), time), caller);
}

}  // namespace heddle
