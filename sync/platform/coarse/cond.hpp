// The coarse cond: a wait is two operations, with the lock given up between them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <heddle/models/specs/cond.hpp>
#include <heddle/sync/lockable.hpp>
#include <heddle/sync/platform/coarse/onlookers.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

// An empty line is 0, any other a number of the table.
template <>
struct word_for<specs::cond::state> {
  static std::uint64_t pack(const specs::cond::state& state) {
    return state.waiters.empty() ? 0 : states_of_type<specs::cond::state>.word_of(state);
  }
  static specs::cond::state unpack(std::uint64_t word) {
    return word == 0 ? specs::cond::state{} : states_of_type<specs::cond::state>.state_of(word);
  }
  static constexpr std::size_t hash(const specs::cond::state& state) noexcept {
    std::size_t result = 0;
    for (const specs::cond::waiter& each : state.waiters) {
      result = mix(mix(result, each.thread), both(each.clock, each.notified ? 1 : 0));
    }
    return result;
  }
};

}  // namespace detail

template <class P>
class basic_cond;

/// See sync/cond.hpp.
template <>
class basic_cond<coarse_platform> : immovable {
 public:
  constexpr basic_cond() noexcept : basic_cond(nullptr) {}
  constexpr explicit basic_cond(const char* name) noexcept : object_(object_kind::cond, name) {}

  template <class L>
  void wait(L& lockable, location caller = location::here()) {
    const fine_platform::call scope{object_, "cond::wait", caller};
    (void)wait_and_lock(lockable, never, caller);
  }
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  void wait(L& lockable, F predicate, location caller = location::here()) {
    while (!predicate()) wait(lockable, caller);
  }

  template <class L>
  bool wait_until(L& lockable, time_point deadline, location caller = location::here()) {
    const fine_platform::call scope{object_, "cond::wait_until", caller};
    return wait_and_lock(lockable, deadline, caller);
  }
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  bool wait_until(L& lockable, time_point deadline, F predicate,
                  location caller = location::here()) {
    while (!predicate()) {
      if (!wait_until(lockable, deadline, caller)) return predicate();
    }
    return true;
  }
  template <class L>
  bool wait_for(L& lockable, duration time, location caller = location::here()) {
    return wait_until(lockable, after(fine_platform::now(), time), caller);
  }
  template <class L, class F>
  requires std::is_invocable_r_v<bool, F&>
  bool wait_for(L& lockable, duration time, F predicate, location caller = location::here()) {
    return wait_until(lockable, after(fine_platform::now(), time), predicate, caller);
  }

  template <class L, std::derived_from<basic_context<coarse_platform>> C>
  bool wait(L& lockable, const C& ctx, location caller = location::here()) {
    const fine_platform::call scope{object_, "cond::wait", caller};
    if (ctx.known_done(caller)) return false;
    const std::uint64_t thread = control::thread_path();
    enqueue(thread, caller);
    detail::unlock_at(lockable, caller);
    const bool signalled = onlookers_.wait(
        object_, ctx, [&] { return leaves(thread, 0, caller); },
        [&] { return leaves(thread, specs::give_up, caller); }, caller);
    detail::lock_at(lockable, caller);
    return signalled;
  }
  template <class L, std::derived_from<basic_context<coarse_platform>> C, class F>
  requires std::is_invocable_r_v<bool, F&>
  bool wait(L& lockable, const C& ctx, F predicate, location caller = location::here()) {
    while (!predicate()) {
      if (!wait(lockable, ctx, caller)) return predicate();
    }
    return true;
  }

  void signal(location caller = location::here()) {
    const fine_platform::call scope{object_, "cond::signal", caller};
    apply({.apply =
               [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
                 return detail::effect_of(machine::signal(detail::state_in<machine>(word)));
               },
           .name = "signal"},
          caller);
    onlookers_.look_again(caller);
  }

  void broadcast(location caller = location::here()) {
    const fine_platform::call scope{object_, "cond::broadcast", caller};
    apply({.apply =
               [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
                 return detail::effect_of(machine::broadcast(detail::state_in<machine>(word)));
               },
           .name = "broadcast"},
          caller);
    onlookers_.look_again(caller);
  }

 private:
  using machine = specs::cond;

  template <class L>
  bool wait_and_lock(L& lockable, time_point deadline, location caller) {
    const std::uint64_t thread = control::thread_path();
    enqueue(thread, caller);
    detail::unlock_at(lockable, caller);
    const bool signalled = consume(thread, deadline, caller);
    detail::lock_at(lockable, caller);
    return signalled;
  }

  void enqueue(std::uint64_t thread, location caller) {
    apply({.apply =
               [](std::uint64_t word, std::uint64_t self, std::uint64_t, unsigned) {
                 return detail::effect_of(machine::enqueue(detail::state_in<machine>(word), self));
               },
           .a = thread,
           .name = "enqueue"},
          caller);
  }

  bool consume(std::uint64_t thread, time_point deadline, location caller) {
    return apply({.apply =
                      [](std::uint64_t word, std::uint64_t self, std::uint64_t, unsigned option) {
                        return detail::effect_of(
                            machine::consume(detail::state_in<machine>(word), self, option));
                      },
                  .a = thread,
                  .name = "wait",
                  .may_block = true,
                  .deadline = deadline},
                 caller) != 0;
  }

  /// Leaves the line if the thread was notified, or if it gives up; the former is the result.
  bool leaves(std::uint64_t thread, unsigned how, location caller) {
    return apply({.apply =
                      [](std::uint64_t word, std::uint64_t self, std::uint64_t option, unsigned) {
                        const machine::answer found = machine::consume(
                            detail::state_in<machine>(word), self, detail::low_of(option));
                        if (found.blocks) return detail::unchanged(word, 0);
                        return detail::effect_of(found);
                      },
                  .a = thread,
                  .b = how,
                  .name = "wait, if it is over"},
                 caller) != 0;
  }

  std::uint64_t apply(control::machine_call call, location caller) {
    call.slots = machine::clocks;
    return control::apply(object_.ref, call, caller).result;
  }

  detail::onlookers onlookers_;
  fine_platform::object object_;
};

}  // namespace heddle
