#include <heddle/checker/explore.hpp>

#include <algorithm>
#include <utility>

#include <heddle/checker/checkpoint.hpp>
#include <heddle/checker/finding_bytes.hpp>
#include <heddle/checker/jobs.hpp>
#include <heddle/scheduler/heap.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle {

namespace {

using std::chrono::steady_clock;
using moment = steady_clock::time_point;
using detail::search_end;

// How many of the first executions are run twice, to see that the body is deterministic.
constexpr std::uint64_t compared_executions = 3;
// The clock is looked at before every eighth execution.
constexpr std::uint64_t clock_mask = 7;
// Bounds that come before the search without one.
constexpr std::uint32_t simple_preemptions = 2;
constexpr auto progress_pause = std::chrono::milliseconds(250);

finding not_deterministic(const std::string& first, const std::string& second) {
  return {finding_kind::nondeterminism,
          "the body is not deterministic: the same choices first gave " + first + ", then " +
              second + "; bring time, randomness and addresses under heddle",
          {},
          location::unknown()};
}

class explorer final : public detail::divided_search {
 public:
  explicit explorer(const exploration& what)
      : what_(what), runner_(limits_of(what.settings)), begin_(steady_clock::now()) {
    result_.name = what.name;
    result_.strategy = what.settings.strategy == "odometer" ? "exhaustive" : what.settings.strategy;
    result_.seed = what.settings.seed;
    result_.arena = heap_replaced();
  }

  verdict explore() {
    if (what_.settings.strategy == "random_walk") {
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
  search_end search_graphs(moment deadline);
  void iterate_to(std::uint32_t bound);
  void iterate(const iteration& bounds);
  bool search_bound(std::uint32_t bound, moment deadline);

  search_end search(strategy& choices, moment deadline, std::uint64_t most);
  search_end search_in_parts(strategy& choices, moment deadline, std::uint64_t most);
  [[nodiscard]] bool in_parts() const {
    const options& settings = what_.settings;
    return settings.jobs > 1 || !settings.checkpoint.empty() || !settings.resume.empty();
  }
  void take(const detail::totals& counted);
  void show(const detail::found_at& found);

  // The search as each of several processes sees it.
  strategy& choices() override { return *divided_; }
  void forget() override { take({}); }
  step visit() override;
  [[nodiscard]] detail::totals counted() const override;
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
  detail::totals counted_;  ///< but for the executions, and what was observed here
  strategy* divided_ = nullptr;
  std::optional<std::uint32_t> completed_;
  bool hit_budget_ = false;
};

void explorer::sample() {
  const options& settings = what_.settings;
  result_.kind = proof::sampled;
  use_memory(wanted_memory());
  const std::uint64_t first = settings.execution.value_or(1);
  const std::uint64_t most = settings.execution ? 1 : settings.executions.value_or(default_samples);
  const auto choices = in_parts() ? make_random_walk(settings.seed, first, first + most - 1)
                                  : make_random_walk(settings.seed, first);
  hit_budget_ = search(*choices, hard_deadline(), most) == search_end::deadline;
  if (result_.executions == 0) incomplete("raise budget");
}

// Schedules with few preemptions come first: depth first alone may take for ever to come to a bug
// that lies at the other end of the tree.
void explorer::search_whole() {
  if (what_.settings.strategy == "exhaustive" && search_traces(hard_deadline())) return;
  for (std::uint32_t bound = 0; bound <= simple_preemptions; ++bound) {
    if (!search_bound(bound, hard_deadline())) return;
  }
  result_.kind = proof::exhaustive;
  result_.preemptions.reset();
  const auto choices = make_odometer(unbounded);
  const search_end end = search(*choices, hard_deadline(), cap());
  const std::string done =
      ", or preemptions=" + std::to_string(simple_preemptions) + " which is done";
  if (end == search_end::deadline) incomplete("raise budget" + done);
  if (end == search_end::capped) incomplete("raise executions" + done);
}

// Each trace once; false if the body does what the strategy cannot express.
bool explorer::search_traces(moment deadline) {
  result_.kind = proof::exhaustive;
  result_.preemptions.reset();
  search_end end = search_graphs(deadline);
  if (end == search_end::weaker) {
    use_memory(graph::memory::rc11);
    end = search_graphs(deadline);
  }
  if (end == search_end::inapplicable) {
    use_memory(graph::memory::sc);
    return false;
  }
  result_.memory = what_.settings.memory;
  tell(steady_clock::now());
  if (end == search_end::deadline) incomplete("raise budget, or set preemptions");
  if (end == search_end::capped) incomplete("raise executions, or set preemptions");
  return true;
}

// What is not finished by graphs is begun anew, and counted anew.
search_end explorer::search_graphs(moment deadline) {
  const std::uint64_t executions = result_.executions, blocked = result_.blocked;
  const auto choices = make_optimal(memory_);
  const search_end end = search(*choices, deadline, cap());
  if (end == search_end::inapplicable || end == search_end::weaker) {
    result_.executions = executions;
    result_.blocked = blocked;
    if (executions == 0) runner_.forget_observations();
  }
  return end;
}

// One bound.  True if it is completed and leaves something to a higher one.
bool explorer::search_bound(std::uint32_t bound, moment deadline) {
  result_.kind = proof::bounded;
  result_.preemptions = bound;
  const auto choices = make_odometer(bound);
  const search_end end = search(*choices, deadline, cap());
  if (end == search_end::exhausted) {
    completed_ = bound;
    tell(steady_clock::now());
    if (choices->pruned()) return true;
    result_.kind = proof::exhaustive;
    result_.preemptions.reset();
  } else if (end != search_end::found) {
    std::string raise = end == search_end::capped ? "raise executions" : "raise budget";
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
  if (bounds.try_whole && what_.settings.strategy == "exhaustive") {
    const bool applies = search_traces(begin_ + (until - begin_) / 2);
    if (applies && result_.status != verdict_status::incomplete) return;
    result_.status = verdict_status::ok;
    result_.raise.clear();
  }
  if (bounds.try_whole) {
    const moment now = steady_clock::now();
    const auto choices = make_odometer(unbounded);
    const search_end end = search(*choices, now + (until - now) / 2, cap());
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
  if (in_parts()) {
    return search_in_parts(choices, deadline, choices.exhaustive() ? most : ~std::uint64_t{0});
  }
  for (std::uint64_t done = 0; choices.begin(); ++done) {
    if (result_.executions >= most) return search_end::capped;
    if ((done & clock_mask) == 0) {
      const moment now = steady_clock::now();
      if (now >= deadline) return search_end::deadline;
      if (now - told_ >= progress_pause) tell(now);
    }
    const outcome out = execute(choices);
    if (!choices.applies()) return search_end::inapplicable;
    if (memory_ != wanted_memory() && choices.weaker()) return search_end::weaker;
    count(out);
    if (result_.found) return search_end::found;
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

// By processes that are forked from this one, from the beginning or from where a file has left it.
search_end explorer::search_in_parts(strategy& choices, moment deadline, std::uint64_t most) {
  const options& settings = what_.settings;
  if (!choices.divides()) {
    fail(exit_usage, "options jobs, checkpoint and resume: the search of " + result_.name +
                         " cannot be divided, since it goes by orders of steps (odometer)");
  }
  divided_ = &choices;
  detail::jobs_request request{settings.jobs, deadline, most, {}};
  const bool kept = !settings.checkpoint.empty();
  detail::checkpoint_subject subject;
  if (kept || !settings.resume.empty()) subject = detail::checkpoint_of(what_.name, settings);
  if (!settings.resume.empty()) {
    const std::string wrong = read_checkpoint(settings.resume, subject, request.from);
    if (!wrong.empty()) fail(exit_usage, "resume: " + wrong);
    // It was written after the search had begun anew.
    if (request.from.model == graph::memory::rc11 && memory_ == graph::memory::sc) {
      return search_end::weaker;
    }
  }
  if (settings.resume.empty() || request.from.model != memory_) {
    request.from = {counted(), choices.save(), std::nullopt, memory_, ""};
  }
  choices.forget_open();
  request.keep_every = settings.checkpoint_every;
  if (kept) {
    request.keep = [&](const detail::search_state& state) {
      if (!state.bound.empty()) {
        fail(exit_usage,
             "checkpoint: another run cannot go on with " + result_.name + ": " + state.bound);
      }
      const std::string wrong = write_checkpoint(settings.checkpoint, subject, state);
      if (!wrong.empty()) {
        fail(exit_environment, "checkpoint: " + settings.checkpoint + " " + wrong);
      }
    };
  }
  const detail::jobs_result result = search_in_processes(*this, std::move(request));
  if (result.end == search_end::inapplicable || result.end == search_end::weaker) return result.end;
  take(result.state.counted);
  if (result.state.found) show(*result.state.found);
  return result.end;
}

detail::divided_search::step explorer::visit() {
  const outcome out = execute(*divided_);
  if (!divided_->applies()) return step::inapplicable;
  if (memory_ != wanted_memory() && divided_->weaker()) return step::weaker;
  count(out);
  if (!result_.found && out.end == ending::found) record(*divided_);
  return result_.found ? step::found : step::went_on;
}

detail::totals explorer::counted() const {
  detail::totals all = counted_;
  all.executions = result_.executions;
  all.blocked = result_.blocked;
  detail::totals here;
  here.observed = runner_.observed();
  all.add(here);
  return all;
}

void explorer::take(const detail::totals& counted) {
  counted_ = counted;
  result_.executions = counted.executions;
  result_.blocked = counted.blocked;
  runner_.forget_observations();
}

std::vector<std::uint8_t> explorer::take_finding() {
  std::vector<std::uint8_t> bytes = detail::to_bytes(*result_.found, result_.recording.taken);
  result_.status = verdict_status::ok;
  result_.found.reset();
  result_.recording = {};
  result_.token.clear();
  return bytes;
}

// Another process has found it; here its schedule is followed again, for the report.
void explorer::show(const detail::found_at& found) {
  detail::shown_finding shown;
  if (found.is == detail::found_at::what::signal || !detail::from_bytes(found.bytes, shown)) {
    keep_finding(detail::ended_by(found.signal), {});
    result_.token.clear();
    return;
  }
  recording taken;
  if (shown.what.kind != finding_kind::nondeterminism) {
    (void)runner_.replay(what_.body, shown.taken, taken, memory_);
  }
  taken.taken = std::move(shown.taken);
  keep_finding(std::move(shown.what), std::move(taken));
}

// Runs the execution that the strategy has prepared.  The first few are run a second time, and the
// steps of both compared.
outcome explorer::execute(strategy& choices) {
  if (result_.executions >= compared_executions) {
    return runner_.run(what_.body, choices, {.memory = memory_});
  }
  step_log log;
  const outcome first = runner_.run(what_.body, choices, {.log = &log, .memory = memory_});
  if (first.end == ending::found || !choices.applies()) return first;
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
}

void explorer::count(const outcome& out) {
  if (out.end == ending::dropped || out.end == ending::unreal) return;
  ++result_.executions;
  if (out.end == ending::blocked) ++result_.blocked;
  if (result_.kind == proof::sampled) counted_.fingerprints.insert(out.fingerprint);
  counted_.shared |= out.shared;
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
  if (out.end != ending::found || found.kind != expected) {
    const bool another = out.end == ending::found;
    found = not_deterministic(std::string(to_string(expected)),
                              another ? std::string(to_string(found.kind)) : "no finding");
  }
  keep_finding(std::move(found), std::move(taken));
}

void explorer::keep_finding(finding found, recording taken) {
  result_.status = verdict_status::failed;
  result_.token = shorten(encode({hash_of_name(what_.name), granularity_of_program(),
                                  limits_of(what_.settings), memory_, taken.taken}));
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
  result_.distinct_is_least = counted_.fingerprints.overflowed();
  result_.observed = counted().observed;
  const auto hit = [&](bool was, const std::string& text) {
    if (was) result_.hit.push_back(text);
  };
  hit(counted_.hit_timeouts, "timeouts " + std::to_string(settings.timeouts));
  hit(counted_.hit_polls, "polls " + std::to_string(settings.polls));
  hit(counted_.hit_spurious, "spurious " + std::to_string(settings.spurious));
  hit(counted_.hit_fairness, "fairness");
  hit(result_.found && result_.found->kind == finding_kind::step_limit,
      "steps " + std::to_string(settings.steps));
  hit(hit_budget_,
      "budget " + seconds_text(std::chrono::duration<double>(settings.budget).count()));
  if (counted_.shared || result_.status != verdict_status::ok) return;
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
  if (what_.hook) what_.hook({what_.name, result_.executions, elapsed(now), completed_});
}

}  // namespace

verdict run(const exploration& what) { return explorer(what).explore(); }

verdict run_replay(std::string_view name, const std::function<void()>& body, const token& what) {
  verdict result;
  result.name = name;
  result.kind = proof::replayed;
  result.strategy = "replay";
  result.executions = 1;
  const moment begin = steady_clock::now();
  runner runs(what.limits);
  result.memory = what.memory == graph::memory::rc11 ? "rc11" : "sc";
  const outcome out = runs.replay(body, what.schedule, result.recording, what.memory);
  result.seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  if (out.end != ending::found) return result;
  result.status = verdict_status::failed;
  result.found = runs.found();
  result.token = shorten(encode(what));
  return result;
}

}  // namespace heddle
