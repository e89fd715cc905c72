#include <heddle/tests/refinement/exploration.hpp>

namespace heddle::refinement {

std::unique_ptr<strategy> choices_of(const search& how, std::size_t threads) {
  switch (how.how) {
    case search::by::graphs: {
      if (!how.preemptions) return make_optimal(how.memory);
      // All threads that there will be, and the body.
      const graph::preemption_limit limit{.most = *how.preemptions,
                                          .threads = static_cast<unsigned>(threads) + 1};
      return make_optimal(how.memory, {}, limit);
    }
    case search::by::interleavings:
      return make_odometer(how.preemptions.value_or(unbounded));
    case search::by::samples:
      break;
  }
  return make_sampler("random_walk", {.seed = how.seed});
}

namespace {

struct kept_runner {
  std::unique_ptr<runner> it;
  std::uint32_t spurious = 0;
};

kept_runner& kept() {
  static kept_runner runs;
  return runs;
}

}  // namespace

runner& runner_for(const search& how) {
  kept_runner& now = kept();
  if (!now.it || now.spurious != how.spurious) {
    now.it.reset();
    now.spurious = how.spurious;
    now.it = std::make_unique<runner>(execution_limits{.timeouts = 1, .spurious = now.spurious});
  }
  return *now.it;
}

void drop_runner() { kept().it.reset(); }

}  // namespace heddle::refinement
