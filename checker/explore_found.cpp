// What is done with a finding before it is handed over.
#include <heddle/checker/check.hpp>
#include <heddle/checker/explorer.hpp>
#include <heddle/checker/last_words.hpp>
#include <heddle/checker/shrink.hpp>

namespace heddle::detail {

void explorer::refine() {
  if (what_.found) what_.found(result_);
  const last_words report(report_text(result_) + verdict_text(result_));
  if (result_.kind == proof::sampled && what_.settings.shrink.count() > 0) shrink_finding();
  if (what_.settings.explain && !result_.recording.taken.steps.empty()) explain_finding();
  result_.token = shorten(result_.token);
}

void explorer::shrink_finding() {
  const finding_kind kind = result_.found->kind;
  if (kind == finding_kind::nondeterminism || result_.recording.taken.steps.empty()) return;
  const auto simpler = shrink(runner_, {.body = what_.body,
                                        .from = result_.recording.taken,
                                        .found = *result_.found,
                                        .memory = memory_,
                                        .budget = what_.settings.shrink});
  if (!simpler) return;
  const complexity &before = simpler->before, &after = simpler->after;
  keep_finding(*simpler->execution.found, simpler->execution);
  result_.shrunk = {before.preemptions, after.preemptions, before.steps, after.steps};
}

// From a replay, as whoever follows the token will see it.
void explorer::explain_finding() {
  recording again;
  if (runner_.replay(what_.body, result_.recording.taken, again, memory_).end != ending::found) {
    return;
  }
  result_.explained = explain(runner_, what_.body, again, memory_);
}

}  // namespace heddle::detail
