// Tasks that stand or fall together.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>
#include <heddle/sync/waiting.hpp>

namespace heddle {

/// Runs tasks in threads of their own, as many at once as its limit says; `wait` throws what the
/// first task that failed has thrown.  Where Go has an error, a task here throws.
///
/// With a context, which it passes on to the tasks that want one: that is cancelled when the first
/// task fails, with the exception as the cause, and when `wait` returns.  The group itself does not
/// keep a task from being started then.
///
/// A task may start others.  Otherwise tasks are started by one thread, or before `wait`.
///
/// Order: `go` synchronizes with the task, and the end of each task with the return of `wait`.
template <class P>
class basic_task_group : immovable {
 public:
  /// Without a context.  `name` is what reports call its parts.
  explicit basic_task_group(const char* name = nullptr) : tasks_(name), failure_({}, name) {}
  /// With a child of `parent`.
  explicit basic_task_group(const basic_context<P>& parent, const char* name = nullptr,
                            location caller = location::here())
      : tasks_(name), failure_({}, name) {
    context_.emplace(parent, name, caller);
  }

  /// That of the tasks; the background if the group has none.
  [[nodiscard]] const basic_context<P>& context() const noexcept {
    return context_ ? *context_ : basic_context<P>::background();
  }

  /// At most `tasks` at once; none at all with 0.  Without a call there is no limit.
  ///
  /// Misuse: while a task runs.
  void set_limit(std::uint32_t tasks, location caller = location::here()) {
    require_idle(caller);
    places_.emplace(tasks);
  }
  void remove_limit(location caller = location::here()) {
    require_idle(caller);
    places_.reset();
  }

  /// Starts a task, `body()` or `body(context)`; waits for its place where there is a limit.
  template <class F>
  void go(F&& body, location caller = location::here()) {
    if (places_) places_->acquire(1, caller);
    start(std::forward<F>(body), caller);
  }
  /// False, and nothing is started, if the limit is reached.
  template <class F>
  [[nodiscard]] bool try_go(F&& body, location caller = location::here()) {
    if (places_ && !places_->try_acquire(1, caller)) return false;
    start(std::forward<F>(body), caller);
    return true;
  }

  /// Waits until no task is left, and throws what the first that failed has thrown.
  void wait(location caller = location::here()) {
    if (const std::exception_ptr thrown = wait_for_error(caller)) std::rethrow_exception(thrown);
  }
  /// As `wait`, but gives what it would throw; null if no task has failed.
  [[nodiscard]] std::exception_ptr wait_for_error(location caller = location::here()) {
    tasks_.wait(caller);
    if (context_) context_->cancel(failure_.read(caller), caller);
    return failure_.read(caller);
  }

 private:
  template <class F>
  void start(F&& body, location caller) {
    running_.fetch_add(1, std::memory_order_relaxed, caller);
    try {
      tasks_.go(
          [this, caller, own = std::decay_t<F>(std::forward<F>(body))]() mutable {
            run(own, caller);
            leave(caller);
          },
          caller);
    } catch (...) {  // No thread was started.
      leave(caller);
      throw;
    }
  }

  template <class F>
  void run(F& body, location caller) {
    try {
      if constexpr (std::is_invocable_v<F&, const basic_context<P>&>) {
        body(context());
      } else {
        body();
      }
    } catch (...) {
      if (!first_.take(caller)) return;
      failure_.write(caller) = std::current_exception();
      if (context_) context_->cancel(failure_.read(caller), caller);
    }
  }

  void leave(location caller) {
    running_.fetch_sub(1, std::memory_order_relaxed, caller);
    if (places_) places_->release(1, caller);
  }

  void require_idle(location caller) {
    if (running_.load(std::memory_order_relaxed, caller) != 0) {
      P::misuse("limit of a task_group is changed while a task runs", caller);
    }
  }

  std::optional<basic_cancel_context<P>> context_;
  std::optional<basic_semaphore<P>> places_;
  basic_wait_group<P> tasks_;
  basic_atomic<P, std::uint32_t> running_{0};
  detail::single_right<P> first_;  ///< to be the failure that counts
  basic_shared<P, std::exception_ptr> failure_;
};

using task_group = basic_task_group<platform>;

}  // namespace heddle
