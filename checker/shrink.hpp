// From a schedule that fails to a simpler one that fails in the same way.
//
// Greedy merging of blocks: Jalbert, Sen: A trace simplification technique for effective debugging
// of concurrent programs, FSE 2010 (Tinertia).  Subsets of the points of preemption: Zeller,
// Hildebrandt: Simplifying and isolating failure-inducing input, TSE 2002 (ddmin).  Differs in that
// every candidate is judged by what its execution did, not by what it was asked for, so that a
// change may have any effect; and in the last step, a search within bounds below the number of
// preemptions that was reached.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/recording.hpp>

namespace heddle {

/// How complicated an execution is; what comes first weighs more.
struct complexity {
  std::uint32_t threads = 0;      ///< that make a step
  std::uint32_t preemptions = 0;  ///< preemptions_of()
  std::uint32_t choices = 0;      ///< other than the first option, stale reads among them
  std::uint32_t steps = 0;
  std::uint32_t directed = 0;  ///< steps from the first one that an execution without preemptions,
                               ///< in which the oldest thread goes on, makes otherwise
  std::uint32_t switches = 0;

  friend auto operator<=>(const complexity&, const complexity&) = default;
};

struct shrink_request {
  const std::function<void()>& body;
  const schedule& from;
  const finding& found;  ///< by that
  graph::memory memory = graph::memory::sc;
  std::chrono::nanoseconds budget = std::chrono::seconds(1);
  std::uint64_t executions = ~std::uint64_t{0};  ///< at most
  bool search = true;                            ///< the last step
};

struct shrunk {
  recording execution;  ///< with its finding
  complexity before, after;
  std::uint64_t executions = 0;
  bool finished = false;  ///< nothing more was found to be simpler, within the budget
};

/// Nothing if `from`, followed where it can be, does not fail in this way.  Leaves no trace in what
/// `runs` has observed.
[[nodiscard]] std::optional<shrunk> shrink(runner& runs, const shrink_request& request);

}  // namespace heddle
