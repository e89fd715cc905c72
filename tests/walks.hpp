// Walks to estimate how many executions there are, for the tests of the estimate.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy.hpp>

#include <boost/test/unit_test.hpp>

namespace heddle::testing {

struct walked {
  std::uint64_t walks = 0;
  double sum = 0, squares = 0;
  std::map<std::uint64_t, double> weights;  ///< of the traces that were reached
  bool one_weight_each = true;              ///< a trace is reached in one way only, by walks of one
  bool applies = true;

  [[nodiscard]] double mean() const { return sum / static_cast<double>(walks); }
  /// How many standard errors the mean is away from `expected`.
  [[nodiscard]] double deviation_from(double expected) const {
    const auto n = static_cast<double>(walks);
    const double variance = (squares / n - mean() * mean()) * n / (n - 1);
    const double off = std::abs(mean() - expected);
    return off == 0 ? 0 : off / std::sqrt(variance / n);
  }
};

inline walked walk(const std::function<void()>& body, std::uint64_t times, graph::memory model,
                   const graph::rules& obeyed = {}, std::size_t width = 1) {
  walked all;
  runner runs({});
  const auto walks = make_estimate(model, 1, width, obeyed);
  for (; all.walks < times && walks->applies(); ++all.walks) {
    walks->restart();
    double sum = 0;
    while (walks->begin()) {
      const outcome last = runs.run(body, *walks, {.memory = model});
      if (last.end == ending::dropped || last.end == ending::unreal) continue;
      const double weight = walks->weight();
      sum += weight;
      const auto known = all.weights.emplace(last.fingerprint, weight).first;
      all.one_weight_each = all.one_weight_each && known->second == weight;
    }
    all.sum += sum;
    all.squares += sum * sum;
  }
  all.applies = walks->applies();
  return all;
}

inline std::uint64_t count(const std::function<void()>& body, graph::memory model,
                           const execution_limits& limits = {}) {
  runner runs(limits);
  const auto choices = make_optimal(model);
  std::uint64_t executions = 0;
  while (choices->begin()) {
    const outcome out = runs.run(body, *choices, {.memory = model});
    if (out.end != ending::dropped && out.end != ending::unreal) ++executions;
  }
  return executions;
}

/// 3.9 standard errors: of a mean that is right, p < 1e-4.
inline constexpr double most_deviation = 3.9;

/// That the mean weight of walks is the number of executions.
inline void expect_mean(const std::string& name, const std::function<void()>& body,
                        std::uint64_t executions, std::uint64_t times,
                        graph::memory model = graph::memory::sc) {
  BOOST_TEST(count(body, model) == executions, name);
  for (const bool obey : {true, false}) {
    const walked all = walk(body, times, model, {obey, obey, obey});
    BOOST_TEST(all.applies, name);
    BOOST_TEST(all.walks == times);
    BOOST_TEST(all.deviation_from(static_cast<double>(executions)) < most_deviation,
               name << ": " << all.mean() << " instead of " << executions);
    BOOST_TEST(all.one_weight_each, name);
    BOOST_TEST(all.weights.size() <= executions, name);
  }
  for (const std::size_t width : {2U, 16U}) {
    const walked all = walk(body, times / 10, model, {}, width);
    BOOST_TEST(
        all.deviation_from(static_cast<double>(executions)) < most_deviation,
        name << ": " << all.mean() << " instead of " << executions << ", " << width << " abreast");
    BOOST_TEST(all.weights.size() <= executions, name);
  }
}

}  // namespace heddle::testing
