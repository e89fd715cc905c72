// What decides whether an execution fails: two operations and the order in which they come, or the
// choice that one of them took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/recording.hpp>

namespace heddle {

struct explanation {
  recorded_step first, then;  ///< in the execution that fails; `number` is 0 of one not performed
  std::string first_thread,
      then_thread;         ///< `1.2`; the latter is empty if a choice of `first` is it
  recording passing;       ///< the other way round
  std::size_t common = 0;  ///< steps that both executions begin with
};

/// The nearest execution that passes: the one with the longest beginning in common with `failing`
/// among those where, after it, a thread that made a step there waits until another thread has
/// performed an operation that conflicts with that step, or where that step takes another choice
/// (as which write it reads), and where all then goes on without preemptions.  Nothing if there is
/// none, or not within a fixed number of executions and steps: what is returned is a function of
/// the body and of `failing` alone, so that a replay comes to the same.  Leaves no trace in what
/// `runs` has observed.
[[nodiscard]] std::optional<explanation> explain(runner& runs, const std::function<void()>& body,
                                                 const recording& failing, graph::memory memory);

}  // namespace heddle
