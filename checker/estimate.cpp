// How long exhausting would take, and whether it is worth to go on.
#include <algorithm>
#include <chrono>
#include <optional>

#include <heddle/checker/explorer.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

namespace {

// A program that is done by then is not estimated.
constexpr auto first_slice = std::chrono::milliseconds(200);
// What the walks may take, if so many are made in less; and so many are enough.
constexpr auto walks_slice = std::chrono::milliseconds(150);
constexpr std::uint64_t least_walks = 48, most_walks = 5000;

}  // namespace

moment explorer::first_deadline(moment share) const {
  const moment now = steady_clock::now();
  return now + std::min<moment::duration>(first_slice, (share - now) / 4);
}

// The time of a search is over: until when it goes on.  A search that is about to end within its
// share gets it, with all that it has done so far.
moment explorer::deadline_after(moment deadline) {
  if (exhausting_until_ == moment{} || deadline >= exhausting_until_) return deadline;
  const moment now = steady_clock::now();
  // It was begun anew in the meantime, under the weaker memory model.
  if (now < first_deadline_) return first_deadline_;
  if (counted_.longest > short_steps) return exhausting_until_;
  result_.size = estimate_size();
  if (result_.found) return deadline;
  // What the walks cannot express the search will come to by itself.
  if (!result_.size) return exhausting_until_;
  const auto done = static_cast<double>(result_.executions - stage_began_at_);
  const double rate = done / std::chrono::duration<double>(now - search_began_).count();
  size_estimate& size = *result_.size;
  size.seconds = rate > 0 ? size.executions / rate : 0;
  const double left = std::chrono::duration<double>(exhausting_until_ - now).count();
  // The mean of few walks is mostly too low.
  return size.high - done <= rate * left ? exhausting_until_ : deadline;
}

std::optional<size_estimate> explorer::estimate_size() {
  const options& settings = what_.settings;
  const graph::rules rules{settings.delay, settings.prune, settings.handoff};
  graph::memory model = memory_;
  auto walks = make_estimate(model, settings.seed, rules);
  weighed_walks all;
  const moment until = std::min(steady_clock::now() + walks_slice, exhausting_until_);
  while (all.count() < most_walks) {
    const moment now = steady_clock::now();
    if (now >= until && (all.count() >= least_walks || now >= exhausting_until_)) break;
    walks->restart();
    outcome last;
    last.end = ending::dropped;
    while (walks->begin()) {
      last = runner_.run(what_.body, *walks,
                         {.memory = model, .counted = false, .fingerprint = false});
      if (!walks->applies()) return std::nullopt;
      if (last.end != ending::found) continue;
      use_memory(model);
      ++result_.executions;
      record(*walks);
      return std::nullopt;
    }
    if (model != wanted_memory() && walks->weaker()) {
      model = wanted_memory();
      walks = make_estimate(model, settings.seed, rules);
      all = {};
      continue;
    }
    const bool reached = last.end == ending::completed || last.end == ending::blocked;
    all.add(reached ? walks->weight() : 0);
  }
  if (all.count() == 0) return std::nullopt;
  return all.result();
}

}  // namespace heddle::detail
