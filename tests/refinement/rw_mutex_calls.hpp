// The calls of an rw_mutex, as operations of its machine.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/rw_mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct rw_mutex_calls {
  static constexpr std::string_view name = "rw_mutex";
  enum call : unsigned {
    lock,
    try_lock,
    lock_shared,
    try_lock_shared,
    unlock,
    downgrade,
    unlock_shared,
    unlock_any,
    unlock_shared_any
  };
  /// `unlock`, `downgrade` and `unlock_shared` are made by a thread that holds the lock so; the
  /// last two by any.
  static constexpr std::array<std::string_view, 9> calls = {
      "lock",      "try_lock",      "lock_shared", "try_lock_shared",  "unlock",
      "downgrade", "unlock_shared", "unlock_any",  "unlock_shared_any"};
  static constexpr unsigned variants = 3;  ///< 1: held by a writer, 2: by a reader
  static constexpr unsigned clocks = specs::rw_mutex::clocks;

  struct object {
    explicit object(unsigned variant) {
      if (variant == 1) it.lock();
      if (variant == 2) it.lock_shared();
    }
    heddle::rw_mutex it;
  };
  struct local {
    bool writes = false;
    unsigned reads = 0;
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local& of, unsigned what) {
    if (what == unlock || what == downgrade) return of.writes;
    return what != unlock_shared || of.reads > 0;
  }
  static void note(local& of, unsigned what, std::uint64_t result) {
    if (what <= try_lock && result == 1) of.writes = true;
    if ((what == lock_shared || what == try_lock_shared) && result == 1) ++of.reads;
    if (what == unlock || what == downgrade) of.writes = false;
    if (what == downgrade) ++of.reads;
    if (what == unlock_shared) --of.reads;
  }

  static std::uint64_t perform(object& with, unsigned what) {
    switch (what) {
      case lock:
        with.it.lock();
        return 1;
      case try_lock:
        return with.it.try_lock() ? 1 : 0;
      case lock_shared:
        with.it.lock_shared();
        return 1;
      case try_lock_shared:
        return with.it.try_lock_shared() ? 1 : 0;
      case downgrade:
        with.it.downgrade();
        return 0;
      case unlock:
      case unlock_any:
        with.it.unlock();
        return 0;
      default:
        with.it.unlock_shared();
        return 0;
    }
  }

  struct state {
    explicit state(unsigned variant = 0) {
      it.held = variant == 1;
      it.active = variant == 2 ? 1 : 0;
    }
    specs::rw_mutex::state it;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned, unsigned) { return 1; }
  /// A writer that waits for readers has the same word as one that holds the lock, and readers that
  /// queue are counted with those that hold it.
  static bool may_go_unnoticed(const state& now, unsigned what) {
    const bool writes = what == unlock || what == unlock_any || what == downgrade;
    return writes ? now.it.announced : now.it.queued > 0;
  }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned place, unsigned) {
    using machine = specs::rw_mutex;
    const auto put = [](state& next, const machine::state& it) { next.it = it; };
    switch (what) {
      case lock: {
        auto made = moved(now, place == 0 ? machine::lock(now.it) : machine::drain(now.it), put);
        if (made.result == machine::waits) return goes_on(made, 1);
        return made;
      }
      case lock_shared: {
        if (place != 0) return moved(now, machine::enter(now.it, place == 2), put);
        auto made = moved(now, machine::lock_shared(now.it), put);
        if (made.result == machine::queued_first) return goes_on(made, 1);
        if (made.result == machine::queued_second) return goes_on(made, 2);
        return made;
      }
      case try_lock:
        return moved(now, machine::try_lock(now.it), put);
      case try_lock_shared:
        return moved(now, machine::try_lock_shared(now.it), put);
      case downgrade:
        return moved(now, machine::downgrade(now.it), put);
      case unlock:
      case unlock_any:
        return moved(now, machine::unlock(now.it), put);
      default:
        return moved(now, machine::unlock_shared(now.it), put);
    }
  }
};

}  // namespace heddle::refinement
