// What an execution knows of one of its threads.
#pragma once

#include <cstdint>
#include <vector>

#include <heddle/scheduler/fiber.hpp>
#include <heddle/scheduler/operation.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/thread_bits.hpp>
#include <heddle/scheduler/vector_clock.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle {

/// Why a thread sleeps.
enum class sleep_kind : std::uint8_t { none, join, initialization, machine };

struct thread_local_entry {
  const control::object_ref* slot;
  void* value;
  void (*destroy)(void*);
};

struct thread_state {
  fiber flow;
  void (*run)(void*);
  void* argument;
  std::uint32_t parent;
  std::uint32_t ordinal;    ///< among the parent's children, from 1
  std::uint64_t path;       ///< hash of the place in the tree of threads
  std::uint32_t region;     ///< of the arena
  std::uint32_t announcer;  ///< to whom the next announcement returns, or `none`
  operation pending;        ///< what it has announced
  bool waits_to_perform;    ///< that; known only while recording
  bool finished, detached;
  std::uint32_t steps, objects, children;
  std::uint32_t timeouts, spurious;  ///< taken so far
  // For spin loops: writing steps of its own, and of others when it last went on after a spin.
  std::uint32_t writes, seen_writes;
  bool spun;  ///< its latest step was a spin
  struct poll {
    time_point deadline;
    std::uint32_t times;  ///< answered "not yet"
  };
  std::vector<poll> polls;

  // Fair yields: it goes on only when none of `behind` can, which are those who could have run all
  // the time between its two latest yields and did not.
  thread_set behind;
  thread_set could_run, have_run;  ///< since its latest yield

  // Announced and not yet performed; null if it is no operation of a machine.
  const control::machine_call* call;
  std::uint32_t called_on;  ///< slot
  bool expired;             ///< its deadline is over already
  announced next;           ///< for a strategy that watches
  std::uint32_t number;     ///< in `next.known`

  // While asleep.
  sleep_kind sleeps;
  std::uint32_t sleeps_on;  ///< slot, or thread
  time_point deadline;
  bool timed_choice;  ///< another execution takes the time-out

  time_point bound;     ///< virtual time: no less than this
  time_point sc_bound;  ///< the same along modification order and from-read too
  vector_clock clock;
  // For fences: what earlier relaxed loads could have acquired; what later relaxed stores release.
  bool acquirable, fenced;
  vector_clock pending_acquire, release_fence;

  control::call_frame* calls;  ///< innermost first
  location spawned;
  std::vector<thread_local_entry> locals;
  std::uint32_t last_step;    ///< index into the recorded schedule
  std::uint32_t next_choice;  ///< when replaying: within that step

  static constexpr std::uint32_t none = ~std::uint32_t{0};
};

}  // namespace heddle
