// The word of the coarse once, retry_once and once_value: the start and the end of the function are
// one operation each.
#pragma once

#include <cstdint>
#include <utility>

#include <heddle/models/specs/once.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

template <>
struct word_for<specs::once::state> {
  static constexpr std::uint64_t pack(const specs::once::state& state) noexcept {
    return static_cast<std::uint64_t>(state.now);
  }
  static constexpr specs::once::state unpack(std::uint64_t word) noexcept {
    return {static_cast<specs::once::phase>(word)};
  }
};

template <class P>
class once_word;

/// See sync/once.hpp, whose once, retry_once and once_value stand on it.
template <>
class once_word<coarse_platform> {
 public:
  constexpr explicit once_word(const char* name) noexcept : object_(object_kind::once, name) {}

  /// Never, for all that this knows: `call` finds out, and orders its caller too.
  [[nodiscard]] static constexpr bool is_done(location) noexcept { return false; }

  enum class after_throw : std::uint64_t {
    retry = static_cast<std::uint64_t>(specs::once::phase::idle),
    stay = static_cast<std::uint64_t>(specs::once::phase::done),
  };

  template <class F>
  void call(F&& function, after_throw thrown, const char* name, location caller) {
    const fine_platform::call scope{object_, name, caller};
    if (!begin(caller)) return;
    ending end{*this, static_cast<specs::once::phase>(thrown), caller};
    std::forward<F>(function)();
    end.next = specs::once::phase::done;
  }

 private:
  using machine = specs::once;

  struct ending : immovable {
    ending(once_word& which, machine::phase then, location place) noexcept
        : word(which), next(then), caller(place) {}
    ~ending() { word.end(next, caller); }
    once_word& word;
    machine::phase next;
    location caller;
  };

  bool begin(location caller) {
    const control::machine_call begins{
        .apply = [](std::uint64_t word, std::uint64_t, std::uint64_t,
                    unsigned) { return effect_of(machine::begin(state_in<machine>(word))); },
        .name = "call",
        .slots = machine::clocks,
        .may_block = true};
    if (control::apply(object_.ref, begins, caller).result == 0) return false;
    fine_platform::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  void end(machine::phase next, location caller) {
    fine_platform::note_release(object_, ownership::exclusive);
    const control::machine_call ends{
        .apply =
            [](std::uint64_t word, std::uint64_t then, std::uint64_t, unsigned) {
              return effect_of(
                  machine::end(state_in<machine>(word), static_cast<machine::phase>(then)));
            },
        .a = static_cast<std::uint64_t>(next),
        .name = "return of the call",
        .slots = machine::clocks};
    control::apply(object_.ref, ends, caller);
  }

  fine_platform::object object_;
};

}  // namespace detail
}  // namespace heddle
