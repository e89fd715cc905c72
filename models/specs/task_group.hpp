// What a task_group is: tasks that run, at most so many at once, the first failure among them, and
// a context that is cancelled by it.
//
// To start a task is two operations: `enter` takes a place and may wait for it, `start` counts the
// task and lets it run.  A task ends by up to three, each taken by nobody's call (`go_on`): what it
// has thrown is kept if it is the first, its place is free, it is counted no more.  So a newcomer
// may have the place of a task for which `wait` waits still.
//
// That a start without other tasks is ordered with every wait, is no matter of the state but of
// happens-before, as for a wait_group (`from_none`).
#pragma once

#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct task_group {
  static constexpr unsigned most_tasks = 16;
  static constexpr std::uint32_t no_limit = 0xFFFFFFFF;

  enum class phase : std::uint8_t { runs, failed, left };
  struct task {
    std::uint32_t throws = 0;  ///< a number that stands for the exception; 0: it returns
    std::uint8_t clock = 0;
    phase now = phase::runs;

    friend constexpr bool operator==(const task&, const task&) noexcept = default;
  };
  struct state {
    std::uint32_t limit = no_limit;
    std::uint32_t places = 0;      ///< that are taken
    line<task, most_tasks> tasks;  ///< that are counted, in the order in which they were started
    std::uint8_t started = 0;      ///< how many there have been, up to the last clock
    std::uint32_t failure = 0;     ///< the first; 0 if there was none
    bool cancelled = false;        ///< its context
    clock_set cancelled_by = 0;

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// Each task happens after its start and before a `wait` that waits for it, so each start
  /// releases the first clock and each wait acquires it.  A wait that cancels releases the second.
  /// A task has one of the others, of which whoever finds the context cancelled by it knows; from
  /// the last on they share it.
  static constexpr clock_set ended = 1;
  static constexpr clock_set closed = 2;
  static constexpr std::uint8_t first_of_tasks = 2;
  static constexpr unsigned clocks = most_clocks;

  /// The result of a `start` while no other task was counted.
  static constexpr std::uint64_t from_none = 1;

  static constexpr answer set_limit(const state& now, std::uint32_t limit) noexcept {
    if (now.places != 0) return refused(now, "limit of a task_group is changed while a task runs");
    answer result{.next = now};
    result.next.limit = limit;
    return result;
  }

  /// The first half of `go`.
  static constexpr answer enter(const state& now) noexcept {
    if (now.places >= now.limit) return blocked(now);
    answer result{.next = now, .result = 1};
    ++result.next.places;
    return result;
  }

  /// The first half of `try_go`; the result is whether there is a second one.
  static constexpr answer try_enter(const state& now) noexcept {
    if (now.places >= now.limit) return {.next = now, .result = 0};
    return enter(now);
  }

  /// The second half of both.
  static constexpr answer start(const state& now, std::uint32_t throws) noexcept {
    answer result{.next = now};
    const auto clock = static_cast<std::uint8_t>(first_of_tasks + now.started);
    if (clock + 1U < clocks) ++result.next.started;
    if (now.tasks.empty()) {
      result.result = from_none;
      result.acquires = ended;
    }
    result.next.tasks.push({throws, clock, phase::runs});
    result.releases = static_cast<clock_set>(ended | 1U << clock);
    return result;
  }

  /// What the task of that place in the order does next; it blocks if there is no such task.
  static constexpr answer go_on(const state& now, unsigned which) noexcept {
    if (which >= now.tasks.size()) return blocked(now);
    answer result{.next = now};
    task& self = result.next.tasks.begin()[which];
    if (self.now == phase::left) {
      result.next.tasks.erase(&self);
    } else if (self.now == phase::runs && self.throws != 0) {
      fail(result.next, self);
    } else {
      self.now = phase::left;
      --result.next.places;
    }
    return result;
  }

  /// The first half of `wait`.
  static constexpr answer wait(const state& now) noexcept {
    if (!now.tasks.empty()) return blocked(now);
    return {.next = now, .acquires = ended};
  }

  /// The second half.  The result is the first failure, or 0.
  static constexpr answer close(const state& now) noexcept {
    answer result{.next = now, .result = now.failure};
    if (now.cancelled) return result;
    result.next.cancelled = true;
    result.next.cancelled_by = closed;
    result.releases = closed;
    return result;
  }

  /// Whether the context is cancelled.
  static constexpr answer look(const state& now) noexcept {
    if (!now.cancelled) return {.next = now, .result = 0};
    return {.next = now, .result = 1, .acquires = now.cancelled_by};
  }

 private:
  static constexpr void fail(state& next, task& self) noexcept {
    self.now = phase::failed;
    if (next.failure != 0) return;
    next.failure = self.throws;
    if (next.cancelled) return;
    next.cancelled = true;
    next.cancelled_by = static_cast<clock_set>(1U << self.clock);
  }
};

}  // namespace heddle::specs
