// What bench_sampling runs: the published cases with their figures, and cases that grow.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// The mean number of schedules to the first bug over 20 trials of at most 10000 schedules, as
/// published with SURW (Zhao et al., ASPLOS 2025); nothing where none is, or no trial found it.
struct published_means {
  std::optional<double> surw, pct3, pos, random_walk;
};

struct published_case {
  std::string name;   ///< in SCTBench
  std::string model;  ///< the broken one, without `bugs/`
  published_means means;

  /// What the portfolio is to need at most, in the mean.
  [[nodiscard]] double aim() const;
};

/// A bug among any number of threads.
struct growing_case {
  std::string name;
  std::vector<std::size_t> sizes;  ///< threads beside the body
  std::function<void(std::size_t)> body;
};

[[nodiscard]] const std::vector<published_case>& published_cases();
[[nodiscard]] const std::vector<growing_case>& growing_cases();

/// All that there may be; the program passes over what it does not know.
inline constexpr std::array sampling_strategies{
    "random_walk", "pct", "pos", "urw", "surw", "delay_bounded", "rff", "fest", "portfolio",
};

}  // namespace bench
