// What a mutex is: held by somebody or by nobody.  It does not say by whom, for any thread may
// unlock it; and it does not say who comes next, for a newcomer may overtake those who wait.
#pragma once

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct mutex {
  struct state {
    bool locked = false;

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// The clock that each unlock releases, and whoever takes the lock acquires.
  static constexpr clock_set unlocked = 1;
  static constexpr unsigned clocks = 1;

  /// The result is whether the lock was taken; with a deadline it may be 0.
  static constexpr answer lock(const state& now, unsigned option = 0) noexcept {
    if (!now.locked) return {.next = {true}, .result = 1, .acquires = unlocked};
    if (option == give_up) return {.next = now, .result = 0};
    return blocked(now);
  }

  /// A try that fails orders nothing.
  static constexpr answer try_lock(const state& now) noexcept {
    if (now.locked) return {.next = now, .result = 0};
    return lock(now);
  }

  static constexpr answer unlock(const state& now) noexcept {
    if (!now.locked) return refused(now, "unlock of unlocked mutex");
    return {.next = {false}, .releases = unlocked};
  }

  static constexpr answer assert_held(const state& now) noexcept {
    if (!now.locked) return refused(now, "mutex is not held");
    return {.next = now};
  }
};

}  // namespace heddle::specs
