// The calls of a wait_group, as operations of its machine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/wait_group.hpp>
#include <heddle/sync/wait_group.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct wait_group_calls {
  static constexpr std::string_view name = "wait_group";
  enum call : unsigned { add, add_two, done, wait, wait_for };
  static constexpr std::array<std::string_view, 5> calls = {"add", "add_two", "done", "wait",
                                                            "wait_for"};
  static constexpr unsigned variants = 3;  ///< the counter
  static constexpr unsigned clocks = specs::wait_group::clocks;

  struct object {
    explicit object(unsigned variant) {
      if (variant > 0) it.add(static_cast<std::int32_t>(variant));
    }
    heddle::wait_group it;
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  static std::uint64_t perform(object& with, unsigned what) {
    switch (what) {
      case add:
      case add_two:
        with.it.add(what == add ? 1 : 2);
        return 0;
      case done:
        with.it.done();
        return 0;
      case wait:
        with.it.wait();
        return 1;
      default:
        return with.it.wait_for(std::chrono::microseconds(1)) ? 1 : 0;
    }
  }

  struct state {
    explicit state(unsigned variant = 0) : it{static_cast<std::int32_t>(variant)} {}
    specs::wait_group::state it;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned) { return what == wait_for ? 2 : 1; }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned, unsigned option) {
    using machine = specs::wait_group;
    const auto put = [](state& next, const machine::state& it) { next.it = it; };
    if (what >= wait) return moved(now, machine::wait(now.it, option), put);
    auto made = moved(now, machine::add(now.it, what == add ? 1 : what == add_two ? 2 : -1), put);
    made.rises = made.misuse == nullptr && made.result == machine::from_zero;
    made.result = 0;
    return made;
  }

  /// An add from zero is to be ordered with each wait.  The library also complains of two such
  /// adds, where a done between them is not ordered with the return of the first one: that done
  /// might as well come before it, and take the counter below zero.
  static bool may_conflict(const client& of, std::size_t thread) {
    for (std::size_t t = 0; t < of.threads.size(); ++t) {
      for (const unsigned what : of.threads[t]) {
        if (t != thread && what != done) return true;
      }
    }
    return false;
  }
  static bool is_unordered(const history& in, unsigned slot) {
    return any_other(in, slot, [&](unsigned other, const call_seen& its) {
      const slots it_knows = its.known | its.knew;
      const bool touched = ((it_knows & bit(slot)) | (in.calls[slot].known & bit(other))) != 0;
      return its.call >= wait && !touched;
    });
  }
  static bool may_look_unordered(const history& in, unsigned slot) {
    return any_other(in, slot, [&](unsigned other, const call_seen& its) {
      const bool ordered = ((its.knew & bit(slot)) | (in.calls[slot].knew & bit(other))) != 0;
      return its.call != done && !ordered;
    });
  }
  template <class F>
  static bool any_other(const history& in, unsigned slot, F holds) {
    for (unsigned other = 0; other < most_slots; ++other) {
      const call_seen& its = in.calls[other];
      if (!its.begun || other / most_calls == slot / most_calls) continue;
      if (holds(other, its)) return true;
    }
    return false;
  }
  static bool is_about_order(std::string_view complaint) {
    for (const char* const text :
         {"wait_group add is not ordered with wait", "wait_group add is concurrent with wait",
          "wait_group is reused before the previous wait has returned"}) {
      if (complaint.find(text) != std::string_view::npos) return true;
    }
    return false;
  }
};

}  // namespace heddle::refinement
