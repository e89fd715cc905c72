// One exploration: which searches it makes one after the other, and what they add up to.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/explore.hpp>
#include <heddle/checker/jobs.hpp>
#include <heddle/scheduler/heap.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

using std::chrono::steady_clock;
using moment = steady_clock::time_point;

/// Interleavings with few preemptions come before those of the search without a bound.
inline constexpr std::uint32_t simple_preemptions = 2;

/// Executions: as good as no limit.
inline constexpr std::uint64_t endless = std::uint64_t{1} << 62;

class explorer final : public divided_search {
 public:
  explicit explorer(const exploration& what)
      : what_(what), runner_(limits_of(what.settings)), begin_(steady_clock::now()) {
    result_.name = what.name;
    const bool draws = samples(what.settings);
    result_.strategy = draws ? what.settings.strategy : "exhaustive";
    result_.seed = what.settings.seed;
    by_graphs_ = !draws && what.settings.strategy != "odometer";
    allowed_ = cap();
    set_deadline();
    result_.arena = heap_replaced();
    if (what.settings.coverage.empty()) return;
    if (is_distributed()) {
      result_.warnings.emplace_back("coverage: ranks of MPI write none");
    } else {
      result_.covered.emplace();
    }
  }

  verdict explore() {
    result_.part = part_text();
    if (is_left_to_first() && !leave_to_first()) {
      if (!samples(what_.settings)) result_.kind = proof::exhaustive;
    } else if (samples(what_.settings)) {
      sample();
    } else if (what_.bounds) {
      iterate(*what_.bounds);
    } else if (what_.settings.preemptions) {
      iterate_to(*what_.settings.preemptions);
    } else if (is_planned()) {
      follow_plan();
    } else {
      search_whole();
    }
    if (result_.found) refine();
    finish();
    return std::move(result_);
  }

 private:
  void sample();
  void search_whole();
  bool search_traces(moment deadline);
  search_end search_graphs(moment deadline, std::optional<graph::preemption_limit> limit = {});
  search_end search_in_memory(moment deadline, std::optional<graph::preemption_limit> limit);
  void iterate_to(std::uint32_t bound);
  void iterate(const iteration& bounds);
  bool search_bound(std::uint32_t bound, moment deadline);
  void draw(const std::string& name, std::uint64_t first, std::uint64_t most, moment until);

  // strategy=automatic: several searches, each with its share of the budget; automatic.cpp.
  void follow_plan();
  bool exhaust();
  bool raise_bounds();
  bool raise_each_bound(moment until);
  bool search_interleavings(moment until);
  [[nodiscard]] bool leaves_out_rounds() const;
  void draw_beside();
  void draw_stage(std::uint64_t most, moment until);
  void draw_the_rest();
  // Whether exhausting is worth its share; estimate.cpp.
  [[nodiscard]] moment first_deadline(moment share) const;
  [[nodiscard]] moment deadline_after(moment deadline);
  [[nodiscard]] std::optional<size_estimate> estimate_size();
  void conclude();
  void begin_stage(std::uint64_t allowed);
  void end_stage(proof kind, std::uint64_t executions, bool completed);
  /// A file keeps one search, which is then the whole one.
  [[nodiscard]] bool is_planned() const {
    const options& settings = what_.settings;
    return settings.strategy == "automatic" && settings.checkpoint.empty() &&
           settings.resume.empty() && !is_apart() && !is_distributed();
  }

  // A part of the search alone; explore_apart.cpp.
  /// A shard, or what a file leaves open; or what is left is to be handed over.
  [[nodiscard]] bool is_apart() const {
    const options& settings = what_.settings;
    return !undivided_ && (settings.shard.divides() || !(settings.from + settings.rest).empty());
  }
  [[nodiscard]] std::string part_text() const;
  [[nodiscard]] bool is_left_to_first() const;
  [[nodiscard]] bool leave_to_first();
  [[nodiscard]] bool settle_apart();
  void read_from();
  [[nodiscard]] search_state open_apart(const strategy& choices);
  [[nodiscard]] std::optional<search_end> take_shard(strategy& choices, moment deadline,
                                                     search_state& state);
  [[nodiscard]] std::optional<search_end> expand(strategy& choices, const search_part& part,
                                                 search_state& state);
  void hand_over(const search_state& state);

  search_end search(strategy& choices, moment deadline, std::uint64_t most);
  void judge_parts(const strategy& choices) const;
  search_end search_in_parts(strategy& choices, moment deadline, std::uint64_t most);
  [[nodiscard]] bool in_parts() const {
    const options& settings = what_.settings;
    return settings.jobs > 1 || !settings.checkpoint.empty() || !settings.resume.empty() ||
           is_apart() || is_distributed();
  }
  void take(const totals& counted);
  void show(const found_at& found);

  // The search as each of several processes sees it.
  strategy& choices() override { return *divided_; }
  void forget() override { take({}); }
  step visit() override;
  [[nodiscard]] totals counted() const override;
  [[nodiscard]] counts_only counts() const override {
    return {result_.executions, result_.blocked};
  }
  [[nodiscard]] std::vector<std::uint8_t> take_finding() override;
  void tell(std::uint64_t executions) override {
    result_.executions = executions;
    tell(steady_clock::now());
  }

  outcome execute(strategy& choices);
  void count(const outcome& out, const strategy& choices);
  void record(strategy& choices);
  void cover(strategy& choices, const outcome& out);
  void keep_difference(finding found, strategy& choices, const step_log& log);
  void keep_finding(finding found, recording taken);
  void refine();
  void shrink_finding();
  void explain_finding();
  void name_execution(const strategy& choices, const search_path& path);
  void incomplete(std::string raise);
  void finish();
  void tell(moment now);

  [[nodiscard]] graph::memory wanted_memory() const {
    return what_.settings.memory == "rc11" ? graph::memory::rc11 : graph::memory::sc;
  }
  void use_memory(graph::memory model) {
    memory_ = model;
    result_.memory = model == graph::memory::rc11 ? "rc11" : "sc";
  }
  // The end of the budget, or of the time that the process has left if that comes first.
  void set_deadline();
  /// Executions of more steps take so long, each, that the clock is looked at before every one;
  /// what takes their square or more in time or memory is not begun.
  static constexpr std::uint32_t short_steps = 400;

  [[nodiscard]] moment hard_deadline() const { return hard_deadline_; }
  [[nodiscard]] std::string raise_time() const {
    return limited_ ? "raise the time limit of the test" : "raise budget";
  }
  [[nodiscard]] bool is_stable(const fingerprint_set& drawn) const;
  [[nodiscard]] std::uint64_t cap() const {
    return what_.settings.executions.value_or(~std::uint64_t{0});
  }
  [[nodiscard]] double elapsed(moment now) const {
    return std::chrono::duration<double>(now - begin_).count();
  }

  const exploration& what_;
  runner runner_;
  moment begin_;
  moment hard_deadline_ = begin_;
  bool limited_ = false;  ///< the time limit of the process comes before the end of the budget
  moment told_ = begin_;
  verdict result_;
  graph::memory memory_ = graph::memory::sc;
  totals counted_;  ///< but for the executions, and what was observed here
  strategy* divided_ = nullptr;
  bool undivided_ = false;            ///< shard 1 makes all of a search that has no parts
  bool late_ = false;                 ///< a part has met what other parts could not know of
  std::optional<search_state> from_;  ///< of the option
  std::optional<std::uint32_t> completed_;
  std::uint64_t allowed_ = 0;  ///< executions, with all that were made before
  std::uint64_t stage_began_at_ = 0;
  moment stage_began_ = begin_;
  moment search_began_ = begin_;
  // While exhausting: when it is to end at the latest, and when that is to be judged.
  moment exhausting_until_{}, first_deadline_{};
  bool hit_sc_ = false;  ///< as `weaker_`, of a search that is over
  bool hit_budget_ = false;
  bool by_graphs_ = false;  ///< unless the body does what graphs cannot express
  bool pruned_ = false;     ///< by the bound on preemptions
  bool weaker_ = false;     ///< rc11 might allow more than what was visited
};

}  // namespace heddle::detail
