// The calls of a cond and its mutex, as operations of their machines.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/cond.hpp>
#include <heddle/models/specs/mutex.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct cond_calls {
  static constexpr std::string_view name = "cond";
  enum call : unsigned { wait, wait_for, signal, broadcast, signal_locked };
  /// `wait` locks the mutex, waits and unlocks; `signal_locked` signals with the mutex locked.
  static constexpr std::array<std::string_view, 5> calls = {"wait", "wait_for", "signal",
                                                            "broadcast", "signal_locked"};
  static constexpr unsigned variants = 1;
  static constexpr unsigned clocks = specs::cond::clocks + specs::mutex::clocks;

  struct object {
    explicit object(unsigned) {}
    heddle::mutex lock;
    heddle::cond it;
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  static std::uint64_t perform(object& with, unsigned what) {
    std::uint64_t result = 1;
    switch (what) {
      case wait:
        with.lock.lock();
        with.it.wait(with.lock);
        with.lock.unlock();
        return result;
      case wait_for:
        with.lock.lock();
        result = with.it.wait_for(with.lock, std::chrono::microseconds(1)) ? 1 : 0;
        with.lock.unlock();
        return result;
      case signal:
        with.it.signal();
        return 0;
      case broadcast:
        with.it.broadcast();
        return 0;
      default:
        with.lock.lock();
        with.it.signal();
        with.lock.unlock();
        return 0;
    }
  }

  struct state {
    explicit state(unsigned = 0) {}
    specs::cond::state it;
    specs::mutex::state lock;
    friend bool operator==(const state&, const state&) = default;
  };
  enum place : unsigned {
    starts,
    enqueues,
    unlocks,
    sleeps,
    wakes,     ///< and locks again
    gives_up,  ///< the same of one that was not signalled
    leaves,    ///< unlocks at the end
    leaves_late,
    signals,
    unlocks_after,
  };
  static unsigned options(unsigned what, unsigned place) {
    return what == wait_for && place == sleeps ? 2 : 1;
  }
  static move<state> step(const state& now, unsigned what, unsigned thread, unsigned place,
                          unsigned option) {
    if (what == signal || what == broadcast) return notified(now, what == broadcast);
    if (place == starts) {
      return goes_on(locks(now), what == signal_locked ? signals : enqueues);
    }
    return on_its_way(now, thread, place, option);
  }

 private:
  static constexpr unsigned shift = specs::cond::clocks;

  static move<state> of_cond(const state& now, const specs::cond::answer& answer) {
    return moved(now, answer, [](state& next, const specs::cond::state& it) { next.it = it; });
  }
  static move<state> of_lock(const state& now, const specs::mutex::answer& answer) {
    return moved(
        now, answer, [](state& next, const specs::mutex::state& it) { next.lock = it; }, shift);
  }
  static move<state> locks(const state& now) { return of_lock(now, specs::mutex::lock(now.lock)); }
  static move<state> unlocked(const state& now, std::uint64_t result) {
    auto made = of_lock(now, specs::mutex::unlock(now.lock));
    made.result = result;
    return made;
  }
  static move<state> notified(const state& now, bool all) {
    auto made = of_cond(now, all ? specs::cond::broadcast(now.it) : specs::cond::signal(now.it));
    made.result = 0;
    return made;
  }

  static move<state> on_its_way(const state& now, unsigned thread, unsigned place,
                                unsigned option) {
    switch (place) {
      case enqueues:
        return goes_on(of_cond(now, specs::cond::enqueue(now.it, thread)), unlocks);
      case unlocks:
        return goes_on(unlocked(now, 0), sleeps);
      case sleeps: {
        const auto made = of_cond(now, specs::cond::consume(now.it, thread, option));
        return goes_on(made, made.result == 1 ? wakes : gives_up);
      }
      case wakes:
        return goes_on(locks(now), leaves);
      case gives_up:
        return goes_on(locks(now), leaves_late);
      case leaves:
        return unlocked(now, 1);
      case leaves_late:
        return unlocked(now, 0);
      case signals:
        return goes_on(notified(now, false), unlocks_after);
      default:
        return unlocked(now, 0);
    }
  }
};

}  // namespace heddle::refinement
