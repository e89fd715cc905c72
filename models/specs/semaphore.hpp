// What a semaphore is: a number of free permits, and a line of those who want more than there are.
//
// Permits go to the line strictly in order: a small request does not overtake a large one.
//
// The free permits lie in a row: a release puts its permits at the end, an acquire takes from the
// front.  So it is known which releases made an acquire possible: those whose permits it takes.
#pragma once

#include <algorithm>
#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct semaphore {
  struct request {
    std::uint64_t thread = 0;
    std::uint32_t number = 0;
    clock_set cells = 0;  ///< of the permits that it was given
    bool granted = false;

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
  };
  struct state {
    std::uint32_t free = 0;
    std::uint8_t first = 0;  ///< the cell of the first free permit
    line<request> requests;  ///< in the order in which they came

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
    [[nodiscard]] constexpr bool somebody_waits() const noexcept {
      for (const request& each : requests) {
        if (!each.granted) return true;
      }
      return false;
    }
  };
  using answer = specs::answer<state>;

  /// A clock for each permit, or for each sixteenth: the cells of the row, used round and round.
  static constexpr unsigned clocks = most_clocks;

  enum result : std::uint64_t {
    failed = 0,
    taken = 1,
    queued = 2,    ///< goes on with `consume`
    hopeless = 3,  ///< goes on with `wait_alone`
  };

  static constexpr state initial(std::uint32_t size) noexcept {
    state fresh;
    fresh.free = size;
    return fresh;
  }

  static constexpr answer try_acquire(const state& now, std::uint32_t number,
                                      std::uint32_t size) noexcept {
    if (now.somebody_waits() || now.free < number) return {.next = now, .result = failed};
    answer result{.next = now, .result = taken};
    result.acquires = take(result.next, number, size);
    return result;
  }

  static constexpr answer acquire(const state& now, std::uint64_t thread, std::uint32_t number,
                                  std::uint32_t size) noexcept {
    answer result = try_acquire(now, number, size);
    if (result.result == taken) return result;
    result.result = number > size ? hopeless : queued;
    if (result.result == queued) result.next.requests.push({thread, number, 0, false});
    return result;
  }

  /// The second half of an `acquire` that queued: waits for its permits.  The result is whether the
  /// thread has them.  One that gives up leaves the line, and those behind may be served; one that
  /// has been served does not give up.
  static constexpr answer consume(const state& now, std::uint64_t thread, std::uint32_t size,
                                  unsigned option = 0) noexcept {
    answer result{.next = now};
    const request* const self = result.next.requests.find(thread);
    if (self == result.next.requests.end() || (!self->granted && option != give_up)) {
      return blocked(now);
    }
    result.result = self->granted ? taken : failed;
    result.acquires = self->cells;
    result.next.requests.erase(self);
    serve(result.next, size);
    return result;
  }

  /// The second half of an `acquire` of more permits than there ever are.
  static constexpr answer wait_alone(const state& now, unsigned option = 0) noexcept {
    if (option != give_up) return blocked(now);
    return {.next = now, .result = failed};
  }

  static constexpr answer release(const state& now, std::uint32_t number,
                                  std::uint32_t size) noexcept {
    if (number > size - now.free) return refused(now, "semaphore released more than held");
    answer result{.next = now};
    result.releases = cells_of(std::uint64_t{now.first} + now.free, number, size);
    result.next.free += number;
    serve(result.next, size);
    return result;
  }

 private:
  static constexpr std::uint32_t cells(std::uint32_t size) noexcept {
    return std::clamp(size, 1U, clocks);
  }

  static constexpr clock_set cells_of(std::uint64_t position, std::uint32_t number,
                                      std::uint32_t size) noexcept {
    unsigned result = 0;
    for (std::uint32_t i = 0; i < std::min(number, cells(size)); ++i) {
      result |= 1U << (position + i) % cells(size);
    }
    return static_cast<clock_set>(result);
  }

  static constexpr clock_set take(state& from, std::uint32_t number, std::uint32_t size) noexcept {
    const clock_set taken_cells = cells_of(from.first, number, size);
    from.free -= number;
    from.first = static_cast<std::uint8_t>((std::uint64_t{from.first} + number) % cells(size));
    return taken_cells;
  }

  /// Gives permits to the line until they do not suffice for its first.
  static constexpr void serve(state& of, std::uint32_t size) noexcept {
    for (request& each : of.requests) {
      if (each.granted) continue;
      if (each.number > of.free) return;
      each.cells = take(of, each.number, size);
      each.granted = true;
    }
  }
};

}  // namespace heddle::specs
