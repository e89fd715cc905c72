// The calls of once and retry_once, as operations of their machine.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include <heddle/models/specs/once.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct once_calls {
  static constexpr std::string_view name = "once";
  enum call : unsigned { returns, throws, nested };
  static constexpr std::array<std::string_view, 3> calls = {"call", "call_throws", "call_nested"};
  static constexpr unsigned variants = 2;  ///< once, retry_once
  static constexpr unsigned clocks = specs::once::clocks;

  struct object {
    explicit object(unsigned variant) : retries(variant == 1) {}
    bool retries;
    heddle::once once;
    heddle::retry_once retry_once;
    template <class F>
    void call(F function) {
      if (retries) {
        retry_once.call(function);
      } else {
        once.call(function);
      }
    }
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  /// 0: the function was not called; 1: it has returned; 2: it has thrown.
  static std::uint64_t perform(object& with, unsigned what) {
    std::uint64_t result = 0;
    try {
      with.call([&] {
        if (what == throws) throw std::runtime_error("thrown by the function of a once");
        if (what == nested) with.call([] {});
        result = 1;
      });
    } catch (const std::runtime_error&) {
      result = 2;
    }
    return result;
  }

  struct state {
    explicit state(unsigned variant = 0) : retries(variant == 1) {}
    specs::once::state it;
    bool retries;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned, unsigned) { return 1; }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned place, unsigned) {
    using machine = specs::once;
    const auto put = [](state& next, const machine::state& it) { next.it = it; };
    if (place == 0) {
      const auto made = moved(now, machine::begin(now.it), put);
      return made.result == 1 ? goes_on(made, 1) : made;
    }
    // Within its own call, it waits for itself.
    if (what == nested) return moved(now, machine::begin(now.it), put);
    const bool again = what == throws && now.retries;
    auto made =
        moved(now, machine::end(now.it, again ? machine::phase::idle : machine::phase::done), put);
    made.result = what == throws ? 2 : 1;
    return made;
  }
};

}  // namespace heddle::refinement
