// What a semaphore is: a row of free permits, and a line of those who want more than there are.
//
// Permits go to the line strictly in order: a small request does not overtake a large one.
//
// A release puts its permits at the end of the row, an acquire takes from the front.  So it is
// known which releases made an acquire possible: those whose permits it has.
#pragma once

#include <algorithm>
#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct semaphore {
  /// Free permits that one release has put there.
  struct permits {
    static constexpr std::uint8_t from_the_start = most_clocks;

    std::uint32_t number = 0;
    std::uint8_t clock = from_the_start;  ///< that the release has released

    friend constexpr bool operator==(const permits&, const permits&) noexcept = default;
  };
  struct request {
    std::uint64_t thread = 0;
    std::uint32_t number = 0;
    clock_set clocks = 0;  ///< of the permits that it was given
    bool granted = false;

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
  };
  struct state {
    /// No two have one clock; but when all are in use, a release joins the permits at the end, or
    /// if there are none, shares the last clock.
    line<permits, most_clocks + 2> row;
    line<request> requests;  ///< in the order in which they came

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
    [[nodiscard]] constexpr std::uint32_t free() const noexcept {
      std::uint32_t sum = 0;
      for (const permits& each : row) sum += each.number;
      return sum;
    }
    [[nodiscard]] constexpr bool somebody_waits() const noexcept {
      return std::any_of(requests.begin(), requests.end(),
                         [](const request& each) { return !each.granted; });
    }
  };
  using answer = specs::answer<state>;

  static constexpr unsigned clocks = most_clocks;

  enum result : std::uint64_t {
    failed = 0,
    taken = 1,
    queued = 2,    ///< goes on with `consume`
    hopeless = 3,  ///< goes on with `wait_alone`
  };

  static constexpr state initial(std::uint32_t size) noexcept {
    state fresh;
    if (size != 0) fresh.row.push({size, permits::from_the_start});
    return fresh;
  }

  static constexpr answer try_acquire(const state& now, std::uint32_t number) noexcept {
    if (now.somebody_waits() || now.free() < number) return {.next = now, .result = failed};
    answer result{.next = now, .result = taken};
    result.acquires = take(result.next, number);
    result.empties = without_use(result.next, result.acquires);
    return result;
  }

  static constexpr answer acquire(const state& now, std::uint64_t thread, std::uint32_t number,
                                  std::uint32_t size) noexcept {
    answer result = try_acquire(now, number);
    if (result.result == taken) return result;
    result.result = number > size ? hopeless : queued;
    if (result.result == queued) result.next.requests.push({thread, number, 0, false});
    return result;
  }

  /// The second half of an `acquire` that queued: waits for its permits.  The result is whether the
  /// thread has them.  One that gives up leaves the line, and those behind may be served; one that
  /// has been served does not give up.
  static constexpr answer consume(const state& now, std::uint64_t thread,
                                  unsigned option = 0) noexcept {
    answer result{.next = now};
    const request* const self = result.next.requests.find(thread);
    if (self == result.next.requests.end() || (!self->granted && option != give_up)) {
      return blocked(now);
    }
    result.result = self->granted ? taken : failed;
    result.acquires = self->clocks;
    result.next.requests.erase(self);
    serve(result.next);
    result.empties = without_use(result.next, result.acquires);
    return result;
  }

  /// The second half of an `acquire` of more permits than there ever are.
  static constexpr answer wait_alone(const state& now, unsigned option = 0) noexcept {
    if (option != give_up) return blocked(now);
    return {.next = now, .result = failed};
  }

  static constexpr answer release(const state& now, std::uint32_t number,
                                  std::uint32_t size) noexcept {
    if (number > size - now.free()) return refused(now, "semaphore released more than held");
    answer result{.next = now};
    if (number == 0) return result;
    result.releases = static_cast<clock_set>(1U << put(result.next, number));
    serve(result.next);
    return result;
  }

 private:
  static constexpr clock_set in_use(const state& now) noexcept {
    unsigned result = 0;
    for (const permits& each : now.row) result |= 1U << each.clock;
    for (const request& each : now.requests) result |= each.clocks;
    return static_cast<clock_set>(result);  // without `from_the_start`
  }
  static constexpr clock_set without_use(const state& now, clock_set of) noexcept {
    return static_cast<clock_set>(of & ~in_use(now));
  }

  /// Puts permits at the end of the row, and returns their clock.
  static constexpr std::uint8_t put(state& to, std::uint32_t number) noexcept {
    const clock_set used = in_use(to);
    std::uint8_t clock = 0;
    while (clock < clocks && (used >> clock & 1U) != 0) ++clock;
    if (clock == clocks && !to.row.empty() && to.row.back().clock != permits::from_the_start) {
      to.row.back().number += number;
      return to.row.back().clock;
    }
    clock = std::min(clock, static_cast<std::uint8_t>(clocks - 1));
    to.row.push({number, clock});
    return clock;
  }

  /// Takes permits from the front of the row, and returns their clocks.
  static constexpr clock_set take(state& from, std::uint32_t number) noexcept {
    unsigned result = 0;
    while (number != 0) {
      permits& front = from.row.front();
      const std::uint32_t some = std::min(number, front.number);
      result |= 1U << front.clock;
      number -= some;
      front.number -= some;
      if (front.number == 0) from.row.erase(&front);
    }
    return static_cast<clock_set>(result);  // without `from_the_start`
  }

  /// Gives permits to the line until they do not suffice for its first.
  static constexpr void serve(state& of) noexcept {
    for (request& each : of.requests) {
      if (each.granted) continue;
      if (each.number > of.free()) return;
      each.clocks = take(of, each.number);
      each.granted = true;
    }
  }
};

}  // namespace heddle::specs
