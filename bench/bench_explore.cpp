// How fast executions are explored.  Each program is run as a check runs it, by a runner and a
// strategy, and all of its graphs are visited (or a fixed number of random executions made) in each
// round; the rounds of all programs take turns, each with a slice of bare fiber switch pairs after
// every few hundred executions.  The best round counts, for the program and for the pairs apart.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <heddle/bench/bodies.hpp>
#include <heddle/bench/measure.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>

// All allocations of the program but those of the system's own libraries come here: operator new is
// heddle's, and calls malloc.  The linker is told to rename the calls.
namespace {
std::uint64_t allocations = 0;
}
extern "C" {
void* __real_malloc(std::size_t bytes);
void* __wrap_malloc(std::size_t bytes) {
  ++allocations;
  return __real_malloc(bytes);
}
}

namespace {

using heddle::graph::memory;

constexpr auto rc11 = memory::rc11;
constexpr auto sc = memory::sc;

struct program {
  std::string name;
  void (*body)();
  memory model;
  /// Of an exhaustive search: how many executions there are.  Zero: a random walk.
  std::uint64_t graphs;
  std::uint64_t walks;        ///< in a round
  std::optional<double> aim;  ///< switch pairs per execution
  std::string sampler = "random_walk";
};

std::vector<program> searches_and_walks() {
  using namespace bench;
  constexpr auto relaxed = std::memory_order_relaxed, seq_cst = std::memory_order_seq_cst;
  return {
      {"fai 2x8, sc", fai<2, 8>, sc, 12870, 0, 90},
      {"fib 5 relaxed, rc11", fib<5, relaxed>, rc11, 19404, 0, 50},
      {"fib 5 seq_cst, sc", fib<5, seq_cst>, sc, 8953, 0, 125},
      {"fib 5 seq_cst, rc11", fib<5, seq_cst>, rc11, 8953, 0, 125},
      {"fib 5 seq_cst and a relaxed store, rc11", fib<5, seq_cst, true>, rc11, 8953, 0, {}},
      {"mutex 3x4, sc", locked<3, 4>, sc, 34650, 0, 165},
      {"mutex 3x4, rc11", locked<3, 4>, rc11, 34650, 0, 165},
      {"walk SB, sc", store_buffering, sc, 0, 20000, 33},
      {"walk SB, rc11", store_buffering, rc11, 0, 20000, 33},
      {"walk mutex 3x3, sc", locked<3, 3>, sc, 0, 10000, 125},
      {"walk mutex 3x3, rc11", locked<3, 3>, rc11, 0, 10000, 125},
      {"walk 100 events, sc", long_run<80>, sc, 0, 5000, {}},
      {"walk 10000 events, sc", long_run<9984>, sc, 0, 50, {}},
      {"walk 100 events, rc11", long_run<80>, rc11, 0, 5000, {}},
      {"walk 10000 events, rc11", long_run<9984>, rc11, 0, 50, {}},
  };
}

// What the other samplers are measured on, beside a random walk on the same.
const std::string compared[] = {"SB, sc",           "SB, rc11",          "mutex 3x3, sc",
                                "mutex 3x3, rc11",  "100 events, sc",    "100 events, rc11",
                                "10000 events, sc", "10000 events, rc11"};

std::vector<program> programs() {
  std::vector<program> all = searches_and_walks();
  for (const std::string_view name : heddle::sampler_names()) {
    if (name == "random_walk") continue;
    for (const std::string& what : compared) {
      const auto walk = std::find_if(
          all.begin(), all.end(), [&](const program& each) { return each.name == "walk " + what; });
      program one = *walk;
      one.sampler = name;
      one.name = one.sampler + " " + what;
      one.aim.reset();
      all.push_back(std::move(one));
    }
  }
  return all;
}

struct round_of {
  std::uint64_t runs = 0, complete = 0, steps = 0, allocated = 0;
  double ns = 0;
};

struct measured {
  round_of best;
  double ns = std::numeric_limits<double>::max();  ///< per execution
  double pair = std::numeric_limits<double>::max();
  long peak = 0;
};

// A search that begins anew keeps nothing of the one before: its own allocations, until its tables
// have grown to their size, are the first executions' and not counted.
class search {
 public:
  search(const program& what, heddle::runner& runs) : what_(what), body_(what.body), runs_(runs) {
    choices_ =
        what.graphs > 0 ? heddle::make_optimal(what.model) : heddle::make_sampler(what.sampler, {});
  }

  /// Some more executions; false when there are no more.
  bool slice(round_of& into, std::uint64_t count) {
    const double begin = bench::cpu_ns();
    const std::uint64_t before = allocations;
    bool more = true;
    for (std::uint64_t i = 0; i < count && more; ++i) more = one(into);
    into.ns += bench::cpu_ns() - begin;
    into.allocated += allocations - before;
    return more;
  }

 private:
  bool one(round_of& into) {
    if (what_.graphs == 0 && into.runs == what_.walks) return false;
    if (!choices_->begin()) return false;
    const heddle::outcome out =
        runs_.run(body_, *choices_, {.memory = what_.model, .fingerprint = what_.graphs == 0});
    if (out.end == heddle::ending::found || !choices_->applies()) {
      std::fprintf(stderr, "heddle: bench_explore: %s: %s\n", what_.name.c_str(),
                   runs_.found().text.c_str());
      std::exit(1);
    }
    ++into.runs;
    into.steps += out.steps;
    into.complete += out.end == heddle::ending::completed ? 1 : 0;
    return true;
  }

  const program& what_;
  const std::function<void()> body_;
  heddle::runner& runs_;
  std::unique_ptr<heddle::strategy> choices_;
};

// The first slice of a round warms up its search, and is left out of the allocations.
void run_round(const program& what, heddle::runner& runs, bench::switch_pair& pair,
               measured& into) {
  constexpr int slices = 20, pairs = 4000;
  const std::uint64_t slice =
      std::max<std::uint64_t>(1, (what.graphs > 0 ? what.graphs : what.walks) / slices);
  bench::forget_peak();
  search all(what, runs);
  round_of round;
  double pair_ns = 0;
  int measured_pairs = 0;
  for (bool more = true; more; ++measured_pairs) {
    more = all.slice(round, slice);
    if (measured_pairs == 0) round.allocated = 0;
    pair_ns += pair.ns(pairs);
  }
  const double ns = round.ns / static_cast<double>(round.complete);
  if (ns < into.ns) {
    into.ns = ns;
    into.best = round;
  }
  into.pair = std::min(into.pair, pair_ns / measured_pairs);
  into.peak = std::max(into.peak, bench::peak_kib());
}

double per(std::uint64_t a, std::uint64_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

// Prints a row.  True if all is as it must be on any machine: the number of executions, the memory
// and the allocations; speed is only shown.
bool show(bench::json_rows& rows, const program& what, const measured& m) {
  constexpr long most_kib = 64L * 1024;
  // Per event: a table may still grow, and samplers make one of each execution they learn from.
  // In a round of few executions these weigh more.
  const double of_samplers = what.walks < 1000 ? 0.02 : 0.005;
  const double most_allocated = what.sampler == "random_walk" ? 0.001 : of_samplers;
  const round_of& best = m.best;
  const double pairs = m.ns / m.pair;
  const double per_event = best.ns / static_cast<double>(best.steps);
  const double wasted = per(best.runs - best.complete, best.complete);
  const double allocated = per(best.allocated, best.steps);
  char aim[32] = "";
  if (what.aim) std::snprintf(aim, sizeof aim, "%.0f", *what.aim);
  std::fprintf(rows.text(), "%-40s %8llu %9.0f %6.2f %7.1f %8.1f %5s %8.4f %7ld\n",
               what.name.c_str(), static_cast<unsigned long long>(best.complete), 1e9 / m.ns,
               wasted, per_event, pairs, aim, allocated, m.peak);
  rows.put({what.name, m.ns, "ns/execution", m.pair, pairs});
  rows.put({what.name + ": aim", what.aim.value_or(0), "pairs/execution"});
  rows.put({what.name + ": event", per_event, "ns/event", m.pair, per_event / m.pair});
  rows.put({what.name + ": wasted", wasted, "runs/execution"});
  rows.put({what.name + ": allocations", allocated, "1/event"});
  rows.put({what.name + ": peak", static_cast<double>(m.peak), "KiB"});
  const bool all = what.graphs == 0 || best.complete == what.graphs;
  if (!all) std::fprintf(stderr, "heddle: bench_explore: %s: not all graphs\n", what.name.c_str());
  return all && m.peak < most_kib && allocated < most_allocated;
}

// Each sampler's time by that of a random walk, one line each.
void show_ratios(bench::json_rows& rows, const std::vector<program>& all,
                 const std::vector<measured>& results) {
  const auto ns_of = [&](const std::string& name) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].name == name) return results[i].ns;
    }
    return 0.0;
  };
  for (const std::string_view name : heddle::sampler_names()) {
    std::string line;
    for (const std::string& what : compared) {
      const std::string row = std::string(name) + " " + what;
      const double walk = ns_of("walk " + what), own = ns_of(row);
      if (walk == 0 || own == 0) continue;
      char text[64];
      std::snprintf(text, sizeof text, "  %s %.2f", what.c_str(), own / walk);
      line += text;
      rows.put({row + ": by a random walk", own / walk, "ratio"});
    }
    if (line.empty()) continue;
    std::fprintf(rows.text(), "%-14s%s\n", std::string(name).c_str(), line.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t rounds = 7;
  bench::command_line command{"bench_explore",
                              "[NAME]...  the programs whose names begin so, or all",
                              {{"--rounds", "over all programs", &rounds}},
                              {},
                              {}};
  bench::parse(argc, argv, command);
  std::vector<program> all = programs();
  if (!command.words.empty()) {
    std::erase_if(all, [&](const program& each) {
      return std::none_of(command.words.begin(), command.words.end(),
                          [&](const std::string& word) { return each.name.starts_with(word); });
    });
    if (all.empty()) bench::refuse(command, "no program has such a name");
  }
  bench::json_rows rows(command);
  bench::switch_pair pair;
  heddle::runner runs({});
  std::vector<measured> results(all.size());
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < all.size(); ++i) run_round(all[i], runs, pair, results[i]);
  }
  std::fprintf(rows.text(), "%-40s %8s %9s %6s %7s %8s %5s %8s %7s\n", "program", "complete",
               "per s", "wasted", "ns/ev", "pairs", "aim", "alloc/ev", "KiB");
  bool good = true;
  for (std::size_t i = 0; i < all.size(); ++i) good = show(rows, all[i], results[i]) && good;
  show_ratios(rows, all, results);
  return good ? 0 : 1;
}
