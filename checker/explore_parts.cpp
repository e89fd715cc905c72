// The search as several processes make it, and as a file keeps it.
#include <string>
#include <utility>

#include <heddle/checker/checkpoint.hpp>
#include <heddle/checker/explorer.hpp>
#include <heddle/checker/finding_bytes.hpp>

namespace heddle::detail {

// Ends the process unless the search can be made as the options want it.
void explorer::judge_parts(const strategy& choices) const {
  const options& settings = what_.settings;
  if (!choices.divides()) {
    fail(exit_usage, "options jobs, checkpoint" +
                         std::string(is_apart() ? ", resume, from and rest" : " and resume") +
                         ": the search of " + result_.name +
                         " cannot be divided, since it goes by orders of steps");
  }
  if (result_.kind == proof::bounded && !(settings.checkpoint + settings.resume).empty()) {
    fail(exit_usage, "options checkpoint and resume: the search of " + result_.name +
                         " has a bound on preemptions, of which a file keeps nothing");
  }
}

// By processes that are forked from this one, from the beginning or from where a file has left it.
search_end explorer::search_in_parts(strategy& choices, moment deadline, std::uint64_t most) {
  const options& settings = what_.settings;
  judge_parts(choices);
  divided_ = &choices;
  counted_.pruned = false;
  counted_.threads = {};
  jobs_request request{settings.jobs, deadline, most, {}};
  const bool kept = !settings.checkpoint.empty();
  checkpoint_subject subject;
  if (kept || !settings.resume.empty()) subject = checkpoint_of(what_.name, settings);
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
    if (is_apart()) {
      request.from = open_apart(choices);
      if (const auto end = take_shard(choices, deadline, request.from)) return *end;
      if (!settings.rest.empty()) {
        request.leave = [&](const search_state& state) { hand_over(state); };
      }
    }
  }
  choices.forget_open();
  request.keep_every = settings.checkpoint_every;
  if (settings.stable && result_.kind == proof::sampled) {
    request.enough = [&](const totals& all) { return is_stable(all.fingerprints); };
  }
  if (kept) {
    request.keep = [&](const search_state& state) {
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
  for (;;) {
    jobs_result result = search_by_several(*this, request);
    if (result.end == search_end::inapplicable || result.end == search_end::weaker) {
      late_ = late_ || settings.shard.divides();
      return result.end;
    }
    if (!settings.rest.empty()) result_.left = result.state.open.size();
    take(result.state.counted);
    if (result.state.found) {
      show(*result.state.found);
      name_execution(choices, result.state.found->where);
    }
    if (result.end != search_end::deadline || is_distributed()) return result.end;
    const moment more = deadline_after(request.deadline);
    if (result_.found) return search_end::found;
    if (more <= steady_clock::now()) return search_end::deadline;
    request.deadline = more;
    request.from = std::move(result.state);
  }
}

divided_search::step explorer::visit() {
  const outcome out = execute(*divided_);
  if (!divided_->applies()) return step::inapplicable;
  if (memory_ != wanted_memory() && divided_->weaker()) return step::weaker;
  count(out, *divided_);
  if (!result_.found && out.end == ending::found) record(*divided_);
  return result_.found ? step::found : step::went_on;
}

totals explorer::counted() const {
  totals all = counted_;
  all.executions = result_.executions;
  all.blocked = result_.blocked;
  totals here;
  here.observed = runner_.observed();
  if (divided_ != nullptr) {
    here.hit_polls = divided_->hit_polls();
    here.hit_fairness = divided_->hit_fairness();
    here.pruned = divided_->pruned();
    here.threads = divided_->knows_threads();
  }
  all.add(here);
  return all;
}

void explorer::take(const totals& counted) {
  counted_ = counted;
  result_.executions = counted.executions;
  result_.blocked = counted.blocked;
  runner_.forget_observations();
}

std::vector<std::uint8_t> explorer::take_finding() {
  std::vector<std::uint8_t> bytes = to_bytes(*result_.found, result_.recording.taken);
  result_.status = verdict_status::ok;
  result_.found.reset();
  result_.recording = {};
  result_.token.clear();
  return bytes;
}

// Another process has found it; here its schedule is followed again, for the report.
void explorer::show(const found_at& found) {
  shown_finding shown;
  if (found.is == found_at::what::signal || !from_bytes(found.bytes, shown)) {
    keep_finding(ended_by(found.signal), {});
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

}  // namespace heddle::detail
