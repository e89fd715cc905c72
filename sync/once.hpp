// Doing something once.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

namespace detail {

// The word of once and retry_once.
//
//   value      meaning                            left by
//   idle       nobody has run                     the first caller: -> running
//   running    one thread runs, none waits        it: -> done or idle;  another caller: ->
//   contended contended  one thread runs, others may sleep  it: -> done or idle, then wakes them
//   all done       for ever                           -
template <class P>
class once_word {
 public:
  constexpr explicit once_word(const char* name) noexcept
      : word_(idle, name), object_(object_kind::once, name) {}

  [[nodiscard]] bool is_done(location caller) const {
    return word_.load(std::memory_order_acquire, caller) == done;
  }

  /// What the word becomes when the function throws.
  enum class after_throw : std::uint32_t { retry = 0, stay = 3 };

  template <class F>
  void call(F&& function, after_throw thrown, const char* name, location caller) {
    [[maybe_unused]] const typename P::call scope{object_, name, caller};
    if (!begin(caller)) return;
    ending end{*this, static_cast<std::uint32_t>(thrown), caller};
    std::forward<F>(function)();
    end.next = done;
  }

 private:
  static constexpr std::uint32_t idle = 0;
  static constexpr std::uint32_t running = 1;
  static constexpr std::uint32_t contended = 2;
  static constexpr std::uint32_t done = 3;
  static constexpr std::uint32_t all = 0x7FFFFFFF;

  struct ending : immovable {
    ending(once_word& which, std::uint32_t then, location place) noexcept
        : word(which), next(then), caller(place) {}
    ~ending() { word.end(next, caller); }
    once_word& word;
    std::uint32_t next;
    location caller;
  };

  /// True if it is the caller who runs; false when it has been done.
  bool begin(location caller) {
    for (;;) {
      std::uint32_t old = idle;
      if (word_.compare_exchange_strong(old, running, std::memory_order_acquire,
                                        std::memory_order_acquire, caller)) {
        P::note_own(object_, ownership::exclusive, caller);
        return true;
      }
      if (old == running) {
        (void)word_.compare_exchange_strong(old, contended, std::memory_order_acquire,
                                            std::memory_order_acquire, caller);
      }
      if (old == done) return false;
      if (old != idle) P::futex_wait(word_, contended, never, caller);
    }
  }

  void end(std::uint32_t next, location caller) {
    P::note_release(object_, ownership::exclusive);
    const auto key = P::key_of(word_);
    if (word_.exchange(next, std::memory_order_release, caller) == contended) {
      P::futex_wake(key, all, caller);
    }
  }

  typename P::template cell<std::uint32_t> word_;
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

}  // namespace detail

/// Calls a function once, whatever function is given.
///
/// Order: the return of the function synchronizes with the return of every call.
template <class P>
class basic_once : immovable {
 public:
  constexpr basic_once() noexcept : basic_once(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_once(const char* name) noexcept : word_(name) {}

  /// Calls `function()` if this is the first call; otherwise returns when that one has ended.  An
  /// exception goes to the caller whose function threw it, and the call counts: no other follows.
  ///
  /// Calling the same once from within waits for itself: a deadlock.
  template <class F>
  void call(F&& function, location caller = location::here()) {
    if (word_.is_done(caller)) return;
    word_.call(std::forward<F>(function), detail::once_word<P>::after_throw::stay, "once::call",
               caller);
  }

 private:
  detail::once_word<P> word_;
};

/// As once, but a call that throws does not count, and the next caller tries again: the rule of
/// std::call_once.
template <class P>
class basic_retry_once : immovable {
 public:
  constexpr basic_retry_once() noexcept : basic_retry_once(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_retry_once(const char* name) noexcept : word_(name) {}

  template <class F>
  void call(F&& function, location caller = location::here()) {
    if (word_.is_done(caller)) return;
    word_.call(std::forward<F>(function), detail::once_word<P>::after_throw::retry,
               "retry_once::call", caller);
  }

 private:
  detail::once_word<P> word_;
};

/// A value that the first call computes.  Made by `once_value(function)`.
template <class P, class F>
class basic_once_value : immovable {
 public:
  using result = std::invoke_result_t<F&>;

  constexpr explicit basic_once_value(F function, const char* name = nullptr)
      : word_(name), function_(std::move(function)) {}

  /// The value, or the exception that the function threw: every call throws it.  The function is
  /// called once and then destroyed.
  decltype(auto) operator()(location caller = location::here()) {
    if (!word_.is_done(caller)) {
      word_.call([&] { compute(caller); }, detail::once_word<P>::after_throw::stay,
                 "once_value::call", caller);
    }
    const outcome& what = outcome_.read(caller);
    if (what.index() == 2) std::rethrow_exception(std::get<2>(what));
    if constexpr (!std::is_void_v<result>) return static_cast<const value&>(std::get<1>(what));
  }

 private:
  using value = std::conditional_t<std::is_void_v<result>, std::monostate, std::decay_t<result>>;
  using outcome = std::variant<std::monostate, value, std::exception_ptr>;

  void compute(location caller) {
    std::optional<F>& function = function_.write(caller);
    outcome& what = outcome_.write(caller);
    try {
      if constexpr (std::is_void_v<result>) {
        (*function)();
        what.template emplace<1>();
      } else {
        what.template emplace<1>((*function)());
      }
    } catch (...) {
      what.template emplace<2>(std::current_exception());
    }
    function.reset();
  }

  detail::once_word<P> word_;
  basic_shared<P, std::optional<F>> function_;
  basic_shared<P, outcome> outcome_;
};

using once = basic_once<platform>;
using retry_once = basic_retry_once<platform>;

/// `auto config = heddle::once_value([] { return load(); });` and then `config()`.
template <class P = platform, class F>
[[nodiscard]] constexpr auto once_value(F&& function, const char* name = nullptr) {
  return basic_once_value<P, std::decay_t<F>>(std::forward<F>(function), name);
}

static_assert(platform::controlled || sizeof(once) == 4);
static_assert(platform::controlled || sizeof(retry_once) == 4);
static_assert(platform::controlled || std::is_trivially_destructible_v<once>);

}  // namespace heddle
