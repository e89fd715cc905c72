// The loop that runs a body until its strategy has no next execution, a finding is there, or a
// bound is reached.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include <heddle/checker/options.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle {

/// How far an exploration has come.
struct progress {
  std::string_view name;
  std::uint64_t executions;
  double seconds;
  std::optional<std::uint32_t> completed;  ///< the highest preemption bound that is done
  double rate = 0;                         ///< executions per second, of the present search
  /// Of a sample that this process alone draws: the different ones, and the estimated mass of
  /// those that were not seen.
  std::optional<std::uint64_t> distinct = std::nullopt;
  double unseen = 1;
  std::optional<double> expected = std::nullopt;  ///< the estimated number of all executions
  double left = 0;                                ///< seconds until the end of the budget
};
/// Called after each preemption bound, and else at most four times a second.
using progress_hook = std::function<void(const progress&)>;

/// Preemption bounds 0, 1, 2, ... as far as time goes, instead of one search.
struct iteration {
  std::uint32_t always = 2;  ///< these are completed, or the verdict is `incomplete`
  std::chrono::nanoseconds then_until = std::chrono::seconds(2);  ///< since the beginning
  /// Whether the search without bound is tried before the further bounds.  Without, the finding
  /// is one with the fewest preemptions.
  bool try_whole = true;
};

struct exploration {
  std::string_view name;
  const std::function<void()>& body;
  const options& settings;  ///< valid, with the environment and command line in it
  std::optional<iteration> bounds = std::nullopt;
  progress_hook hook = nullptr;
  /// Told of a finding as it was found, before it is simplified.
  std::function<void(const verdict&)> found = nullptr;
};

/// Explores; never throws what a body threw.
[[nodiscard]] verdict run(const exploration& what);

/// Follows the schedule of a token.  A body that asks other questions than the schedule answers
/// gives the finding `nondeterminism`.  If it fails in another way and `explained`, more executions
/// tell what decides that.  Before the step `break_at`, if it is not 0, a debugger is stopped.
[[nodiscard]] verdict run_replay(std::string_view name, const std::function<void()>& body,
                                 const token& what, bool explained = true,
                                 std::uint32_t break_at = 0);

/// Follows the schedule of a token where it can, and goes on without preemptions where not, so that
/// it runs any body.
struct tolerant_replay {
  verdict result;         ///< with a token of what it did, if it has found something
  bool faithful = false;  ///< up to its end the schedule fitted, step by step
};
[[nodiscard]] tolerant_replay run_tolerantly(std::string_view name,
                                             const std::function<void()>& body, const token& what,
                                             bool explained = true);

}  // namespace heddle
