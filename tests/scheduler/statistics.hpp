// How likely it is that what was counted is chance.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <string>

namespace heddle::testing {

using counts_by_name = std::map<std::string, std::uint64_t>;
using probabilities = std::map<std::string, double>;

/// A test fails below this.
inline constexpr double least_p_value = 1e-4;

/// The regularized upper incomplete gamma function, by its series below a + 1 and by its continued
/// fraction above.
inline double upper_gamma(double a, double x) {
  if (x <= 0) return 1;
  const double front = std::exp(a * std::log(x) - x - std::lgamma(a));
  constexpr int most_terms = 10'000;
  constexpr double enough = 1e-14;
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (int n = 1; n < most_terms && term > sum * enough; ++n) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  // Evaluated from its end, which is far enough away.
  double fraction = 0;
  for (int n = most_terms; n >= 1; --n) {
    fraction = n * (a - n) / (x + 2.0 * n + 1 - a + fraction);
  }
  return front / (x + 1 - a + fraction);
}

/// Pearson's chi-square test; zero if something was counted that has no probability.
inline double chi_square_p_value(const counts_by_name& counted, const probabilities& expected) {
  double total = 0, sum = 0;
  for (const auto& [name, count] : counted) {
    if (!expected.contains(name)) return 0;
    total += static_cast<double>(count);
  }
  for (const auto& [name, probability] : expected) {
    const auto seen = counted.find(name);
    const double count = seen == counted.end() ? 0 : static_cast<double>(seen->second);
    const double wanted = total * probability;
    sum += (count - wanted) * (count - wanted) / wanted;
  }
  return upper_gamma(static_cast<double>(expected.size() - 1) / 2, sum / 2);
}

/// Of at most so many hits, where each of `of` tries hits with `probability`.
inline double at_most_p_value(std::uint64_t hits, std::uint64_t of, double probability) {
  const auto n = static_cast<double>(of);
  double sum = 0;
  for (std::uint64_t i = 0; i <= hits && i <= of; ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(probability) + (n - k) * std::log1p(-probability));
  }
  return sum < 1 ? sum : 1;
}

}  // namespace heddle::testing
