// A small language for programs of which every execution graph is counted: threads of atomic
// operations on a few locations.  Its text is that of litmus.tsv,
//
//   {s=1} x.store(1,rlx); r1=y.load(acq) || if(r1!=0) r1=x.cas(0,r1+1,acqrel/rlx); s.acquire()
//
// where `||` separates threads and `;` instructions, locations start at 0 unless said otherwise, a
// register belongs to its thread, and behind a `/` is the order of an operation that does not write
// although it might.  Fences have an order, or are `fence(light)` and `fence(heavy)`.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace heddle::litmus {

enum class action : std::uint8_t {
  load,
  store,
  add,
  exchange,
  cas,
  weak_cas,      ///< may fail although the value is the expected one: option 1
  any,           ///< adds 1, 2 or 3; how many of these outcomes it has depends on the value
  await,         ///< blocks until the value is the given one; a read
  await_update,  ///< the same, and writes the value back
  timed_await,   ///< as await; option 1 of one that would block is that it gives up
  lock,          ///< of a mutex: 0 free, 1 held by a writer
  try_lock,      ///< if it fails, it writes the state back
  unlock,
  lock_shared,  ///< of the same: 2 for each reader
  unlock_shared,
  acquire,        ///< of a semaphore: the number of permits
  timed_acquire,  ///< option 1 of one that would block gives up, and writes the state back
  release,
  enqueue,  ///< of a queue of waiters: two bits for each thread, waiting and notified
  consume,  ///< blocks until this thread is notified
  timed_consume,
  notify_one,  ///< notifies a waiting thread of its choice
  notify_all,
  fence,
  choose,
  spawn,
  join,
  spin,  ///< the thread does its last reads again, as many as said, until it comes past it
};

/// A constant and up to two registers.
struct sum {
  std::uint64_t constant = 0;
  std::array<std::int8_t, 2> registers{-1, -1};
};

/// Whether an instruction is done at all.
struct condition {
  std::int8_t of = -1;  ///< a register; -1: always
  bool equal = true;
  std::uint64_t value = 0;
  std::int8_t other = -1;  ///< a register, instead of the value
};

/// Of fences.
enum class barrier : std::uint8_t { none, light, heavy };

struct instruction {
  action what = action::load;
  std::int8_t location = 0;
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure = std::memory_order_relaxed;  ///< if it reads and does not write
  barrier asymmetric = barrier::none;                     ///< light: relaxed; heavy: seq_cst
  sum a, b;
  std::int8_t result = -1;  ///< the register for the value that it reads
  condition when;
};

using thread_code = std::vector<instruction>;

struct program {
  std::vector<thread_code> threads;
  std::vector<std::string> locations, registers;
  std::vector<std::uint64_t> initial;  ///< of each location
};

/// Misuse: a text that is no program ends the process with a message.
[[nodiscard]] program parse(std::string_view text);
[[nodiscard]] std::string to_text(const program& p);

inline constexpr std::size_t max_registers = 16;

/// How far a thread has come.
struct thread_state {
  std::size_t next = 0;
  std::array<std::uint64_t, max_registers> registers{};

  [[nodiscard]] std::uint64_t value(const sum& of) const noexcept {
    std::uint64_t total = of.constant;
    for (const std::int8_t each : of.registers) {
      if (each >= 0) total += registers[static_cast<std::size_t>(each)];
    }
    return total;
  }
  /// The next instruction whose condition holds; null at the end of the thread.
  [[nodiscard]] const instruction* look(const thread_code& code) noexcept;
  /// Goes on behind `done`, which read `read` and ended with outcome `option`.
  void finish(const instruction& done, std::uint64_t read, unsigned option) noexcept;
};

/// What an instruction does with the value that it reads.
struct outcome {
  enum class what : std::uint8_t { write, read_only, block };
  what does = what::read_only;
  std::uint64_t next = 0;
  unsigned options = 1;
};
[[nodiscard]] outcome perform(action what, std::uint64_t value, std::uint64_t a, std::uint64_t b,
                              unsigned option) noexcept;

[[nodiscard]] constexpr bool is_located(action what) noexcept { return what < action::fence; }
[[nodiscard]] constexpr bool may_block(action what) noexcept {
  return what == action::await || what == action::await_update || what == action::timed_await ||
         what == action::lock || what == action::lock_shared || what == action::acquire ||
         what == action::timed_acquire || what == action::consume ||
         what == action::timed_consume || what == action::spin;
}
/// The order of an operation that reads and does not write, unless it has another one.
[[nodiscard]] constexpr std::memory_order when_failed(std::memory_order order) noexcept {
  if (order == std::memory_order_acq_rel) return std::memory_order_acquire;
  return order == std::memory_order_release ? std::memory_order_relaxed : order;
}
/// The arguments of `perform`.
struct arguments {
  std::uint64_t a, b;
};
[[nodiscard]] arguments arguments_of(const instruction& of, const thread_state& in,
                                     std::size_t thread) noexcept;

/// The number of the thread that spawns each thread; -1 for those that run from the start.
[[nodiscard]] std::vector<int> spawners(const program& p);

/// An event, by thread and position; 0 is what initialised a location.
using event_name = std::uint16_t;
[[nodiscard]] constexpr event_name name_of(std::size_t thread, std::size_t position) noexcept {
  return static_cast<event_name>(thread * 256 + position + 1);
}

/// What tells execution graphs apart.
struct shape {
  struct node {
    event_name from = 0;
    std::uint8_t option = 0;
    bool blocked = false;
  };
  std::vector<std::vector<node>> threads;
  std::vector<std::vector<event_name>> writes;  ///< of each location, in modification order

  [[nodiscard]] std::u16string key() const;
};

/// The graphs of a program, by key; those that end with a thread that cannot go on are among them.
struct graph_set {
  std::unordered_set<std::u16string> all;
  std::size_t deadlocked = 0;

  void add(const shape& graph, bool is_deadlocked) {
    if (all.insert(graph.key()).second && is_deadlocked) ++deadlocked;
  }
};

}  // namespace heddle::litmus
