// The coarse mutex: each call is one operation.
#pragma once

#include <concepts>
#include <cstdint>

#include <heddle/models/specs/mutex.hpp>
#include <heddle/sync/config.hpp>
#include <heddle/sync/platform/coarse/onlookers.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

template <>
struct word_for<specs::mutex::state> {
  static constexpr std::uint64_t pack(const specs::mutex::state& state) noexcept {
    return state.locked ? 1 : 0;
  }
  static constexpr specs::mutex::state unpack(std::uint64_t word) noexcept { return {word != 0}; }
};

}  // namespace detail

template <class P>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_mutex;

/// See sync/mutex.hpp.  A try fails only if the mutex is held.
template <>
class HEDDLE_THREAD_SAFETY(capability("mutex")) basic_mutex<coarse_platform> : immovable {
 public:
  constexpr basic_mutex() noexcept : basic_mutex(nullptr) {}
  constexpr explicit basic_mutex(const char* name) noexcept : object_(object_kind::mutex, name) {}

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "mutex::lock", caller};
    (void)take(never, caller);
  }

  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "mutex::try_lock", caller};
    return try_take(caller);
  }

  [[nodiscard]] bool try_lock_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "mutex::try_lock_until", caller};
    return take(deadline, caller);
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
    const fine_platform::call scope{object_, "mutex::lock", caller};
    if (ctx.known_done(caller)) return false;
    const auto take_now = [&] { return try_take(caller); };
    return onlookers_.wait(object_, ctx, take_now, take_now, caller);
  }

  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "mutex::unlock", caller};
    fine_platform::note_release(object_, ownership::exclusive);
    const control::machine_call unlocks{
        .apply =
            [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
              return detail::effect_of(machine::unlock(detail::state_in<machine>(word)));
            },
        .name = "unlock",
        .slots = machine::clocks};
    control::apply(object_.ref, unlocks, caller);
    onlookers_.look_again(caller);
  }

  void assert_held(location caller = location::here()) const
      HEDDLE_THREAD_SAFETY(assert_capability()) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const fine_platform::call scope{object_, "mutex::assert_held", caller};
    const control::machine_call asserts{
        .apply =
            [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
              return detail::effect_of(machine::assert_held(detail::state_in<machine>(word)));
            },
        .name = "assert_held",
        .slots = machine::clocks};
    control::apply(object_.ref, asserts, caller);
  }

 private:
  using machine = specs::mutex;

  bool take(time_point deadline, location caller) {
    const control::machine_call locks{
        .apply =
            [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned option) {
              return detail::effect_of(machine::lock(detail::state_in<machine>(word), option));
            },
        .name = "lock",
        .slots = machine::clocks,
        .may_block = true,
        .deadline = deadline};
    return owns(control::apply(object_.ref, locks, caller), caller);
  }

  bool try_take(location caller) {
    const control::machine_call tries{
        .apply =
            [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
              return detail::effect_of(machine::try_lock(detail::state_in<machine>(word)));
            },
        .name = "try_lock",
        .slots = machine::clocks};
    return owns(control::apply(object_.ref, tries, caller), caller);
  }

  bool owns(control::machine_answer answer, location caller) {
    if (answer.result == 0) return false;
    fine_platform::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  detail::onlookers onlookers_;
  mutable fine_platform::object object_;  // what is asserted is an operation, too
};

}  // namespace heddle
