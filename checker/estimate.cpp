// How long exhausting would take, and whether it is worth to go on.
#include <algorithm>
#include <chrono>
#include <optional>

#include <heddle/checker/explorer.hpp>
#include <heddle/checker/walks.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

namespace {

// A program that is done by then is not estimated.
constexpr auto first_slice = std::chrono::milliseconds(200);
// What the walks may take: the larger of these, the second of the time that exhausting has left.
constexpr auto least_slice = std::chrono::milliseconds(150);
constexpr int walks_part = 50;

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
  return size.executions - done <= rate * left ? exhausting_until_ : deadline;
}

std::optional<size_estimate> explorer::estimate_size() {
  const options& settings = what_.settings;
  const moment now = steady_clock::now();
  const auto slice =
      std::max<moment::duration>(least_slice, (exhausting_until_ - now) / walks_part);
  const walks_result walked = make_walks({what_.body,
                                          runner_,
                                          memory_,
                                          wanted_memory(),
                                          {settings.delay, settings.prune, settings.handoff},
                                          settings.seed,
                                          std::min(now + slice, exhausting_until_),
                                          exhausting_until_});
  if (walked.found) {
    use_memory(walked.model);
    ++result_.executions;
    record(*walked.found);
  }
  return walked.size;
}

}  // namespace heddle::detail
