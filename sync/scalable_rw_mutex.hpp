// A lock for many readers that do not disturb each other, and for hardly any writer.
#pragma once

#include <atomic>
#include <cstdint>

#include <heddle/sync/config.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/reader_records.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/spinner.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle {

/// As rw_mutex, for what is read all the time and written now and then.  A reader writes to a cache
/// line of its thread alone, and makes no read-modify-write; so readers scale, and cost next to
/// nothing.  A writer pays for that: it interrupts all running threads of the process (heavy_fence)
/// and looks at a line of each thread that reads.  Then readers go another way, dearer than that of
/// rw_mutex, until many of them have come without a writer between.
///
/// Readers belong to no thread: whoever is told may unlock, at some cost.
///
/// Order: as rw_mutex.
///
/// The bias of BRAVO (Dice and Kogan, 2019), with slots that belong to threads instead of a table
/// of hashes, with asymmetric fences, and with the debts that let another thread unlock.
template <class P>
class HEDDLE_THREAD_SAFETY(capability("rw_mutex")) basic_scalable_rw_mutex {
 public:
  constexpr basic_scalable_rw_mutex() noexcept : basic_scalable_rw_mutex(nullptr) {}
  /// `name` is what reports call it.
  constexpr explicit basic_scalable_rw_mutex(const char* name) noexcept
      : under_(name), object_(object_kind::rw_mutex, name) {}
  basic_scalable_rw_mutex(const basic_scalable_rw_mutex&) = delete;
  basic_scalable_rw_mutex& operator=(const basic_scalable_rw_mutex&) = delete;
  ~basic_scalable_rw_mutex() {
    if (P::running()) strike_out(location::unknown());
  }

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    under_.lock(caller);
    (void)close(never, caller);
  }
  /// May fail although nobody holds the lock, as that of rw_mutex.
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!under_.try_lock(caller)) return false;
    const bool read = is_open(caller) && balance(records::used(caller), caller) != 0;
    return close_or_unlock(!read && close(nobody_waits, caller), caller);
  }
  [[nodiscard]] bool try_lock_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return under_.try_lock_until(deadline, caller) &&
           close_or_unlock(close(deadline, caller), caller);
  }
  [[nodiscard]] bool try_lock_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_until(after(P::now(), time), caller);
  }
  /// As `lock`, but gives up when `ctx` is done.
  [[nodiscard]] bool lock(const basic_context<P>& ctx, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!under_.lock(ctx, caller)) return false;
    if (close_or_unlock(close(ctx.limit(), caller), caller)) return true;
    ctx.note_end(caller);
    return false;
  }
  /// Misuse: no writer holds the lock.
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    under_.unlock(caller);
  }
  /// Turns the writer into a reader; no other writer comes between.
  ///
  /// Misuse: no writer holds the lock.
  void downgrade(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    under_.downgrade(caller);
    counts_.fetch_add(one_share, std::memory_order_relaxed, caller);
  }

  void lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!enter(caller)) share(caller);
  }
  [[nodiscard]] bool try_lock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return enter(caller) || shared_by(under_.try_lock_shared(caller), caller);
  }
  [[nodiscard]] bool try_lock_shared_until(time_point deadline, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return enter(caller) || shared_by(under_.try_lock_shared_until(deadline, caller), caller);
  }
  [[nodiscard]] bool try_lock_shared_for(duration time, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return try_lock_shared_until(after(P::now(), time), caller);
  }
  /// As `lock_shared`, but gives up when `ctx` is done where it would wait.
  [[nodiscard]] bool lock_shared(const basic_context<P>& ctx, location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return !ctx.known_done(caller) &&
           (enter(caller) || shared_by(under_.lock_shared(ctx, caller), caller));
  }
  /// Misuse: no reader holds the lock.  The next writer may be the one that notices.
  void unlock_shared(location caller = location::here())
      HEDDLE_THREAD_SAFETY(release_shared_capability())
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::unlock_shared", caller};
    record* const mine = records::mine();
    if (mine != nullptr && is_mine(mine->entries[0], caller) &&
        (counts_.load(std::memory_order_relaxed, caller) & debts) == 0) {
      leave(mine->entries[0], *mine, caller);
    } else {
      unlock_shared_slow(caller);
    }
  }

 private:
  using records = detail::reader_records<P>;
  using record = typename records::record;
  using entry = typename record::entry;
  using bucket = detail::parking_bucket<P>;

  // Who reads stands in one of three numbers:
  //
  //   entries  of this lock in the records of all threads
  //   shares   readers that have `under` locked shared
  //   debts    readers that another thread has unlocked, whose entries still stand
  //
  // There are entries + shares - debts readers.  They are not told apart: a thread that unlocks
  // takes a share off if there are debts, else strikes out an entry of its own; else takes a share
  // off, and without shares makes a debt.  So a debt is made only where there are no shares, and
  // while there are debts shares go first; hence no share is left when the last reader is gone,
  // and `under` is free for a writer.
  //
  // Readers enter their records while `open`.  A reader enters, passes a light fence and looks
  // whether the lock is open still; a writer locks `under`, closes, passes a heavy fence and looks
  // at the records.  So either the writer sees the entry, or the reader sees that it is closed and
  // goes by `under`, as all do then.  The writer waits until entries and debts are even.  It reads
  // the debts last: entries only become fewer meanwhile, so what it sees is at least what is true.
  //
  // To sleep, the writer says in all records that it wants to be told, passes another heavy fence
  // and looks again; a reader that has struck out its entry passes a light fence and looks into its
  // own record, not into the lock, which may be gone.  Records that come into use after the lock
  // was closed are left out: only readers that find it closed enter there.
  //
  // A reader that has got a share opens the lock again, if so many have before it without a writer
  // between: then the share keeps writers out.
  static constexpr std::uint64_t one_share = 1;
  static constexpr std::uint64_t one_debt = std::uint64_t{1} << 20;
  static constexpr std::uint64_t debts = std::uint64_t{0xFFFFF} << 20;
  static constexpr std::uint64_t one_read = std::uint64_t{1} << 40;
  static constexpr std::uint64_t reads = std::uint64_t{0x3FFFFF} << 40;
  static constexpr std::uint64_t draining = std::uint64_t{1} << 63;
  static constexpr std::uint64_t patience = P::controlled ? 2 : 1024;

  static constexpr std::uint64_t shares_of(std::uint64_t counts) noexcept {
    return counts & (one_debt - 1);
  }
  static constexpr std::uint64_t debts_of(std::uint64_t counts) noexcept {
    return (counts & debts) / one_debt;
  }

  static constexpr time_point nobody_waits = time_point::min();

  [[nodiscard]] bool is_open(location caller) const {
    return open_.load(std::memory_order_relaxed, caller) != 0;
  }

  /// Enters the caller's record; false if the lock is closed, or there is no room.
  bool enter(location caller) {
    [[maybe_unused]] const typename P::call scope{object_, "rw_mutex::lock_shared", caller};
    if (!is_open(caller)) return false;
    record* const mine = records::mine();
    if (mine == nullptr || is_taken(mine->entries[0], caller)) return enter_elsewhere(caller);
    return enter_at(mine->entries[0], *mine, caller);
  }
  [[gnu::noinline]] bool enter_elsewhere(location caller) {
    record* mine = records::mine();
    if (mine == nullptr) mine = records::adopt(caller);
    if (mine == nullptr) return false;
    for (entry& each : mine->entries) {
      if (!is_taken(each, caller)) return enter_at(each, *mine, caller);
    }
    return false;
  }
  static bool is_taken(const entry& which, location caller) {
    return which.lock.load(std::memory_order_relaxed, caller) != nullptr;
  }
  bool enter_at(entry& free, record& mine, location caller) {
    free.lock.store(this, std::memory_order_relaxed, caller);
    P::light_fence(caller);
    if (open_.load(std::memory_order_acquire, caller) != 0) {
      P::note_own(object_, ownership::shared, caller);
      return true;
    }
    strike(free, mine, caller);
    return false;
  }

  [[nodiscard]] entry* find(location caller) {
    record* const mine = records::mine();
    if (mine == nullptr) return nullptr;
    for (entry& each : mine->entries) {
      if (is_mine(each, caller)) return &each;
    }
    return nullptr;
  }
  [[nodiscard]] bool is_mine(const entry& which, location caller) const {
    return which.lock.load(std::memory_order_relaxed, caller) == this;
  }

  void leave(entry& own, record& mine, location caller) {
    P::note_release(object_, ownership::shared);
    strike(own, mine, caller);
  }
  void strike(entry& own, record& mine, location caller) {
    bucket& home = detail::parking_lot<P>::bucket_of(object_);
    own.lock.store(nullptr, std::memory_order_release, caller);
    P::light_fence(caller);
    if (mine.wanted.load(std::memory_order_relaxed, caller) != 0) wake(home, key(), caller);
  }

  [[gnu::noinline]] void unlock_shared_slow(location caller)
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    entry* const own = find(caller);
    bucket& home = detail::parking_lot<P>::bucket_of(object_);
    const void* const address = key();
    std::uint64_t old = counts_.load(std::memory_order_relaxed, caller);
    for (;;) {
      const bool may_strike = debts_of(old) == 0 || shares_of(old) == 0;
      if (own != nullptr && may_strike) return leave(*own, *records::mine(), caller);
      const bool has_share = shares_of(old) != 0;
      if (!has_share) P::note_release(object_, ownership::shared);
      const std::uint64_t next = has_share ? old - one_share : old + one_debt;
      if (!counts_.compare_exchange_strong(old, next, std::memory_order_release,
                                           std::memory_order_relaxed, caller)) {
        continue;
      }
      if (has_share) {
        under_.unlock_shared(caller);
      } else if ((old & draining) != 0) {
        wake(home, address, caller);
      }
      return;
    }
  }

  [[gnu::noinline]] void share(location caller) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    under_.lock_shared(caller);
    count_share(caller);
  }
  bool shared_by(bool got, location caller) {
    if (got) count_share(caller);
    return got;
  }
  void count_share(location caller) {
    const std::uint64_t old =
        counts_.fetch_add(one_share + one_read, std::memory_order_relaxed, caller);
    if ((old & reads) < (patience - 1) * one_read) return;
    counts_.fetch_and(~reads, std::memory_order_relaxed, caller);
    if (!is_open(caller)) open_.store(1, std::memory_order_release, caller);
  }

  bool close_or_unlock(bool closed, location caller)
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!closed) under_.unlock(caller);
    return closed;
  }

  /// With `under` locked: sees to it that nobody reads.  False if the caller gave up; then the lock
  /// is as open as it was.
  bool close(const detail::wait_limit<P>& limit, location caller) {
    if ((counts_.load(std::memory_order_relaxed, caller) & reads) != 0) {
      counts_.fetch_and(~reads, std::memory_order_relaxed, caller);
    }
    if (!is_open(caller)) return true;
    open_.store(0, std::memory_order_relaxed, caller);
    P::heavy_fence(caller);
    const std::uint32_t used = records::used(caller);
    if (balance(used, caller) == 0) return true;
    const bool drained = limit.deadline != nobody_waits && await_readers(used, limit, caller);
    if (!drained) open_.store(1, std::memory_order_release, caller);
    return drained;
  }

  /// How many read by way of the records.
  [[nodiscard]] std::int64_t balance(std::uint32_t used, location caller) {
    std::int64_t entries = 0;
    for (std::uint32_t i = 0; i < used; ++i) {
      for (entry& each : records::all[i].entries) {
        entries += each.lock.load(std::memory_order_acquire, caller) == this ? 1 : 0;
      }
    }
    const std::uint64_t counts = counts_.load(std::memory_order_acquire, caller);
    const std::int64_t readers = entries - static_cast<std::int64_t>(debts_of(counts));
    if (readers < 0) P::misuse("unlock_shared of unlocked rw_mutex", caller);
    return readers;
  }

  bool await_readers(std::uint32_t used, const detail::wait_limit<P>& limit, location caller) {
    for (detail::spinner<P> spin; spin.once(caller);) {
      if (balance(used, caller) == 0) return true;
    }
    for (std::uint32_t i = 0; i < used; ++i) {
      records::all[i].wanted.fetch_add(1, std::memory_order_relaxed, caller);
    }
    counts_.fetch_or(draining, std::memory_order_relaxed, caller);
    P::heavy_fence(caller);
    const bool drained = sleep_until_drained(used, limit, caller);
    counts_.fetch_and(~draining, std::memory_order_relaxed, caller);
    for (std::uint32_t i = 0; i < used; ++i) {
      records::all[i].wanted.fetch_sub(1, std::memory_order_relaxed, caller);
    }
    return drained;
  }

  bool sleep_until_drained(std::uint32_t used, const detail::wait_limit<P>& limit,
                           location caller) {
    bucket& home = detail::parking_lot<P>::bucket_of(object_);
    for (;;) {
      home.lock(caller);
      if (balance(used, caller) == 0) {
        home.unlock(caller);
        return true;
      }
      detail::parked<P> node(key());
      home.insert(node, detail::queue_end::back, caller);
      home.unlock(caller);
      if (!home.sleep(node, limit, caller)) return balance(used, caller) == 0;
    }
  }

  [[nodiscard]] const void* key() const noexcept { return &counts_; }
  [[gnu::noinline]] static void wake(bucket& home, const void* address, location caller) {
    detail::woken_list<P> woken;
    home.lock(caller);
    detail::parked<P>* const writer = home.find(address, caller);
    if (writer != nullptr) {
      home.remove(*writer, caller);
      woken.append(*writer, caller);
    }
    home.unlock(caller);
    woken.wake(caller);
  }

  /// Of a lock that is destroyed: the entries for which there are debts, so that they are not taken
  /// for those of a lock that comes to lie here.
  void strike_out(location caller) {
    if (debts_of(counts_.load(std::memory_order_relaxed, caller)) == 0) return;
    const std::uint32_t used = records::used(caller);
    for (std::uint32_t i = 0; i < used; ++i) {
      for (entry& each : records::all[i].entries) {
        if (each.lock.load(std::memory_order_relaxed, caller) != this) continue;
        each.lock.store(nullptr, std::memory_order_relaxed, caller);
      }
    }
  }

  basic_rw_mutex<P> under_;
  typename P::template cell<std::uint64_t> counts_{0};
  typename P::template cell<std::uint32_t> open_{1};
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

using scalable_rw_mutex = basic_scalable_rw_mutex<platform>;

static_assert(platform::controlled || sizeof(scalable_rw_mutex) == 32);

}  // namespace heddle
