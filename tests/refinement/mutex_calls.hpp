// The calls of a mutex, as operations of its machine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/mutex.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct mutex_calls {
  static constexpr std::string_view name = "mutex";
  enum call : unsigned { lock, try_lock, try_lock_for, unlock, unlock_any };
  static constexpr std::array<std::string_view, 5> calls = {"lock", "try_lock", "try_lock_for",
                                                            "unlock", "unlock_any"};
  /// `unlock` is made by a thread that holds the lock, `unlock_any` by any.
  static constexpr unsigned variants = 2;  ///< 1: locked
  static constexpr unsigned clocks = specs::mutex::clocks;

  struct object {
    explicit object(unsigned variant) {
      if (variant == 1) it.lock();
    }
    heddle::mutex it;
  };
  struct local {
    bool holds = false;
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local& of, unsigned what) { return what != unlock || of.holds; }
  static void note(local& of, unsigned what, std::uint64_t result) {
    if (what == unlock) of.holds = false;
    if (what < unlock && result == 1) of.holds = true;
  }

  static std::uint64_t perform(object& with, unsigned what) {
    switch (what) {
      case lock:
        with.it.lock();
        return 1;
      case try_lock:
        return with.it.try_lock() ? 1 : 0;
      case try_lock_for:
        return with.it.try_lock_for(std::chrono::microseconds(1)) ? 1 : 0;
      default:
        with.it.unlock();
        return 0;
    }
  }

  struct state {
    explicit state(unsigned variant = 0) : it{variant == 1} {}
    specs::mutex::state it;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned) {
    return what == try_lock || what == try_lock_for ? 2 : 1;
  }
  /// Outcome 1 of `try_lock` is that it fails because another thread comes or goes.
  static bool needs_company(unsigned what, unsigned option) {
    return what == try_lock && option == 1;
  }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned, unsigned option) {
    const auto put = [](state& next, const specs::mutex::state& it) { next.it = it; };
    switch (what) {
      case lock:
      case try_lock_for:
        return moved(now, specs::mutex::lock(now.it, option), put);
      case try_lock:
        if (option == 1) return {.next = now};
        return moved(now, specs::mutex::try_lock(now.it), put);
      default:
        return moved(now, specs::mutex::unlock(now.it), put);
    }
  }
};

}  // namespace heddle::refinement
