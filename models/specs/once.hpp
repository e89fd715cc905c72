// What once, retry_once and once_value are: something that has not been done, is being done by one
// thread, or has been done.
//
// They differ in what a function that throws leaves behind: once has then been done, retry_once has
// not, and once_value keeps the exception, so that its function does not throw at all.
#pragma once

#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct once {
  enum class phase : std::uint8_t { idle, running, done };
  struct state {
    phase now = phase::idle;

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// The clock that the end of each call of the function releases, and every other call acquires.
  static constexpr clock_set ended = 1;
  static constexpr unsigned clocks = 1;

  /// The result is 1 for the thread that is to call the function and then to say `end`.  The one
  /// that runs waits for itself if it begins again.
  static constexpr answer begin(const state& before) noexcept {
    if (before.now == phase::running) return blocked(before);
    const bool runs = before.now == phase::idle;
    return {
        .next = {runs ? phase::running : phase::done}, .result = runs ? 1U : 0U, .acquires = ended};
  }

  /// `then` is `done`, or `idle` if the function threw and another is to try.
  static constexpr answer end(const state&, phase then) noexcept {
    return {.next = {then}, .releases = ended};
  }
};

}  // namespace heddle::specs
