// Waiting for the first of several sends and receives.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <heddle/sync/channel.hpp>
#include <heddle/sync/channel_core.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/select_core.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

namespace detail {

/// What select needs to know of each of its arguments.
enum class case_kind : std::uint8_t { channel, context, deadline, otherwise };

template <class P, class T, class F>
class receive_case : immovable {
 public:
  static constexpr case_kind kind = case_kind::channel;
  using platform_type = P;

  receive_case(basic_channel<P, T>* from, F handler) : from_(from), handler_(std::move(handler)) {}

  void fill(select_case<P>& to) {
    if (from_ == nullptr) return;
    to.core = &from_->core();
    to.which = direction::receive;
    to.element = result_.room();
  }
  void finish(passage how, location) {
    result_.settle(how);
    if constexpr (std::is_invocable_v<F&, received<T>>) {
      std::invoke(handler_, std::move(result_));
    } else {
      std::invoke(handler_);
    }
  }

 private:
  basic_channel<P, T>* from_;
  F handler_;
  received<T> result_;
};

template <class P, class T, class F>
class send_case : immovable {
 public:
  static constexpr case_kind kind = case_kind::channel;
  using platform_type = P;

  send_case(basic_channel<P, T>* into, T&& value, F handler)
      : into_(into), offer_(std::move(value)), handler_(std::move(handler)) {}

  void fill(select_case<P>& to) {
    if (into_ == nullptr) return;
    to.core = &into_->core();
    to.which = direction::send;
    to.element = offer_.element();
  }
  void finish(passage how, location caller) {
    if (how == passage::closed) P::misuse("send on a closed channel", caller);
    std::invoke(handler_);
  }
  void pass_over() { offer_.take_back(); }

 private:
  basic_channel<P, T>* into_;
  offered<T> offer_;
  F handler_;
};

template <class P, class F>
struct context_case {
  static constexpr case_kind kind = case_kind::context;
  using platform_type = P;
  const basic_context<P>& ctx;
  F handler;
};

template <class F>
struct deadline_case {
  static constexpr case_kind kind = case_kind::deadline;
  time_point deadline;
  F handler;
};

template <class F>
struct otherwise_case {
  static constexpr case_kind kind = case_kind::otherwise;
  F handler;
};

template <case_kind kind, class... Cases>
inline constexpr std::size_t cases_of = (std::size_t{0} + ... + (Cases::kind == kind ? 1 : 0));

/// The place of the only case of a kind.
template <case_kind kind, class... Cases>
constexpr std::size_t place_of() {
  std::size_t at = 0;
  bool found = false;
  ((found = found || Cases::kind == kind, at += found ? 0 : 1), ...);
  return at;
}

struct no_handler {
  void operator()() const noexcept {}
};

/// One call of select.
template <class P, class... Cases>
class selecting : immovable {
 public:
  explicit selecting(std::tuple<Cases&...> all) : all_(all) {
    fill(std::index_sequence_for<Cases...>{});
  }

  std::size_t run(location caller) {
    if (context_is_done(caller)) return finish_other<case_kind::context>();
    selection<P> select(cases_.data(), cores_.data(), count);
    std::optional<typename P::call> scope;
    enter(scope, caller);
    const select_case<P>* const chosen = select.run(has<case_kind::otherwise>, limit(), caller);
    pass_over(chosen == nullptr ? size : chosen->position, std::index_sequence_for<Cases...>{});
    if (chosen != nullptr) {
      finish(chosen->position, select.how(), caller, std::index_sequence_for<Cases...>{});
      return chosen->position;
    }
    if constexpr (has<case_kind::otherwise>) return finish_other<case_kind::otherwise>();
    if (ends_by_context(caller)) return finish_other<case_kind::context>();
    return finish_other<case_kind::deadline>();
  }

 private:
  static constexpr std::size_t size = sizeof...(Cases);
  static constexpr std::size_t count = cases_of<case_kind::channel, Cases...>;
  template <case_kind kind>
  static constexpr bool has = cases_of<kind, Cases...> != 0;
  static_assert(cases_of<case_kind::context, Cases...> <= 1, "one context");
  static_assert(cases_of<case_kind::deadline, Cases...> <= 1, "one deadline");
  static_assert(cases_of<case_kind::otherwise, Cases...> <= 1, "one default");

  template <std::size_t... I>
  void fill(std::index_sequence<I...>) {
    std::size_t next = 0;
    const auto one = [&](auto& each, std::size_t position) {
      if constexpr (std::remove_reference_t<decltype(each)>::kind == case_kind::channel) {
        each.fill(cases_[next]);
        cases_[next++].position = position;
      }
    };
    (one(std::get<I>(all_), I), ...);
  }

  template <case_kind kind>
  [[nodiscard]] auto& only() {
    return std::get<place_of<kind, Cases...>()>(all_);
  }

  [[nodiscard]] bool context_is_done(location caller) {
    if constexpr (has<case_kind::context>) return only<case_kind::context>().ctx.known_done(caller);
    return false;
  }
  [[nodiscard]] wait_limit<P> limit() {
    wait_limit<P> result = never;
    if constexpr (has<case_kind::context>) result = only<case_kind::context>().ctx.limit();
    if constexpr (has<case_kind::deadline>) {
      result.deadline = std::min(result.deadline, only<case_kind::deadline>().deadline);
    }
    return result;
  }
  // A wait has ended by its limit: the context is done, or its deadline has passed, if it was not
  // the other one that is earlier.
  [[nodiscard]] bool ends_by_context(location caller) {
    if constexpr (has<case_kind::context>) {
      const basic_context<P>& ctx = only<case_kind::context>().ctx;
      if constexpr (has<case_kind::deadline>) {
        if (only<case_kind::deadline>().deadline < ctx.deadline()) return ctx.known_done(caller);
      }
      ctx.note_end(caller);
      return true;
    }
    return false;
  }

  /// Reports say that the thread waits in a select, for the first of its channels.
  void enter(std::optional<typename P::call>& scope, location caller) {
    for (const select_case<P>& each : cases_) {
      if (each.core == nullptr) continue;
      scope.emplace(each.core->object(), "select", caller);
      return;
    }
  }

  template <std::size_t... I>
  void pass_over(std::size_t chosen, std::index_sequence<I...>) {
    const auto one = [&](auto& each, std::size_t position) {
      if constexpr (requires { each.pass_over(); }) {
        if (position != chosen) each.pass_over();
      }
    };
    (one(std::get<I>(all_), I), ...);
  }
  template <std::size_t... I>
  void finish(std::size_t chosen, passage how, location caller, std::index_sequence<I...>) {
    const auto one = [&](auto& each, std::size_t position) {
      if constexpr (std::remove_reference_t<decltype(each)>::kind == case_kind::channel) {
        if (position == chosen) each.finish(how, caller);
      }
    };
    (one(std::get<I>(all_), I), ...);
  }
  template <case_kind kind>
  std::size_t finish_other() {
    if constexpr (has<kind>) {
      std::invoke(only<kind>().handler);
      return place_of<kind, Cases...>();
    }
    return size;
  }

  std::tuple<Cases&...> all_;
  std::array<select_case<P>, count> cases_{};
  std::array<channel_core<P>*, count> cores_{};
};

}  // namespace detail

/// A case of select: to receive from `from`; `handler` gets what was received, if it wants to.
template <class P, class T, class F = detail::no_handler>
[[nodiscard]] detail::receive_case<P, T, F> on_receive(basic_channel<P, T>& from, F handler = {}) {
  return detail::receive_case<P, T, F>(&from, std::move(handler));
}
/// As above; of null, a case that never comes.
template <class P, class T, class F = detail::no_handler>
[[nodiscard]] detail::receive_case<P, T, F> on_receive(basic_channel<P, T>* from, F handler = {}) {
  return detail::receive_case<P, T, F>(from, std::move(handler));
}

/// A case of select: to send `value` to `into`.  It must live until select returns, and is moved
/// from only if this case is chosen.
template <class P, class T, class F = detail::no_handler>
[[nodiscard]] detail::send_case<P, T, F> on_send(basic_channel<P, T>& into,
                                                 std::type_identity_t<T>&& value, F handler = {}) {
  return detail::send_case<P, T, F>(&into, std::move(value), std::move(handler));
}
/// As above; of null, a case that never comes.
template <class P, class T, class F = detail::no_handler>
[[nodiscard]] detail::send_case<P, T, F> on_send(basic_channel<P, T>* into,
                                                 std::type_identity_t<T>&& value, F handler = {}) {
  return detail::send_case<P, T, F>(into, std::move(value), std::move(handler));
}

/// A case of select: `ctx` is done.  It comes before all others if that is known.
template <class P, class F = detail::no_handler>
[[nodiscard]] detail::context_case<P, F> on_done(const basic_context<P>& ctx, F handler = {}) {
  return {ctx, std::move(handler)};
}

/// A case of select: nothing else has come in time.
template <class F = detail::no_handler>
[[nodiscard]] detail::deadline_case<F> on_deadline(time_point deadline, F handler = {}) {
  return {deadline, std::move(handler)};
}
template <class P = platform, class F = detail::no_handler>
[[nodiscard]] detail::deadline_case<F> on_timeout(duration time, F handler = {}) {
  return {after(P::now(), time), std::move(handler)};
}

/// A case of select: nothing else can be done without a wait.
template <class F = detail::no_handler>
[[nodiscard]] detail::otherwise_case<F> otherwise(F handler = {}) {
  return {std::move(handler)};
}

namespace detail {

/// The platform of the first case that has one.
template <class... Cases>
struct platform_of {
  using type = platform;
};
template <class First, class... Rest>
struct platform_of<First, Rest...> : platform_of<Rest...> {};
template <class First, class... Rest>
requires requires { typename First::platform_type; }
struct platform_of<First, Rest...> {
  using type = typename First::platform_type;
};

template <class... Cases>
std::size_t select_at(location caller, Cases&... cases) {
  using P = typename platform_of<Cases...>::type;
  return selecting<P, Cases...>(std::tuple<Cases&...>(cases...)).run(caller);
}

}  // namespace detail

/// Waits until one of its cases can be performed, performs that one alone, and calls its handler.
/// The result is its place among the arguments.  Where several sends and receives are possible at
/// once, each is chosen with the same chance; a send or receive that is not chosen has no effect.
///
/// Misuse: to choose a send on a closed channel.
/// Order:  as the send or receive that is performed.
template <class... Cases>
struct select {
  explicit select(Cases&&... cases, location caller = location::here())
      : chosen(detail::select_at(caller, cases...)) {}

  operator std::size_t() const noexcept { return chosen; }

  std::size_t chosen;
};

template <class... Cases>
select(Cases&&...) -> select<Cases...>;

}  // namespace heddle
