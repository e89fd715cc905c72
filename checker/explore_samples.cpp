// The search by samples.
#include <algorithm>
#include <string>

#include <heddle/checker/explorer.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>

namespace heddle::detail {

void explorer::sample() {
  const options& settings = what_.settings;
  result_.kind = proof::sampled;
  use_memory(wanted_memory());
  const std::uint64_t first = settings.execution.value_or(1);
  const std::uint64_t all =
      settings.execution
          ? 1
          : settings.executions.value_or(settings.stable ? endless : default_samples);
  const bool divides = settings.shard.divides() && settings.from.empty() && !settings.execution;
  const range mine = share_of(divides ? settings.shard : shard{}, all);
  if (is_apart()) read_from();
  if (mine.count == 0) {
    if (!settings.rest.empty()) hand_over({{}, {}, std::nullopt, memory_, ""});
    return;
  }
  draw(settings.strategy, first + mine.before, mine.count, hard_deadline());
  if (result_.executions == 0 && !result_.found && !is_apart()) incomplete(raise_time());
}

// Of few executions the estimate says little: if twice the threshold were unseen, then less than
// one time in a hundred so many would give an estimate below it.
bool explorer::is_stable(const fingerprint_set& drawn) const {
  if (!what_.settings.stable) return false;
  constexpr double least_seen = 10;
  const double threshold = *what_.settings.stable;
  return static_cast<double>(drawn.inserted()) >= least_seen / threshold &&
         drawn.unseen() <= threshold;
}

void explorer::draw(const std::string& name, std::uint64_t first, std::uint64_t most,
                    moment until) {
  const options& settings = what_.settings;
  sampling how{.seed = settings.seed, .first = first};
  how.depth = settings.depth;
  how.delays = settings.delays;
  if (in_parts()) how.last = first + most - 1;
  const auto choices = make_sampler(name, how);
  const search_end end = search(*choices, until, result_.executions + most);
  hit_budget_ = end == search_end::deadline;
}

}  // namespace heddle::detail
