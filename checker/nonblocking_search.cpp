#include <heddle/checker/nonblocking_search.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/fingerprints.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/generator.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint32_t most_alone = 2000;  ///< steps without a call that ends
constexpr std::uint32_t longest_quantum = 4;
constexpr std::uint32_t shortest = 4, doublings = 8;  ///< of the greatest numbers of steps before

constexpr thread_set only(unsigned thread) noexcept { return thread_set{1} << thread; }

/// Threads run at random, then some of them while the others stand still, then at random again.
class standstill final : public strategy {
 public:
  standstill(progress_promise promised, const call_counts& counts, std::uint64_t seed,
             std::uint64_t first, std::uint32_t most)
      : promised_(promised), counts_(counts), seed_(seed), number_(first - 1), most_(most) {}

  bool begin() override {
    ++number_;
    start();
    return true;
  }
  void again() override { start(); }
  bool asks_always(const thread_names&) override { return true; }
  bool exhaustive() const override { return false; }

  unsigned pick(const thread_question& question) override {
    ++picks_;
    // The body spawns the threads before they begin, and joins them whenever it can.
    if ((question.enabled & 1) != 0) return 0;
    ++asked_;
    if (phase_ == phase::before && asked_ > prefix_) stop_some();
    if (phase_ == phase::stopped) return go_on(question.enabled);
    return any_of(question.enabled);
  }
  std::uint32_t choose(choice_kind, std::uint32_t count) override {
    return static_cast<std::uint32_t>(draws_.next() % count);
  }

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& broken() const noexcept { return broken_; }
  /// How many steps came before it was.
  [[nodiscard]] std::uint32_t steps_before() const noexcept { return broken_at_; }

 private:
  enum class phase : std::uint8_t { before, stopped, after };

  void start() {
    draws_ = generator(seed_, number_);
    phase_ = phase::before;
    asked_ = picks_ = 0;
    const std::uint64_t below = std::uint64_t{shortest} << draws_.next() % doublings;
    prefix_ = static_cast<std::uint32_t>(draws_.next() % below);
    broken_.clear();
  }

  unsigned any_of(thread_set from) {
    auto skip = static_cast<unsigned>(draws_.next() % static_cast<unsigned>(std::popcount(from)));
    for (; skip > 0; --skip) from &= from - 1;
    return static_cast<unsigned>(std::countr_zero(from));
  }

  template <class F>
  [[nodiscard]] thread_set all_that(F holds) const {
    thread_set result = 0;
    for (unsigned t = 1; t <= counts_.threads; ++t) {
      if (holds(t)) result |= only(t);
    }
    return result;
  }
  [[nodiscard]] thread_set within_calls() const {
    return all_that([&](unsigned t) { return counts_.begun[t] > counts_.ended[t]; });
  }
  [[nodiscard]] thread_set unfinished() const {
    return all_that([&](unsigned t) { return counts_.ended[t] < counts_.due[t]; });
  }
  [[nodiscard]] std::uint64_t calls_ended() const {
    std::uint64_t sum = 0;
    for (unsigned t = 1; t <= counts_.threads; ++t) sum += counts_.ended[t];
    return sum;
  }

  // Not between calls: who is stopped there has not begun, which is no matter of the object.
  void stop_some() {
    const thread_set within = within_calls();
    if (within == 0) return;
    running_ = only(any_of(within));
    if (promised_ == progress_promise::lock_free) running_ |= draws_.next() & unfinished();
    quantum_ = 1 + static_cast<std::uint32_t>(draws_.next() % longest_quantum);
    lockstep_ = draws_.next() % 2 == 0;
    phase_ = phase::stopped;
    ended_ = calls_ended();
    alone_ = 0;
  }

  unsigned go_on(thread_set enabled) {
    if (calls_ended() != ended_) {
      ended_ = calls_ended();
      alone_ = 0;
      running_ &= unfinished();
      if (promised_ == progress_promise::obstruction_free || (running_ & within_calls()) == 0) {
        phase_ = phase::after;
        return any_of(enabled);
      }
    }
    const thread_set candidates = enabled & running_;
    if (candidates == 0) return breaks("waits for another one", enabled);
    if (++alone_ > most_) {
      return breaks("has not ended after " + std::to_string(most_) + " steps", enabled);
    }
    if (!lockstep_) return any_of(candidates);
    // The next in turn, each for some steps.
    const unsigned turn = alone_ / quantum_ % counts_.threads;
    for (unsigned i = 0; i < counts_.threads; ++i) {
      const unsigned t = 1 + (turn + i) % counts_.threads;
      if ((candidates & only(t)) != 0) return t;
    }
    return any_of(candidates);
  }

  unsigned breaks(const std::string& how, thread_set enabled) {
    const thread_set within = running_ & within_calls();
    const std::string who =
        "thread " + std::to_string(std::countr_zero(within == 0 ? running_ : within));
    broken_ = std::popcount(running_) == 1
                  ? "not obstruction-free: alone, the call of " + who + " " + how
                  : "not lock-free: no call of those that run ends, that of " + who + " " + how;
    broken_at_ = picks_ - 1;
    phase_ = phase::after;
    return any_of(enabled);
  }

  progress_promise promised_;
  const call_counts& counts_;
  std::uint64_t seed_, number_;
  std::uint32_t most_;
  generator draws_{0, 0};
  phase phase_ = phase::before;
  std::uint32_t asked_ = 0, picks_ = 0, prefix_ = 0, broken_at_ = 0;
  thread_set running_ = 0;
  std::uint32_t quantum_ = 1, alone_ = 0;
  bool lockstep_ = false;
  std::uint64_t ended_ = 0;
  std::string broken_;
};

}  // namespace

verdict explore_progress(std::string_view name, progress_promise promised,
                         const std::function<void()>& body, call_counts& counts,
                         const options& settings, location caller) {
  using clock = std::chrono::steady_clock;
  const auto begin = clock::now();
  verdict result;
  result.name = name;
  result.kind = proof::sampled;
  result.strategy = promised == progress_promise::lock_free ? "lock_free" : "obstruction_free";
  result.seed = settings.seed;
  const std::uint64_t first = settings.execution.value_or(1);
  const std::uint64_t most = settings.execution ? 1 : settings.executions.value_or(default_samples);
  runner runs(limits_of(settings));
  standstill choices(promised, counts, settings.seed, first, std::min(settings.steps, most_alone));
  fingerprint_set seen;
  while (result.executions < most && clock::now() - begin < settings.budget && choices.begin()) {
    const outcome out = runs.run(body, choices, {.memory = graph::memory::sc});
    if (out.end == ending::dropped || out.end == ending::unreal) continue;
    ++result.executions;
    seen.insert(out.fingerprint);
    if (choices.broken().empty() && out.end != ending::found) continue;
    finding found = choices.broken().empty()
                        ? runs.found()
                        : finding{finding_kind::assertion, choices.broken(), {}, caller};
    choices.again();
    (void)runs.run(body, choices, {.record = &result.recording, .memory = graph::memory::sc});
    // What those do who had been stopped shows nothing more.
    std::vector<recorded_step>& steps = result.recording.steps;
    if (!choices.broken().empty()) {
      steps.resize(std::min<std::size_t>(steps.size(), choices.steps_before()));
      result.recording.pending.clear();
    }
    result.execution = choices.number();
    result.status = verdict_status::failed;
    result.recording.found = found;
    result.found = std::move(found);
    break;
  }
  result.seconds = std::chrono::duration<double>(clock::now() - begin).count();
  result.distinct = seen.size();
  if (seen.inserted() > 0) result.unseen = seen.unseen();
  return result;
}

}  // namespace heddle::detail
