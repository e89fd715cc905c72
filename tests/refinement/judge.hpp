// Whether the machine allows what an execution of a client has shown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <heddle/scheduler/recording.hpp>
#include <heddle/tests/refinement/client.hpp>

namespace heddle::refinement {

/// Slots, as bits: the `n`-th call of thread `t` has slot `t * most_calls + n`.
using slots = std::uint32_t;
constexpr slots bit(unsigned slot) noexcept { return slots{1} << slot; }

struct call_seen {
  bool begun = false, returned = false;
  unsigned call = 0;
  std::uint64_t result = 0;
  slots before = 0;  ///< what had returned when it began
  slots knew = 0;    ///< the same, as far as happens-before tells
  slots known = 0;   ///< something of what these did happens before its return

  friend bool operator==(const call_seen&, const call_seen&) = default;
};

/// How an execution has ended.
enum class shown : std::uint8_t {
  rest,    ///< nobody can go on: all have finished, or those who have not wait
  misuse,  ///< one has complained
};

/// Calls that were made, by thread; those that were not made are not among them.
struct history {
  unsigned variant = 0;
  std::array<call_seen, most_slots> calls{};
  shown end = shown::rest;
  std::string complaint = {};

  /// Equal for equal histories.
  [[nodiscard]] std::string key() const;
};

/// A line for each step.
std::string text_of(const recording& execution);
/// A line for each call.
std::string history_text(std::span<const std::string_view> calls, const history& of);
template <class P>
std::string text_of(const history& of) {
  return history_text(P::calls, of);
}

/// Looks for an order of the machine's operations that explains a history.  A call is some
/// operations, all of them after the calls that had returned when it began.  The machine gives what
/// it has given; what it promises to happen before a return does so in the execution; and at the
/// end the machine has everyone wait who waits, or one of them complain who complains.
template <class P>
class judge {
 public:
  explicit judge(const history& of) : of_(of) {
    for (unsigned slot = 0; slot < most_slots; ++slot) {
      if (of.calls[slot].begun) ++begun_[slot / most_calls];
    }
  }

  [[nodiscard]] bool allows() {
    return search(configuration{typename P::state(of_.variant), {}, {}, {}, {}});
  }

 private:
  struct configuration {
    typename P::state state;
    std::array<std::uint8_t, most_threads> done{}, place{};
    std::array<slots, most_threads> knows{};
    std::array<slots, P::clocks> clocks{};
    friend bool operator==(const configuration&, const configuration&) = default;
  };

  [[nodiscard]] bool is_done(const configuration& in, unsigned slot) const {
    return slot % most_calls < in.done[slot / most_calls];
  }
  [[nodiscard]] bool may_begin(const configuration& in, unsigned slot) const {
    for (unsigned other = 0; other < most_slots; ++other) {
      if ((of_.calls[slot].before & bit(other)) != 0 && !is_done(in, other)) return false;
    }
    return true;
  }

  /// Whether every call of another thread had returned before this one, or began after it.
  [[nodiscard]] bool is_alone(unsigned slot) const {
    for (unsigned other = 0; other < most_slots; ++other) {
      const call_seen& its = of_.calls[other];
      if (!its.begun || other / most_calls == slot / most_calls) continue;
      const bool apart = ((of_.calls[slot].before & bit(other)) | (its.before & bit(slot))) != 0;
      if (!apart) return false;
    }
    return true;
  }

  /// Whether no call that an outcome overlooks has happened before.
  [[nodiscard]] bool may_overlook(const configuration& in, unsigned t, unsigned slot,
                                  unsigned option) const {
    const slots known = of_.calls[slot].before | in.knows[t];
    for (unsigned other = 0; other < most_slots; ++other) {
      if ((known & bit(other)) == 0) continue;
      if (P::overlooks(of_.calls[slot].call, in.place[t], option, of_.calls[other].call)) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool is_end(const configuration& in) const {
    if (of_.end != shown::rest) return false;
    for (unsigned t = 0; t < most_threads; ++t) {
      if (in.done[t] == begun_[t]) continue;
      const call_seen& pending = of_.calls[t * most_calls + in.done[t]];
      if (pending.returned || !P::step(in.state, pending.call, t, in.place[t], 0).blocks) {
        return false;
      }
    }
    return true;
  }

  bool search(const configuration& now) {
    auto& alike = seen_[{now.done, now.place}];
    for (const configuration& each : alike) {
      if (each == now) return false;
    }
    alike.push_back(now);
    if (is_end(now)) return true;
    for (unsigned t = 0; t < most_threads; ++t) {
      if (now.done[t] == begun_[t]) continue;
      const unsigned slot = t * most_calls + now.done[t];
      if (now.place[t] == 0 && !may_begin(now, slot)) continue;
      const unsigned call = of_.calls[slot].call;
      for (unsigned option = 0; option < P::options(call, now.place[t]); ++option) {
        if constexpr (requires { P::needs_company(call, option); }) {
          if (P::needs_company(call, option) && is_alone(slot)) continue;
        }
        if constexpr (requires { P::overlooks(call, now.place[t], option, call); }) {
          if (!may_overlook(now, t, slot, option)) continue;
        }
        const auto made = P::step(now.state, call, t, now.place[t], option);
        if (!made.blocks && follow(now, t, slot, made)) return true;
      }
    }
    return false;
  }

  bool follow(const configuration& now, unsigned t, unsigned slot,
              const move<typename P::state>& made) {
    const call_seen& call = of_.calls[slot];
    if (made.misuse != nullptr) {
      if constexpr (requires { P::may_go_unnoticed(now.state, call.call); }) {
        if (P::may_go_unnoticed(now.state, call.call)) return true;
      }
      return of_.end == shown::misuse && !call.returned &&
             of_.complaint.find(made.misuse) != std::string::npos;
    }
    if constexpr (requires { P::is_unordered(of_, slot); }) {
      const bool complains = of_.end == shown::misuse && P::is_about_order(of_.complaint);
      if (made.rises && complains && P::may_look_unordered(of_, slot)) return true;
      if (made.rises && P::is_unordered(of_, slot)) return false;
    }
    configuration next = now;
    next.state = made.next;
    slots& mine = next.knows[t];
    mine |= bit(slot);
    for (unsigned clock = 0; clock < P::clocks; ++clock) {
      const std::uint32_t its = std::uint32_t{1} << clock;
      if ((made.acquires & its) != 0) mine |= next.clocks[clock];
      if ((made.empties & its) != 0) next.clocks[clock] = 0;
    }
    for (unsigned clock = 0; clock < P::clocks; ++clock) {
      if ((made.releases >> clock & 1U) != 0) next.clocks[clock] |= mine;
    }
    if (!made.over) {
      next.place[t] = static_cast<std::uint8_t>(made.place);
      return search(next);
    }
    if (call.returned && (made.result != call.result || (mine & ~call.known) != 0)) return false;
    // A call that was under way when another one complained need not have returned.
    if (!call.returned && of_.end == shown::rest) return false;
    next.place[t] = 0;
    ++next.done[t];
    return search(next);
  }

  const history& of_;
  std::array<unsigned, most_threads> begun_{};
  using places = std::array<std::uint8_t, most_threads>;
  std::map<std::pair<places, places>, std::vector<configuration>> seen_;
};

}  // namespace heddle::refinement
