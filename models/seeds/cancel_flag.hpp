// A cancellation that threads can wait for: what a context is to the seeds.
#pragma once

#include <type_traits>

#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/time.hpp>

namespace heddle::seeds {

/// A flag that is raised once, and wakes whoever waits for something else or for it.
class cancel_flag {
 public:
  constexpr explicit cancel_flag(const char* name) noexcept
      : lock_(name), changed_(name), cancelled_(false, name) {}

  void cancel(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    cancelled_.set(true);
    changed_.broadcast(caller);
  }

  /// Calls `change()`, which may change what a waiter waits for.
  template <class F>
  void update(F change, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    change();
    changed_.broadcast(caller);
  }

  /// Waits until `done()`; false if cancelled before.
  template <class F>
  [[nodiscard]] bool wait(F done, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    while (!done() && !cancelled_.get()) changed_.wait(lock_, caller);
    return done();
  }

  /// Waits until `done()`; false once `patience` is over.
  template <class F>
  [[nodiscard]] bool wait_for(duration patience, F done, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return changed_.wait_for(lock_, patience, done, caller);
  }

  /// Waits for the cancellation; false once `patience` is over.
  [[nodiscard]] bool wait_cancelled_for(duration patience, location caller = location::here()) {
    const auto cancelled = [&] { return cancelled_.get(); };
    return wait_for(patience, cancelled, caller);
  }

 private:
  mutex lock_;
  cond changed_;
  shared<bool> cancelled_;
};

}  // namespace heddle::seeds
