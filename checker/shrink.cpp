#include <heddle/checker/shrink.hpp>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <heddle/checker/same_finding.hpp>
#include <heddle/scheduler/strategy/guided.hpp>

namespace heddle {

namespace {

using std::chrono::steady_clock;

// A search tries far too many schedules of more steps than this.
constexpr std::uint32_t most_steps_to_search = 200;

/// Steps of one thread in a row.
struct block {
  std::uint32_t thread;
  std::size_t begin, end;
};

std::vector<block> blocks_of(const schedule& of) {
  std::vector<block> blocks;
  for (std::size_t i = 0; i < of.steps.size(); ++i) {
    const std::uint32_t thread = of.steps[i].thread;
    if (blocks.empty() || blocks.back().thread != thread) blocks.push_back({thread, i, i});
    blocks.back().end = i + 1;
  }
  return blocks;
}

bool departs(const choice& of) { return of.option != 0; }

bool departs(const schedule::step& step) {
  return std::any_of(step.choices.begin(), step.choices.end(),
                     [](const choice& each) { return departs(each); });
}

complexity complexity_of(const recording& execution, std::uint32_t diverged_at) {
  const schedule& taken = execution.taken;
  complexity all;
  std::set<std::uint32_t> threads;
  const auto count = [&](const std::vector<choice>& choices) {
    for (const choice& each : choices) all.choices += departs(each) ? 1 : 0;
  };
  count(taken.prologue);
  for (const auto& step : taken.steps) {
    threads.insert(step.thread);
    count(step.choices);
  }
  all.threads = static_cast<std::uint32_t>(threads.size());
  all.preemptions = preemptions_of(execution);
  all.steps = static_cast<std::uint32_t>(taken.steps.size());
  all.directed = all.steps + 1 - std::min(diverged_at, all.steps + 1);
  all.switches = static_cast<std::uint32_t>(blocks_of(taken).size());
  return all;
}

class shrinker {
 public:
  shrinker(runner& runs, const shrink_request& request)
      : runs_(runs),
        request_(request),
        deadline_(steady_clock::now() + request.budget),
        guided_(make_guided()) {}

  std::optional<shrunk> run() {
    if (!begin()) return std::nullopt;
    do {
      simplify();
    } while (request_.search && search_below());
    result_.finished = !out_of_budget();
    return std::move(result_);
  }

 private:
  // Places where no location was given are found out only while recording, so that the finding is
  // a slightly different one then.
  bool begin() {
    guided_->follow({.wishes = request_.from});
    if (!fails(*guided_)) return false;
    plain_ = runs_.found();
    if (!record(*guided_)) return false;
    recorded_ = *result_.execution.found;
    if (!is_same_finding(request_.found, *recorded_)) return false;
    result_.before = result_.after;
    return true;
  }

  // Runs the next execution of `choices`.
  bool fails(strategy& choices) {
    ++result_.executions;
    if (!choices.begin()) return false;
    return runs_.run(request_.body, choices, {.memory = request_.memory, .counted = false}).end ==
           ending::found;
  }

  // Keeps the execution that has just failed if nothing simpler is known.
  bool record(strategy& choices) {
    recording taken;
    choices.again();
    ++result_.executions;
    (void)runs_.run(request_.body, choices, {.record = &taken, .memory = request_.memory});
    if (!taken.found || (recorded_ && !is_same_finding(*recorded_, *taken.found))) return false;
    const complexity reached = complexity_of(taken, guided_->diverged_at());
    if (recorded_ && reached >= result_.after) return false;
    result_.execution = std::move(taken);
    result_.after = reached;
    return true;
  }

  // True if that is simpler than all before.
  bool attempt(guide what) {
    if (out_of_budget()) return false;
    guided_->follow(std::move(what));
    if (!fails(*guided_) || !is_same_finding(plain_, runs_.found())) return false;
    return record(*guided_);
  }

  [[nodiscard]] bool out_of_budget() const {
    return result_.executions >= request_.executions || steady_clock::now() >= deadline_;
  }

  [[nodiscard]] const schedule& best() const { return result_.execution.taken; }

  // Each of these is cheap where it fails, so all are tried until none helps any more.
  void simplify() {
    for (bool better = true; better && !out_of_budget();) {
      better = false;
      while (postpone_threads()) better = true;
      while (drop_switches(true)) better = true;
      while (move_blocks()) better = true;
      while (usual_choices()) better = true;
      while (stop_early()) better = true;
      while (drop_switches(false)) better = true;
      while (swap_blocks()) better = true;
    }
  }

  // Threads whose steps before the failure are not needed for it.
  bool postpone_threads() {
    for (std::uint32_t thread = 1; thread < best().threads.size(); ++thread) {
      guide without{.wishes = best(), .postponed = {thread}};
      std::erase_if(without.wishes.steps, [&](const auto& step) { return step.thread == thread; });
      if (without.wishes.steps.size() == best().steps.size()) continue;
      if (attempt(std::move(without))) return true;
    }
    return false;
  }

  // Without one half of the preemptions or of all switches, one quarter, ..., one alone.
  bool drop_switches(bool preemptions_only) {
    const std::vector<switch_point> all = switches_of(result_.execution);
    std::vector<std::size_t> droppable;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].preempts || !preemptions_only) droppable.push_back(i);
    }
    for (std::size_t size = droppable.size(); size > 0; size /= 2) {
      for (std::size_t begin = 0; begin < droppable.size(); begin += size) {
        if (out_of_budget()) return false;
        const std::size_t end = std::min(begin + size, droppable.size());
        std::vector<switch_point> left;
        for (std::size_t i = 0, next = begin; i < all.size(); ++i) {
          const bool dropped = next < end && droppable[next] == i;
          dropped ? void(++next) : left.push_back(all[i]);
        }
        if (attempt({.wishes = best(), .switches = std::move(left)})) return true;
      }
    }
    return false;
  }

  // Two blocks of one thread become one, at the place of the earlier or of the later one.
  bool move_blocks() {
    const std::vector<block> blocks = blocks_of(best());
    for (std::size_t later = blocks.size(); later-- > 0;) {
      for (std::size_t earlier = later; earlier-- > 0;) {
        if (blocks[earlier].thread != blocks[later].thread) continue;
        if (out_of_budget()) return false;
        if (attempt_rotated(blocks[earlier].end, blocks[later].begin, blocks[later].end)) {
          return true;
        }
        if (attempt_rotated(blocks[earlier].begin, blocks[earlier].end, blocks[later].begin)) {
          return true;
        }
        break;
      }
    }
    return false;
  }

  bool swap_blocks() {
    const std::vector<block> blocks = blocks_of(best());
    for (std::size_t i = blocks.size(); i-- > 1;) {
      if (out_of_budget()) return false;
      if (attempt_rotated(blocks[i - 1].begin, blocks[i].begin, blocks[i].end)) return true;
    }
    return false;
  }

  bool attempt_rotated(std::size_t begin, std::size_t middle, std::size_t end) {
    guide moved{.wishes = best()};
    const auto first = moved.wishes.steps.begin();
    const auto at = [&](std::size_t i) { return first + static_cast<std::ptrdiff_t>(i); };
    std::rotate(at(begin), at(middle), at(end));
    return attempt(std::move(moved));
  }

  // Reads of the newest writes, and first options.
  bool usual_choices() {
    guide usual{.wishes = best()};
    usual.wishes.prologue.clear();
    for (auto& step : usual.wishes.steps) step.choices.clear();
    if (result_.after.choices == 0) return false;
    if (attempt(usual)) return true;
    for (std::size_t i = 0; i < best().steps.size() && !out_of_budget(); ++i) {
      if (!departs(best().steps[i])) continue;
      for (std::size_t c = 0; c < best().steps[i].choices.size(); ++c) {
        if (!departs(best().steps[i].choices[c])) continue;
        guide one;
        one.wishes = best();
        one.wishes.steps[i].choices[c].option = 0;
        if (attempt(std::move(one))) return true;
      }
    }
    return false;
  }

  // Only what comes first, and then without preemptions.
  bool stop_early() {
    const std::vector<block> blocks = blocks_of(best());
    for (const block& each : blocks) {
      if (out_of_budget()) return false;
      guide some{.wishes = best()};
      some.wishes.steps.resize(each.begin);
      if (attempt(std::move(some))) return true;
    }
    return false;
  }

  // All schedules with fewer preemptions, as far as time goes.
  bool search_below() {
    if (result_.after.steps > most_steps_to_search) return false;
    for (std::uint32_t bound = 0; bound < result_.after.preemptions; ++bound) {
      const auto choices = searched(bound);
      while (!out_of_budget() && choices->begin()) {
        ++result_.executions;
        const outcome out =
            runs_.run(request_.body, *choices, {.memory = request_.memory, .counted = false});
        if (!choices->applies()) return false;
        if (out.end != ending::found || !is_same_finding(plain_, runs_.found())) continue;
        recording taken;
        choices->again();
        (void)runs_.run(request_.body, *choices, {.record = &taken, .memory = request_.memory});
        if (attempt({.wishes = std::move(taken.taken)})) return true;
      }
      if (out_of_budget()) return false;
    }
    return false;
  }

  // The odometer reads the newest writes only.
  [[nodiscard]] std::unique_ptr<strategy> searched(std::uint32_t bound) const {
    const bool stale = std::any_of(best().steps.begin(), best().steps.end(), [](const auto& step) {
      return std::any_of(step.choices.begin(), step.choices.end(), [](const choice& each) {
        const bool weak = each.kind == choice_kind::read || each.kind == choice_kind::place;
        return weak && departs(each);
      });
    });
    if (!stale) return make_odometer(bound);
    return make_optimal(request_.memory, {}, graph::preemption_limit{.most = bound});
  }

  runner& runs_;
  const shrink_request& request_;
  steady_clock::time_point deadline_;
  std::unique_ptr<guided_strategy> guided_;
  finding plain_;                    ///< as it shows without a recording
  std::optional<finding> recorded_;  ///< and with one
  shrunk result_;
};

}  // namespace

std::optional<shrunk> shrink(runner& runs, const shrink_request& request) {
  return shrinker(runs, request).run();
}

}  // namespace heddle
