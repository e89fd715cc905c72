// An execution graph: the events of one execution with program order, reads-from and modification
// order, and the clocks that follow from them.  It has no policy: which value an event reads and
// where a write stands is decided by whoever adds it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <vector>

#include <heddle/sync/platform/transition.hpp>

namespace heddle::graph {

inline constexpr unsigned max_threads = 16;

/// For each thread, how many of its events are in the past of something.
struct clock {
  std::array<std::uint16_t, max_threads> at{};

  // Eight entries at a time; a compiler that sees a loop over numbers does one.
  void join(const clock& other) noexcept {
    using lanes [[gnu::vector_size(16)]] = std::uint16_t;
    for (unsigned i = 0; i < max_threads; i += 8) {
      lanes mine, theirs;
      std::memcpy(&mine, &at[i], sizeof mine);
      std::memcpy(&theirs, &other.at[i], sizeof theirs);
      mine = mine < theirs ? theirs : mine;
      std::memcpy(&at[i], &mine, sizeof mine);
    }
  }
};

using event_id = std::int32_t;
/// What initialised a location; stands before every write of it in modification order.
inline constexpr event_id initial = -1;
inline constexpr std::int32_t nowhere = -1;

/// A spin is the end of an iteration without side effects: the thread waits until one of the last
/// `a` events, all reads, sees another write, and then does that iteration again instead.
enum class kind : std::uint8_t { read, write, update, fence, choose, spawn, join, end, spin };

using heddle::effect;
using heddle::transition;

/// Of fences: a light one orders nothing by itself, but is ordered with every heavy one, which is a
/// seq_cst fence.
enum class barrier : std::uint8_t { none, light, heavy };

/// What a thread announces.
struct operation {
  kind type = kind::read;              ///< update for everything that may read and write
  barrier asymmetric = barrier::none;  ///< a light fence is relaxed, a heavy one seq_cst
  std::memory_order order = std::memory_order_seq_cst;
  std::memory_order failure = std::memory_order_seq_cst;  ///< of an update that does not write
  std::int32_t location = nowhere;
  transition apply = nullptr;  ///< of updates
  std::uint64_t a = 0, b = 0;  ///< arguments of `apply`; a write's value; a choice's count;
                               ///< the other thread of spawn and join; how many reads spin
  bool may_block = false;
  bool cancellable = false;  ///< where it would block, option 1 is that it gives up
  bool expired = false;      ///< where it would block, it gives up at once
  std::uint8_t slots = 0;    ///< of an object's operation: how many clocks the object has

  /// What an update does to `value`.
  [[nodiscard]] effect effect_on(std::uint64_t value, unsigned option) const {
    const effect does = apply(value, a, b, option);
    return expired && does.does == effect::what::block ? apply(value, a, b, 1) : does;
  }
};

struct event {
  operation op;
  kind type = kind::read;  ///< as it turned out: an update may end as a read
  std::memory_order order = std::memory_order_seq_cst;
  bool blocked = false;
  bool alone = false;  ///< added while all other threads waited in the graph or had ended
  std::uint8_t thread = 0;
  std::uint16_t position = 0;        ///< in the thread
  std::uint16_t release_fences = 0;  ///< one more than the position of the thread's latest; or 0
  std::uint16_t option = 0, options = 1;
  event_id from = initial;  ///< the write that it reads
  std::int32_t place = -1;  ///< of a write, in its modification order
  std::uint64_t read = 0, written = 0;
  clock porf;                    ///< program order and reads-from
  clock hb;                      ///< happens-before
  clock release;                 ///< what an acquirer of this write gets
  clock sc;                      ///< program order, reads-from, modification order and from-read
  std::uint32_t first_slot = 0;  ///< of an object's operation, into `slots`
  std::uint16_t acquires = 0, releases = 0;  ///< which of them, as bits
  std::uint16_t empties = 0;                 ///< which it sets back to nothing in between

  [[nodiscard]] bool reads() const noexcept { return type == kind::read || type == kind::update; }
  [[nodiscard]] bool writes() const noexcept { return type == kind::write || type == kind::update; }
};

[[nodiscard]] constexpr bool acquires(std::memory_order order) noexcept {
  return order != std::memory_order_relaxed && order != std::memory_order_release;
}
[[nodiscard]] constexpr bool releases(std::memory_order order) noexcept {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

struct graph {
  std::vector<event> events;                               ///< in the order of insertion
  std::array<std::vector<event_id>, max_threads> threads;  ///< in program order
  std::vector<std::vector<event_id>> modification;         ///< of each location, without initial
  std::vector<std::vector<event_id>> readers;              ///< of each location, as inserted
  std::vector<std::uint64_t> initial_value;                ///< of each location
  std::array<event_id, max_threads> spawned_by;            ///< the spawn event of each thread
  std::size_t thread_limit = 0;  ///< no thread from this one on has had an event
  std::vector<clock> slots;      ///< of the objects' operations, as they leave them
  /// How many events may turn out to be seq_cst accesses or fences of psc, and how many accesses
  /// may turn out to be weaker.
  std::int32_t strong = 0, weak = 0;

  graph() { spawned_by.fill(initial); }

  [[nodiscard]] event& at(event_id e) noexcept { return events[static_cast<std::size_t>(e)]; }
  [[nodiscard]] const event& at(event_id e) const noexcept {
    return events[static_cast<std::size_t>(e)];
  }
  [[nodiscard]] event_id size() const noexcept { return static_cast<event_id>(events.size()); }
  [[nodiscard]] std::vector<event_id>& co(std::int32_t location) noexcept {
    return modification[static_cast<std::size_t>(location)];
  }
  [[nodiscard]] const std::vector<event_id>& co(std::int32_t location) const noexcept {
    return modification[static_cast<std::size_t>(location)];
  }

  [[nodiscard]] static bool in(const event& x, const clock& past) noexcept {
    return past.at[x.thread] > x.position;
  }
  /// The event before `e` in program order, or the spawn event of its thread; null for neither.
  [[nodiscard]] const event* before(const event& e) const noexcept {
    if (e.position > 0) return &at(threads[e.thread][e.position - 1U]);
    const event_id spawn = spawned_by[e.thread];
    return spawn == initial ? nullptr : &at(spawn);
  }
  /// The index of a write in its modification order; -1 for `initial`.
  [[nodiscard]] std::int32_t place(event_id write) const noexcept {
    return write == initial ? -1 : at(write).place;
  }
  /// The events that read the location, updates among them, as they were inserted.
  [[nodiscard]] const std::vector<event_id>& readers_of(std::int32_t location) const noexcept {
    return readers[static_cast<std::size_t>(location)];
  }
  [[nodiscard]] event_id last_write(std::int32_t location) const noexcept;
  [[nodiscard]] std::uint64_t value_of(std::int32_t location, event_id write) const noexcept {
    return write == initial ? initial_value[static_cast<std::size_t>(location)] : at(write).written;
  }
  /// The update in modification order that reads `write`; or `initial` if there is none.
  [[nodiscard]] event_id update_of(std::int32_t location, event_id write) const noexcept;

  /// True if the thread waits: for ever, unless a read of it is made to see another write.
  [[nodiscard]] bool waits(std::size_t thread) const noexcept {
    return !threads[thread].empty() && at(threads[thread].back()).blocked;
  }
  /// True if `holds` is, for some read with which a thread waits.  Its second argument is true of
  /// the thread's last one: no other can be revisited unless that one could be.
  template <class Holds>
  [[nodiscard]] bool any_wait(Holds holds) const {
    for (std::size_t thread = 0; thread < thread_limit; ++thread) {
      if (!waits(thread)) continue;
      const auto& events_of = threads[thread];
      const event& last = at(events_of.back());
      if (last.type != kind::spin) {
        if (holds(events_of.back(), true)) return true;
        continue;
      }
      const std::size_t end = events_of.size() - 1;
      for (std::size_t i = end - last.op.a; i < end; ++i) {
        if (holds(events_of[i], i + 1 == end)) return true;
      }
    }
    return false;
  }

  /// Appends an event of `thread` to program order and insertion order, and to nothing else.
  event_id append(unsigned thread, const operation& op);
  /// Decides what `e` does with the value that it reads now, for its present option.
  void recompute(event_id e);
  /// All clocks of `e` but `sc`, from the events before it.  An object's happens-before goes by its
  /// slots: its modification order alone synchronizes nothing.
  void compute_clocks(event_id e);
  void take_out(event_id e);
  void insert(event_id e, std::int32_t index);
  void remember_location(std::int32_t location, std::uint64_t value) {
    if (initial_value.size() <= static_cast<std::size_t>(location)) make_room_for(location);
    initial_value[static_cast<std::size_t>(location)] = value;
  }

  /// Keeps the first `n` events.
  void cut(event_id n);
  /// Makes `kept` the events up to `upto` and those that `past` holds, and `last`, in their order.
  /// `renamed` gives the new number of each kept event.
  void restrict_to(event_id upto, const clock& past, event_id last, graph& kept,
                   std::vector<event_id>& renamed) const;

 private:
  void make_room_for(std::int32_t location);
  void count(const operation& op, std::int32_t by) noexcept {
    constexpr auto seq_cst = std::memory_order_seq_cst;
    const bool located = op.location != nowhere;
    const bool fence = op.type == kind::fence && op.asymmetric != barrier::none;
    const bool two = op.type == kind::update && op.failure != op.order;
    const bool ordered = op.order == seq_cst || (two && op.failure == seq_cst);
    if (fence || (ordered && (located || op.type == kind::fence))) strong += by;
    if (located && (op.order != seq_cst || two)) weak += by;
  }
  void pass_fence(event& e) const noexcept;
  void keep(event_id id, graph& kept) const;
  void pass_slots(event& e) noexcept;
  void renumber(std::vector<event_id>& order, std::size_t from) noexcept;
};

}  // namespace heddle::graph
