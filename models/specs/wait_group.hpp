// What a wait_group is: a counter, and those who wait for it to be zero.
//
// That an add from zero is ordered with every wait is no matter of the state but of happens-before:
// whoever steps this machine checks it as a race between the two (`from_zero`).
#pragma once

#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct wait_group {
  struct state {
    std::int32_t counter = 0;

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// The clock that each done releases and each wait acquires.
  ///
  /// An add from zero acquires it too.  The done before it does so in the primitive; and without
  /// that, two rounds with no wait between would look like an add that nothing orders.
  static constexpr clock_set done = 1;
  static constexpr unsigned clocks = 1;

  /// The result of an `add` that took the counter up from zero.
  static constexpr std::uint64_t from_zero = 1;

  static constexpr answer add(const state& now, std::int32_t delta) noexcept {
    const auto next = static_cast<std::int32_t>(static_cast<std::uint32_t>(now.counter) +
                                                static_cast<std::uint32_t>(delta));
    if (next < 0) return refused(now, "wait_group counter is negative");
    const bool rises = delta > 0 && now.counter == 0;
    return {.next = {next},
            .result = rises ? from_zero : 0,
            .acquires = rises ? done : clock_set{0},
            .releases = delta < 0 ? done : clock_set{0}};
  }

  /// The result is whether the counter is zero; with a deadline it may be 0.
  static constexpr answer wait(const state& now, unsigned option = 0) noexcept {
    if (now.counter == 0) return {.next = now, .result = 1, .acquires = done};
    if (option == give_up) return {.next = now, .result = 0};
    return blocked(now);
  }
};

}  // namespace heddle::specs
