#include <heddle/checker/nonblocking_search.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/explore.hpp>
#include <heddle/checker/fingerprints.hpp>
#include <heddle/checker/replay.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/generator.hpp>
#include <heddle/scheduler/strategy/guided.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint32_t most_alone = 2000;  ///< steps without a call that ends
constexpr std::uint32_t longest_quantum = 4;
constexpr std::uint32_t shortest = 4, doublings = 8;  ///< of the greatest numbers of steps before

constexpr thread_set only(unsigned thread) noexcept { return thread_set{1} << thread; }

template <class F>
thread_set all_that(const call_counts& of, F holds) {
  thread_set result = 0;
  for (unsigned t = 1; t <= of.threads; ++t) {
    if (holds(t)) result |= only(t);
  }
  return result;
}
thread_set within_calls(const call_counts& of) {
  return all_that(of, [&](unsigned t) { return of.begun[t] > of.ended[t]; });
}
std::uint64_t calls_ended(const call_counts& of) {
  std::uint64_t sum = 0;
  for (unsigned t = 1; t <= of.threads; ++t) sum += of.ended[t];
  return sum;
}

constexpr const char* waits_for_another = "waits for another one";
std::string not_ended(std::uint32_t most) {
  return "has not ended after " + std::to_string(most) + " steps";
}
// Of the threads that run on, and those of them that are within calls.
std::string complaint(thread_set running, thread_set within, const std::string& how) {
  const std::string who =
      "thread " + std::to_string(std::countr_zero(within == 0 ? running : within));
  return std::popcount(running) == 1
             ? "not obstruction-free: alone, the call of " + who + " " + how
             : "not lock-free: no call of those that run ends, that of " + who + " " + how;
}

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
  /// Those that had not been stopped then.
  [[nodiscard]] thread_set running() const noexcept { return running_; }

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

  [[nodiscard]] thread_set within_calls() const { return detail::within_calls(counts_); }
  [[nodiscard]] thread_set unfinished() const {
    return all_that(counts_, [&](unsigned t) { return counts_.ended[t] < counts_.due[t]; });
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
    ended_ = calls_ended(counts_);
    alone_ = 0;
  }

  unsigned go_on(thread_set enabled) {
    if (calls_ended(counts_) != ended_) {
      ended_ = calls_ended(counts_);
      alone_ = 0;
      running_ &= unfinished();
      if (promised_ == progress_promise::obstruction_free || (running_ & within_calls()) == 0) {
        phase_ = phase::after;
        return any_of(enabled);
      }
    }
    const thread_set candidates = enabled & running_;
    if (candidates == 0) return breaks(waits_for_another, enabled);
    if (++alone_ > most_) {
      return breaks(not_ended(most_), enabled);
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
    broken_ = complaint(running_, running_ & within_calls(), how);
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

/// Follows a schedule up to where the promise was broken, and says whether it is.
class standstill_again final : public strategy {
 public:
  standstill_again(progress_promise promised, const call_counts& counts, const schedule& what,
                   thread_set running, std::uint32_t most)
      : promised_(promised),
        counts_(counts),
        steps_(what.steps.size()),
        running_(running),
        most_(most) {
    guided_->follow({.wishes = what});
  }

  bool begin() override { return guided_->begin(); }
  void again() override { guided_->again(); }
  bool asks_always(const thread_names& threads) override { return guided_->asks_always(threads); }
  bool exhaustive() const override { return false; }

  unsigned pick(const thread_question& question) override {
    if (picks_++ < steps_) {
      const unsigned next = guided_->pick(question);
      if (calls_ended(counts_) != std::exchange(ended_, calls_ended(counts_))) alone_ = 0;
      if (next != 0) alone_ = (running_ & only(next)) != 0 ? alone_ + 1 : 0;
      return next;
    }
    if (picks_ == steps_ + 1) look(question.enabled);
    // To the end, in turns.
    thread_set later = question.enabled & ~((thread_set{2} << last_) - 1);
    if (later == 0) later = question.enabled;
    last_ = static_cast<unsigned>(std::countr_zero(later));
    return last_;
  }
  std::uint32_t choose(choice_kind kind, std::uint32_t count) override {
    return guided_->choose(kind, count);
  }
  std::uint32_t choose_write(const write_question& question) override {
    return guided_->choose_write(question);
  }

  /// Empty if the promise was kept, or the body is another one.
  [[nodiscard]] std::string broken() const { return guided_->faithful() ? broken_ : ""; }

 private:
  void look(thread_set enabled) {
    if (calls_ended(counts_) != ended_) alone_ = 0;
    const thread_set within = running_ & within_calls(counts_);
    const bool one = std::has_single_bit(running_);
    if (within == 0 || (promised_ == progress_promise::obstruction_free && !one)) return;
    if ((enabled & running_) == 0) {
      broken_ = complaint(running_, within, waits_for_another);
    } else if (alone_ >= most_) {
      broken_ = complaint(running_, within, not_ended(most_));
    }
  }

  std::unique_ptr<guided_strategy> guided_ = make_guided();
  progress_promise promised_;
  const call_counts& counts_;
  std::size_t steps_, picks_ = 0;
  thread_set running_;
  std::uint32_t most_, alone_ = 0;
  std::uint64_t ended_ = 0;
  unsigned last_ = 0;
  std::string broken_;
};

// A schedule that ends where a promise is broken says which threads run on from there: as one more
// choice of the very beginning, of a kind that executions under sc do not have.
constexpr choice_kind runs_on = choice_kind::place;
constexpr std::uint32_t any_threads = 0xFFFFFFFF;

// Nothing is kept of an execution of so many threads that they have no room.
std::string token_of(std::string_view name, const execution_limits& limits, schedule taken,
                     thread_set running) {
  if (running >= any_threads) return "";
  if (running != 0) {
    taken.prologue.push_back({runs_on, any_threads, static_cast<std::uint32_t>(running)});
  }
  return shorten(encode({.name_hash = hash_of_name(name),
                         .limits = limits,
                         .memory = graph::memory::sc,
                         .schedule = std::move(taken)}));
}

std::uint32_t most_of(std::uint32_t steps) { return std::min(steps, most_alone); }

// What those do who had been stopped shows nothing more.
void cut(recording& of, std::size_t steps) {
  of.steps.resize(std::min(of.steps.size(), steps));
  of.taken.steps.resize(std::min(of.taken.steps.size(), steps));
  of.pending.clear();
}

// From the code, or from outside; of those from outside no other counts here.
options options_of_replay(const options& settings) {
  options how;
  how.replay = settings.replay;
  how.explain = settings.explain;
  how.break_at = settings.break_at;
  return effective_options(how);
}

verdict replay_progress(std::string_view name, progress_promise promised,
                        const std::function<void()>& body, const call_counts& counts, token what,
                        const options& settings, location caller) {
  const std::string wrong = cannot_break(settings.break_at, what);
  if (!wrong.empty()) fail(exit_usage, wrong);
  std::vector<choice>& prologue = what.schedule.prologue;
  verdict result;
  if (prologue.empty() || prologue.back().kind != runs_on) {
    result = run_replay(name, body, what, settings.explain, settings.break_at);
    if (result.found && result.found->kind == finding_kind::nondeterminism) {
      fail(exit_usage, "replay: " + result.found->text);
    }
    return result;
  }
  const thread_set running = prologue.back().option;
  prologue.pop_back();
  result.name = name;
  result.kind = proof::replayed;
  result.strategy = "replay";
  result.memory = "sc";
  result.executions = 1;
  runner runs(what.limits);
  standstill_again choices(promised, counts, what.schedule, running, most_of(what.limits.steps));
  (void)choices.begin();
  (void)runs.run(body, choices, {.record = &result.recording, .memory = graph::memory::sc});
  if (choices.broken().empty()) {
    fail(exit_usage, "replay: the body is not deterministic, or not the recorded one");
  }
  cut(result.recording, what.schedule.steps.size());
  result.status = verdict_status::failed;
  result.found = finding{finding_kind::assertion, choices.broken(), {}, caller};
  result.recording.found = result.found;
  result.token = token_of(name, what.limits, std::move(what.schedule), running);
  return result;
}

}  // namespace

verdict explore_progress(std::string_view name, progress_promise promised,
                         const std::function<void()>& body, call_counts& counts,
                         const options& settings, location caller) {
  using clock = std::chrono::steady_clock;
  if (const options how = options_of_replay(settings); !how.replay.empty()) {
    if (auto wanted = replay_for(name, how.replay)) {
      return replay_progress(name, promised, body, counts, std::move(*wanted), how, caller);
    }
  }
  const auto begin = clock::now();
  verdict result;
  result.name = name;
  result.kind = proof::sampled;
  result.strategy = promised == progress_promise::lock_free ? "lock_free" : "obstruction_free";
  result.seed = settings.seed;
  const std::uint64_t first = settings.execution.value_or(1);
  const std::uint64_t most = settings.execution ? 1 : settings.executions.value_or(default_samples);
  runner runs(limits_of(settings));
  standstill choices(promised, counts, settings.seed, first, most_of(settings.steps));
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
    const bool broken = !choices.broken().empty();
    if (broken) cut(result.recording, choices.steps_before());
    result.token =
        token_of(name, limits_of(settings), result.recording.taken, broken ? choices.running() : 0);
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
