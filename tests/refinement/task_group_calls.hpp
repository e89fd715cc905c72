// The calls of a task_group, as operations of its machine.
//
// What tasks do by themselves are operations of nobody's call.  A call may be preceded by any of
// them; and one that waits goes on with them, since they come whether it waits or not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>

#include <heddle/models/specs/task_group.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>
#include <heddle/tests/refinement/wait_group_calls.hpp>

namespace heddle::refinement {

struct task_group_calls {
  static constexpr std::string_view name = "task_group";
  enum call : unsigned { go, go_one, go_two, try_go, wait, look };
  /// The tasks of `go_one` and `go_two` throw a number each.
  static constexpr std::array<std::string_view, 6> calls = {"go",     "go_fails", "go_fails_too",
                                                            "try_go", "wait",     "look"};
  static constexpr bool starts_threads = true;
  static constexpr unsigned variants = 2;  ///< 1: one task at once, and with a context
  static constexpr unsigned clocks = specs::task_group::clocks;

  struct object {
    explicit object(unsigned variant) : limited(variant == 1) {
      if (limited) own.set_limit(1);
    }
    ~object() { (void)it().wait_for_error(); }
    heddle::task_group& it() { return limited ? own : plain; }

    const bool limited;
    heddle::task_group plain{"group"};
    heddle::task_group own{heddle::background(), "group"};
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  static std::uint64_t perform(object& with, unsigned what) {
    heddle::task_group& it = with.it();
    switch (what) {
      case go:
        it.go([] {});
        return 1;
      case go_one:
      case go_two:
        it.go([number = what - go] { throw number; });
        return 1;
      case try_go:
        return it.try_go([] {}) ? 1 : 0;
      case look:
        return it.context().done() ? 1 : 0;
      default:
        return number_of(it.wait_for_error());
    }
  }

  struct state {
    explicit state(unsigned variant = 0) : with_context(variant == 1) {
      if (variant == 1) it = machine::set_limit(it, 1).next;
    }
    specs::task_group::state it;
    bool with_context;
    friend bool operator==(const state&, const state&) = default;
  };
  enum place : unsigned { starts, has_place, closes, has_begun };
  static unsigned options(unsigned, unsigned) { return 1 + most_slots; }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned place,
                          unsigned option) {
    if (option > 0) return let_task_go_on(now, option - 1, place);
    const auto made = of_call(now, what, place);
    // While there are tasks, nobody waits for ever.
    return made.blocks ? let_task_go_on(now, 0, place) : made;
  }

  /// A task that fails while another thread may not wait for it yet is a race on the failure: tasks
  /// are to be started by the thread that waits, or before.
  static bool is_left_out(const client& of) {
    for (std::size_t t = 0; t < of.threads.size(); ++t) {
      for (const unsigned what : of.threads[t]) {
        if ((what == go_one || what == go_two) && may_conflict(of, t)) return true;
      }
    }
    return false;
  }

  /// The group starts a task while there is none, which is to be ordered with each wait.
  static bool may_conflict(const client& of, std::size_t thread) {
    for (std::size_t t = 0; t < of.threads.size(); ++t) {
      for (const unsigned what : of.threads[t]) {
        if (t != thread && what == wait) return true;
      }
    }
    return false;
  }
  static bool is_unordered(const history& in, unsigned slot) {
    return wait_group_calls::any_other(in, slot, [&](unsigned other, const call_seen& its) {
      const slots it_knows = its.known | its.knew;
      const bool touched = ((it_knows & bit(slot)) | (in.calls[slot].known & bit(other))) != 0;
      return its.call == wait && !touched;
    });
  }
  static bool may_look_unordered(const history& in, unsigned slot) {
    return wait_group_calls::any_other(in, slot, [&](unsigned other, const call_seen& its) {
      const bool ordered = ((its.knew & bit(slot)) | (in.calls[slot].knew & bit(other))) != 0;
      return its.call == wait && !ordered;
    });
  }
  static bool is_about_order(std::string_view complaint) {
    return wait_group_calls::is_about_order(complaint);
  }

 private:
  using machine = specs::task_group;

  static std::uint64_t number_of(const std::exception_ptr& thrown) {
    if (!thrown) return 0;
    try {
      std::rethrow_exception(thrown);
    } catch (const unsigned number) {
      return number;
    }
  }

  static move<state> put(const state& now, const machine::answer& answer) {
    return moved(now, answer, [](state& next, const machine::state& it) { next.it = it; });
  }
  static move<state> let_task_go_on(const state& now, unsigned which, unsigned place) {
    return goes_on(put(now, machine::go_on(now.it, which)), place == starts ? has_begun : place);
  }
  static move<state> of_call(const state& now, unsigned what, unsigned place) {
    if (place == has_place) return started(now, what);
    if (place == closes) return put(now, machine::close(now.it));
    switch (what) {
      case wait:
        return goes_on(put(now, machine::wait(now.it)), closes);
      case look:
        return now.with_context ? put(now, machine::look(now.it)) : move<state>{.next = now};
      default: {
        const auto made =
            put(now, what == try_go ? machine::try_enter(now.it) : machine::enter(now.it));
        return made.result == 0 ? made : goes_on(made, has_place);
      }
    }
  }
  static move<state> started(const state& now, unsigned what) {
    const std::uint32_t throws = what == go_one || what == go_two ? what - go : 0;
    auto made = put(now, machine::start(now.it, throws));
    made.rises = made.result == machine::from_none;
    made.result = 1;
    return made;
  }
};

}  // namespace heddle::refinement
