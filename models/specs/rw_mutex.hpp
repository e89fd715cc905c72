// What an rw_mutex is: held by one writer, or by any number of readers.
//
// A writer that finds readers announces itself and waits for them to leave.  From then on readers
// queue; when the writer unlocks, all that have queued hold the lock, before any other writer.
#pragma once

#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct rw_mutex {
  struct state {
    bool held = false;         ///< by a writer
    bool announced = false;    ///< a writer waits for the readers to leave
    bool turn = false;         ///< changes when a writer lets in those who have queued
    std::uint32_t active = 0;  ///< readers that hold the lock
    std::uint32_t queued = 0;  ///< readers that wait for the writer

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
    /// Whether readers queue, and other writers wait.
    [[nodiscard]] constexpr bool closed() const noexcept { return held || announced; }
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
    waits = 2,          ///< a writer: goes on with `drain`
    queued_first = 2,   ///< a reader: goes on with `enter`, for the turn that is false now
    queued_second = 3,  ///< the same, for the turn that is true now
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
    if (now.closed()) {
      ++next.queued;
      return {.next = next, .result = now.turn ? queued_second : queued_first};
    }
    ++next.active;
    return {.next = next, .result = taken, .acquires = written};
  }

  /// The second half of a `lock_shared` that queued, in the turn that it was told.  The next writer
  /// waits for this reader, so the turn cannot change twice meanwhile.
  static constexpr answer enter(const state& now, bool turn) noexcept {
    if (now.turn == turn) return blocked(now);
    return {.next = now, .result = taken, .acquires = written};
  }

  static constexpr answer try_lock_shared(const state& now) noexcept {
    if (now.closed()) return {.next = now, .result = failed};
    return lock_shared(now);
  }

  static constexpr answer unlock_shared(const state& now) noexcept {
    if (now.active == 0) return refused(now, "unlock_shared of unlocked rw_mutex");
    state next = now;
    --next.active;
    return {.next = next, .releases = read};
  }

 private:
  static constexpr state opened(const state& now) noexcept {
    state next;
    next.turn = !now.turn;
    next.active = now.queued;
    return next;
  }
};

}  // namespace heddle::specs
