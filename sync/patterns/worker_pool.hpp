// Threads that take tasks from a queue.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include <heddle/sync/cond.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/patterns/unique_task.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle {

struct worker_pool_options {
  unsigned workers = 0;         ///< at most that many threads; 0: as many as can run at once
  std::size_t capacity = 1024;  ///< tasks that wait; who brings another waits itself
  duration patience = duration::max();  ///< how long a thread without work stays
};

/// Threads that run tasks, in the order in which the tasks came.  A thread is started when a task
/// comes and none is idle, up to the number of workers.
///
/// An exception that leaves a task is std::terminate; under control it is the finding `exception`.
///
/// Order: `submit` synchronizes with the task, and the task with the return of every `wait`,
/// `drain` or `stop` that it was submitted before.
template <class P>
class basic_worker_pool : immovable {
 public:
  /// `name` is what reports call its parts.
  explicit basic_worker_pool(worker_pool_options options = {}, const char* name = nullptr,
                             location caller = location::here())
      : capacity_(std::max<std::size_t>(options.capacity, 1)),
        patience_(options.patience),
        lock_(name),
        work_(name),
        room_(name),
        rest_(name),
        threads_(name),
        created_(caller) {
    state_.write(caller).limit = number_of(options.workers);
  }
  explicit basic_worker_pool(unsigned workers, const char* name = nullptr,
                             location caller = location::here())
      : basic_worker_pool({.workers = workers}, name, caller) {}

  /// Drains.
  ~basic_worker_pool() { drain(created_); }

  /// Has `body()` run by a worker; waits while the queue is full.
  ///
  /// Misuse: after `drain` or `stop`.
  template <class F>
  void submit(F&& body, location caller = location::here()) {
    (void)put(
        detail::unique_task(std::forward<F>(body)),
        [&] {
          room_.wait(lock_, caller);
          return true;
        },
        caller);
  }
  /// Gives up when `ctx` is done; then `body` does not run.  Without a wait, and whether or not
  /// there is room, if the context is known to be done.
  template <class F>
  [[nodiscard]] bool submit(const basic_context<P>& ctx, F&& body,
                            location caller = location::here()) {
    if (ctx.known_done(caller)) return false;
    return put(
        detail::unique_task(std::forward<F>(body)), [&] { return room_.wait(lock_, ctx, caller); },
        caller);
  }
  /// False if the queue is full.
  template <class F>
  [[nodiscard]] bool try_submit(F&& body, location caller = location::here()) {
    return put(
        detail::unique_task(std::forward<F>(body)), [] { return false; }, caller);
  }

  /// Waits until no task is queued or runs.  The pool goes on.  Not from a task.
  void wait(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    while (!state_.read(caller).at_rest()) rest_.wait(lock_, caller);
  }
  /// False if `ctx` was done first.
  [[nodiscard]] bool wait(const basic_context<P>& ctx, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    while (!state_.read(caller).at_rest()) {
      if (!rest_.wait(lock_, ctx, caller)) return false;
    }
    return true;
  }

  /// Takes no more tasks, and returns when those there are have run and the workers have ended.
  void drain(location caller = location::here()) {
    close(nullptr, caller);
    threads_.wait(caller);
  }

  /// As `drain`, but drops the tasks that have not begun; how many those are.
  std::size_t stop(location caller = location::here()) {
    std::deque<detail::unique_task> dropped;
    close(&dropped, caller);
    threads_.wait(caller);
    return dropped.size();
  }

  /// From now on at most `workers` threads.  Those that are too many end when they have no task.
  void resize(unsigned workers, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    state& now = state_.write(caller);
    now.limit = number_of(workers);
    while (!now.closed && now.queue.size() > now.idle && now.live < now.limit) start(now, caller);
    work_.broadcast(caller);
  }

  /// How many threads there are now.
  [[nodiscard]] unsigned workers(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return state_.read(caller).live;
  }
  /// How many tasks have not begun.
  [[nodiscard]] std::size_t queued(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return state_.read(caller).queue.size();
  }

 private:
  struct state : immovable {
    [[nodiscard]] bool at_rest() const { return queue.empty() && running == 0; }

    std::deque<detail::unique_task> queue{};
    std::size_t idle = 0;  ///< workers that wait, or were told of a task and do not run yet
    unsigned live = 0;     ///< workers
    unsigned running = 0;  ///< of them, in a task
    unsigned limit = 1;
    bool closed = false;
  };

  static unsigned number_of(unsigned workers) {
    return std::max(workers == 0 ? P::cpus() : workers, 1U);
  }

  template <class W>
  bool put(detail::unique_task what, W wait_for_room, location caller) {
    const lock_guard guard(lock_, caller);
    for (;;) {
      state& now = state_.write(caller);
      if (now.closed) P::misuse("submit to a worker pool that is closed", caller);
      if (now.queue.size() < capacity_) {
        // Who is idle has the queue to itself up to as many tasks.
        if (now.idle <= now.queue.size() && now.live < now.limit) start(now, caller);
        now.queue.push_back(std::move(what));
        work_.signal(caller);
        return true;
      }
      if (!wait_for_room()) return false;
    }
  }

  // With the lock held, so that it is ordered before the wait of `drain`.
  void start(state& now, location caller) {
    try {
      threads_.go([this] { work(created_); }, caller);
      ++now.live;
    } catch (...) {  // The system has no thread left; those there are will do.
      if (now.live == 0) throw;
    }
  }

  void work(location caller) {
    unique_lock guard(lock_, caller);
    while (await_task(caller)) {
      std::optional<detail::unique_task> next(std::move(state_.write(caller).queue.front()));
      state_.write(caller).queue.pop_front();
      ++state_.write(caller).running;
      room_.signal(caller);
      guard.unlock(caller);
      (*next)();
      next.reset();  // what it holds is gone before anyone who waits goes on
      guard.lock(caller);
      --state_.write(caller).running;
      if (state_.read(caller).at_rest()) rest_.broadcast(caller);
    }
    --state_.write(caller).live;
    // What this one was told of, another does.
    if (!state_.read(caller).queue.empty()) work_.signal(caller);
  }

  /// False if the worker is to end.
  bool await_task(location caller) {
    const time_point give_up = patience_ == duration::max() ? never : after(P::now(), patience_);
    for (bool late = false;;) {
      state& now = state_.write(caller);
      if (now.live > now.limit) return false;
      if (!now.queue.empty()) return true;
      if (now.closed || late) return false;
      ++now.idle;
      if (give_up == never) {
        work_.wait(lock_, caller);
      } else {
        late = !work_.wait_until(lock_, give_up, caller);
      }
      --state_.write(caller).idle;
    }
  }

  void close(std::deque<detail::unique_task>* dropped, location caller) {
    const lock_guard guard(lock_, caller);
    state_.write(caller).closed = true;
    if (dropped != nullptr) std::swap(*dropped, state_.write(caller).queue);
    work_.broadcast(caller);
    room_.broadcast(caller);
    if (state_.read(caller).at_rest()) rest_.broadcast(caller);
  }

  const std::size_t capacity_;
  const duration patience_;
  basic_mutex<P> lock_;
  basic_cond<P> work_;            ///< there is a task, or no more will come
  basic_cond<P> room_;            ///< there is room in the queue
  basic_cond<P> rest_;            ///< nothing is queued or runs
  basic_shared<P, state> state_;  ///< guarded by the lock
  basic_wait_group<P> threads_;
  const location created_;
};

using worker_pool = basic_worker_pool<platform>;

}  // namespace heddle
