// The calls of once, retry_once and once_value, as operations of their machine.
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
  /// once, retry_once, a once_value whose function returns, and one whose function throws.
  static constexpr unsigned variants = 4;
  static constexpr unsigned clocks = specs::once::clocks;

  struct object {
    explicit object(unsigned variant)
        : is(variant), value(heddle::once_value(compute{variant == 3})) {}

    // It counts how often it was called.
    struct compute {
      bool fails;
      unsigned times = 0;
      unsigned operator()() {
        ++times;
        if (fails) throw std::runtime_error("thrown by the function of a once_value");
        return times;
      }
    };
    template <class F>
    void call(F function) {
      if (is == 1) {
        retry_once.call(function);
      } else {
        once.call(function);
      }
    }

    unsigned is;
    heddle::once once;
    heddle::retry_once retry_once;
    basic_once_value<platform, compute> value;
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  /// What the function does is a matter of a once_value and not of its calls.
  static bool is_left_out(const client& of) {
    if (of.variant < 2) return false;
    for (const auto& thread : of.threads) {
      for (const unsigned what : thread) {
        if (what != returns) return true;
      }
    }
    return false;
  }

  /// 0: the function was not called; 1: it has returned; 2: it has thrown.  Of a once_value the
  /// value, 1, or 2 if it throws.
  static std::uint64_t perform(object& with, unsigned what) {
    std::uint64_t result = 0;
    try {
      if (with.is >= 2) return with.value();
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
    explicit state(unsigned variant = 0) : is(variant) {}
    specs::once::state it;
    unsigned is;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned, unsigned) { return 1; }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned place, unsigned) {
    using machine = specs::once;
    const auto put = [](state& next, const machine::state& it) { next.it = it; };
    if (place == 0) {
      auto made = moved(now, machine::begin(now.it), put);
      if (made.result == 1) return goes_on(made, 1);
      if (now.is >= 2) made.result = now.is - 1;
      return made;
    }
    // Within its own call, it waits for itself.
    if (what == nested) return moved(now, machine::begin(now.it), put);
    const bool again = what == throws && now.is == 1;
    auto made =
        moved(now, machine::end(now.it, again ? machine::phase::idle : machine::phase::done), put);
    made.result = what == throws || now.is == 3 ? 2 : 1;
    return made;
  }
};

}  // namespace heddle::refinement
