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

class explorer final : public divided_search {
 public:
  explicit explorer(const exploration& what)
      : what_(what), runner_(limits_of(what.settings)), begin_(steady_clock::now()) {
    result_.name = what.name;
    result_.strategy = what.settings.strategy == "odometer" ? "exhaustive" : what.settings.strategy;
    result_.seed = what.settings.seed;
    by_graphs_ = what.settings.strategy == "exhaustive";
    result_.arena = heap_replaced();
  }

  verdict explore() {
    if (samples(what_.settings)) {
      sample();
    } else if (what_.bounds) {
      iterate(*what_.bounds);
    } else if (what_.settings.preemptions) {
      iterate_to(*what_.settings.preemptions);
    } else {
      search_whole();
    }
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

  search_end search(strategy& choices, moment deadline, std::uint64_t most);
  search_end search_in_parts(strategy& choices, moment deadline, std::uint64_t most);
  [[nodiscard]] bool in_parts() const {
    const options& settings = what_.settings;
    return settings.jobs > 1 || !settings.checkpoint.empty() || !settings.resume.empty();
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
  void count(const outcome& out);
  void record(strategy& choices);
  void keep_difference(finding found, strategy& choices, const step_log& log);
  void keep_finding(finding found, recording taken);
  void name_member(const std::string& member);
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
  [[nodiscard]] moment hard_deadline() const { return begin_ + what_.settings.budget; }
  [[nodiscard]] std::uint64_t cap() const {
    return what_.settings.executions.value_or(~std::uint64_t{0});
  }
  [[nodiscard]] double elapsed(moment now) const {
    return std::chrono::duration<double>(now - begin_).count();
  }

  const exploration& what_;
  runner runner_;
  moment begin_;
  moment told_ = begin_;
  verdict result_;
  graph::memory memory_ = graph::memory::sc;
  totals counted_;  ///< but for the executions, and what was observed here
  strategy* divided_ = nullptr;
  std::optional<std::uint32_t> completed_;
  bool hit_budget_ = false;
  bool by_graphs_ = false;  ///< unless the body does what graphs cannot express
  bool pruned_ = false;     ///< by the bound on preemptions
  bool weaker_ = false;     ///< rc11 might allow more than what was visited
};

}  // namespace heddle::detail
