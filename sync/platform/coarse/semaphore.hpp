// The coarse semaphore: each call is one operation; an acquire that has to wait is two.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <heddle/models/specs/semaphore.hpp>
#include <heddle/sync/platform/coarse/onlookers.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

// While nobody waits, and what is free was put there at once: its number in the low half and its
// clock in the high one.  Otherwise a number of the table.
template <>
struct word_for<specs::semaphore::state> {
  using machine = specs::semaphore;
  using table = state_table<machine::state>;

  static constexpr std::uint64_t pack(const machine::state& state) {
    if (!state.requests.empty() || state.row.size() > 1) {
      return states_of_type<machine::state>.word_of(state);
    }
    return state.row.empty() ? 0 : both(state.row.begin()->number, state.row.begin()->clock);
  }
  static machine::state unpack(std::uint64_t word) {
    if ((word & table::mark) != 0) return states_of_type<machine::state>.state_of(word);
    machine::state state;
    if (word != 0) state.row.push({low_of(word), static_cast<std::uint8_t>(high_of(word))});
    return state;
  }
  static constexpr std::size_t hash(const machine::state& state) noexcept {
    std::size_t result = 0;
    for (const machine::permits& each : state.row) {
      result = mix(result, both(each.number, each.clock));
    }
    for (const machine::request& each : state.requests) {
      const std::uint32_t given = each.clocks | (each.granted ? 1U << 16 : 0U);
      result = mix(mix(result, each.thread), both(each.number, given));
    }
    return result;
  }
};

}  // namespace detail

template <class P>
class basic_semaphore;

/// See sync/semaphore.hpp.
template <>
class basic_semaphore<coarse_platform> : immovable {
 public:
  static constexpr std::uint32_t max_size = 0x7FFFFFFF;

  constexpr explicit basic_semaphore(std::uint32_t size, const char* name = nullptr) noexcept
      : size_(size), object_(object_kind::semaphore, name, initial_word(size)) {}

  void acquire(std::uint32_t number = 1, location caller = location::here()) {
    const fine_platform::call scope{object_, "semaphore::acquire", caller};
    (void)take(number, never, caller);
  }

  [[nodiscard]] bool try_acquire(std::uint32_t number = 1, location caller = location::here()) {
    const fine_platform::call scope{object_, "semaphore::try_acquire", caller};
    return apply({.apply =
                      [](std::uint64_t word, std::uint64_t wanted, std::uint64_t, unsigned) {
                        return detail::effect_of(
                            machine::try_acquire(state(word), detail::low_of(wanted)));
                      },
                  .a = number,
                  .name = "try_acquire"},
                 caller) == machine::taken;
  }

  [[nodiscard]] bool try_acquire_until(time_point deadline, std::uint32_t number = 1,
                                       location caller = location::here()) {
    const fine_platform::call scope{object_, "semaphore::try_acquire_until", caller};
    return take(number, deadline, caller);
  }
  [[nodiscard]] bool try_acquire_for(duration time, std::uint32_t number = 1,
                                     location caller = location::here()) {
    return try_acquire_until(after(fine_platform::now(), time), number, caller);
  }

  template <std::derived_from<basic_context<coarse_platform>> C>
  [[nodiscard]] bool acquire(const C& ctx, std::uint32_t number = 1,
                             location caller = location::here()) {
    const fine_platform::call scope{object_, "semaphore::acquire", caller};
    if (ctx.known_done(caller)) return false;
    const std::uint64_t thread = control::thread_path();
    const std::uint64_t found = request(thread, number, caller);
    if (found == machine::taken) return true;
    if (found == machine::hopeless) {
      detail::onlookers::wait_in_vain(ctx, caller);
      return false;
    }
    return onlookers_.wait(
        object_, ctx, [&] { return is_served(thread, caller); },
        [&] { return leave(thread, caller); }, caller);
  }

  void release(std::uint32_t number = 1, location caller = location::here()) {
    const fine_platform::call scope{object_, "semaphore::release", caller};
    apply({.apply =
               [](std::uint64_t word, std::uint64_t, std::uint64_t amount, unsigned) {
                 return detail::effect_of(machine::release(state(word), detail::low_of(amount),
                                                           detail::high_of(amount)));
               },
           .b = detail::both(number, size_),
           .name = "release"},
          caller);
    onlookers_.look_again(caller);
  }

 private:
  using machine = specs::semaphore;

  static constexpr std::uint64_t initial_word(std::uint32_t size) {
    return detail::word_for<machine::state>::pack(machine::initial(size));
  }
  static machine::state state(std::uint64_t word) { return detail::state_in<machine>(word); }

  bool take(std::uint32_t number, time_point deadline, location caller) {
    const std::uint64_t thread = control::thread_path();
    const std::uint64_t found = request(thread, number, caller);
    if (found == machine::queued) return consume(thread, deadline, caller);
    return found == machine::taken || wait_alone(deadline, caller);
  }

  std::uint64_t request(std::uint64_t thread, std::uint32_t number, location caller) {
    return apply({.apply =
                      [](std::uint64_t word, std::uint64_t self, std::uint64_t amount, unsigned) {
                        return detail::effect_of(machine::acquire(
                            state(word), self, detail::low_of(amount), detail::high_of(amount)));
                      },
                  .a = thread,
                  .b = detail::both(number, size_),
                  .name = "acquire"},
                 caller);
  }

  /// Whether it is the turn of a thread that has queued; then it has its permits.
  bool is_served(std::uint64_t thread, location caller) {
    return apply({.apply =
                      [](std::uint64_t word, std::uint64_t self, std::uint64_t, unsigned) {
                        const machine::answer found = machine::consume(state(word), self);
                        if (found.blocks) return detail::unchanged(word, machine::failed);
                        return detail::effect_of(found);
                      },
                  .a = thread,
                  .name = "acquire, if it is its turn"},
                 caller) == machine::taken;
  }

  bool leave(std::uint64_t thread, location caller) {
    const bool taken =
        apply({.apply =
                   [](std::uint64_t word, std::uint64_t self, std::uint64_t, unsigned) {
                     return detail::effect_of(machine::consume(state(word), self, specs::give_up));
                   },
               .a = thread,
               .name = "acquire, giving up"},
              caller) == machine::taken;
    onlookers_.look_again(caller);
    return taken;
  }

  bool consume(std::uint64_t thread, time_point deadline, location caller) {
    const bool taken =
        apply({.apply =
                   [](std::uint64_t word, std::uint64_t self, std::uint64_t, unsigned option) {
                     return detail::effect_of(machine::consume(state(word), self, option));
                   },
               .a = thread,
               .name = "acquire, once it is its turn",
               .may_block = true,
               .deadline = deadline},
              caller) == machine::taken;
    if (!taken) onlookers_.look_again(caller);
    return taken;
  }

  bool wait_alone(time_point deadline, location caller) {
    return apply({.apply =
                      [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned option) {
                        return detail::effect_of(machine::wait_alone(state(word), option));
                      },
                  .name = "acquire of more than there are",
                  .may_block = true,
                  .deadline = deadline},
                 caller) == machine::taken;
  }

  std::uint64_t apply(control::machine_call call, location caller) {
    call.slots = machine::clocks;
    return control::apply(object_.ref, call, caller).result;
  }

  const std::uint32_t size_;
  detail::onlookers onlookers_;
  fine_platform::object object_;
};

}  // namespace heddle
