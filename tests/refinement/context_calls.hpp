// The calls of contexts, as operations of their machine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <string_view>

#include <heddle/models/specs/context.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct context_calls {
  static constexpr std::string_view name = "context";
  enum call : unsigned { look_top, look_leaf, cancel_top, cancel_middle, wait, wait_for, child };
  /// Of a context, its child and its grandchild, the leaf.  The waits are for the leaf; `child`
  /// makes a child of the middle one, looks at it and destroys it.
  static constexpr std::array<std::string_view, 7> calls = {
      "look_top", "look_leaf", "cancel_top", "cancel_middle", "wait", "wait_for", "child"};
  static constexpr unsigned variants = 2;  ///< 1: the middle one has a deadline
  static constexpr unsigned clocks = specs::contexts::clocks;

  struct object {
    explicit object(unsigned variant)
        : middle(top, variant == 1 ? after(platform::now(), std::chrono::microseconds(100)) : never,
                 "middle") {}
    heddle::cancel_context top{heddle::background(), "top"};
    heddle::cancel_context middle;
    heddle::cancel_context leaf{middle, "leaf"};
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  static std::uint64_t perform(object& with, unsigned what) {
    switch (what) {
      case look_top:
        return found(with.top);
      case look_leaf:
        return found(with.leaf);
      case cancel_top:
        return with.top.cancel(std::make_exception_ptr(1U)) ? 1 : 0;
      case cancel_middle:
        return with.middle.cancel(std::make_exception_ptr(2U)) ? 1 : 0;
      case wait:
        with.leaf.wait();
        return 1;
      case wait_for:
        return with.leaf.wait_for(std::chrono::microseconds(1)) ? 1 : 0;
      default: {
        const heddle::cancel_context made(with.middle, "child");
        return found(made);
      }
    }
  }

  struct state {
    explicit state(unsigned variant = 0) {
      const std::uint32_t deadline = variant == 1 ? 100 : machine::never;
      it = machine::make(it, top, machine::nobody).next;
      it = machine::make(it, middle, top, deadline).next;
      it = machine::make(it, leaf, middle).next;
    }
    specs::contexts::state it;
    friend bool operator==(const state&, const state&) = default;
  };
  enum place : unsigned {
    starts,
    looks,  ///< at a child that has been made
    sleeps,
    tells,        ///< those below the one that it has cancelled
    overdue,      ///< finishes the one whose deadline has passed
    tells_late,   ///< those below that
    looks_again,  ///< it is done now
    drops,        ///< the child; the places from here on say with which result
  };
  static unsigned options(unsigned what, unsigned place) {
    if (place == sleeps) return what == wait_for ? 3 : 2;
    return (place == starts && what <= look_leaf) || place == looks ? 2 : 1;
  }
  static move<state> step(const state& now, unsigned what, unsigned thread, unsigned place,
                          unsigned option) {
    if (place == starts) return begins(now, what, thread, option);
    return on_its_way(now, what, thread, place, option);
  }

 private:
  using machine = specs::contexts;
  static constexpr std::uint8_t top = 0, middle = 1, leaf = 2, first_child = 3;

  static std::uint64_t found(const heddle::context& in) {
    const context_error why = in.err();
    std::uint32_t cause = 0;
    // Of one that is not done, the second call might find that it is.
    const std::exception_ptr thrown = why == context_error::none ? nullptr : in.cause();
    if (thrown) {
      try {
        std::rethrow_exception(thrown);
      } catch (const unsigned number) {
        cause = number;
      }
    }
    return machine::said(static_cast<machine::reason>(why), cause);
  }

  static move<state> put(const state& now, const machine::answer& answer) {
    return moved(now, answer, [](state& next, const machine::state& it) { next.it = it; });
  }
  static unsigned object_of(unsigned what, unsigned thread) {
    if (what == look_top || what == cancel_top) return top;
    if (what == cancel_middle) return middle;
    return what == child ? first_child + thread : leaf;
  }

  static move<state> begins(const state& now, unsigned what, unsigned thread, unsigned option) {
    const unsigned which = object_of(what, thread);
    switch (what) {
      case look_top:
      case look_leaf:
        return looked(put(now, machine::look(now.it, which, option)), what);
      case cancel_top:
      case cancel_middle: {
        const auto made = put(now, machine::finish(now.it, which, machine::reason::cancelled,
                                                   what == cancel_top ? 1 : 2));
        return made.result == machine::yes ? goes_on(made, tells) : made;
      }
      case child:
        return goes_on(put(now, machine::make(now.it, which, middle)), looks);
      default: {
        const auto made = put(now, machine::enter(now.it, which));
        return made.result == machine::waits ? goes_on(made, sleeps) : made;
      }
    }
  }

  static move<state> on_its_way(const state& now, unsigned what, unsigned thread, unsigned place,
                                unsigned option) {
    const unsigned which = object_of(what, thread);
    const unsigned origin = machine::origin(now.it, which);
    switch (place) {
      case looks:
        return looked(put(now, machine::look(now.it, which, option)), what);
      case sleeps:
        return slept(now, what, which, option);
      case tells: {
        auto made = put(now, machine::pass_on(now.it, which));
        if (made.result == machine::yes) return goes_on(made, tells);
        made.result = 1;
        return made;
      }
      case overdue: {
        const auto made =
            put(now, machine::finish(now.it, origin, machine::reason::deadline_exceeded, 0));
        return goes_on(made, made.result == machine::yes ? tells_late : looks_again);
      }
      case tells_late: {
        const auto made = put(now, machine::pass_on(now.it, origin));
        return goes_on(made, made.result == machine::yes ? tells_late : looks_again);
      }
      case looks_again: {
        auto made = looked(put(now, machine::look(now.it, which)), what);
        if (what == wait || what == wait_for) made.result = made.result == machine::no ? 0 : 1;
        return made;
      }
      default: {
        auto made = put(now, machine::drop(now.it, which));
        made.result = place - drops;
        return made;
      }
    }
  }

  /// After a look at a context.
  static move<state> looked(const move<state>& made, unsigned what) {
    if (made.result == machine::overdue) return goes_on(made, overdue);
    if (what == child) return goes_on(made, drops + static_cast<unsigned>(made.result));
    return made;
  }

  /// Outcome 1 is that a deadline of its own has passed, or of `wait`, which has none, that the
  /// context's has; as of `wait_for` outcome 2 is.
  static move<state> slept(const state& now, unsigned what, unsigned which, unsigned option) {
    const bool by_context = what == wait ? option == 1 : option == 2;
    const bool limited = now.it.all[which].deadline != machine::never;
    if (by_context && !limited) return {.blocks = true, .next = now};
    const unsigned gives_up = option == 0 ? 0 : specs::give_up;
    const auto made = put(now, machine::wait(now.it, which, gives_up));
    return by_context && made.result == machine::no ? goes_on(made, overdue) : made;
  }
};

}  // namespace heddle::refinement
