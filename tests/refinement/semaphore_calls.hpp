// The calls of a semaphore, as operations of its machine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/semaphore.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct semaphore_calls {
  static constexpr std::string_view name = "semaphore";
  enum call : unsigned {
    acquire,
    acquire_two,
    try_acquire,
    try_acquire_for,
    try_acquire_two_for,
    release,
    release_any
  };
  /// `release` is made by a thread that has a permit, `release_any` by any.
  static constexpr std::array<std::string_view, 7> calls = {
      "acquire", "acquire_two", "try_acquire", "try_acquire_for", "try_acquire_two_for",
      "release", "release_any"};
  static constexpr unsigned variants = 3;  ///< one permit; two; two, one of which is taken
  static constexpr unsigned clocks = specs::semaphore::clocks;

  static constexpr std::uint32_t size_of(unsigned variant) { return variant == 0 ? 1 : 2; }

  struct object {
    explicit object(unsigned variant) : it(size_of(variant)) {
      if (variant == 2) it.acquire();
    }
    heddle::semaphore it;
  };
  struct local {
    unsigned has = 0;
    friend bool operator==(const local&, const local&) = default;
  };
  static constexpr std::uint32_t number_of(unsigned what) {
    return what == acquire_two || what == try_acquire_two_for ? 2 : 1;
  }
  static bool makes(const local& of, unsigned what) { return what != release || of.has > 0; }
  static void note(local& of, unsigned what, std::uint64_t result) {
    if (what == release) --of.has;
    if (what < release && result == 1) of.has += number_of(what);
  }

  static std::uint64_t perform(object& with, unsigned what) {
    const std::uint32_t number = number_of(what);
    switch (what) {
      case acquire:
      case acquire_two:
        with.it.acquire(number);
        return 1;
      case try_acquire:
        return with.it.try_acquire() ? 1 : 0;
      case try_acquire_for:
      case try_acquire_two_for:
        return with.it.try_acquire_for(std::chrono::microseconds(1), number) ? 1 : 0;
      default:
        with.it.release();
        return 0;
    }
  }

  struct state {
    explicit state(unsigned variant = 0)
        : it(specs::semaphore::initial(size_of(variant))), size(size_of(variant)) {
      if (variant == 2) it = specs::semaphore::try_acquire(it, 1).next;
    }
    specs::semaphore::state it;
    std::uint32_t size;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned place) {
    return place != 0 && (what == try_acquire_for || what == try_acquire_two_for) ? 2 : 1;
  }
  static move<state> step(const state& now, unsigned what, unsigned thread, unsigned place,
                          unsigned option) {
    using machine = specs::semaphore;
    const auto put = [](state& next, const machine::state& it) { next.it = it; };
    if (what == try_acquire) return moved(now, machine::try_acquire(now.it, 1), put);
    if (what >= release) return moved(now, machine::release(now.it, 1, now.size), put);
    if (place == 1) return moved(now, machine::consume(now.it, thread, option), put);
    if (place == 2) return moved(now, machine::wait_alone(now.it, option), put);
    auto made = moved(now, machine::acquire(now.it, thread, number_of(what), now.size), put);
    if (made.result == machine::queued) return goes_on(made, 1);
    if (made.result == machine::hopeless) return goes_on(made, 2);
    return made;
  }
};

}  // namespace heddle::refinement
