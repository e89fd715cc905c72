#include <heddle/checker/explore.hpp>

#include <algorithm>
#include <utility>

#include <heddle/checker/explorer.hpp>
#include <heddle/checker/time_limit.hpp>
#include <heddle/scheduler/heap.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle {

namespace detail {

namespace {

// How many of the first executions are run twice, to see that the body is deterministic.
constexpr std::uint64_t compared_executions = 3;
// The clock is looked at before every eighth execution.
constexpr std::uint64_t clock_mask = 7;
constexpr auto progress_pause = std::chrono::milliseconds(250);

finding not_deterministic(const std::string& first, const std::string& second) {
  return {finding_kind::nondeterminism,
          "the body is not deterministic: the same choices first gave " + first + ", then " +
              second + "; bring time, randomness and addresses under heddle",
          {},
          location::unknown()};
}

}  // namespace

void explorer::set_deadline() {
  hard_deadline_ = begin_ + what_.settings.budget;
  const auto limit = process_deadline();
  limited_ = limit && *limit < hard_deadline_;
  if (limited_) hard_deadline_ = std::max(*limit, begin_);
}

// Schedules with few preemptions come first: depth first alone may take for ever to come to a bug
// that lies at the other end of the tree.
void explorer::search_whole() {
  if (by_graphs_ && search_traces(hard_deadline())) return;
  if (is_apart() && !settle_apart()) return;
  for (std::uint32_t bound = 0; bound <= simple_preemptions; ++bound) {
    if (!search_bound(bound, hard_deadline())) return;
  }
  result_.kind = proof::exhaustive;
  result_.preemptions.reset();
  const auto choices = make_odometer(unbounded);
  const search_end end = search(*choices, hard_deadline(), allowed_);
  const std::string done =
      ", or preemptions=" + std::to_string(simple_preemptions) + " which is done";
  if (end == search_end::deadline) incomplete(raise_time() + done);
  if (end == search_end::capped) incomplete("raise executions" + done);
}

// Each trace once; false if the body does what the strategy cannot express.
bool explorer::search_traces(moment deadline) {
  result_.kind = proof::exhaustive;
  result_.preemptions.reset();
  const search_end end = search_graphs(deadline);
  if (end == search_end::inapplicable) return false;
  tell(steady_clock::now());
  const std::string other = is_apart() ? "" : ", or set preemptions";
  if (end == search_end::deadline) incomplete(raise_time() + other);
  if (end == search_end::capped) incomplete("raise executions" + other);
  return true;
}

// By graphs, under sc first: as long as nothing is weaker than that, there is no more under rc11.
search_end explorer::search_graphs(moment deadline, std::optional<graph::preemption_limit> limit) {
  if (!by_graphs_) return search_end::inapplicable;
  if (is_apart()) {
    // Parts that are searched by themselves cannot begin anew together.
    use_memory(wanted_memory());
    read_from();
  }
  search_end end = search_in_memory(deadline, limit);
  if (end == search_end::weaker && is_apart()) {
    late_ = true;
    return search_end::inapplicable;
  }
  if (end == search_end::weaker) {
    use_memory(graph::memory::rc11);
    end = search_in_memory(deadline, limit);
  }
  by_graphs_ = end != search_end::inapplicable;
  if (by_graphs_) {
    result_.memory = what_.settings.memory;
  } else {
    use_memory(graph::memory::sc);
  }
  return end;
}

// What is not finished is begun anew, and counted anew.
search_end explorer::search_in_memory(moment deadline,
                                      std::optional<graph::preemption_limit> limit) {
  const std::uint64_t executions = result_.executions, blocked = result_.blocked;
  const observations observed = counted().observed;
  const options& settings = what_.settings;
  search_began_ = steady_clock::now();
  if (exhausting_until_ != moment{}) first_deadline_ = first_deadline(exhausting_until_);
  for (;;) {
    const auto choices =
        make_optimal(memory_, {settings.delay, settings.prune, settings.handoff}, limit);
    const search_end end = search(*choices, deadline, allowed_);
    pruned_ = choices->pruned() || (in_parts() && counted_.pruned);
    counted_.hit_polls |= choices->hit_polls();
    counted_.hit_fairness |= choices->hit_fairness();
    strategy::threads_known threads = choices->knows_threads();
    if (in_parts()) threads.add(counted_.threads);
    const unsigned repeat = limit && end == search_end::exhausted ? threads.to_repeat_with() : 0U;
    if (repeat == 0 && end != search_end::inapplicable && end != search_end::weaker) return end;
    result_.executions = executions;
    result_.blocked = blocked;
    counted_.observed = observed;
    runner_.forget_observations();
    if (repeat == 0) return end;
    limit->threads = repeat;
  }
}

// One bound.  True if it is completed and leaves something to a higher one.
bool explorer::search_bound(std::uint32_t bound, moment deadline) {
  result_.kind = proof::bounded;
  result_.preemptions = bound;
  search_end end = search_graphs(deadline, graph::preemption_limit{.most = bound});
  if (end == search_end::inapplicable) {
    const auto choices = make_odometer(bound);
    end = search(*choices, deadline, allowed_);
    pruned_ = choices->pruned();
  }
  if (end == search_end::exhausted) {
    completed_ = bound;
    tell(steady_clock::now());
    if (pruned_) return true;
    result_.kind = proof::exhaustive;
    result_.preemptions.reset();
  } else if (end != search_end::found) {
    std::string raise = end == search_end::capped ? "raise executions" : raise_time();
    if (bound > 0) raise += ", or preemptions=" + std::to_string(bound - 1) + " which is done";
    incomplete(std::move(raise));
  }
  return false;
}

void explorer::iterate_to(std::uint32_t bound) {
  for (std::uint32_t each = 0; each <= bound; ++each) {
    if (!search_bound(each, hard_deadline())) return;
  }
}

void explorer::iterate(const iteration& bounds) {
  for (std::uint32_t each = 0; each <= bounds.always; ++each) {
    if (!search_bound(each, hard_deadline())) return;
  }
  const moment until = std::min(begin_ + bounds.then_until, hard_deadline());
  if (bounds.try_whole && what_.settings.strategy != "odometer") {
    const bool applies = search_traces(begin_ + (until - begin_) / 2);
    if (applies && result_.status != verdict_status::incomplete) return;
    result_.status = verdict_status::ok;
    result_.raise.clear();
  }
  if (bounds.try_whole && !by_graphs_) {
    const moment now = steady_clock::now();
    const auto choices = make_odometer(unbounded);
    const search_end end = search(*choices, now + (until - now) / 2, allowed_);
    if (end == search_end::exhausted || end == search_end::found) {
      result_.kind = proof::exhaustive;
      result_.preemptions.reset();
      return;
    }
  }
  while (search_bound(*completed_ + 1, until)) {
  }
  if (result_.status != verdict_status::incomplete) return;
  result_.status = verdict_status::ok;
  result_.raise.clear();
  result_.preemptions = completed_;
}

search_end explorer::search(strategy& choices, moment deadline, std::uint64_t most) {
  // Where graphs do not apply, a plan of several searches goes on in one process.
  const bool together = is_distributed() && !choices.divides();
  if (in_parts() && !together && (choices.divides() || !is_planned())) {
    const search_end end =
        search_in_parts(choices, deadline, choices.exhaustive() ? most : ~std::uint64_t{0});
    divided_ = nullptr;
    return end;
  }
  for (std::uint64_t done = 0; choices.begin(); ++done) {
    if (result_.executions >= most) return search_end::capped;
    if ((done & clock_mask) == 0 || counted_.longest > short_steps) {
      const moment now = steady_clock::now();
      if (now >= deadline) deadline = deadline_after(deadline);
      if (result_.found) return search_end::found;
      if (now >= deadline) return search_end::deadline;
      if (result_.kind == proof::sampled && is_stable(counted_.fingerprints)) {
        return search_end::stable;
      }
      if (now - told_ >= progress_pause) tell(now);
    }
    const outcome out = execute(choices);
    if (!choices.applies()) return search_end::inapplicable;
    if (memory_ != wanted_memory() && choices.weaker()) return search_end::weaker;
    count(out, choices);
    if (result_.found) return search_end::found;
    if (result_.covered) cover(choices, out);
    if (out.end == ending::found) {
      record(choices);
      return search_end::found;
    }
  }
  if (choices.exhaustive()) return search_end::exhausted;
  finding ended{finding_kind::nondeterminism,
                "the body is not deterministic: an execution made fewer choices than before",
                {"bring time, randomness and addresses under heddle"},
                location::unknown()};
  keep_finding(std::move(ended), {});
  return search_end::found;
}

// Runs the execution that the strategy has prepared.  The first few are run a second time, and the
// steps of both compared.
outcome explorer::execute(strategy& choices) {
  if (result_.executions >= compared_executions) {
    return runner_.run(what_.body, choices,
                       {.memory = memory_, .fingerprint = result_.kind == proof::sampled});
  }
  step_log log;
  const outcome first = runner_.run(what_.body, choices, {.log = &log, .memory = memory_});
  const bool compared = first.end != ending::found && first.end != ending::dropped;
  if (!compared || !choices.applies()) return first;
  choices.again();
  const outcome second = runner_.run(what_.body, choices, {.expected = &log, .memory = memory_});
  if (second.end == ending::found) keep_difference(runner_.found(), choices, log);
  return first;
}

// The second run of an execution ended with `found`, the first one with nothing.
void explorer::keep_difference(finding found, strategy& choices, const step_log& log) {
  if (found.kind != finding_kind::nondeterminism) {
    found = not_deterministic("no finding", std::string(to_string(found.kind)));
  }
  recording taken;
  choices.again();
  runner_.run(what_.body, choices, {.record = &taken, .expected = &log, .memory = memory_});
  keep_finding(std::move(found), std::move(taken));
  name_execution(choices, choices.path());
}

void explorer::count(const outcome& out, const strategy& choices) {
  if (out.end == ending::dropped || out.end == ending::unreal) return;
  ++result_.executions;
  if (const auto drawn = choices.drawn()) counted_.missed.count(*drawn);
  if (out.end == ending::blocked) ++result_.blocked;
  if (result_.kind == proof::sampled) counted_.fingerprints.insert(out.fingerprint);
  counted_.longest = std::max(counted_.longest, out.steps);
  counted_.shared |= out.shared;
  weaker_ |= out.weaker;
  counted_.hit_timeouts |= out.hit_timeouts;
  counted_.hit_polls |= out.hit_polls;
  counted_.hit_fairness |= out.hit_fairness;
  counted_.hit_spurious |= out.hit_spurious;
}

// Nothing is recorded while exploring: the execution that has just shown a finding is run again.
void explorer::record(strategy& choices) {
  const finding_kind expected = runner_.found().kind;
  recording taken;
  choices.again();
  const outcome out = runner_.run(what_.body, choices, {.record = &taken, .memory = memory_});
  finding found;
  if (out.end == ending::found) found = runner_.found();
  if (result_.covered) result_.covered->add(taken);
  if (out.end != ending::found || !same_finding(expected, found.kind)) {
    const bool another = out.end == ending::found;
    found = not_deterministic(std::string(to_string(expected)),
                              another ? std::string(to_string(found.kind)) : "no finding");
  }
  keep_finding(std::move(found), std::move(taken));
  name_execution(choices, choices.path());
}

// Each execution is run once more, and recorded.
void explorer::cover(strategy& choices, const outcome& out) {
  if (out.end != ending::completed && out.end != ending::blocked) return;
  recording taken;
  choices.again();
  runner_.run(what_.body, choices, {.record = &taken, .memory = memory_, .counted = false});
  result_.covered->add(taken);
}

// The path of a sampled execution is its number (sampling.hpp).
void explorer::name_execution(const strategy& choices, const search_path& path) {
  if (result_.kind == proof::sampled && path.size() == 2) {
    result_.execution = (std::uint64_t{path[0]} << 32) + path[1];
  }
  const std::string member = choices.member(path);
  const bool named = result_.strategy.find(':') != std::string::npos;
  if (!member.empty() && !named) result_.strategy += ": " + member;
}

void explorer::keep_finding(finding found, recording taken) {
  result_.status = verdict_status::failed;
  result_.token = encode({hash_of_name(what_.name), granularity_of_program(),
                          limits_of(what_.settings), memory_, taken.taken});
  result_.recording = std::move(taken);
  result_.recording.found = found;
  result_.found = std::move(found);
}

void explorer::incomplete(std::string raise) {
  result_.status = verdict_status::incomplete;
  result_.raise = std::move(raise);
}

void explorer::finish() {
  const options& settings = what_.settings;
  result_.seconds = elapsed(steady_clock::now());
  result_.distinct = counted_.fingerprints.size();
  if (counted_.fingerprints.inserted() > 0) result_.unseen = counted_.fingerprints.unseen();
  const std::string missed = counted_.missed.text();
  if (!result_.found && !missed.empty()) result_.notes.push_back(missed);
  result_.distinct_is_least = counted_.fingerprints.overflowed();
  result_.observed = counted().observed;
  const auto hit = [&](bool was, const std::string& text) {
    if (was) result_.hit.push_back(text);
  };
  hit(counted_.hit_timeouts, "timeouts " + std::to_string(settings.timeouts));
  hit(counted_.hit_polls, "polls " + std::to_string(settings.polls));
  hit(counted_.hit_spurious, "spurious " + std::to_string(settings.spurious));
  hit(counted_.hit_fairness, "fairness");
  hit(hit_sc_ || (weaker_ && memory_ != wanted_memory()), "memory sc");
  if (result_.found && result_.found->kind == finding_kind::step_limit) {
    const bool ran_on = result_.recording.taken.steps.size() >= settings.steps;
    hit(ran_on, "steps " + std::to_string(settings.steps));
    hit(!ran_on, "threads " + std::to_string(max_threads));
  }
  hit(hit_budget_ && !limited_,
      "budget " + seconds_text(std::chrono::duration<double>(settings.budget).count()));
  hit(hit_budget_ && limited_, "time limit of the test");
  if (!result_.part.empty() && result_.kind == proof::exhaustive) result_.kind = proof::part;
  if (counted_.shared || result_.status != verdict_status::ok) return;
  if (is_apart() && result_.executions == 0) return;
  const std::string text = "vacuous: no two threads ever touched the same object";
  if (settings.vacuous == vacuous_rule::warn) {
    result_.warnings.push_back(text);
    return;
  }
  result_.status = verdict_status::failed;
  result_.found = finding{finding_kind::vacuous, text, {}, location::unknown()};
}

void explorer::tell(moment now) {
  told_ = now;
  if (!what_.hook) return;
  progress state{what_.name, result_.executions, elapsed(now), completed_};
  const double since = std::chrono::duration<double>(now - stage_began_).count();
  const auto made = static_cast<double>(result_.executions - stage_began_at_);
  if (since > 0 && result_.executions >= stage_began_at_) state.rate = made / since;
  const fingerprint_set& drawn = counted_.fingerprints;
  if (result_.kind == proof::sampled && drawn.inserted() > 0) {
    state.distinct = drawn.size();
    state.unseen = drawn.unseen();
  }
  if (result_.kind == proof::exhaustive && result_.size) state.expected = result_.size->executions;
  state.left = std::max(0.0, std::chrono::duration<double>(hard_deadline() - now).count());
  what_.hook(state);
}

}  // namespace detail

verdict run(const exploration& what) { return detail::explorer(what).explore(); }

}  // namespace heddle
