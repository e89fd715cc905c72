// The calls of an rw_mutex, as operations of its machine.
#pragma once

#include <array>
#include <chrono>
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
    unlock_shared_any,
    try_lock_for,  ///< this and the next are made by clients of by_context_calls.hpp alone
    try_lock_shared_for
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
    const bool shared =
        what == lock_shared || what == try_lock_shared || what == try_lock_shared_for;
    if ((what <= try_lock || what == try_lock_for) && result == 1) of.writes = true;
    if (shared && result == 1) ++of.reads;
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
      case try_lock_for:
        return with.it.try_lock_for(std::chrono::microseconds(1)) ? 1 : 0;
      case try_lock_shared_for:
        return with.it.try_lock_shared_for(std::chrono::microseconds(1)) ? 1 : 0;
      default:
        with.it.unlock_shared();
        return 0;
    }
  }

  struct state {
    explicit state(unsigned variant = 0) {
      it.held = variant == 1;
      it.active = inside = variant == 2 ? 1 : 0;
    }
    specs::rw_mutex::state it;
    unsigned inside;  ///< readers whose call has returned: a writer lets in others, too
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned place) {
    return what == try_lock || (what >= try_lock_for && place != 0) ? 2 : 1;
  }
  /// Outcome 1 of `try_lock` is that it fails because another thread comes or goes.
  static bool needs_company(unsigned what, unsigned option) {
    return what == try_lock && option == 1;
  }
  /// A writer that waits for readers has the same word as one that holds the lock, and readers that
  /// queue or are let in are counted with those that hold it.
  static bool may_go_unnoticed(const state& now, unsigned what) {
    const bool writes = what == unlock || what == unlock_any || what == downgrade;
    return writes ? now.it.announced : now.it.queued + now.it.active > 0;
  }
  static move<state> step(const state& now, unsigned what, unsigned, unsigned place,
                          unsigned option) {
    switch (what) {
      case lock: {
        const auto made = put(now, place == 0 ? machine::lock(now.it) : machine::drain(now.it));
        return made.result == machine::waits ? goes_on(made, 1) : made;
      }
      case try_lock:
        if (option == 1) return {.next = now};
        return put(now, machine::try_lock(now.it));
      case try_lock_for: {
        const auto made = put(now, place == 0 ? machine::lock_limited(now.it)
                                              : machine::enter_limited(now.it, option));
        return place == 0 && made.result == machine::waits ? goes_on(made, 1) : made;
      }
      case lock_shared:
      case try_lock_shared_for:
        return lock_to_read(now, place, option);
      case try_lock_shared:
        return entered(put(now, machine::try_lock_shared(now.it)));
      case downgrade: {
        auto made = put(now, machine::downgrade(now.it));
        ++made.next.inside;
        return made;
      }
      case unlock:
      case unlock_any:
        return put(now, machine::unlock(now.it));
      default: {
        auto made = put(now, machine::unlock_shared(now.it));
        if (now.inside == 0 && now.it.active > 0)
          made.misuse = "unlock_shared of unlocked rw_mutex";
        --made.next.inside;
        return made;
      }
    }
  }

 private:
  using machine = specs::rw_mutex;

  static move<state> put(const state& now, const machine::answer& answer) {
    return moved(now, answer, [](state& next, const machine::state& it) { next.it = it; });
  }
  static move<state> entered(move<state> made) {
    if (!made.blocks && made.result == machine::taken) ++made.next.inside;
    return made;
  }
  static move<state> lock_to_read(const state& now, unsigned place, unsigned option) {
    if (place != 0) return entered(put(now, machine::enter(now.it, place - 1, option)));
    const auto made = put(now, machine::lock_shared(now.it));
    if (made.result >= machine::queued_first) {
      return goes_on(made, static_cast<unsigned>(made.result - machine::queued_first) + 1);
    }
    return entered(made);
  }
};

}  // namespace heddle::refinement
