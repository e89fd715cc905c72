// Millions of executions in one process, of a two-thread mutex client by a random walk, or of one
// search of a larger client that does not come to its end: the memory must stay flat and the pace
// even.  All times are processor time, as ratios to one bare switch pair (there and back)
// measured in turn with them, for the machine's own pace changes by the second.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <heddle/bench/bodies.hpp>
#include <heddle/bench/measure.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void client() {
  heddle::mutex m;
  heddle::shared<int> counter{0};
  const auto add = [&] {
    m.lock();
    counter.set(counter.get() + 1);
    m.unlock();
  };
  heddle::thread first(add), second(add);
  first.join();
  second.join();
}

struct part {
  double pairs_per_execution, pairs_per_step, pair_ns;
  long peak;
};

struct harness {
  heddle::runner& runs;
  heddle::strategy& choices;
  const std::function<void()>& body;
  bool searches;
  bench::switch_pair& pair;
};

// One slice, just after the switch pair that it is compared with.
part run_slice(const harness& with, std::uint64_t executions) {
  const double pair = with.pair.ns(20'000);
  std::uint64_t steps = 0;
  const double begin = bench::cpu_ns();
  for (std::uint64_t i = 0; i < executions; ++i) {
    if (!with.choices.begin()) std::abort();
    const heddle::outcome out =
        with.runs.run(with.body, with.choices, {.fingerprint = !with.searches});
    if (out.end == heddle::ending::found) {
      std::fprintf(stderr, "heddle: soak: %s\n", with.runs.found().text.c_str());
      std::exit(1);
    }
    steps += out.steps;
  }
  const double pairs = (bench::cpu_ns() - begin) / pair;
  return {pairs / static_cast<double>(executions), pairs / static_cast<double>(steps), pair,
          bench::peak_kib()};
}

// A tenth of the run: its median slice.
part run_part(const harness& with, std::uint64_t executions) {
  constexpr std::uint64_t slices = 20;
  std::vector<part> all;
  for (std::uint64_t i = 0; i < slices; ++i) {
    all.push_back(run_slice(with, executions / slices));
  }
  std::nth_element(
      all.begin(), all.begin() + slices / 2, all.end(),
      [](const part& a, const part& b) { return a.pairs_per_execution < b.pairs_per_execution; });
  part median = all[slices / 2];
  median.peak = bench::peak_kib();
  return median;
}

// All parts, one after the other, as they are printed.
std::vector<part> run_parts(bench::json_rows& rows, std::uint64_t executions, bool searches) {
  bench::switch_pair pair;
  heddle::runner runs({});
  const auto choices =
      searches ? heddle::make_optimal(heddle::graph::memory::sc) : heddle::make_random_walk(1, 1);
  // 601,080,390 graphs.
  const std::function<void()> body = searches ? bench::fai<2, 16> : client;
  std::vector<part> parts;
  for (int i = 1; i <= 10; ++i) {
    parts.push_back(run_part({runs, *choices, body, searches, pair}, executions / 10));
    const part& p = parts.back();
    std::fprintf(rows.text(),
                 "%2d/10  %6.1f pairs per execution  %4.1f per scheduling point  pair %.1f ns  "
                 "peak %ld KiB\n",
                 i, p.pairs_per_execution, p.pairs_per_step, p.pair_ns, p.peak);
    std::fflush(rows.text());
    const std::string name = "soak, part " + std::to_string(i);
    rows.put({name, p.pairs_per_execution * p.pair_ns, "ns/execution", p.pair_ns,
              p.pairs_per_execution});
    rows.put({name + ", scheduling point", p.pairs_per_step * p.pair_ns, "ns/step", p.pair_ns,
              p.pairs_per_step});
    rows.put({name + ", peak", static_cast<double>(p.peak), "KiB"});
  }
  return parts;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t executions = 10'000'000;
  bench::command_line command{"soak",
                              "[walk|search] [EXECUTIONS], a multiple of 1000",
                              {{"--executions", "in ten parts; a multiple of 1000", &executions}},
                              {},
                              {}};
  bench::parse(argc, argv, command);
  bool searches = false;
  if (!command.words.empty() && (command.words[0] == "walk" || command.words[0] == "search")) {
    searches = command.words[0] == "search";
    command.words.erase(command.words.begin());
  }
  if (command.words.size() > 1) bench::refuse(command, "one number of executions at most");
  if (!command.words.empty()) {
    char* end = nullptr;
    executions = std::strtoull(command.words[0].c_str(), &end, 10);
    if (*end != '\0') executions = 0;
  }
  if (executions == 0 || executions % 1000 != 0) {
    bench::refuse(command, "the number of executions must be a multiple of 1000");
  }
  bench::json_rows rows(command);
  const std::vector<part> parts = run_parts(rows, executions, searches);
  // A part may meet a busy machine even so; the fastest of each half hardly does.
  double first = parts[0].pairs_per_execution, last = parts[9].pairs_per_execution;
  double per_step = parts[0].pairs_per_step;
  for (int i = 0; i < 5; ++i) {
    first = std::min(first, parts[static_cast<std::size_t>(i)].pairs_per_execution);
    last = std::min(last, parts[static_cast<std::size_t>(9 - i)].pairs_per_execution);
  }
  for (const part& p : parts) per_step = std::min(per_step, p.pairs_per_step);
  const long growth = parts[9].peak - parts[0].peak;
  const bool flat = growth <= 256, even = last <= 1.5 * first, fast = per_step <= 15;
  std::fprintf(rows.text(),
               "memory %s (%ld KiB more after the first part), pace %s (%.2f of the first half's), "
               "%.1f pairs per scheduling point %s\n",
               flat ? "flat" : "GROWS", growth, even ? "even" : "SLOWS", last / first, per_step,
               fast ? "(at most 15)" : "(MORE than 15)");
  return flat && even && fast ? 0 : 1;
}
