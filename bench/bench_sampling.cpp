// How many schedules the sampling strategies need to the first bug: for the programs of SCTBench,
// beside what is published, and as the number of threads grows.
//
// As in the published figures, threads are also switched before accesses to plain variables, and
// the memory is sequentially consistent unless asked otherwise.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <heddle/bench/measure.hpp>
#include <heddle/bench/sampling_cases.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/options.hpp>

namespace {

struct plan {
  std::uint64_t seeds = 20, cap = 10000, growth = 5;
  bool rc11 = false;
  std::vector<std::string> strategies;
};

/// Over all seeds.
struct result {
  std::uint64_t found = 0;
  std::uint64_t schedules = 0;  ///< to the first bug, of the seeds in which it was found
  std::uint64_t run = 0;        ///< in all seeds
  double ns = 0;                ///< processor time of all that were run

  [[nodiscard]] double mean() const {
    return static_cast<double>(schedules) / static_cast<double>(found);
  }
};

struct check_of {
  std::string name;
  std::function<void()> body;
  heddle::finding_kind expected;
};

bool known(const std::string& strategy) {
  heddle::options judged;
  heddle::key_set set;
  return heddle::apply({{"strategy", strategy}}, judged, set).empty();
}

heddle::options settings_for(const plan& how, const std::string& strategy, std::uint64_t seed) {
  heddle::options settings;
  settings.strategy = strategy;
  settings.seed = seed;
  settings.executions = how.cap;
  settings.budget = std::chrono::minutes(10);
  settings.memory = how.rc11 ? "rc11" : "sc";
  settings.plain = true;
  return settings;
}

result measure(const plan& how, const check_of& what, const std::string& strategy,
               std::uint64_t seeds) {
  result sum;
  const double begin = bench::cpu_ns();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const heddle::options settings = settings_for(how, strategy, seed);
    const heddle::verdict got =
        heddle::run({.name = what.name, .body = what.body, .settings = settings});
    sum.run += got.executions;
    if (!got.found) continue;
    if (got.found->kind != what.expected) {
      std::fprintf(stderr, "heddle: bench_sampling: %s, %s: %s\n", what.name.c_str(),
                   strategy.c_str(), got.line().c_str());
      std::exit(1);
    }
    ++sum.found;
    sum.schedules += got.executions;
  }
  sum.ns = bench::cpu_ns() - begin;
  return sum;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.1f" : "%.0f", value);
  return text;
}

// `12`, or `12 [3/20]`, or `never`.
std::string text_of(const result& of, std::uint64_t seeds) {
  if (of.found == 0) return "never";
  std::string text = number(of.mean());
  if (of.found < seeds) text += " [" + std::to_string(of.found) + "/" + std::to_string(seeds) + "]";
  return text;
}

std::string text_of(const std::optional<double>& mean) { return mean ? number(*mean) : "-"; }

constexpr int name_width = 22, column_width = 15;

void print_cells(std::FILE* to, const std::string& first, const std::vector<std::string>& cells) {
  std::fprintf(to, "%-*s", name_width, first.c_str());
  for (const std::string& each : cells) std::fprintf(to, " %*s", column_width, each.c_str());
  std::fprintf(to, "\n");
  std::fflush(to);
}

void put(bench::json_rows& rows, const std::string& name, const result& of,
         std::optional<double> best) {
  if (of.found > 0) {
    const double mean = of.mean();
    rows.put({name, mean, "schedules", best, best ? std::optional(mean / *best) : std::nullopt});
  }
  rows.put({name + ": found", static_cast<double>(of.found), "seeds"});
  rows.put({name + ": time", of.ns / static_cast<double>(std::max<std::uint64_t>(1, of.run)),
            "ns/schedule"});
}

std::optional<double> published_for(const bench::published_means& means, const std::string& by) {
  if (by == "surw") return means.surw;
  if (by == "pct") return means.pct3;
  if (by == "pos") return means.pos;
  if (by == "random_walk") return means.random_walk;
  return std::nullopt;
}

check_of check_for(const bench::published_case& subject) {
  for (const heddle::model* each : heddle::registered_models()) {
    if (each->name == "bugs/" + subject.model) {
      return {subject.name, each->body, each->expected.kind().value()};
    }
  }
  std::fprintf(stderr, "heddle: bench_sampling: no model bugs/%s\n", subject.model.c_str());
  std::exit(1);
}

// False if the portfolio misses its aim.
bool run_published(const plan& how, bench::json_rows& rows,
                   const std::vector<bench::published_case>& cases) {
  std::vector<std::string> head = how.strategies;
  head.insert(head.end(), {"aim", "SURW", "PCT3", "POS", "RW"});
  print_cells(rows.text(), "mean schedules to bug", head);
  bool good = true;
  for (const bench::published_case& subject : cases) {
    const check_of what = check_for(subject);
    std::vector<std::string> cells;
    for (const std::string& each : how.strategies) {
      const result got = measure(how, what, each, how.seeds);
      cells.push_back(text_of(got, how.seeds));
      put(rows, subject.name + ", " + each, got, published_for(subject.means, each));
      if (each != "portfolio") continue;
      const bool met = got.found == how.seeds && got.mean() <= subject.aim();
      if (!met) std::fprintf(stderr, "heddle: bench_sampling: %s: aim missed\n", what.name.c_str());
      good = good && met;
    }
    cells.push_back(number(subject.aim()));
    const auto& [surw, pct3, pos, random_walk] = subject.means;
    for (const auto& mean : {surw, pct3, pos, random_walk}) cells.push_back(text_of(mean));
    print_cells(rows.text(), subject.name, cells);
  }
  return good;
}

void run_growing(const plan& how, bench::json_rows& rows,
                 const std::vector<bench::growing_case>& cases) {
  print_cells(rows.text(), "with threads", how.strategies);
  for (const bench::growing_case& subject : cases) {
    for (const std::size_t threads : subject.sizes) {
      const std::string name = subject.name + " " + std::to_string(threads);
      const check_of what{name, [&] { subject.body(threads); }, heddle::finding_kind::assertion};
      std::vector<std::string> cells;
      for (const std::string& each : how.strategies) {
        const result got = measure(how, what, each, how.growth);
        cells.push_back(text_of(got, how.growth));
        put(rows, name + ", " + each, got, std::nullopt);
      }
      print_cells(rows.text(), name, cells);
    }
  }
}

// A word is a strategy, or how the names of cases begin; keeps those cases, all if there is none.
template <class Case>
std::vector<Case> wanted(std::vector<Case> all, const std::vector<std::string>& names) {
  if (names.empty()) return all;
  std::erase_if(all, [&](const Case& each) {
    return std::none_of(names.begin(), names.end(),
                        [&](const std::string& name) { return each.name.starts_with(name); });
  });
  return all;
}

std::vector<std::string> take_strategies(std::vector<std::string>& words) {
  std::vector<std::string> taken;
  for (const char* each : bench::sampling_strategies) {
    if (std::erase(words, each) > 0 && known(each)) taken.emplace_back(each);
  }
  if (!taken.empty()) return taken;
  for (const char* each : bench::sampling_strategies) {
    if (known(each)) taken.emplace_back(each);
  }
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  plan how;
  std::uint64_t memory = 1;
  bench::command_line command{
      "bench_sampling",
      "[STRATEGY | CASE]...  these strategies, and the cases whose names "
      "begin so; or all",
      {{"--seeds", "for each published case", &how.seeds},
       {"--cap", "schedules for a seed", &how.cap},
       {"--growth", "seeds for the cases that grow with threads", &how.growth},
       {"--memory", "1 sequentially consistent, 2 rc11", &memory}},
      {},
      {}};
  bench::parse(argc, argv, command);
  if (memory > 2) bench::refuse(command, "--memory needs 1 or 2");
  how.rc11 = memory == 2;
  std::vector<std::string> names = command.words;
  how.strategies = take_strategies(names);
  const auto published = wanted(bench::published_cases(), names);
  const auto growing = wanted(bench::growing_cases(), names);
  if (published.empty() && growing.empty()) bench::refuse(command, "no case has such a name");
  bench::json_rows rows(command);
  bool good = known("portfolio");
  if (!good) std::fprintf(stderr, "heddle: bench_sampling: there is no portfolio\n");
  if (!published.empty()) good = run_published(how, rows, published) && good;
  if (!growing.empty()) run_growing(how, rows, growing);
  return good ? 0 : 1;
}
