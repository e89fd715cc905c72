// The coarse rw_mutex: each call is one operation, or two where it has to wait for the other side.
#pragma once

#include <cstdint>

#include <heddle/models/specs/rw_mutex.hpp>
#include <heddle/sync/config.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

// Bits 0 to 2: held, announced, turn; 3 to 32: readers that hold the lock; 33 to 62: that wait.
template <>
struct word_for<specs::rw_mutex::state> {
  static constexpr std::uint64_t pack(const specs::rw_mutex::state& state) noexcept {
    return std::uint64_t{state.held} | std::uint64_t{state.announced} << 1 |
           std::uint64_t{state.turn} << 2 | std::uint64_t{state.active} << 3 |
           std::uint64_t{state.queued} << 33;
  }
  static constexpr specs::rw_mutex::state unpack(std::uint64_t word) noexcept {
    return {.held = (word & 1) != 0,
            .announced = (word & 2) != 0,
            .turn = (word & 4) != 0,
            .active = static_cast<std::uint32_t>(word >> 3 & 0x3FFFFFFF),
            .queued = static_cast<std::uint32_t>(word >> 33)};
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
    fine_platform::note_own(object_, ownership::shared, caller);
  }

  void lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::lock_shared", caller};
    const std::uint64_t found =
        apply("lock_shared", at_once, 0, caller,
              [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
                return of(machine::lock_shared(state(word)));
              });
    if (found != machine::taken) {
      const std::uint64_t turn = found == machine::queued_second ? 1 : 0;
      apply("lock_shared, once the writer has left", waiting, turn, caller,
            [](std::uint64_t word, std::uint64_t queued_in, std::uint64_t, unsigned) {
              return of(machine::enter(state(word), queued_in != 0));
            });
    }
    fine_platform::note_own(object_, ownership::shared, caller);
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

  void unlock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(release_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "rw_mutex::unlock_shared", caller};
    fine_platform::note_release(object_, ownership::shared);
    apply("unlock_shared", at_once, 0, caller,
          [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
            return of(machine::unlock_shared(state(word)));
          });
  }

 private:
  using machine = specs::rw_mutex;
  static constexpr bool at_once = false;
  static constexpr bool waiting = true;

  static machine::state state(std::uint64_t word) { return detail::state_in<machine>(word); }
  static effect of(const machine::answer& answer) { return detail::effect_of(answer); }

  std::uint64_t apply(const char* name, bool may_block, std::uint64_t a, location caller,
                      transition step) {
    const control::machine_call call{
        .apply = step, .a = a, .name = name, .slots = machine::clocks, .may_block = may_block};
    return control::apply(object_.ref, call, caller).result;
  }

  fine_platform::object object_;
};

}  // namespace heddle
