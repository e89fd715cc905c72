// One run of a body under control: its threads, its objects, and the one choke point `step`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/scheduler/finding.hpp>
#include <heddle/scheduler/graph/memory.hpp>
#include <heddle/scheduler/recording.hpp>
#include <heddle/scheduler/schedule.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle {

/// What bounds an execution; each is a number of times.
struct execution_limits {
  std::uint32_t steps = 20000;
  std::uint32_t timeouts = 2;  ///< per thread
  std::uint32_t polls = 2;     ///< answers "not yet" of one thread for one deadline
  std::uint32_t spurious =
      1;  ///< per thread: spurious wake-ups, and weak compare-exchange failures
  std::uint32_t processors = 1;
  bool reuse = false;  ///< freed blocks may come back (ABA)
  bool plain = false;  ///< scheduling points before `shared<T>` accesses
  std::size_t stack_bytes = 64 * 1024;
};

enum class ending : std::uint8_t {
  completed,  ///< every thread finished
  found,      ///< a finding; see runner::found
  blocked,    ///< some timed wait was not taken to time out; a sibling execution does that
  dropped,    ///< by the strategy: another execution covers it
  unreal,     ///< no clock could have shown what it has read of the time
};

struct outcome {
  ending end = ending::completed;
  bool hit_fairness = false;  ///< a thread that has yielded or spun was made to wait
  std::uint64_t fingerprint =
      0;  ///< equal for executions that differ in the order of independent steps only
  std::uint32_t steps = 0;
  bool shared = false;        ///< two threads touched one object
  bool weaker = false;        ///< an access or a fence was weaker than seq_cst
  bool hit_timeouts = false;  ///< a bound kept a choice away
  bool hit_spurious = false;
  bool hit_polls = false;
};

/// The steps of an execution as hashes: to compare two runs of the same choices.
using step_log = std::vector<std::uint64_t>;

struct run_request {
  recording* record = nullptr;         ///< filled when not null
  step_log* log = nullptr;             ///< filled when not null
  const step_log* expected = nullptr;  ///< compared when not null; a difference is `nondeterminism`
  const schedule* replay = nullptr;    ///< followed when not null, instead of the strategy
  graph::memory memory = graph::memory::sc;
  bool counted = true;      ///< what observe() is told
  bool fingerprint = true;  ///< misuse: false together with `log` or `expected`
  bool lean = true;         ///< may be, where the strategy traces; see engine.hpp
  /// Of a replay: a debugger stops before this step is performed, by SIGTRAP; 0 for none.
  std::uint32_t break_at = 0;
};

/// How often each value was observed, by key and value.
using observations = std::map<std::string, std::map<std::string, std::uint64_t>>;

/// Runs bodies, one execution after another; owns the stacks, the heap and the tables of
/// executions. At most one runner runs at a time in a process.
class runner {
 public:
  explicit runner(const execution_limits& limits);
  ~runner();
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;

  /// Runs `body` once, on fiber 0, answering questions by `choices`.
  outcome run(const std::function<void()>& body, strategy& choices,
              const run_request& request = {});
  /// Follows `request.replay`; where the body asks another question than the schedule answers, the
  /// finding is `nondeterminism` and names the first differing operation.
  outcome replay(const std::function<void()>& body, const schedule& choices, recording& record,
                 graph::memory memory = graph::memory::sc, std::uint32_t break_at = 0);
  /// What the last execution found; valid if it ended with `found`.
  [[nodiscard]] const finding& found() const noexcept;
  /// What `observe` was told in all executions so far that were neither recorded nor compared,
  /// and asked for it.
  [[nodiscard]] const observations& observed() const noexcept;
  void forget_observations() noexcept;

 private:
  class state;
  std::unique_ptr<state> state_;
};

/// True on a thread of an execution (and not inside `outside`).
[[nodiscard]] bool under_control() noexcept;

/// Ends the current execution with `what`; does not return.
[[noreturn]] void report_finding(finding what);

/// As report_finding, with an `assertion` at `where` that names the calling thread.  For test
/// frameworks: it may be called inside `outside`, too.
[[noreturn]] void fail_assertion(std::string_view text, location where,
                                 std::vector<std::string> details = {});

/// Runs `action` with the heap of the execution switched off: what it allocates outlives the
/// execution.  It must not use heddle's objects.
void outside(const std::function<void()>& action);

/// A number below `count`; every one of them is explored.
[[nodiscard]] std::uint32_t choose(std::uint32_t count, location caller = location::here());

/// Misuse of the program, not of a primitive: `assertion` at the caller's line unless `condition`.
void expect(bool condition, const char* text, location caller = location::here());

/// Counts, over all executions of the current check, how often `value` was seen for `key`.
void observe(std::string_view key, std::string_view value);

}  // namespace heddle
