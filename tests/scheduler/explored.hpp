// What a whole search of a small body shows, for the tests of the scheduler.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle {

using test_body = std::function<void()>;

struct explored {
  std::uint64_t executions = 0;
  std::uint64_t blocked = 0;       ///< executions that ended as `blocked`
  std::set<std::uint64_t> traces;  ///< the fingerprints of completed executions
  std::set<std::uint64_t> blocked_traces;
  std::optional<finding> found;  ///< the search ends with the first
  recording taken;               ///< of the execution that found it
  observations observed;
  bool shared = false, pruned = false;
  bool hit_timeouts = false, hit_spurious = false, hit_polls = false;

  /// `deadlock`, or `none`.
  [[nodiscard]] std::string kind() const {
    return found ? std::string(to_string(found->kind)) : "none";
  }
  /// The finding's text with its details, a line each.
  [[nodiscard]] std::string text() const {
    std::string all = found ? found->text + "\n" : "";
    if (found) {
      for (const std::string& line : found->details) all += line + "\n";
    }
    return all;
  }
  [[nodiscard]] bool says(const std::string& part) const {
    return text().find(part) != std::string::npos;
  }
};

/// Runs the execution that `choices` has just run once more, recording it.
inline recording record_again(runner& runs, const test_body& body, strategy& choices) {
  recording taken;
  choices.again();
  (void)runs.run(body, choices, {.record = &taken});
  return taken;
}

inline explored explore_by(runner& runs, strategy& choices, std::uint64_t most,
                           const test_body& body) {
  explored all;
  while (all.executions < most && choices.begin()) {
    const outcome out = runs.run(body, choices);
    ++all.executions;
    all.shared = all.shared || out.shared;
    all.hit_timeouts = all.hit_timeouts || out.hit_timeouts;
    all.hit_spurious = all.hit_spurious || out.hit_spurious;
    all.hit_polls = all.hit_polls || out.hit_polls;
    if (out.end == ending::completed) all.traces.insert(out.fingerprint);
    if (out.end == ending::blocked) {
      ++all.blocked;
      all.blocked_traces.insert(out.fingerprint);
    }
    if (out.end == ending::found) {
      all.found = runs.found();
      all.taken = record_again(runs, body, choices);
      if (all.taken.found) all.found = all.taken.found;
      break;
    }
  }
  all.pruned = choices.pruned();
  all.observed = runs.observed();
  return all;
}

inline constexpr std::uint64_t all_executions = 3'000'000;

/// Everything, by the odometer, until there is a finding.
inline explored explore(const test_body& body, const execution_limits& limits = {},
                        std::uint32_t preemptions = unbounded) {
  runner runs(limits);
  const std::unique_ptr<strategy> choices = make_odometer(preemptions);
  return explore_by(runs, *choices, all_executions, body);
}

inline explored explore_bounded(std::uint32_t preemptions, const test_body& body) {
  return explore(body, {}, preemptions);
}

/// The odometer over the threads alone: the body, which spawns and joins, goes on whenever it can.
/// Its steps commute with those of the threads that run, so no trace is lost, and each execution is
/// one interleaving of what the threads do.
class body_first final : public strategy {
 public:
  explicit body_first(std::uint32_t preemptions) : inner_(make_odometer(preemptions)) {}
  bool begin() override { return inner_->begin(); }
  void again() override { inner_->again(); }
  unsigned pick(const thread_question& question) override {
    return (question.enabled & 1) != 0 ? 0 : inner_->pick(question);
  }
  std::uint32_t choose(choice_kind kind, std::uint32_t count) override {
    return inner_->choose(kind, count);
  }
  bool exhaustive() const override { return true; }
  bool pruned() const override { return inner_->pruned(); }

 private:
  std::unique_ptr<strategy> inner_;
};

/// Everything that the threads of `body` can do, by `body_first`.
inline explored interleave(const test_body& body, std::uint32_t preemptions = unbounded) {
  runner runs({});
  body_first choices(preemptions);
  return explore_by(runs, choices, all_executions, body);
}

/// One execution, without preemptions.
inline explored explore_once(const test_body& body, const execution_limits& limits = {}) {
  runner runs(limits);
  const std::unique_ptr<strategy> choices = make_odometer(0);
  return explore_by(runs, *choices, 1, body);
}

/// The body that runs `each` at once, a thread each, and waits for them.
template <class... F>
void together(F&&... each) {
  thread threads[] = {thread(std::forward<F>(each))...};
  for (thread& t : threads) t.join();
}

/// Runs `each(0)` .. `each(count - 1)` at once.
template <class F>
void crowd(unsigned count, F each) {
  std::vector<thread> threads;
  threads.reserve(count);
  for (unsigned i = 0; i < count; ++i) threads.emplace_back([&each, i] { each(i); });
  for (thread& t : threads) t.join();
}

/// The values that were observed for `key`.
inline std::string values_of(const explored& all, const std::string& key) {
  std::string text;
  const auto found = all.observed.find(key);
  if (found == all.observed.end()) return text;
  for (const auto& [value, times] : found->second) text += (text.empty() ? "" : " ") + value;
  return text;
}

}  // namespace heddle
