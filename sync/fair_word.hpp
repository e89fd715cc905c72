// The lock word of mutex and of rw_mutex's writers, with Go's two modes.
//
// In normal mode a thread that is woken competes with newcomers, which are running already and so
// often win: that is fast, and a waiter may lose again and again.  A waiter that has waited for
// more than a millisecond therefore turns on starvation mode, in which unlock hands the lock to the
// first in the queue and newcomers queue behind: that is slow, and nobody waits for long.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include <heddle/sync/location.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/permits.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>

namespace heddle::detail {

// The low 32 bits of the word.  Higher bits, where there are any, are the primitive's own and are
// carried along.
//
//   locked  woken  starving  waiters  meaning
//   0       0      0         0        free
//   1       0      0         n        held; n threads wait for permits, unlock wakes the first
//   1       1      0         n        held; a woken thread or a spinner competes: wakes nobody
//   0       1      0         n        free; the woken thread or a newcomer will take it
//   1       0      1         n > 0    held; unlock hands the lock to the first waiter
//   0       0      1         n > 0    owned by the first waiter, who has not run yet
//   0       0      0         n > 0    impossible: the waiters would sleep beside a free lock
//   -       1      1         -        impossible
//   -       -      1         0        impossible: the lock would be handed to nobody
//
// `woken` is set by unlock, for the thread that it wakes, or by a spinner; that thread clears it.
// `waiters` counts the threads inside `permits_.acquire` to whom no permit is owed: unlock takes
// one off as it owes a permit.  Only in starvation mode the one who gets the permit takes itself
// off. `starving` is set by a woken waiter, as it queues again; cleared by the one who is handed
// the lock, if it is the last waiter or has not waited long itself, or by the last waiter as it
// gives up.
template <class P, class Word>
class fair_word {
 public:
  static constexpr Word locked = 1;
  static constexpr Word woken = 2;
  static constexpr Word starving = 4;
  static constexpr Word one_waiter = 8;
  static constexpr Word waiters = 0xFFFFFFF8U;
  static constexpr Word low_half = 0xFFFFFFFFU;

  constexpr explicit fair_word(const char* name) noexcept : word_(0, name) {}

  /// Whether a newcomer may take the lock.
  [[nodiscard]] static constexpr bool available(Word word) noexcept {
    return (word & (locked | starving)) == 0;
  }

  [[nodiscard]] typename P::template cell<Word>& word() noexcept { return word_; }
  [[nodiscard]] const typename P::template cell<Word>& word() const noexcept { return word_; }

  /// Takes the lock.  `old` is the word that the caller has just seen; when this returns true, the
  /// word from before the step that took the lock.  False if the caller gave up.
  ///
  /// Order: each release synchronizes with the return.
  [[nodiscard]] bool acquire(const typename P::object& owner, Word& old, const wait_limit<P>& limit,
                             location caller);

  /// Counts a thread that is parked elsewhere as a waiter; false if nobody holds the lock.  Then
  /// `enlist` has it wait for a permit, and it goes on with `resume` once it is woken.
  [[nodiscard]] bool count_in(location caller);
  [[nodiscard]] bool enlist(const typename P::object& owner, parked<P>& node, location caller) {
    return permits_.enlist(owner, node, caller);
  }
  void resume(const typename P::object& owner, location caller);

  struct released {
    Word old;
    bool owes_permit;
  };
  /// Gives the lock back; `also` makes the word that is left of the one with the lock given back.
  /// `old` is a guess of the word.  What was owed must be paid by `pay`, and nothing
  /// else of the object may be touched after this.
  ///
  /// The caller looks whether `old` had the lock held: nothing was changed if not.
  template <class F>
  [[nodiscard]] released release(Word old, F also, location caller);

  void pay(const typename P::object& owner, const released& what, location caller);

 private:
  // Strictly more than a millisecond.
  static constexpr duration patience = std::chrono::milliseconds(1) + duration(1);
  static constexpr unsigned spin_rounds = P::controlled ? 4 : 8;
  static constexpr unsigned spin_pauses = P::controlled ? 1 : 30;

  /// What the thread in `acquire` knows of itself.
  struct contender {
    time_point since{};  ///< when it first went to sleep
    bool slept = false;
    bool queued = false;
    bool awoke = false;     ///< the bit `woken` is its own
    bool starving = false;  ///< waited longer than `patience`
    bool measured = true;   ///< `starving` is what the clock said since it woke
    bool late = false;      ///< gives up
    unsigned spins = 0;
  };

  /// A step on the word.
  enum class move : std::uint8_t {
    take,     ///< the lock is free: locks it
    queue,    ///< counts itself as a waiter
    inherit,  ///< the lock was handed over: locks it and leaves the waiters
    give_up,  ///< late
  };
  bool contend(const typename P::object& owner, Word& old, contender& self,
               const wait_limit<P>& limit, location caller);
  move decide(Word old, contender& self, location caller);
  static constexpr Word after_move(Word old, move what, const contender& self) noexcept;
  static constexpr Word given_back(Word old) noexcept;
  /// Whether each thread inside `permits_` is owed a permit.
  static constexpr bool all_are_owed(Word word) noexcept {
    const Word owed = (word & (locked | starving)) == starving ? one_waiter : 0;
    return (word & waiters) <= owed;
  }
  bool spin(Word& old, contender& self, location caller);
  void wait(const typename P::object& owner, contender& self, const wait_limit<P>& limit,
            location caller);
  void measure(contender& self, location caller);
  bool resign(location caller);

  typename P::template cell<Word> word_;
  permits<P> permits_;
};

/// The word after an unlock: a permit is owed if there are waiters and nobody is awake for them.
template <class P, class Word>
constexpr Word fair_word<P, Word>::given_back(Word old) noexcept {
  const Word next = old - locked;
  const bool wakes = (next & waiters) != 0 && (next & (woken | starving)) == 0;
  return wakes ? (next - one_waiter) | woken : next;
}

template <class P, class Word>
bool fair_word<P, Word>::acquire(const typename P::object& owner, Word& old,
                                 const wait_limit<P>& limit, location caller) {
  contender self;
  return contend(owner, old, self, limit, caller);
}

template <class P, class Word>
bool fair_word<P, Word>::contend(const typename P::object& owner, Word& old, contender& self,
                                 const wait_limit<P>& limit, location caller) {
  for (;;) {
    if (spin(old, self, caller)) continue;
    const move next = decide(old, self, caller);
    if (!word_.compare_exchange_strong(old, after_move(old, next, self), std::memory_order_acquire,
                                       std::memory_order_relaxed, caller)) {
      continue;
    }
    if (next == move::take || next == move::inherit) return true;
    if (next == move::give_up) return false;
    wait(owner, self, limit, caller);
    if (self.late && !self.awoke) return false;
    // The word as unlock most likely left it; the next step tells if not.
    old = (old & ~low_half) | woken;
  }
}

/// What to do about the word `old`.  To a thread with a permit, `starving` says that the lock is
/// its own: while it was awake for a free lock, it had `woken`, and nobody could turn that mode on.
template <class P, class Word>
typename fair_word<P, Word>::move fair_word<P, Word>::decide(Word old, contender& self,
                                                             location caller) {
  if (self.queued && (old & starving) != 0) {
    if ((old & (locked | woken)) != 0 || (old & waiters) == 0) {
      P::misuse("state of a lock is inconsistent", caller);
    }
    measure(self, caller);
    return move::inherit;
  }
  if (available(old)) return move::take;
  if (self.late) return move::give_up;
  if ((old & locked) != 0) measure(self, caller);
  return move::queue;
}

template <class P, class Word>
constexpr Word fair_word<P, Word>::after_move(Word old, move what, const contender& self) noexcept {
  Word next = old;
  switch (what) {
    case move::take:
      next |= locked;
      break;
    case move::queue:
      next += one_waiter;
      if (self.starving && (old & locked) != 0) next |= starving;
      break;
    case move::inherit:
      next += locked - one_waiter;
      if (!self.starving || (next & waiters) == 0) next &= ~starving;
      return next;
    case move::give_up:  // the holder wakes the next waiter, for the bit `woken` is gone
      break;
  }
  if (self.awoke) next &= ~woken;
  return next;
}

/// One round of waiting while running, if that is worth while; `old` is then what the word has
/// become.  With the bit `woken` a spinner keeps unlock from waking another thread.
template <class P, class Word>
bool fair_word<P, Word>::spin(Word& old, contender& self, location caller) {
  if ((old & (locked | starving)) != locked || self.late || self.spins == spin_rounds ||
      P::cpus() <= 1) {
    return false;
  }
  ++self.spins;
  if (!self.awoke && (old & woken) == 0 && (old & waiters) != 0) {
    self.awoke = word_.compare_exchange_strong(old, old | woken, std::memory_order_relaxed,
                                               std::memory_order_relaxed, caller);
  }
  for (unsigned i = 0; i < spin_pauses; ++i) P::spin_hint(caller);
  old = word_.load(std::memory_order_relaxed, caller);
  return true;
}

/// Waits for a permit, in front of the queue if the thread has waited before.  Afterwards the
/// thread is awake for the lock, or it is late and no longer counted.
template <class P, class Word>
void fair_word<P, Word>::wait(const typename P::object& owner, contender& self,
                              const wait_limit<P>& limit, location caller) {
  const queue_end where = self.queued ? queue_end::front : queue_end::back;
  if (!self.slept) self.since = P::now();
  self.slept = true;
  self.queued = true;
  self.awoke = permits_.acquire(owner, where, limit, caller);
  if (!self.awoke) {
    self.late = true;
    const auto is_owed = [&] {
      return all_are_owed(word_.load(std::memory_order_relaxed, caller));
    };
    do {
      if (resign(caller)) return;
      self.awoke = permits_.acquire_owed(owner, is_owed, caller);
    } while (!self.awoke);
  }
  self.measured = false;
  self.spins = 0;
}

/// Looks at the clock, once after each waking, when the lock is not simply free.
template <class P, class Word>
void fair_word<P, Word>::measure(contender& self, location caller) {
  if (self.measured) return;
  self.measured = true;
  self.starving = self.starving || P::expired(after(self.since, patience), caller);
}

/// Takes the caller off the count of waiters; false if every waiter is owed a permit already, and
/// so one is on its way to the caller.  A thread that has counted itself since may be given that
/// one; then its count is left for the caller.
template <class P, class Word>
bool fair_word<P, Word>::resign(location caller) {
  Word old = word_.load(std::memory_order_relaxed, caller);
  for (;;) {
    if (all_are_owed(old)) return false;
    Word next = old - one_waiter;
    if ((next & waiters) == 0) next &= ~starving;
    if (word_.compare_exchange_strong(old, next, std::memory_order_relaxed,
                                      std::memory_order_relaxed, caller)) {
      return true;
    }
  }
}

template <class P, class Word>
bool fair_word<P, Word>::count_in(location caller) {
  Word old = word_.load(std::memory_order_relaxed, caller);
  do {
    if ((old & locked) == 0) return false;
  } while (!word_.compare_exchange_strong(old, old + one_waiter, std::memory_order_relaxed,
                                          std::memory_order_relaxed, caller));
  return true;
}

/// It has been given a permit as if it had come by itself.  What it waited for before was not this
/// lock: it starves only from its next sleep on.
template <class P, class Word>
void fair_word<P, Word>::resume(const typename P::object& owner, location caller) {
  contender self;
  self.queued = true;
  self.awoke = true;
  Word old = woken;
  (void)contend(owner, old, self, never, caller);
}

template <class P, class Word>
template <class F>
typename fair_word<P, Word>::released fair_word<P, Word>::release(Word old, F also,
                                                                  location caller) {
  do {
    if ((old & locked) == 0) return {old, false};
  } while (!word_.compare_exchange_strong(old, also(given_back(old)), std::memory_order_release,
                                          std::memory_order_relaxed, caller));
  const bool hands_over = (old & starving) != 0;
  return {old, hands_over || (given_back(old) & waiters) != (old & waiters)};
}

template <class P, class Word>
void fair_word<P, Word>::pay(const typename P::object& owner, const released& what,
                             location caller) {
  permits_.release(owner, 1, caller);
  if ((what.old & starving) != 0) P::yield(caller);
}

}  // namespace heddle::detail
