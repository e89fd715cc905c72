#include <heddle/checker/fuzz.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explain.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/last_words.hpp>
#include <heddle/checker/replay.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/heap.hpp>
#include <heddle/scheduler/strategy/stream.hpp>

namespace heddle {

namespace {

constexpr std::size_t counter_count = std::size_t{1} << 15;

}  // namespace

// What libFuzzer takes for coverage beside that of the code, and clears before each input.  A step
// stands here by its thread, place, object, and the value and version that it has seen: an input is
// worth keeping if some step of it has seen what none has seen before.
extern "C" {
extern std::array<std::uint8_t, counter_count> heddle_schedule_counters;
[[gnu::section("__libfuzzer_extra_counters")]] std::array<std::uint8_t, counter_count>
    heddle_schedule_counters{};
}

namespace {

/// What one input after the other is run with.
class fuzzed_runs {
 public:
  explicit fuzzed_runs(const options& settings)
      : limits_(limits_of(settings)),
        memory_(settings.memory == "rc11" ? graph::memory::rc11 : graph::memory::sc),
        explains_(settings.explain),
        runner_(limits_) {}

  [[nodiscard]] verdict run(std::string_view name, const std::function<void()>& body,
                            std::span<const std::uint8_t> bytes);

 private:
  void keep(verdict& result, const std::function<void()>& body);

  execution_limits limits_;
  graph::memory memory_;
  bool explains_;
  runner runner_;
  stream_strategy choices_;
  step_log log_;
};

verdict fuzzed_runs::run(std::string_view name, const std::function<void()>& body,
                         std::span<const std::uint8_t> bytes) {
  const auto begin = std::chrono::steady_clock::now();
  choices_.assign(bytes);
  (void)choices_.begin();
  const outcome out = runner_.run(body, choices_, {.log = &log_, .memory = memory_});
  for (const std::uint64_t step : log_) heddle_schedule_counters[step % counter_count] = 1;
  verdict result;
  result.name = name;
  result.kind = proof::sampled;
  result.strategy = "bytes";
  result.memory = memory_ == graph::memory::rc11 ? "rc11" : "sc";
  result.executions = result.distinct = 1;
  result.arena = heap_replaced();
  if (out.end == ending::found) keep(result, body);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

// The same bytes once more, recorded; and whether they have shown the same finding.
void fuzzed_runs::keep(verdict& result, const std::function<void()>& body) {
  const finding_kind expected = runner_.found().kind;
  choices_.again();
  const outcome out = runner_.run(
      body, choices_, {.record = &result.recording, .expected = &log_, .memory = memory_});
  finding found;
  if (out.end == ending::found) found = runner_.found();
  const bool differs =
      !same_finding(expected, found.kind) && found.kind != finding_kind::nondeterminism;
  if (out.end != ending::found || differs) {
    found = {finding_kind::nondeterminism,
             "the body is not deterministic: the same choices first gave " +
                 std::string(to_string(expected)) +
                 ", then something else; bring time, randomness and addresses under heddle",
             {},
             location::unknown()};
  }
  result.status = verdict_status::failed;
  result.token = shorten(encode({hash_of_name(result.name), granularity_of_program(), limits_,
                                 memory_, result.recording.taken}));
  result.recording.found = found;
  result.found = std::move(found);
  if (!explains_) return;
  const detail::last_words report(report_text(result));
  recording again;
  const bool replays =
      runner_.replay(body, result.recording.taken, again, memory_).end == ending::found;
  if (replays) result.explained = explain(runner_, body, again, memory_);
}

[[noreturn]] void replay_and_exit(std::string_view name, const std::function<void()>& body,
                                  const token& what) {
  const verdict result = run_replay(name, body, what);
  std::cerr << report_text(result) << verdict_text(result) << std::flush;
  std::fflush(nullptr);
  std::_Exit(result.found ? 1 : 0);
}

// Stacks, heap and tables are made once for all inputs.
fuzzed_runs& runs_for(const options& settings) {
  static fuzzed_runs runs(settings);
  return runs;
}

}  // namespace

verdict explore_bytes(std::string_view name, const std::function<void()>& body,
                      std::span<const std::uint8_t> bytes, const options& settings) {
  fuzzed_runs runs(settings);
  return runs.run(name, body, bytes);
}

int fuzz_one(std::string_view name, const std::function<void()>& body, const std::uint8_t* data,
             std::size_t size, const options& settings) {
  static const options effective = effective_options(settings);
  if (!effective.report.empty() || effective.break_at != 0) {
    fail(exit_usage,
         "a fuzz target writes no report and stops no debugger: give its token to a "
         "check, or leave out report and break_at");
  }
  try {
    if (!effective.replay.empty()) {
      const auto wanted = detail::replay_for(name, effective.replay);
      if (wanted) replay_and_exit(name, body, *wanted);
    }
    const verdict result = runs_for(effective).run(name, body, {data, size});
    if (!result.found) return 0;
    std::cerr << report_text(result) << verdict_text(result) << std::flush;
    std::fflush(nullptr);
    std::abort();
  } catch (const std::system_error& error) {
    fail(exit_environment, error.what());
  } catch (const std::bad_alloc&) {
    fail(exit_environment, "no memory for the stacks and the heap of executions");
  }
}

}  // namespace heddle
