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

runner& runner_for(const search& how) {
  static std::unique_ptr<runner> runs;
  static std::uint32_t spurious = 0;
  if (!runs || spurious != how.spurious) {
    runs.reset();
    spurious = how.spurious;
    runs = std::make_unique<runner>(execution_limits{.timeouts = 1, .spurious = spurious});
  }
  return *runs;
}

}  // namespace heddle::refinement
