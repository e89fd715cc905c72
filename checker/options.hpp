#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/shard.hpp>
#include <heddle/scheduler/execution.hpp>

namespace heddle {

/// What a check does when no two threads ever touched the same object.
enum class vacuous_rule : std::uint8_t { warn, error };

/// How a check explores.  The same names are keys of the environment variable HEDDLE_PARAMS
/// (`seed=7 executions=10000`) and of the command line (`--seed 7`, `--seed=7`); the command line
/// goes over the environment, and the environment over the code.
struct options {
  std::string strategy = "automatic";  ///< or exhaustive, odometer, or one that samples
  std::uint64_t seed = 1;              ///< of samples
  std::optional<std::uint64_t> execution = std::nullopt;   ///< run this one of the samples alone
  std::optional<std::uint64_t> executions = std::nullopt;  ///< at most; 10000 samples
  std::optional<std::uint32_t> depth = std::nullopt;       ///< of the bugs that pct looks for
  std::optional<std::uint32_t> delays = std::nullopt;      ///< of delay_bounded
  std::chrono::nanoseconds budget = std::chrono::seconds(30);  ///< of real time
  /// Sampling ends once the estimated mass of what it has not seen is no more than this.
  std::optional<double> stable = std::nullopt;
  std::uint32_t steps = 20000;                              ///< of one execution
  std::optional<std::uint32_t> preemptions = std::nullopt;  ///< of one execution
  std::string memory = "rc11";                              ///< or sc
  std::uint32_t timeouts = 2;                               ///< per thread
  std::uint32_t polls = 2;        ///< answers "not yet" of one thread for one deadline
  std::uint32_t spurious = 1;     ///< per thread: spurious wake-ups, failures of a weak CAS
  bool reuse = false;             ///< freed blocks may come back
  bool plain = false;             ///< scheduling points before `shared<T>` accesses
  std::size_t stack = 64 * 1024;  ///< bytes of each thread
  vacuous_rule vacuous = vacuous_rule::warn;
  std::uint32_t cpus = 1;       ///< what `cpus()` answers
  std::string replay = "";      ///< a token; concerns only the check that it names
  bool delay = true;            ///< a write that wakes a thread comes last (graph/extend.hpp)
  bool prune = true;            ///< what leads to no execution is dropped
  bool handoff = true;          ///< a run goes on with a thread that it wakes
  std::uint32_t jobs = 1;       ///< processes that explore side by side
  std::string checkpoint = "";  ///< a file: what is left is written there, to go on with later
  std::chrono::nanoseconds checkpoint_every = std::chrono::seconds(5);
  std::chrono::nanoseconds shrink = std::chrono::seconds(1);  ///< time for it; 0 for off
  bool explain = true;  ///< what decides a finding, by further executions
  /// A folder for what is found, to be replayed first the next time; empty for none.  Of check() it
  /// is `.heddle`, of explore() none, unless set.
  std::optional<std::string> corpus = std::nullopt;
  std::string resume = "";     ///< a file of `checkpoint`, with which the search goes on
  std::uint32_t break_at = 0;  ///< of a replay: a debugger stops before this step; 0 for never
  /// Files for the report of a finding, with commas between; docs/reports.md.
  std::string report = "";
  std::string coverage = "";  ///< a file: what the executions have met; docs/reports.md
  heddle::shard shard = {};   ///< of a search that others make the rest of
  std::string from = "";      ///< a file: search only what it leaves open; docs/shards.md
  std::string rest = "";      ///< a file: what is left open at the end
};

inline constexpr std::uint64_t default_samples = 10000;
inline constexpr double default_stable = 0.01;

/// One `key=value` as it was written.
struct parameter {
  std::string key;
  std::string value;
};

/// The keys that a source has set, with `_` for `-`.
using key_set = std::set<std::string>;

/// Splits the text of HEDDLE_PARAMS into `into`; returns what is wrong with it, or nothing.
[[nodiscard]] std::string split_parameters(std::string_view text, std::vector<parameter>& into);
/// Splits `--key value` and `--key=value`; words that are no option go to `rest`.
[[nodiscard]] std::string split_arguments(const std::vector<std::string>& arguments,
                                          std::vector<parameter>& into,
                                          std::vector<std::string>& rest);
/// Sets what one source says; returns what is wrong with it, or nothing.
[[nodiscard]] std::string apply(const std::vector<parameter>& source, options& to, key_set& set);
/// Whether the strategy samples (docs/strategies.md).
[[nodiscard]] bool samples(const options& of) noexcept;
/// What is wrong with options as a whole, or nothing.
[[nodiscard]] std::string validate(const options& of);

/// The names of all options, separated by spaces.
[[nodiscard]] std::string option_names();
/// One line for each option: name, accepted values, meaning.
[[nodiscard]] std::string option_help();

/// Hands the program's command line (without the program's name) to all later checks of the
/// process.  Ends the process with one line and code 2 if it is wrong.
void set_arguments(const std::vector<std::string>& arguments);
/// `from_code` with the environment and the command line on top; `set` receives what these two
/// have set.  Ends the process with one line and code 2 if something is wrong.
[[nodiscard]] options effective_options(const options& from_code, key_set* set = nullptr);

[[nodiscard]] execution_limits limits_of(const options& of) noexcept;

/// Exit codes of the `heddle` command and of programs that a check ends.
inline constexpr int exit_finding = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_environment = 3;
/// Ends the process after one line on stderr, `heddle: <line>`.
[[noreturn]] void fail(int code, const std::string& line);
/// True once fail() was called: what runs at exit stays silent then.
[[nodiscard]] bool has_failed() noexcept;

}  // namespace heddle
