// What channels are, several of them together, since a select is about several: what each holds,
// and a line of the threads that wait for one of their cases.
//
// A send or a receive is a select of one case.  A call is `perform`, and if nothing can be done
// yet, `consume` when another thread has served the one that waits.  Which of the cases that can be
// performed is chosen, is an outcome.
#pragma once

#include <array>
#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct channels {
  static constexpr unsigned most_channels = 3;
  static constexpr unsigned most_elements = 4;
  static constexpr unsigned most_cases = 4;
  static constexpr unsigned most_waiters = 8;

  struct channel {
    std::uint32_t capacity = 0;
    line<std::uint32_t, most_elements> elements;  ///< the first is received next
    bool closed = false;

    friend constexpr bool operator==(const channel&, const channel&) noexcept = default;
  };
  /// A send of `element` to a channel, or a receive from it.
  struct one_case {
    std::uint8_t channel = 0;
    bool sends = false;
    std::uint32_t element = 0;

    friend constexpr bool operator==(const one_case&, const one_case&) noexcept = default;
  };
  using cases = line<one_case, most_cases>;

  enum class how : std::uint8_t {
    none,    ///< no case was performed
    passed,  ///< an element was sent or received
    closed,  ///< the channel is closed; of a send, misuse
    queued,  ///< goes on with `consume`
  };
  /// What has come of a call: which of its cases, how, and the element that was received.
  struct outcome {
    how what = how::none;
    std::uint8_t which = 0;
    std::uint32_t element = 0;

    friend constexpr bool operator==(const outcome&, const outcome&) noexcept = default;
    [[nodiscard]] constexpr std::uint64_t packed() const noexcept {
      return static_cast<std::uint64_t>(what) | std::uint64_t{which} << 8 |
             std::uint64_t{element} << 16;
    }
    [[nodiscard]] static constexpr outcome unpacked(std::uint64_t from) noexcept {
      return {static_cast<how>(from & 0xFF), static_cast<std::uint8_t>(from >> 8),
              static_cast<std::uint32_t>(from >> 16)};
    }
  };
  struct waiter {
    std::uint64_t thread = 0;
    cases wants;
    outcome served;  ///< none while it waits

    friend constexpr bool operator==(const waiter&, const waiter&) noexcept = default;
  };
  struct state {
    std::array<channel, most_channels> all;
    line<waiter, most_waiters> waiters;  ///< in the order in which they came

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// Performs one of the cases that need not wait.  If there is none, the thread queues, unless
  /// `at_once`.  Each case that need not wait is an outcome.
  static constexpr answer perform(const state& now, std::uint64_t thread, const cases& wants,
                                  bool at_once, unsigned option = 0) noexcept {
    answer result{.next = now};
    unsigned ready = 0;
    for (unsigned i = 0; i < wants.size(); ++i) {
      const one_case& each = wants.begin()[i];
      if (!is_ready(now, each)) continue;
      if (ready++ == option) {
        outcome done = pass(result.next, each);
        done.which = static_cast<std::uint8_t>(i);
        if (each.sends && done.what == how::closed) return refused(now, "send on a closed channel");
        result.result = done.packed();
      }
    }
    if (ready != 0) {
      result.options = ready;
      return result;
    }
    result.result = outcome{at_once ? how::none : how::queued, 0, 0}.packed();
    if (!at_once) result.next.waiters.push({thread, wants, {}});
    return result;
  }

  /// The second half of a call that queued.  One that has been served does not give up.
  static constexpr answer consume(const state& now, std::uint64_t thread,
                                  unsigned option = 0) noexcept {
    answer result{.next = now};
    const waiter* const self = result.next.waiters.find(thread);
    if (self == result.next.waiters.end()) return blocked(now);
    const bool served = self->served.what != how::none;
    if (!served && option != give_up) return blocked(now);
    const bool sends = served && self->wants.begin()[self->served.which].sends;
    if (sends && self->served.what == how::closed) {
      return refused(now, "send on a closed channel");
    }
    result.result = self->served.packed();
    result.next.waiters.erase(self);
    return result;
  }

  /// Serves all that wait for the channel.
  static constexpr answer close(const state& now, std::uint8_t which) noexcept {
    if (now.all[which].closed) return refused(now, "close of a closed channel");
    answer result{.next = now};
    result.next.all[which].closed = true;
    for (waiter& each : result.next.waiters) {
      const int found = find(each, which, true, true);
      if (found >= 0) each.served = {how::closed, static_cast<std::uint8_t>(found), 0};
    }
    return result;
  }

 private:
  /// The first case of a thread that waits still which concerns the channel; below 0 if none does.
  static constexpr int find(const waiter& of, std::uint8_t channel, bool sends,
                            bool receives) noexcept {
    if (of.served.what != how::none) return -1;
    for (unsigned i = 0; i < of.wants.size(); ++i) {
      const one_case& each = of.wants.begin()[i];
      if (each.channel == channel && (each.sends ? sends : receives)) return static_cast<int>(i);
    }
    return -1;
  }
  static constexpr bool somebody_waits(const state& now, std::uint8_t channel,
                                       bool to_send) noexcept {
    for (const waiter& each : now.waiters) {
      if (find(each, channel, to_send, !to_send) >= 0) return true;
    }
    return false;
  }

  static constexpr bool is_ready(const state& now, const one_case& wanted) noexcept {
    const channel& on = now.all[wanted.channel];
    if (on.closed) return true;
    if (somebody_waits(now, wanted.channel, !wanted.sends)) return true;
    return wanted.sends ? on.elements.size() < on.capacity : !on.elements.empty();
  }

  /// Serves the first that waits on the other side; false if there is none.
  static constexpr bool serve(state& now, std::uint8_t channel, bool sender,
                              std::uint32_t& element) noexcept {
    for (waiter& each : now.waiters) {
      const int found = find(each, channel, sender, !sender);
      if (found < 0) continue;
      const auto which = static_cast<std::uint8_t>(found);
      if (sender) element = each.wants.begin()[found].element;
      each.served = {how::passed, which, sender ? 0 : element};
      return true;
    }
    return false;
  }

  /// Performs a case that is ready.
  static constexpr outcome pass(state& now, const one_case& wanted) noexcept {
    channel& on = now.all[wanted.channel];
    std::uint32_t element = wanted.element;
    if (wanted.sends) {
      if (on.closed) return {how::closed, 0, 0};
      if (!serve(now, wanted.channel, false, element)) on.elements.push(element);
      return {how::passed, 0, 0};
    }
    const bool stored = !on.elements.empty();
    if (stored) {
      element = on.elements.front();
      on.elements.erase(on.elements.begin());
    }
    std::uint32_t sent = 0;
    const bool served = serve(now, wanted.channel, true, sent);
    if (served && stored) on.elements.push(sent);
    if (!stored && !served) return {how::closed, 0, 0};
    return {how::passed, 0, stored ? element : sent};
  }
};

}  // namespace heddle::specs
