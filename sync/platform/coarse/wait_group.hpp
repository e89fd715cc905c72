// The coarse wait_group: each call is one operation.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <heddle/models/specs/wait_group.hpp>
#include <heddle/sync/platform/coarse/onlookers.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

template <>
struct word_for<specs::wait_group::state> {
  static constexpr std::uint64_t pack(const specs::wait_group::state& state) noexcept {
    return static_cast<std::uint32_t>(state.counter);
  }
  static constexpr specs::wait_group::state unpack(std::uint64_t word) noexcept {
    return {static_cast<std::int32_t>(word)};
  }
};

}  // namespace detail

template <class P>
class basic_wait_group;

/// See sync/wait_group.hpp.  An add that comes too early or too late for a wait is found by
/// happens-before alone, whatever the interleaving.
template <>
class basic_wait_group<coarse_platform> : immovable {
 public:
  constexpr basic_wait_group() noexcept : basic_wait_group(nullptr) {}
  constexpr explicit basic_wait_group(const char* name) noexcept
      : probe_(object_kind::probe, name, "wait_group add is not ordered with wait"),
        object_(object_kind::wait_group, name) {}

  void add(std::int32_t delta, location caller = location::here()) {
    const fine_platform::call scope{object_, "wait_group::add", caller};
    change(delta, "add", caller);
  }

  void done(location caller = location::here()) {
    const fine_platform::call scope{object_, "wait_group::done", caller};
    change(-1, "done", caller);
  }
  void done(std::int32_t number, location caller = location::here()) {
    const fine_platform::call scope{object_, "wait_group::done", caller};
    change(-number, "done", caller);
  }

  void wait(location caller = location::here()) {
    const fine_platform::call scope{object_, "wait_group::wait", caller};
    (void)wait_within(never, caller);
  }

  [[nodiscard]] bool wait_until(time_point deadline, location caller = location::here()) {
    const fine_platform::call scope{object_, "wait_group::wait_until", caller};
    return wait_within(deadline, caller);
  }
  [[nodiscard]] bool wait_for(duration time, location caller = location::here()) {
    return wait_until(after(fine_platform::now(), time), caller);
  }
  template <std::derived_from<basic_context<coarse_platform>> C>
  [[nodiscard]] bool wait(const C& ctx, location caller = location::here()) {
    const fine_platform::call scope{object_, "wait_group::wait", caller};
    if (ctx.known_done(caller)) return false;
    probe_.read(caller);
    const auto look = [&] { return look_at(1, 0, never, caller); };
    if (!onlookers_.wait(object_, ctx, look, look, caller)) return false;
    probe_.read(caller);
    return true;
  }

  template <class F>
  void go(F&& body, location caller = location::here()) {
    add(1, caller);
    try {
      fine_platform::spawn(
          [this, caller, held = std::decay_t<F>(std::forward<F>(body))]() mutable {
            {
              // What the body holds is gone before anyone who waits goes on.
              std::decay_t<F> own(std::move(held));
              own();
            }
            done(caller);
          },
          caller)
          .detach(caller);
    } catch (...) {  // No thread was started.
      done(caller);
      throw;
    }
  }

 private:
  using machine = specs::wait_group;

  bool wait_within(time_point deadline, location caller) {
    probe_.read(caller);
    if (!look_at(0, 1, deadline, caller)) return false;
    probe_.read(caller);
    return true;
  }

  /// Waits, if it may, for the counter to be zero; the result is whether it is.
  bool look_at(unsigned option, unsigned may_wait, time_point deadline, location caller) {
    const control::machine_call waits{
        .apply =
            [](std::uint64_t word, std::uint64_t at_once, std::uint64_t, unsigned given_up) {
              return detail::effect_of(machine::wait(detail::state_in<machine>(word),
                                                     given_up | detail::low_of(at_once)));
            },
        .a = option,
        .name = "wait",
        .slots = machine::clocks,
        .may_block = may_wait != 0,
        .deadline = deadline};
    return control::apply(object_.ref, waits, caller).result != 0;
  }

  void change(std::int32_t delta, const char* name, location caller) {
    const control::machine_call changes{
        .apply =
            [](std::uint64_t word, std::uint64_t by, std::uint64_t, unsigned) {
              return detail::effect_of(
                  machine::add(detail::state_in<machine>(word), static_cast<std::int32_t>(by)));
            },
        .a = static_cast<std::uint32_t>(delta),
        .name = name,
        .slots = machine::clocks};
    const bool rises = control::apply(object_.ref, changes, caller).result == machine::from_zero;
    if (delta < 0) onlookers_.look_again(caller);
    if (rises) probe_.write(caller);
  }

  fine_platform::probe probe_;
  detail::onlookers onlookers_;
  fine_platform::object object_;  // last: its destruction looks first
};

}  // namespace heddle
