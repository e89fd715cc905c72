// What contexts are, several of them together, since a cancellation goes down a tree.
//
// A context becomes done once, for one reason, and stays so.  Whoever makes it done (`finish`)
// makes all below it done too, one after the other (`pass_on`), before the call returns.  So for a
// moment a parent is done and a child is not yet; but no call that cancels returns in that moment,
// for one that finds the context done waits until all below it are.
//
// Nobody watches the clock.  That a deadline has passed is an outcome of an operation that looks at
// it or waits by it; the thread then finishes the context which has the deadline from nobody.
//
// A context is a number that the one who steps this machine gives it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct contexts {
  static constexpr unsigned most_contexts = 6;
  static constexpr std::uint8_t nobody = 0xFF;  ///< the parent of a context at the top
  static constexpr std::uint32_t never = 0xFFFFFFFF;

  enum class reason : std::uint8_t { none, cancelled, deadline_exceeded };
  struct context {
    bool exists = false;
    std::uint8_t parent = nobody;
    std::uint32_t deadline = never;  ///< the earliest of its own and its ancestors'
    std::uint32_t waiters = 0;
    reason why = reason::none;  ///< it is done
    std::uint32_t cause = 0;    ///< what was given when it, or an ancestor, was cancelled; or 0

    friend constexpr bool operator==(const context&, const context&) noexcept = default;
  };
  struct state {
    std::array<context, most_contexts> all;

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// Each context has a clock, which what makes it done releases, and all acquire that find it so.
  static constexpr unsigned clocks = most_contexts;
  [[nodiscard]] static constexpr clock_set clock_of(unsigned which) noexcept {
    return static_cast<clock_set>(1U << which);
  }

  enum result : std::uint64_t {
    no = 0,
    yes = 1,
    waits = 2,    ///< goes on with `wait`
    overdue = 3,  ///< goes on with `finish` of `origin`, for its deadline has passed
  };

  /// A child of a context that is done is done from the beginning.
  static constexpr answer make(const state& now, unsigned which, std::uint8_t parent,
                               std::uint32_t deadline = never) noexcept {
    answer result{.next = now};
    context& made = result.next.all[which];
    made = {.exists = true, .parent = parent, .deadline = deadline};
    if (parent == nobody) return result;
    made.deadline = std::min(deadline, now.all[parent].deadline);
    if (now.all[parent].why != reason::none) take_over(result, which);
    return result;
  }

  /// Nothing of it may be in use.
  static constexpr answer drop(const state& now, unsigned which) noexcept {
    bool in_use = now.all[which].waiters != 0;
    for (const context& each : now.all) in_use = in_use || (each.exists && each.parent == which);
    if (in_use) return refused(now, "context is destroyed while in use");
    answer result{.next = now};
    result.next.all[which] = {};
    return result;
  }

  /// Why it is done, if it is: the result is `said` of the reason and the cause.
  ///
  /// Outcome `give_up` of one that has a deadline: that has passed, and the result is `overdue`.
  static constexpr answer look(const state& now, unsigned which, unsigned option = 0) noexcept {
    const context& of = now.all[which];
    if (of.why == reason::none) {
      const bool passed = option == give_up && of.deadline != never;
      return {.next = now, .result = passed ? overdue : no};
    }
    return {.next = now, .result = said(of.why, of.cause), .acquires = clock_of(which)};
  }
  [[nodiscard]] static constexpr std::uint64_t said(reason why, std::uint32_t cause) noexcept {
    // No reason is `overdue`, so that no outcome looks like it.
    return static_cast<std::uint64_t>(why) | std::uint64_t{cause} << 2;
  }

  /// Makes it done.  The result is whether it was not; then all below it are made so by `pass_on`.
  static constexpr answer finish(const state& now, unsigned which, reason why,
                                 std::uint32_t cause) noexcept {
    if (now.all[which].why != reason::none) {
      if (next_below(now, which) != most_contexts) return blocked(now);
      return {.next = now, .result = no, .acquires = clock_of(which)};
    }
    answer result{.next = now, .result = yes, .releases = clock_of(which)};
    result.next.all[which].why = why;
    result.next.all[which].cause = cause;
    return result;
  }

  /// Makes one more context below a finished one done.  The result is `no` if none was left.
  static constexpr answer pass_on(const state& now, unsigned which) noexcept {
    answer result{.next = now};
    const unsigned child = next_below(now, which);
    if (child == most_contexts) return result;
    take_over(result, child);
    result.result = yes;
    return result;
  }

  /// The first half of a wait; the result is `yes` if it is done already.
  static constexpr answer enter(const state& now, unsigned which) noexcept {
    if (now.all[which].why != reason::none) {
      return {.next = now, .result = yes, .acquires = clock_of(which)};
    }
    answer result{.next = now, .result = waits};
    ++result.next.all[which].waiters;
    return result;
  }

  /// The second half; the result is whether it is done.  One that gives up does so by a deadline of
  /// its own; or it finds that the context's has passed: `finish` follows, of `origin`.
  static constexpr answer wait(const state& now, unsigned which, unsigned option = 0) noexcept {
    const bool done = now.all[which].why != reason::none;
    if (!done && option != give_up) return blocked(now);
    answer result{.next = now, .result = done ? yes : no};
    if (done) result.acquires = clock_of(which);
    --result.next.all[which].waiters;
    return result;
  }

  /// The context that has the deadline of `which` from nobody.
  [[nodiscard]] static constexpr unsigned origin(const state& now, unsigned which) noexcept {
    for (;;) {
      const std::uint8_t above = now.all[which].parent;
      if (above == nobody || now.all[above].deadline != now.all[which].deadline) return which;
      which = above;
    }
  }

 private:
  static constexpr void take_over(answer& into, unsigned child) noexcept {
    context& own = into.next.all[child];
    const context& parent = into.next.all[own.parent];
    own.why = parent.why;
    own.cause = parent.cause;
    into.acquires = clock_of(own.parent);
    into.releases = clock_of(child);
  }

  static constexpr bool is_below(const state& now, unsigned which, unsigned top) noexcept {
    for (std::uint8_t at = now.all[which].parent; at != nobody; at = now.all[at].parent) {
      if (at == top) return true;
    }
    return false;
  }

  /// The first below `top` that is not done though its parent is; `most_contexts` if there is none.
  static constexpr unsigned next_below(const state& now, unsigned top) noexcept {
    for (unsigned i = 0; i < most_contexts; ++i) {
      const context& each = now.all[i];
      if (!each.exists || each.why != reason::none || !is_below(now, i, top)) continue;
      if (now.all[each.parent].why != reason::none) return i;
    }
    return most_contexts;
  }
};

}  // namespace heddle::specs
