#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <heddle/scheduler/graph/graph.hpp>
#include <heddle/scheduler/schedule.hpp>

namespace heddle {

/// Threads as bits; an execution has at most 64.
using thread_set = std::uint64_t;
inline constexpr unsigned max_threads = 64;

/// The question which thread performs its announced operation next.
struct thread_question {
  thread_set enabled;  ///< not empty
  unsigned current;    ///< the thread that ran last
  bool free;           ///< leaving `current` is no preemption: it is blocked, finished, or yielded;
                       ///< in the last case to go on counts as one
};

/// What a thread performs, for strategies that reason about it.
struct performed {
  graph::operation what;
  bool expressible = true;     ///< false: graphs have no event for it
  std::uint64_t location = 0;  ///< an identity of the object, the same in all executions
  std::uint64_t initial = 0;   ///< its value before the first write
  unsigned other = 0;          ///< the thread that is spawned or joined
};

/// The source of choices.  `begin` starts an execution; then `pick` and `choose` are called in the
/// order in which the execution meets its questions; `end` closes it.
class strategy {
 public:
  strategy() = default;
  strategy(const strategy&) = delete;
  strategy& operator=(const strategy&) = delete;
  virtual ~strategy() = default;

  /// Prepares the next execution; false when there is none.
  [[nodiscard]] virtual bool begin() = 0;
  /// Prepares the execution that has just ended to be run again, choice by choice.
  virtual void again() = 0;
  /// One of the threads in `question.enabled`; any other number if the question is not the one that
  /// the same answers led to before, for the body is not deterministic.
  [[nodiscard]] virtual unsigned pick(const thread_question& question) = 0;
  /// A number below `count`, which is at least 2; any other as for `pick`.
  [[nodiscard]] virtual std::uint32_t choose(choice_kind kind, std::uint32_t count) = 0;
  /// Whether `performs` is to be called: after each pick, before the choices within the step, and
  /// at the end of each thread.
  [[nodiscard]] virtual bool watches() const { return false; }
  virtual void performs(unsigned /*thread*/, const performed& /*step*/) {}
  /// False if the body does what this strategy cannot express: its executions prove nothing.
  [[nodiscard]] virtual bool applies() const { return true; }
  /// True if every execution within the strategy's bound has been visited once begin() returns
  /// false.
  [[nodiscard]] virtual bool exhaustive() const = 0;
  /// True if an alternative was left out because of the preemption bound.
  [[nodiscard]] virtual bool pruned() const { return false; }
};

/// Depth-first search over all choices, by an odometer: bump the last choice that has an untried
/// alternative, drop what follows.  With a bound, threads are not preempted more than `preemptions`
/// times in an execution.
[[nodiscard]] std::unique_ptr<strategy> make_odometer(std::uint32_t preemptions);
inline constexpr std::uint32_t unbounded = ~std::uint32_t{0};
inline constexpr std::uint32_t no_answer = ~std::uint32_t{0};

/// Each trace once, by execution graphs: optimal dynamic partial order reduction (graph/trust.hpp).
/// Applies to bodies whose threads share atomics and plain variables, and wait by joining only.
[[nodiscard]] std::unique_ptr<strategy> make_optimal();

/// Uniform among the enabled threads and among the options of each choice.  Execution `i` of a seed
/// depends on the two numbers alone.
[[nodiscard]] std::unique_ptr<strategy> make_random_walk(std::uint64_t seed, std::uint64_t first);

}  // namespace heddle
