// What a futex is: a set of sleeping threads beside a word, and a lock under which a thread looks
// at the word and goes to sleep.  A wait is four operations: look, the read of the word itself,
// then enter or leave, and, if it has entered, wake_up.  While a thread looks nobody else does, nor
// wakes anybody: so no wake comes between the read and the sleep.
//
// Threads that sleep have tickets, the least numbers that are free; which of them a wake wakes is a
// choice.
#pragma once

#include <bit>
#include <cstdint>

#include <heddle/models/specs/machine.hpp>

namespace heddle::specs {

struct futex {
  struct state {
    bool looking = false;
    std::uint64_t asleep = 0;  ///< tickets, as bits
    std::uint64_t woken = 0;   ///< tickets of threads that do not know it yet

    friend constexpr bool operator==(const state&, const state&) noexcept = default;
  };
  using answer = specs::answer<state>;

  /// The clock of the lock, which each operation under it acquires and releases; and those that a
  /// wake releases and the woken thread acquires.  Tickets share them in turn.
  static constexpr clock_set lock = 1;
  static constexpr unsigned clocks = 4;
  [[nodiscard]] static constexpr clock_set clock_of(unsigned ticket) noexcept {
    return static_cast<clock_set>(2U << ticket % (clocks - 1));
  }

  static constexpr answer look(const state& now) noexcept {
    if (now.looking) return blocked(now);
    return {.next = {true, now.asleep, now.woken}, .acquires = lock};
  }

  /// The word was another one.
  static constexpr answer leave(const state& now) noexcept {
    return {.next = {false, now.asleep, now.woken}, .releases = lock};
  }

  /// The result of a wait that does not sleep.
  static constexpr std::uint64_t no_ticket = most_threads;

  /// The result is the ticket.  Where it `may_return`, outcome 1 is that it does so at once, as if
  /// it had been woken: nobody can tell this from a return for no reason that comes later.
  static constexpr answer enter(const state& now, bool may_return, unsigned option) noexcept {
    const std::uint16_t options = may_return ? 2 : 1;
    if (option != 0) {
      answer returns = leave(now);
      returns.result = no_ticket;
      returns.options = options;
      return returns;
    }
    const auto ticket = static_cast<unsigned>(std::countr_one(now.asleep | now.woken));
    return {.next = {false, now.asleep | std::uint64_t{1} << ticket, now.woken},
            .result = ticket,
            .options = options,
            .releases = lock};
  }

  /// The result is whether the thread was woken; with a deadline it may be 0.
  static constexpr answer wake_up(const state& now, unsigned ticket, unsigned option = 0) noexcept {
    const std::uint64_t mine = std::uint64_t{1} << ticket;
    if ((now.woken & mine) != 0) {
      return {.next = {now.looking, now.asleep, now.woken & ~mine},
              .result = 1,
              .acquires = clock_of(ticket)};
    }
    if (option != give_up) return blocked(now);
    return {
        .next = {now.looking, now.asleep & ~mine, now.woken}, .acquires = lock, .releases = lock};
  }

  /// Wakes `count` threads, or all if there are no more.  The result is their tickets, as bits.
  static constexpr answer wake(const state& now, unsigned count, unsigned option) noexcept {
    if (now.looking) return blocked(now);
    const auto sleeping = static_cast<unsigned>(std::popcount(now.asleep));
    const std::uint64_t due =
        count >= sleeping ? now.asleep : subset(now.asleep, sleeping, count, option);
    answer done{.next = {false, now.asleep & ~due, now.woken | due},
                .result = due,
                .options = count >= sleeping ? 1U : ways(sleeping, count),
                .acquires = lock,
                .releases = lock};
    for (std::uint64_t left = due; left != 0; left &= left - 1) {
      const clock_set clock = clock_of(static_cast<unsigned>(std::countr_zero(left)));
      if ((now.woken & sharing(clock)) == 0) done.empties |= clock;
      done.releases |= clock;
    }
    return done;
  }

  /// To choose `few` of `many`; no more than 65,535 are told apart.
  [[nodiscard]] static constexpr unsigned ways(unsigned many, unsigned few) noexcept {
    constexpr std::uint64_t most = 65535;
    std::uint64_t result = 1;
    for (unsigned i = 1; i <= few && result <= most; ++i) result = result * (many - few + i) / i;
    return static_cast<unsigned>(result < most ? result : most);
  }

 private:
  /// The tickets with this clock.
  [[nodiscard]] static constexpr std::uint64_t sharing(clock_set clock) noexcept {
    std::uint64_t tickets = 0;
    for (unsigned ticket = 0; ticket < most_threads; ++ticket) {
      if (clock_of(ticket) == clock) tickets |= std::uint64_t{1} << ticket;
    }
    return tickets;
  }

  /// The set of that number among all that have `few` of the `many` bits of `from`, those that have
  /// its lowest bit first.
  [[nodiscard]] static constexpr std::uint64_t subset(std::uint64_t from, unsigned many,
                                                      unsigned few, unsigned number) noexcept {
    std::uint64_t chosen = 0;
    for (; few > 0; --many, from &= from - 1) {
      const unsigned with = ways(many - 1, few - 1);
      if (number >= with) {
        number -= with;
        continue;
      }
      chosen |= from & (~from + 1);
      --few;
    }
    return chosen;
  }
};

}  // namespace heddle::specs
