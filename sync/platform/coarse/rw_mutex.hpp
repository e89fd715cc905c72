// The coarse rw_mutex: each call is one operation, or two where it has to wait for the other side.
#pragma once

#include <concepts>
#include <cstdint>

#include <heddle/models/specs/rw_mutex.hpp>
#include <heddle/sync/config.hpp>
#include <heddle/sync/platform/coarse/onlookers.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

// Bits 0 and 1: held, announced; 2 to 11: turn; 12 to 21: writers that may give up; 22 to 41:
// readers that hold the lock; 42 to 61: that wait.
template <>
struct word_for<specs::rw_mutex::state> {
  static constexpr std::uint64_t pack(const specs::rw_mutex::state& state) noexcept {
    return std::uint64_t{state.held} | std::uint64_t{state.announced} << 1 |
           std::uint64_t{state.turn} << 2 | std::uint64_t{state.limited} << 12 |
           std::uint64_t{state.active} << 22 | std::uint64_t{state.queued} << 42;
  }
  static constexpr specs::rw_mutex::state unpack(std::uint64_t word) noexcept {
    return {.held = (word & 1) != 0,
            .announced = (word & 2) != 0,
            .turn = static_cast<std::uint32_t>(word >> 2 & 0x3FF),
            .limited = static_cast<std::uint32_t>(word >> 12 & 0x3FF),
            .active = static_cast<std::uint32_t>(word >> 22 & 0xFFFFF),
            .queued = static_cast<std::uint32_t>(word >> 42 & 0xFFFFF)};
  }
};

}  // namespace detail

template <class P>
class HEDDLE_THREAD_SAFETY(capability("rw_mutex")) basic_rw_mutex;

/// See sync/rw_mutex.hpp.  A try fails only if the lock is held, or a writer waits for it.
template <>
class HEDDLE_THREAD_SAFETY(capability("rw_mutex")) basic_rw_mutex<coarse_platform> : immovable {
 public:
  constexpr basic_rw_mutex() noexcept : basic_rw_mutex(nullptr) {}
  constexpr explicit basic_rw_mutex(const char* name) noexcept
      : object_(object_kind::rw_mutex, name) {}

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::lock", caller};
    const std::uint64_t found = apply(
        "lock", waiting, 0, caller, [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
          return of(machine::lock(state(word)));
        });
    if (found == machine::waits) {
      apply("lock, once the readers have left", waiting, 0, caller,
            [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
              return of(machine::drain(state(word)));
            });
    }
    fine_platform::note_own(object_, ownership::exclusive, caller);
  }

  [[nodiscard]] bool try_lock_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::try_lock_until", caller};
    if (write_limited(caller) != machine::taken) {
      const std::uint64_t found = apply(
          "lock, once nobody holds it", waiting, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned option) {
            return of(machine::enter_limited(state(word), option));
          },
          deadline);
      if (found != machine::taken) {
        onlookers_.look_again(caller);
        return false;
      }
    }
    fine_platform::note_own(object_, ownership::exclusive, caller);
    return true;
  }
  [[nodiscard]] bool try_lock_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_until(after(fine_platform::now(), time), caller);
  }

  template <std::derived_from<basic_context<coarse_platform>> C>
  [[nodiscard]] bool lock(const C& ctx, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::lock", caller};
    if (ctx.known_done(caller)) return false;
    const bool got = write_limited(caller) == machine::taken ||
                     onlookers_.wait(
                         object_, ctx, [&] { return enters_limited(0, caller); },
                         [&] { return enters_limited(specs::give_up, caller); }, caller);
    if (got) fine_platform::note_own(object_, ownership::exclusive, caller);
    return got;
  }

  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::try_lock", caller};
    const std::uint64_t found = apply("try_lock", at_once, 0, caller,
                                      [](std::uint64_t word, std::uint64_t, std::uint64_t,
                                         unsigned) { return of(machine::try_lock(state(word))); });
    if (found == machine::failed) return false;
    fine_platform::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::unlock", caller};
    fine_platform::note_release(object_, ownership::exclusive);
    apply("unlock", at_once, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
            return of(machine::unlock(state(word)));
          });
    onlookers_.look_again(caller);
  }

  void downgrade(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::downgrade", caller};
    fine_platform::note_release(object_, ownership::exclusive);
    apply("downgrade", at_once, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
            return of(machine::downgrade(state(word)));
          });
    onlookers_.look_again(caller);
    fine_platform::note_own(object_, ownership::shared, caller);
  }

  void lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::lock_shared", caller};
    (void)read_within(never, caller);
  }

  [[nodiscard]] bool try_lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::try_lock_shared", caller};
    const std::uint64_t found =
        apply("try_lock_shared", at_once, 0, caller,
              [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
                return of(machine::try_lock_shared(state(word)));
              });
    if (found == machine::failed) return false;
    fine_platform::note_own(object_, ownership::shared, caller);
    return true;
  }

  [[nodiscard]] bool try_lock_shared_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::try_lock_shared_until", caller};
    return read_within(deadline, caller);
  }
  [[nodiscard]] bool try_lock_shared_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_shared_until(after(fine_platform::now(), time), caller);
  }

  template <std::derived_from<basic_context<coarse_platform>> C>
  [[nodiscard]] bool lock_shared(const C& ctx, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::lock_shared", caller};
    if (ctx.known_done(caller)) return false;
    const std::uint64_t found = read(caller);
    const bool got = found == machine::taken ||
                     onlookers_.wait(
                         object_, ctx, [&] { return enters(found, 0, caller); },
                         [&] { return enters(found, specs::give_up, caller); }, caller);
    if (got) fine_platform::note_own(object_, ownership::shared, caller);
    return got;
  }

  void unlock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(release_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::unlock_shared", caller};
    fine_platform::note_release(object_, ownership::shared);
    apply("unlock_shared", at_once, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
            return of(machine::unlock_shared(state(word)));
          });
    onlookers_.look_again(caller);
  }

  void assert_held(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_capability()) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::assert_held", caller};
    apply("assert_held", at_once, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
            return of(machine::assert_held(state(word)));
          });
  }
  void assert_held_shared(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::assert_held_shared", caller};
    apply("assert_held_shared", at_once, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
            return of(machine::assert_held_shared(state(word)));
          });
  }

 private:
  using machine = specs::rw_mutex;
  static constexpr bool at_once = false;
  static constexpr bool waiting = true;

  static machine::state state(std::uint64_t word) { return detail::state_in<machine>(word); }
  static effect of(const machine::answer& answer) { return detail::effect_of(answer); }

  /// Counts a writer that may give up among those who wait, unless it gets the lock.
  std::uint64_t write_limited(location caller) {
    return apply("lock", at_once, 0, caller,
                 [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
                   return of(machine::lock_limited(state(word)));
                 });
  }
  /// Whether that writer has the lock now; if not and `how` says so, it has given up.
  bool enters_limited(unsigned how, location caller) {
    const bool taken = apply("lock, if nobody holds it", at_once, how, caller,
                             [](std::uint64_t word, std::uint64_t option, std::uint64_t, unsigned) {
                               return at_once_of(word, machine::enter_limited(
                                                           state(word), detail::low_of(option)));
                             }) == machine::taken;
    if (!taken && how == specs::give_up) onlookers_.look_again(caller);
    return taken;
  }

  std::uint64_t read(location caller) {
    return apply("lock_shared", at_once, 0, caller,
                 [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
                   return of(machine::lock_shared(state(word)));
                 });
  }
  static std::uint64_t turn_of(std::uint64_t found) { return found - machine::queued_first; }
  /// The same of a reader that has queued.
  bool enters(std::uint64_t found, unsigned how, location caller) {
    const std::uint64_t both =
        detail::both(static_cast<std::uint32_t>(turn_of(found)), static_cast<std::uint32_t>(how));
    return apply("lock_shared, if it is its turn", at_once, both, caller,
                 [](std::uint64_t word, std::uint64_t how_and_turn, std::uint64_t, unsigned) {
                   return at_once_of(word, machine::enter(state(word), detail::low_of(how_and_turn),
                                                          detail::high_of(how_and_turn)));
                 }) == machine::taken;
  }
  bool read_within(time_point deadline, location caller) {
    std::uint64_t found = read(caller);
    if (found != machine::taken) {
      found = apply(
          "lock_shared, once it is its turn", waiting, turn_of(found), caller,
          [](std::uint64_t word, std::uint64_t queued_in, std::uint64_t, unsigned option) {
            return of(machine::enter(state(word), detail::low_of(queued_in), option));
          },
          deadline);
    }
    if (found != machine::taken) return false;
    fine_platform::note_own(object_, ownership::shared, caller);
    return true;
  }

  static effect at_once_of(std::uint64_t word, const machine::answer& answer) {
    return answer.blocks ? detail::unchanged(word, machine::failed) : of(answer);
  }

  std::uint64_t apply(const char* name, bool may_block, std::uint64_t a, location caller,
                      transition step, time_point deadline = never) const {
    const control::machine_call call{.apply = step,
                                     .a = a,
                                     .name = name,
                                     .slots = machine::clocks,
                                     .may_block = may_block,
                                     .deadline = deadline};
    return control::apply(object_.ref, call, caller).result;
  }

  detail::onlookers onlookers_;
  mutable fine_platform::object object_;  // what is asserted is an operation, too
};

}  // namespace heddle
