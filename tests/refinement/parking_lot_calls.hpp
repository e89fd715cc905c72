// The calls of the parking lot, as operations of its machine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/parking_lot.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/permits.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/wait_limit.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct parking_lot_calls {
  static constexpr std::string_view name = "parking_lot";
  enum call : unsigned {
    acquire,
    acquire_in_front,
    acquire_for,
    acquire_late,
    release,
    release_two,
    park,
    move
  };
  static constexpr std::array<std::string_view, 8> calls = {
      "acquire", "acquire_in_front", "acquire_for", "acquire_late",
      "release", "release_two",      "park",        "move"};
  static constexpr unsigned variants = 1;
  static constexpr unsigned clocks = specs::parking_lot::clocks;

  struct object {
    /// Coarse primitives have no parking lot: it is the text in every program.
    using platform = fine_platform;
    using node = detail::parked<platform>;

    explicit object(unsigned) {}

    bool take(detail::queue_end where, const detail::wait_limit<platform>& limit, location here) {
      return permits.acquire(owner, where, limit, here);
    }
    void wait_elsewhere(location here) {
      node self(this);
      queue.lock(here);
      queue.insert(self, detail::queue_end::back, here);
      queue.unlock(here);
      (void)queue.sleep(self, never, here);
    }
    /// What a cond does with a thread that is to wait for its mutex.
    bool move_one(location here) {
      if (!queue.lock_if_occupied(here)) return false;
      detail::woken_list<platform> taken;
      node* const first = queue.find(this, here);
      if (first != nullptr) {
        queue.remove(*first, here);
        taken.append(*first, here);
      }
      queue.unlock(here);
      const auto waits_on = [&](node& each) { return permits.enlist(owner, each, here); };
      taken.wake_unless(waits_on, here);
      return first != nullptr;
    }

    detail::parking_queue<platform, detail::occupancy::tracked> queue{"other line"};
    detail::permits<platform> permits;
    platform::object owner{object_kind::mutex, "owner"};
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  static std::uint64_t perform(object& with, unsigned what) {
    const location here = location::here();
    switch (what) {
      case acquire:
        return with.take(detail::queue_end::back, never, here) ? 1 : 0;
      case acquire_in_front:
        return with.take(detail::queue_end::front, never, here) ? 1 : 0;
      case acquire_for: {
        const time_point until = after(fine_platform::now(), std::chrono::microseconds(1));
        return with.take(detail::queue_end::back, until, here) ? 1 : 0;
      }
      case acquire_late:
        return with.permits.acquire_owed(
                   with.owner, [] { return true; }, here)
                   ? 1
                   : 0;
      case release:
      case release_two:
        with.permits.release(with.owner, what == release ? 1 : 2, here);
        return 0;
      case park:
        with.wait_elsewhere(here);
        return 1;
      default:
        return with.move_one(here) ? 1 : 0;
    }
  }

  struct state {
    explicit state(unsigned = 0) {}
    specs::parking_lot::state it;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned place) {
    return what == acquire_for && place == 1 ? 2 : 1;
  }
  static refinement::move<state> step(const state& now, unsigned what, unsigned thread,
                                      unsigned place, unsigned option) {
    using machine = specs::parking_lot;
    const auto put = [](state& next, const machine::state& it) { next.it = it; };
    switch (what) {
      case release:
      case release_two:
        return moved(now, machine::release(now.it, what == release ? 1 : 2), put);
      case move:
        return moved(now, machine::move(now.it), put);
      default:
        break;
    }
    if (place == 1) return moved(now, machine::consume(now.it, thread, option), put);
    const auto made = moved(now,
                            what == park ? machine::park(now.it, thread)
                                         : machine::acquire(now.it, thread, place_of(what)),
                            put);
    return made.result == machine::queued ? goes_on(made, 1) : made;
  }

 private:
  static specs::parking_lot::place place_of(unsigned what) {
    if (what == acquire_in_front) return specs::parking_lot::place::front;
    return what == acquire_late ? specs::parking_lot::place::late : specs::parking_lot::place::back;
  }
};

}  // namespace heddle::refinement
