// The automatic plan: exhaust; what does not end in its share of the budget is searched within
// bounds on preemptions, 0, 1, 2, ... as far as they fit, and sampled for what is left.
//
// What has not been exhausted soon is estimated, and given up if it needs more than its share.
// A search that is given up has proved nothing, but its executions were made: a finding in them is
// the finding.  With a number of executions in place of time, the shares are of that.
#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <heddle/checker/explorer.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

namespace {

// Of the budget, and of the executions: what exhausting may take.
constexpr std::uint64_t exhausting_parts = 4, all_parts = 5;

// What is not exhausted is sampled by this.
constexpr const char* best_sampler = "portfolio";

// Of what is left then, the bounds may take half.
constexpr std::uint64_t bounds_part = 2;

// A bound is begun if it may end: it takes so many times as long as the one before it, or as many
// times as that one did.
constexpr double least_growth = 2;

// Beside what is exhausted but for rounds of loops: as many samples as there are executions, within
// these bounds, and in this part of what is left of the budget.
constexpr std::uint64_t least_beside = 1000;
constexpr int beside_part = 10;

double seconds_between(moment from, moment to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void explorer::follow_plan() {
  if (exhaust() || raise_bounds()) {
    if (leaves_out_rounds()) draw_beside();
    return;
  }
  draw_the_rest();
  if (!result_.found) conclude();
}

void explorer::begin_stage(std::uint64_t allowed) {
  allowed_ = allowed;
  stage_began_at_ = result_.executions;
  stage_began_ = steady_clock::now();
}

void explorer::end_stage(proof kind, std::uint64_t executions, bool completed) {
  const double seconds = seconds_between(stage_began_, steady_clock::now());
  result_.stages.push_back(
      {kind, result_.strategy, result_.memory, std::nullopt, executions, seconds, completed});
}

// True if that settles the check.
bool explorer::exhaust() {
  const std::uint64_t most = std::min(cap(), endless);
  begin_stage(std::max<std::uint64_t>(1, most / all_parts * exhausting_parts));
  result_.kind = proof::exhaustive;
  const moment share = begin_ + (hard_deadline() - begin_) / all_parts * exhausting_parts;
  // With a number of executions it is to depend on nothing else.
  if (!what_.settings.executions) exhausting_until_ = share;
  const search_end end = search_graphs(what_.settings.executions ? share : first_deadline(share));
  exhausting_until_ = {};
  tell(steady_clock::now());
  if (end == search_end::exhausted || end == search_end::found) return true;
  if (end != search_end::inapplicable) {
    end_stage(proof::exhaustive, result_.executions - stage_began_at_, false);
  }
  return false;
}

// True if a bound, or the search without one, settles the check.
bool explorer::raise_bounds() {
  if (by_graphs_ && counted_.longest > short_steps) return false;
  const moment now = steady_clock::now();
  // Where graphs do not apply, nothing has been spent, and this is the exhausting too.
  const auto left = hard_deadline() - now;
  const moment until =
      now + (by_graphs_ ? left / bounds_part : left / all_parts * exhausting_parts);
  const std::uint64_t open = std::min(cap(), endless) - result_.executions;
  begin_stage(result_.executions +
              (by_graphs_ ? open / bounds_part : open / all_parts * exhausting_parts));
  if (raise_each_bound(until)) return true;
  result_.status = verdict_status::ok;
  result_.raise.clear();
  return false;
}

bool explorer::raise_each_bound(moment until) {
  double latest = 0, growth = least_growth;
  std::uint64_t executions = 0;
  for (std::uint32_t bound = 0;; ++bound) {
    if (!by_graphs_ && bound == simple_preemptions + 1 && search_interleavings(until)) return true;
    const moment begun = steady_clock::now();
    if (begun >= until || latest * growth > seconds_between(begun, until)) break;
    if (!search_bound(bound, until)) {
      if (result_.status != verdict_status::incomplete) return true;
      break;
    }
    const double seconds = seconds_between(begun, steady_clock::now());
    if (latest > 0) growth = std::max(least_growth, seconds / latest);
    latest = seconds;
    executions = result_.executions - stage_began_at_;
  }
  if (!completed_) return false;
  hit_sc_ = hit_sc_ || (weaker_ && memory_ != wanted_memory());
  end_stage(proof::bounded, executions, true);
  result_.stages.back().preemptions = completed_;
  return false;
}

// All of them, in half of the time.
bool explorer::search_interleavings(moment until) {
  const moment now = steady_clock::now();
  const std::uint64_t before = result_.executions;
  const auto choices = make_odometer(unbounded);
  const search_end end = search(*choices, now + (until - now) / 2, allowed_);
  const bool settled = end == search_end::exhausted || end == search_end::found;
  result_.kind = proof::exhaustive;
  result_.preemptions.reset();
  if (settled) return true;
  // It is no part of the bounds, in whose midst it was made.
  const std::uint64_t made = result_.executions - before;
  end_stage(proof::exhaustive, made, false);
  result_.stages.back().seconds = seconds_between(now, steady_clock::now());
  stage_began_at_ += made;
  return false;
}

// Where loops that wait were taken to wait until what they look for is there, one that gives up
// after some rounds has not done so at every moment.  Samples go round such loops.
bool explorer::leaves_out_rounds() const {
  const bool left_out = counted_.hit_polls || counted_.hit_fairness;
  return left_out && !result_.found && result_.status == verdict_status::ok &&
         result_.kind == proof::exhaustive;
}

void explorer::draw_beside() {
  const std::string strategy = result_.strategy, memory = result_.memory;
  hit_sc_ = hit_sc_ || (weaker_ && memory_ != wanted_memory());
  end_stage(proof::exhaustive, result_.executions, true);
  const std::uint64_t open = std::min(cap(), endless) - result_.executions;
  const std::uint64_t most = std::clamp(result_.executions, least_beside, default_samples);
  const moment now = steady_clock::now();
  draw_stage(std::min(open, most), now + (hard_deadline() - now) / beside_part);
  hit_budget_ = false;
  if (result_.found) return;
  result_.kind = proof::exhaustive;
  result_.strategy = strategy;
  result_.memory = memory;
}

void explorer::draw_stage(std::uint64_t most, moment until) {
  begin_stage(cap());
  result_.kind = proof::sampled;
  result_.preemptions.reset();
  result_.strategy = best_sampler;
  use_memory(wanted_memory());
  draw(best_sampler, 1, most, until);
  end_stage(proof::sampled, result_.executions - stage_began_at_, true);
}

void explorer::draw_the_rest() {
  draw_stage(std::min(cap(), endless) - result_.executions, hard_deadline());
  // To sample until the budget ends is the plan, if it was not to end before.
  hit_budget_ = hit_budget_ && (what_.settings.executions || what_.settings.stable);
}

void explorer::conclude() {
  result_.strategy = "automatic";
  if (completed_) {
    result_.kind = proof::bounded;
    result_.preemptions = completed_;
  } else if (result_.stages.back().executions == 0) {
    result_.kind = proof::exhaustive;
    incomplete(result_.executions < cap() ? raise_time() : "raise executions");
  }
}

}  // namespace heddle::detail
