// What an rw_mutex is: held by one writer, or by any number of readers.
//
// A writer that finds readers announces itself and waits for them to leave.  From then on readers
// queue; when the writer unlocks, all that have queued hold the lock, before any other writer.
//
// A writer that may give up waits beside all others until nobody holds the lock.  Readers queue as
// long as there is one, too; if it gives up, those that have queued for it alone hold the lock.
#pragma once

#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct rw_mutex {
  struct state {
    bool held = false;          ///< by a writer
    bool announced = false;     ///< a writer waits for the readers to leave
    std::uint32_t turn = 0;     ///< changes when those who have queued are let in
    std::uint32_t limited = 0;  ///< writers that wait and may give up
    std::uint32_t active = 0;   ///< readers that hold the lock
    std::uint32_t queued = 0;   ///< readers that wait for a writer

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
    /// Whether writers wait for a writer.
    [[nodiscard]] constexpr bool closed() const noexcept { return held || announced; }
    /// Whether readers queue.
    [[nodiscard]] constexpr bool closed_to_readers() const noexcept {
      return closed() || limited != 0;
    }
  };
  using answer = specs::answer<state>;

  /// What writers release: everyone who takes the lock acquires it.
  static constexpr clock_set written = 1;
  /// What readers release: writers alone acquire it.
  static constexpr clock_set read = 2;
  static constexpr unsigned clocks = 2;

  enum result : std::uint64_t {
    failed = 0,
    taken = 1,
    waits = 2,         ///< a writer: goes on with `drain`, or `enter_limited`
    queued_first = 2,  ///< a reader: goes on with `enter`, for a turn that is this less
  };

  static constexpr answer lock(const state& now) noexcept {
    if (now.closed()) return blocked(now);
    state next = now;
    if (now.active != 0) {
      next.announced = true;
      return {.next = next, .result = waits};
    }
    next.held = true;
    return {.next = next, .result = taken, .acquires = written | read};
  }

  /// The second half of a `lock` that found readers.
  static constexpr answer drain(const state& now) noexcept {
    if (now.active != 0) return blocked(now);
    state next = now;
    next.announced = false;
    next.held = true;
    return {.next = next, .result = taken, .acquires = written | read};
  }

  /// Of a writer that may give up.
  static constexpr answer lock_limited(const state& now) noexcept {
    state next = now;
    if (now.closed() || now.active != 0) {
      ++next.limited;
      return {.next = next, .result = waits};
    }
    next.held = true;
    return {.next = next, .result = taken, .acquires = written | read};
  }

  /// The second half of a `lock_limited` that did not get the lock.
  static constexpr answer enter_limited(const state& now, unsigned option = 0) noexcept {
    state next = now;
    --next.limited;
    if (!now.closed() && now.active == 0) {
      next.held = true;
      return {.next = next, .result = taken, .acquires = written | read};
    }
    if (option != give_up) return blocked(now);
    if (!now.closed()) let_in(next);
    return {.next = next, .result = failed};
  }

  static constexpr answer try_lock(const state& now) noexcept {
    if (now.closed() || now.active != 0) return {.next = now, .result = failed};
    return lock(now);
  }

  static constexpr answer unlock(const state& now) noexcept {
    if (!now.held) return refused(now, "unlock of unlocked rw_mutex");
    return {.next = opened(now), .releases = written};
  }

  /// The writer becomes one of the readers.
  static constexpr answer downgrade(const state& now) noexcept {
    if (!now.held) return refused(now, "downgrade of unlocked rw_mutex");
    state next = opened(now);
    ++next.active;
    return {.next = next, .releases = written};
  }

  static constexpr answer lock_shared(const state& now) noexcept {
    state next = now;
    if (now.closed_to_readers()) {
      ++next.queued;
      return {.next = next, .result = queued_first + now.turn};
    }
    ++next.active;
    return {.next = next, .result = taken, .acquires = written};
  }

  /// The second half of a `lock_shared` that queued, in the turn that it was told.
  static constexpr answer enter(const state& now, std::uint32_t turn,
                                unsigned option = 0) noexcept {
    if (now.turn != turn) return {.next = now, .result = taken, .acquires = written};
    if (option != give_up) return blocked(now);
    state next = now;
    --next.queued;
    return {.next = next, .result = failed};
  }

  static constexpr answer try_lock_shared(const state& now) noexcept {
    if (now.closed_to_readers()) return {.next = now, .result = failed};
    return lock_shared(now);
  }

  static constexpr answer unlock_shared(const state& now) noexcept {
    if (now.active == 0) return refused(now, "unlock_shared of unlocked rw_mutex");
    state next = now;
    --next.active;
    return {.next = next, .releases = read};
  }

  static constexpr answer assert_held(const state& now) noexcept {
    if (!now.held) return refused(now, "rw_mutex is not held by a writer");
    return {.next = now};
  }
  static constexpr answer assert_held_shared(const state& now) noexcept {
    if (!now.held && now.active == 0) return refused(now, "rw_mutex is not held");
    return {.next = now};
  }

  /// So many turns can be told apart, by those who wait; a call waits for one.
  static constexpr std::uint32_t turns = 1024;

 private:
  static constexpr void let_in(state& next) noexcept {
    if (next.queued == 0) return;
    next.turn = (next.turn + 1) % turns;
    next.active += next.queued;
    next.queued = 0;
  }

  static constexpr state opened(const state& now) noexcept {
    state next = now;
    next.held = false;
    let_in(next);
    return next;
  }
};

}  // namespace heddle::specs
