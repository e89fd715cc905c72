// What the parking lot is, for one primitive: permits that are kept, and a line of the threads that
// want one; and beside it a line of threads that wait for something else of the primitive, until
// they are moved (a cond, whose threads then wait for the mutex).
//
// A permit goes to the first in the line; it is kept only if there is nobody.  So none are kept
// while somebody is in the line.  One that gives up leaves the line, and a thread to whom a permit
// was given does not give up.
//
// There is no misuse: who may release how much, is a matter of the primitive.
#pragma once

#include <array>
#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct parking_lot {
  struct parked {
    std::uint64_t thread = 0;
    std::uint8_t clock = 0;  ///< that is released by who ends its wait
    bool elsewhere = false;  ///< in the other line
    bool woken = false;      ///< in neither line, but does not know it yet
    bool late = false;       ///< has given up, but a permit is owed to it: goes before all others

    friend constexpr bool operator==(const parked&, const parked&) noexcept = default;
  };
  struct state {
    std::uint32_t kept = 0;
    line<parked> threads;  ///< both lines, each in its order

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// Who releases a permit that is kept releases the first clock, and who takes one acquires it:
  /// permits are alike, so nobody knows whose it is.  The others are of threads that wait.
  static constexpr clock_set kept = 1;
  static constexpr unsigned clocks = most_clocks;

  enum result : std::uint64_t {
    failed = 0,
    taken = 1,
    queued = 2,  ///< goes on with `consume`
  };

  enum class place : std::uint8_t {
    back,
    front,  ///< before all that wait; if one is late, at the back
    late,   ///< before all
  };
  static constexpr answer acquire(const state& now, std::uint64_t thread, place where) noexcept {
    answer result{.next = now};
    if (now.kept != 0) {
      result.result = taken;
      --result.next.kept;
      result.acquires = kept;
      return result;
    }
    result.result = queued;
    const bool late = where == place::late;
    join(result.next, {thread, free_clock(now), false, false, late},
         late || (where == place::front && !somebody_is_late(now)));
    return result;
  }

  /// Waits in the other line.
  static constexpr answer park(const state& now, std::uint64_t thread) noexcept {
    answer result{.next = now, .result = queued};
    join(result.next, {thread, free_clock(now), true, false, false}, false);
    return result;
  }

  /// The second half of both.
  static constexpr answer consume(const state& now, std::uint64_t thread,
                                  unsigned option = 0) noexcept {
    answer result{.next = now};
    const parked* const self = result.next.threads.find(thread);
    if (self == result.next.threads.end() || (!self->woken && option != give_up)) {
      return blocked(now);
    }
    if (self->woken) {
      result.result = taken;
      result.acquires = clock_of(*self);
      // The last clock is shared by those for whom none was left.
      if (self->clock + 1U != clocks) result.empties = result.acquires;
    }
    result.next.threads.erase(self);
    return result;
  }

  static constexpr answer release(const state& now, std::uint32_t number) noexcept {
    answer result{.next = now};
    for (; number != 0; --number) {
      parked* const first = first_of(result.next, false);
      if (first == result.next.threads.end()) break;
      wake(result, *first);
    }
    result.next.kept += number;
    if (number != 0) result.releases |= kept;
    return result;
  }

  /// The first of the other line comes to the end of this one, or takes a permit that is kept.  The
  /// result is whether there was one.
  static constexpr answer move(const state& now) noexcept {
    answer result{.next = now};
    parked* const first = first_of(result.next, true);
    if (first == result.next.threads.end()) return result;
    result.result = taken;
    if (now.kept != 0) {
      --result.next.kept;
      result.acquires = kept;
      wake(result, *first);
    } else {
      parked moved = *first;
      moved.elsewhere = false;
      result.next.threads.erase(first);
      result.next.threads.push(moved);
    }
    return result;
  }

 private:
  static constexpr clock_set clock_of(const parked& of) noexcept {
    return static_cast<clock_set>(1U << of.clock);
  }

  static constexpr std::uint8_t free_clock(const state& now) noexcept {
    clock_set used = kept;
    for (const parked& each : now.threads) used = static_cast<clock_set>(used | clock_of(each));
    std::uint8_t clock = 0;
    while (clock + 1U < clocks && (used >> clock & 1U) != 0) ++clock;
    return clock;
  }

  static constexpr bool somebody_is_late(const state& now) noexcept {
    for (const parked& each : now.threads) {
      if (each.late && !each.woken) return true;
    }
    return false;
  }

  static constexpr void join(state& to, const parked& who, bool in_front) noexcept {
    to.threads.push(who);
    if (!in_front) return;
    for (parked* at = to.threads.end() - 1; at != to.threads.begin(); --at) *at = *(at - 1);
    to.threads.front() = who;
  }

  static constexpr parked* first_of(state& in, bool elsewhere) noexcept {
    parked* each = in.threads.begin();
    while (each != in.threads.end() && (each->woken || each->elsewhere != elsewhere)) ++each;
    return each;
  }

  static constexpr void wake(answer& into, parked& who) noexcept {
    who.woken = true;
    into.releases = static_cast<clock_set>(into.releases | clock_of(who));
  }
};

}  // namespace heddle::specs
