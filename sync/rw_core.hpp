// How rw_mutex goes: its words, and who waits for what.
#pragma once

#include <atomic>
#include <cstdint>

#include <heddle/sync/fair_word.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/spinner.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle::detail {

template <class P>
class rw_core : immovable {
 protected:
  constexpr explicit rw_core(const char* name) noexcept
      : writers_(name), object_(object_kind::rw_mutex, name) {}

  // The state: the lock word of the writers in the low 32 bits (fair_word.hpp), the number of
  // readers in the next 29, and three bits.
  //
  //   locked  readers  leaving  meaning
  //   0       0        0        free
  //   0       r        0        r readers hold the lock
  //   1       r + q    r        a writer waits for r readers to leave; q wait for the writer
  //   1       q        0        a writer holds the lock; q readers wait for it
  //
  // The step that sets `locked` sees how many readers hold the lock; the writer adds them to
  // `leaving`, each of them takes one off as it leaves, and the one that makes it zero wakes the
  // writer if that sleeps.  `leaving` is below zero meanwhile if readers were faster than the
  // writer.
  //
  // The step that clears `locked` lets all readers in that wait, by turning `turn` over: a reader
  // waits for another turn than it found.  The next writer waits for all that were let in, so the
  // turn comes back only when none of them looks at it any more; and who comes in between finds the
  // new turn, and waits for the next.  `sleeping` says that some of those that wait are parked:
  // only then the writer looks for them.  The bit may be stale, for a reader that gives up while
  // its turn has not come takes itself off the count and leaves the bit.  Who was woken looks
  // whether its turn has come, since that may have been meant for an object that was here before.
  //
  // A writer that may give up does not set `locked` while readers hold the lock: how many of them
  // were about to count themselves off `leaving`, nobody could say when it gives up.  It sets
  // `limited`, with the bucket lock, and parks until the lock is free: whoever makes it so, the
  // last reader or a writer, finds `limited` and wakes the first.  A reader that comes meanwhile is
  // let in, for all the state says; it leaves again at once and stands back, until such a writer
  // has got the lock or has given up, or any writer unlocks, and does so no second time.  `limited`
  // is cleared with the bucket lock by a writer that has got the lock or given up, if no other of
  // its kind is parked; one that is awake may find it cleared and sets it again.
  //
  // Where Go counts permits for the readers it lets in, which another reader may take first, here
  // the turn says who is meant.
  using word = fair_word<P, std::uint64_t>;
  using bucket = parking_bucket<P>;
  using lot = parking_lot<P>;
  static constexpr std::uint64_t one_reader = std::uint64_t{1} << 32;
  static constexpr std::uint64_t limited = std::uint64_t{1} << 61;
  static constexpr std::uint64_t sleeping = std::uint64_t{1} << 62;
  static constexpr std::uint64_t turn = std::uint64_t{1} << 63;

  // `leaving`: the number in the upper bits, and whether the writer sleeps on it.
  static constexpr std::uint32_t writer_sleeps = 1;
  static constexpr std::uint32_t one_leaving = 2;

  static constexpr std::uint32_t readers_of(std::uint64_t state) noexcept {
    return static_cast<std::uint32_t>((state & (limited - 1)) >> 32);
  }

  auto& state() noexcept { return writers_.word(); }
  const auto& state() const noexcept { return writers_.word(); }

  void lock_slow(std::uint64_t old, location caller) {
    // Nobody waits for a turn where there is no reader, so it may begin anew.
    if (old == turn && state().compare_exchange_strong(old, word::locked, std::memory_order_acquire,
                                                       std::memory_order_relaxed, caller)) {
      return;
    }
    (void)writers_.acquire(object_, old, never, caller);
    if (readers_of(old) != 0) await_readers(readers_of(old), caller);
  }

  void await_readers(std::uint32_t readers, location caller) {
    const std::uint32_t number = readers * one_leaving;
    std::uint32_t left = leaving_.fetch_add(number, std::memory_order_acq_rel, caller) + number;
    for (spinner<P> spin; left != 0 && spin.once(caller);) {
      left = leaving_.load(std::memory_order_acquire, caller);
    }
    if (left == 0) return;
    left = leaving_.fetch_or(writer_sleeps, std::memory_order_acq_rel, caller) | writer_sleeps;
    while (left != writer_sleeps) {
      P::futex_wait(leaving_, left, never, caller);
      left = leaving_.load(std::memory_order_acquire, caller);
    }
    leaving_.store(0, std::memory_order_relaxed, caller);
  }

  void drop_share(location caller) {
    bucket& home = lot::bucket_of(object_);  // afterwards the object may be gone
    const auto key = P::key_of(leaving_);
    const std::uint64_t old = state().fetch_sub(one_reader, std::memory_order_release, caller);
    if (readers_of(old) == 0) P::misuse("unlock_shared of unlocked rw_mutex", caller);
    if ((old & (word::locked | limited)) == 0) return;
    if ((old & word::locked) != 0) {
      leave(key, caller);
    } else if (readers_of(old) == 1) {
      home.lock(caller);
      wake_and_unlock(home, this, {.writer = true, .readers = false}, caller);
    }
  }

  /// A reader leaves while a writer waits for it.  That keeps the object alive up to the last one.
  void leave(typename P::futex_key key, location caller) {
    const std::uint32_t old = leaving_.fetch_sub(one_leaving, std::memory_order_acq_rel, caller);
    if (old == (one_leaving | writer_sleeps)) P::futex_wake(key, 1, caller);
  }

  // What threads park for: readers that found the turn clear or set, writers that may give up, and
  // readers that stand back for those.
  static const void* key_of(const rw_core* object, unsigned what) noexcept {
    return reinterpret_cast<const char*>(object) + what;
  }
  static unsigned reader_key(std::uint64_t mine) noexcept { return mine == 0 ? 0 : 1; }
  static constexpr unsigned writer_key = 2;
  static constexpr unsigned standing_back_key = 3;

  bool lock_shared_within(const wait_limit<P>& limit, location caller) {
    const std::uint64_t old = state().fetch_add(one_reader, std::memory_order_acquire, caller);
    if ((old & (word::locked | limited)) != 0 && !lock_shared_slow(old, limit, caller)) {
      return false;
    }
    P::note_own(object_, ownership::shared, caller);
    return true;
  }

  [[gnu::noinline]] bool lock_shared_slow(std::uint64_t old, const wait_limit<P>& limit,
                                          location caller) {
    if ((old & word::locked) == 0) {
      drop_share(caller);
      if (!stand_back(limit, caller)) return false;
      old = state().fetch_add(one_reader, std::memory_order_acquire, caller);
    }
    return (old & word::locked) == 0 || await_turn(old & turn, limit, caller);
  }

  bool stand_back(const wait_limit<P>& limit, location caller) {
    bucket& home = lot::bucket_of(object_);
    home.lock(caller);
    const std::uint64_t now = state().load(std::memory_order_relaxed, caller);
    if ((now & (word::locked | limited)) != limited) {
      home.unlock(caller);
      return true;
    }
    parked<P> node(key_of(this, standing_back_key));
    home.insert(node, queue_end::back, caller);
    home.unlock(caller);
    return home.sleep(node, limit, caller);
  }

  bool await_turn(std::uint64_t mine, const wait_limit<P>& limit, location caller) {
    for (spinner<P> spin; spin.once(caller);) {
      if ((state().load(std::memory_order_acquire, caller) & turn) != mine) return true;
    }
    bucket& home = lot::bucket_of(object_);
    for (;;) {
      home.lock(caller);
      if (!must_sleep(mine, caller)) {
        home.unlock(caller);
        return true;
      }
      parked<P> node(key_of(this, reader_key(mine)));
      home.insert(node, queue_end::back, caller);
      home.unlock(caller);
      if (!home.sleep(node, limit, caller)) return !resign(mine, caller);
      if ((state().load(std::memory_order_acquire, caller) & turn) != mine) return true;
    }
  }

  /// False if the turn has come; else announces a sleeper.  Called with the bucket lock.
  bool must_sleep(std::uint64_t mine, location caller) {
    std::uint64_t old = state().load(std::memory_order_acquire, caller);
    while ((old & turn) == mine) {
      if ((old & sleeping) != 0 ||
          state().compare_exchange_strong(old, old | sleeping, std::memory_order_acquire,
                                          std::memory_order_acquire, caller)) {
        return true;
      }
    }
    return false;
  }

  /// Takes a reader that waits for a turn off the count; false if its turn has come.
  bool resign(std::uint64_t mine, location caller) {
    std::uint64_t old = state().load(std::memory_order_acquire, caller);
    while ((old & turn) == mine) {
      if (state().compare_exchange_strong(old, old - one_reader, std::memory_order_acquire,
                                          std::memory_order_acquire, caller)) {
        return true;
      }
    }
    return false;
  }

  bool lock_within(const wait_limit<P>& limit, location caller) {
    std::uint64_t old = state().load(std::memory_order_relaxed, caller);
    const bool taken = is_free(old) && state().compare_exchange_strong(
                                           old, old | word::locked, std::memory_order_acquire,
                                           std::memory_order_relaxed, caller);
    if (!taken && !lock_limited(limit, caller)) return false;
    P::note_own(object_, ownership::exclusive, caller);
    return true;
  }

  static constexpr bool is_free(std::uint64_t state) noexcept {
    return word::available(state) && readers_of(state) == 0;
  }

  bool lock_limited(const wait_limit<P>& limit, location caller) {
    for (spinner<P> spin; spin.once(caller);) {
      std::uint64_t old = state().load(std::memory_order_relaxed, caller);
      if (is_free(old) &&
          state().compare_exchange_strong(old, old | word::locked, std::memory_order_acquire,
                                          std::memory_order_relaxed, caller)) {
        return true;
      }
    }
    bucket& home = lot::bucket_of(object_);
    bool late = false;
    for (queue_end where = queue_end::back;; where = queue_end::front) {
      home.lock(caller);
      // Also of one that is late: as long as it is announced, readers stand back for it.
      const bool taken = take_or_announce(home, caller);
      if (!taken && !late) {
        parked<P> node(key_of(this, writer_key));
        home.insert(node, where, caller);
        home.unlock(caller);
        late = !home.sleep(node, limit, caller);
        continue;
      }
      if (!taken && home.find(key_of(this, writer_key), caller) == nullptr) {
        state().fetch_and(~limited, std::memory_order_relaxed, caller);
      }
      wake_and_unlock(home, this, {.writer = false, .readers = true}, caller);
      return taken;
    }
  }

  /// Takes the lock if it is free, else sees to it that `limited` is set.  Called with the bucket
  /// lock.
  bool take_or_announce(bucket& home, location caller) {
    const bool alone = home.find(key_of(this, writer_key), caller) == nullptr;
    std::uint64_t old = state().load(std::memory_order_relaxed, caller);
    for (;;) {
      const bool free = is_free(old);
      if (!free && (old & limited) != 0) return false;
      const std::uint64_t next =
          free ? (alone ? old & ~limited : old) | word::locked : old | limited;
      if (state().compare_exchange_strong(old, next, std::memory_order_acquire,
                                          std::memory_order_relaxed, caller)) {
        return free;
      }
    }
  }

  static void take_all(bucket& home, const void* key, woken_list<P>& into, location caller) {
    while (parked<P>* const node = home.find(key, caller)) {
      home.remove(*node, caller);
      into.append(*node, caller);
    }
  }

  static void wake_readers(bucket& home, const void* key, location caller) {
    woken_list<P> woken;
    home.lock(caller);
    take_all(home, key, woken, caller);
    home.unlock(caller);
    woken.wake(caller);
  }

  struct whom {
    bool writer;   ///< the first that may give up
    bool readers;  ///< all that stand back
  };
  /// Called with the bucket lock, which it gives back.  The object may be gone.
  static void wake_and_unlock(bucket& home, const rw_core* object, whom wanted, location caller) {
    woken_list<P> woken;
    parked<P>* const writer =
        wanted.writer ? home.find(key_of(object, writer_key), caller) : nullptr;
    if (writer != nullptr) {
      home.remove(*writer, caller);
      woken.append(*writer, caller);
    }
    if (wanted.readers) take_all(home, key_of(object, standing_back_key), woken, caller);
    home.unlock(caller);
    woken.wake(caller);
  }

  void end_writing(std::uint64_t carry, const char* complaint, location caller) {
    P::note_release(object_, ownership::exclusive);
    bucket& home = lot::bucket_of(object_);  // afterwards the object may be gone
    const auto let_in = [carry](std::uint64_t next) {
      return (readers_of(next) == 0 ? next : (next ^ turn) & ~sleeping) + carry;
    };
    const auto released = writers_.release(word::locked, let_in, caller);
    if ((released.old & word::locked) == 0) P::misuse(complaint, caller);
    if ((released.old & sleeping) != 0) {
      wake_readers(home, key_of(this, reader_key(released.old & turn)), caller);
    }
    if ((released.old & limited) != 0) {
      home.lock(caller);
      wake_and_unlock(home, this, {.writer = true, .readers = true}, caller);
    }
    if (released.owes_permit) writers_.pay(object_, released, caller);
  }

  [[no_unique_address]] word writers_;
  typename P::template cell<std::uint32_t> leaving_{0};
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

}  // namespace heddle::detail
