#include <heddle/bench/sampling_cases.hpp>

#include <algorithm>

#include <heddle/models/bugs/many_setters.hpp>
#include <heddle/models/bugs/two_stages.hpp>
#include <heddle/models/bugs/work_stealing.hpp>

namespace bench {

double published_case::aim() const {
  constexpr double least = 20;
  std::optional<double> best;
  for (const auto& mean : {means.surw, means.pct3, means.pos, means.random_walk}) {
    if (mean && (!best || *mean < *best)) best = mean;
  }
  return best ? std::max(least, 2 * *best) : least;
}

const std::vector<published_case>& published_cases() {
  static const std::vector<published_case> all{
      {"stringbuffer-jdk1.4", "stringbuffer_two_sections", {8, 281, 23, 2243}},
      {"account", "account_wrong_sum", {6, 4, 4, 18}},
      {"carter01", "carter01_one_guard", {{}, 5, 2, 1}},
      {"deadlock01", "deadlock01_opposite_orders", {2, 13, 4, 3}},
      {"din_phil3_sat", "din_phil3_sat_all_have_eaten", {}},
      {"lazy01", "lazy01_reader_comes_last", {2, 5, 5, 21}},
      {"phase01", "phase01_never_unlocked", {}},
      {"reorder_3", "reorder_3_half_set", {7, 185, 86, {}}},
      {"stack", "stack_stale_flag", {5, 3, 2, 176}},
      {"sync01", "sync01_never_taken", {}},
      {"twostage", "twostage_read_between", {8, 13, 15, 464}},
      {"wronglock", "wronglock_overwritten", {7, 51, 10, 36}},
  };
  return all;
}

const std::vector<growing_case>& growing_cases() {
  using namespace heddle::bugs;
  static const std::vector<growing_case> all{
      {"many setters",
       {3, 5, 10, 20, 40},
       [](std::size_t threads) { many_setters<relaxed_int>(threads - 1, false); }},
      {"two stages",
       {2, 5, 10, 20, 40},
       [](std::size_t threads) { two_stages(threads - 1, false); }},
      {"work stealing",
       {1, 2, 5, 10, 20},
       [](std::size_t threads) { work_stealing(threads, 4, true); }},
  };
  return all;
}

}  // namespace bench
