// How near the estimate of the number of executions comes, on programs of which it is known.
// Each is estimated with many seeds, in the time that a check takes for it.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <heddle/bench/bodies.hpp>
#include <heddle/bench/measure.hpp>
#include <heddle/checker/walks.hpp>
#include <heddle/scheduler/execution.hpp>

namespace {

using heddle::graph::memory;

struct program {
  std::string name;
  void (*body)();
  memory model;
  double size;
};

/// fetch_add of each of `variables`, one after the other, in each thread.
template <std::size_t threads, std::size_t variables>
void adds() {
  std::array<heddle::atomic<int>, variables> all{};
  bench::side_by_side<threads>([&](std::size_t) {
    for (heddle::atomic<int>& each : all) each.fetch_add(1);
  });
}

/// A load and a store of one variable in each thread.
template <std::size_t threads>
void load_and_store() {
  heddle::atomic<std::size_t> x{0};
  bench::side_by_side<threads>([&](std::size_t i) {
    (void)x.load();
    x.store(i + 1);
  });
}

/// Thread i makes i + 1 of i.
template <std::size_t threads>
void in_turn() {
  heddle::atomic<std::size_t> x{0};
  bench::side_by_side<threads>([&](std::size_t i) {
    std::size_t was = i;
    x.compare_exchange_strong(was, i + 1);
  });
}

/// One of the threads makes 1 of 0; then all store what is their own.
template <std::size_t threads>
void one_then_all() {
  heddle::atomic<std::size_t> x{0};
  bench::side_by_side<threads>([&](std::size_t i) {
    std::size_t was = 0;
    x.compare_exchange_strong(was, 1);
    x.store(i + 3);
  });
}

template <std::size_t readers>
void readers_of_one() {
  heddle::atomic<int> x{0};
  bench::side_by_side<readers + 1>([&](std::size_t i) {
    if (i == 0) return x.store(1);
    (void)x.load();
  });
}

std::vector<program> programs() {
  using namespace bench;
  constexpr auto sc = memory::sc;
  constexpr auto relaxed = std::memory_order_relaxed, seq_cst = std::memory_order_seq_cst;
  return {
      {"fai 2x12", fai<2, 12>, sc, 2704156},
      {"fai 3x8", fai<3, 8>, sc, 9465511770},
      {"fai 4x4", fai<4, 4>, sc, 63063000},
      {"mutex 3x4", locked<3, 4>, sc, 34650},
      {"mutex 3x6", locked<3, 6>, sc, 17153136},
      {"mutex 4x4", locked<4, 4>, sc, 63063000},
      {"fib 6 seq_cst", fib<6, seq_cst>, sc, 73789},
      {"fib 5 relaxed, rc11", fib<5, relaxed>, memory::rc11, 19404},
      {"ainc 9", fai<9, 1>, sc, 362880},
      {"ainc 12", fai<12, 1>, sc, 479001600},
      {"binc 7", adds<7, 2>, sc, 25401600},
      {"cinc 5", adds<5, 3>, sc, 1728000},
      {"rw 8", load_and_store<8>, sc, 1625702400},
      {"casrot 9", in_turn<9>, sc, 8597},
      {"casw 5", one_then_all<5>, sc, 32880},
      {"readers 13", readers_of_one<13>, sc, 8192},
  };
}

// Estimates of one program: what they say by what is so.
struct told {
  std::vector<double> ratios;
  std::uint64_t within = 0, walks = 0, width = 0;
  double range = 0;  ///< the upper end by the lower one
};

told estimate(const program& what, heddle::runner& runs, std::uint64_t seeds,
              std::chrono::milliseconds slice) {
  told all;
  const std::function<void()> body = what.body;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto until = std::chrono::steady_clock::now() + slice;
    const auto made = heddle::detail::make_walks(
        {body, runs, what.model, what.model, {}, seed, until, until + 10 * slice});
    if (!made.size) continue;
    const heddle::size_estimate& size = *made.size;
    all.ratios.push_back(size.executions / what.size);
    all.within += size.low <= what.size * 1.0001 && what.size <= size.high * 1.0001 ? 1 : 0;
    all.walks += size.walks;
    all.width += size.width;
    all.range += size.high / size.low;
  }
  std::sort(all.ratios.begin(), all.ratios.end());
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 20, slice = 480;
  bench::command_line command{
      "bench_estimate",
      "[NAME]...  the programs whose names begin so, or all",
      {{"--seeds", "of each program", &seeds}, {"--ms", "that an estimate may take", &slice}},
      {},
      {}};
  bench::parse(argc, argv, command);
  bench::json_rows rows(command);
  heddle::runner runs({});
  std::fprintf(rows.text(), "%-20s %10s %6s %6s %6s %8s %8s %6s %6s\n", "program", "executions",
               "least", "median", "most", "within", "range", "walks", "width");
  std::uint64_t within = 0, of = 0;
  for (const program& each : programs()) {
    const bool wanted = command.words.empty() ||
                        std::any_of(command.words.begin(), command.words.end(),
                                    [&](const auto& word) { return each.name.starts_with(word); });
    if (!wanted) continue;
    const told all = estimate(each, runs, seeds, std::chrono::milliseconds(slice));
    const auto count = static_cast<double>(all.ratios.size());
    if (all.ratios.empty()) bench::refuse(command, each.name + " cannot be estimated");
    const double median = all.ratios[all.ratios.size() / 2];
    std::fprintf(rows.text(), "%-20s %10.3g %6.2f %6.2f %6.2f %5llu/%-2zu %8.1f %6.0f %6.0f\n",
                 each.name.c_str(), each.size, all.ratios.front(), median, all.ratios.back(),
                 static_cast<unsigned long long>(all.within), all.ratios.size(), all.range / count,
                 static_cast<double>(all.walks) / count, static_cast<double>(all.width) / count);
    rows.put({each.name + ": median", median, "ratio"});
    rows.put({each.name + ": within", static_cast<double>(all.within) / count, "ratio"});
    within += all.within;
    of += all.ratios.size();
  }
  std::fprintf(rows.text(), "%llu of %llu ranges hold the number\n",
               static_cast<unsigned long long>(within), static_cast<unsigned long long>(of));
  return 0;
}
