#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/coverage.hpp>
#include <heddle/checker/explain.hpp>
#include <heddle/checker/size_estimate.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/recording.hpp>

namespace heddle {

/// How a check ended.  Only `ok` is a pass.
enum class verdict_status : std::uint8_t { ok, incomplete, failed };

/// What was explored, or was to be.
enum class proof : std::uint8_t {
  exhaustive,  ///< every execution
  bounded,     ///< every execution with at most `preemptions` preemptions
  part,        ///< every execution of a part of the search, `verdict::part`
  sampled,     ///< some, at random
  replayed,    ///< the one of a token
};

/// What became of a schedule that was found by chance.
struct simplification {
  std::uint32_t preemptions_before, preemptions;
  std::uint32_t steps_before, steps;
};

/// `exhaustive`, `bounded`, ...
[[nodiscard]] std::string_view to_string(proof kind) noexcept;

/// One of the searches that an automatic check makes one after the other.
struct stage {
  proof kind = proof::exhaustive;
  std::string strategy;
  std::string memory;
  /// Of `bounded`: the highest bound that was completed.
  std::optional<std::uint32_t> preemptions = std::nullopt;
  std::uint64_t executions = 0;  ///< of `bounded`: of the bounds that were completed
  double seconds = 0;
  bool completed = false;  ///< it has covered all that it was to cover
};

/// What a check proved, or found.
struct verdict {
  std::string name;  ///< of the check
  verdict_status status = verdict_status::ok;
  proof kind = proof::exhaustive;
  std::string memory = "sc";
  std::string strategy = "exhaustive";
  std::uint64_t seed = 1;
  /// Of `bounded`: the bound that was completed; of a finding, the bound that it was found with.
  std::optional<std::uint32_t> preemptions = std::nullopt;
  std::uint64_t executions = 0;  ///< all that were run, over all bounds
  /// Of a finding of `sampled`: the number that the option `execution` takes.
  std::optional<std::uint64_t> execution = std::nullopt;
  std::uint64_t blocked = 0;       ///< those among them that ended at a wait which did not time out
  std::uint64_t distinct = 0;      ///< of `sampled`; the order of independent steps does not count
  bool distinct_is_least = false;  ///< there are more: counting stopped there
  /// Of `sampled`: the estimated probability that another execution is none of these.
  std::optional<double> unseen = std::nullopt;
  double seconds = 0;
  /// Of an automatic check that one search did not settle: those that it made.  Of one that passes,
  /// `kind` is what the strongest of them proved.
  std::vector<stage> stages;
  /// Of an automatic check that was not exhausted at once: how many executions there may be.
  std::optional<size_estimate> size = std::nullopt;
  std::vector<std::string> hit;  ///< bounds that kept something away: `timeouts 2`
  std::string raise;             ///< of `incomplete`: what to change
  std::string part;              ///< what was to be searched, if not all: `shard 2/4`
  /// With the option `rest`: how many parts of the search were written there.
  std::optional<std::uint64_t> left = std::nullopt;
  bool arena = true;             ///< false if the program replaces operator new itself
  std::optional<finding> found;  ///< of `failed`
  heddle::recording recording;   ///< of `failed`: the execution that shows the finding
  std::string token;             ///< of `failed`: replays that execution; empty if none does
  std::optional<simplification> shrunk;  ///< of `failed`
  std::optional<explanation> explained;  ///< of `failed`
  std::vector<std::string> warnings;
  std::vector<std::string> notes;  ///< what else is known of the executions, a line each
  heddle::observations observed;
  std::optional<coverage> covered;  ///< with the option `coverage`

  /// The verdict line, without the check's name.
  [[nodiscard]] std::string line() const;
};

/// `30 s`, `0.5 s`, `12 ms`.
[[nodiscard]] std::string seconds_text(double seconds);

/// The line `heddle: <name>: <verdict line>`, after the warnings.
[[nodiscard]] std::string verdict_text(const verdict& of);
/// What observe() was told, a line for each key and value; empty if nothing.
[[nodiscard]] std::string observations_text(const observations& seen);

}  // namespace heddle
