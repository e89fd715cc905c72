// Tasks that are added while others run.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle {

/// Runs tasks in threads of their own.  Anybody may add a task at any time, a task among them,
/// until `wait` has found that none is left: a task that comes later is refused.  So each task is
/// either waited for or not run, which a wait_group alone leaves to luck.
///
/// An exception that leaves a task is std::terminate; under control it is the finding `exception`.
///
/// Order: `add` synchronizes with the task, and the task with the return of every `wait`.
template <class P>
class basic_task_manager : immovable {
 public:
  /// `name` is what reports call its parts.
  explicit basic_task_manager(const char* name = nullptr)
      : lock_(name), none_left_(name), state_(state{}, name), threads_(name) {}
  ~basic_task_manager() { wait(location::unknown()); }

  /// Starts a task; false if the manager has finished.
  template <class F>
  [[nodiscard]] bool add(F&& body, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    if (state_.read(caller).finished) return false;
    // With the lock held, so that it is ordered before the end of `wait`.
    threads_.go(
        [this, caller, own = std::decay_t<F>(std::forward<F>(body))]() mutable {
          {
            std::decay_t<F> held(std::move(own));
            held();
          }
          end_one(caller);
        },
        caller);
    ++state_.write(caller).started;
    ++state_.write(caller).running;
    return true;
  }

  /// Waits until no task is left, with those that are added meanwhile; then the manager has
  /// finished.  Not from a task.
  void wait(location caller = location::here()) {
    {
      const lock_guard guard(lock_, caller);
      while (state_.read(caller).running != 0) none_left_.wait(lock_, caller);
      state_.write(caller).finished = true;
    }
    threads_.wait(caller);
  }

  [[nodiscard]] std::size_t started(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return state_.read(caller).started;
  }
  [[nodiscard]] std::size_t running(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return state_.read(caller).running;
  }

 private:
  struct state {
    std::size_t started = 0;
    std::size_t running = 0;
    bool finished = false;
  };

  void end_one(location caller) {
    const lock_guard guard(lock_, caller);
    if (--state_.write(caller).running == 0) none_left_.broadcast(caller);
  }

  basic_mutex<P> lock_;
  basic_cond<P> none_left_;
  basic_shared<P, state> state_;  ///< guarded by the lock
  basic_wait_group<P> threads_;   ///< a thread uses the lock after its task
};

using task_manager = basic_task_manager<platform>;

}  // namespace heddle
