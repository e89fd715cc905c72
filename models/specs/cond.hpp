// What a cond is: a line of waiting threads, some of which have been told to go on.
//
// A wait is `enqueue`, giving up the lock, `consume`, and taking the lock again.  A signal that
// comes between the first two finds the thread in the line, so it is not lost; one that finds
// nobody is.
#pragma once

#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct cond {
  struct waiter {
    std::uint64_t thread = 0;
    std::uint8_t clock = 0;  ///< by which the signal that ends its wait is ordered before the end
    bool notified = false;

    friend constexpr bool operator==(const waiter&, const waiter&) noexcept = default;
  };
  struct state {
    line<waiter> waiters;  ///< in the order in which they came

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  static constexpr unsigned clocks = most_clocks;

  static constexpr answer enqueue(const state& now, std::uint64_t thread) noexcept {
    state next = now;
    next.waiters.push({thread, free_clock(now), false});
    return {.next = next};
  }

  /// The result is whether the thread was notified; with a deadline it may be 0.  One that was
  /// notified does not give up.
  static constexpr answer consume(const state& now, std::uint64_t thread,
                                  unsigned option = 0) noexcept {
    state next = now;
    const waiter* const self = next.waiters.find(thread);
    if (self == next.waiters.end() || (!self->notified && option != give_up)) return blocked(now);
    const waiter found = *self;
    next.waiters.erase(self);
    if (!found.notified) return {.next = next, .result = 0};
    // What signals have told to one waiter, the next one by its clock must not learn.
    const clock_set own = bit(found);
    const bool is_shared = found.clock + 1U == clocks;
    return {.next = next, .result = 1, .acquires = own, .empties = is_shared ? clock_set{0} : own};
  }

  /// Notifies the one that has waited longest.
  static constexpr answer signal(const state& now) noexcept { return notify(now, 1); }

  static constexpr answer broadcast(const state& now) noexcept {
    return notify(now, now.waiters.size());
  }

 private:
  static constexpr clock_set bit(const waiter& of) noexcept {
    return static_cast<clock_set>(1U << of.clock);
  }

  static constexpr answer notify(const state& now, unsigned most) noexcept {
    answer result{.next = now};
    for (waiter& each : result.next.waiters) {
      if (each.notified) continue;
      if (most-- == 0) break;
      each.notified = true;
      result.releases = static_cast<clock_set>(result.releases | bit(each));
    }
    return result;
  }

  /// The first clock that nobody waits by; the last of all is shared when there are more waiters.
  static constexpr std::uint8_t free_clock(const state& now) noexcept {
    clock_set used = 0;
    for (const waiter& each : now.waiters) used = static_cast<clock_set>(used | bit(each));
    std::uint8_t clock = 0;
    while (clock + 1U < clocks && (used >> clock & 1U) != 0) ++clock;
    return clock;
  }
};

}  // namespace heddle::specs
