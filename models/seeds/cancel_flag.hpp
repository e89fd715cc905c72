// A cancellation that threads can wait for: what a context is to the seeds.
#pragma once

#include <type_traits>

#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/time.hpp>

namespace heddle::seeds {

/// A flag that is raised once, and wakes whoever waits for something else or for it.
class cancel_flag {
 public:
  constexpr explicit cancel_flag(const char* name) noexcept
      : lock_(name), changed_(name), cancelled_(false, name) {}

  void cancel() {
    const lock_guard guard(lock_);
    cancelled_.set(true);
    changed_.broadcast();
  }

  /// Calls `change()`, which may change what a waiter waits for.
  template <class F>
  void update(F change) {
    const lock_guard guard(lock_);
    change();
    changed_.broadcast();
  }

  /// Waits until `done()`; false if cancelled before.
  template <class F>
  [[nodiscard]] bool wait(F done) {
    const lock_guard guard(lock_);
    changed_.wait(lock_, [&] { return done() || cancelled_.get(); });
    return done();
  }

  /// Waits until `done()`; false once `patience` is over.
  template <class F>
  [[nodiscard]] bool wait_for(duration patience, F done) {
    const lock_guard guard(lock_);
    return changed_.wait_for(lock_, patience, done);
  }

  /// Waits for the cancellation; false once `patience` is over.
  [[nodiscard]] bool wait_cancelled_for(duration patience) {
    return wait_for(patience, [&] { return cancelled_.get(); });
  }

 private:
  mutex lock_;
  cond changed_;
  shared<bool> cancelled_;
};

}  // namespace heddle::seeds
