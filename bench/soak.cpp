// Millions of executions of a two-thread mutex client in one process: the memory must stay flat and
// the pace even.  All times are ratios to one bare switch pair (there and back), measured in turn
// with them, for the machine's own pace changes by the second.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <heddle/scheduler/arena.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/fiber.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using nanoseconds = std::chrono::duration<double, std::nano>;
using steady = std::chrono::steady_clock;

heddle::fiber here, there;

double switch_pair_ns() {
  constexpr int pairs = 200'000;
  const auto begin = steady::now();
  for (int i = 0; i < pairs; ++i) heddle::fiber::switch_to(here, there);
  return nanoseconds(steady::now() - begin).count() / pairs;
}

long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

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

part run_part(heddle::runner& runs, heddle::strategy& walk, std::uint64_t executions) {
  const double pair_before = switch_pair_ns();
  std::uint64_t steps = 0;
  const auto begin = steady::now();
  for (std::uint64_t i = 0; i < executions; ++i) {
    if (!walk.begin()) std::abort();
    const heddle::outcome out = runs.run(client, walk);
    if (out.end == heddle::ending::found) {
      std::fprintf(stderr, "heddle: soak: %s\n", runs.found().text.c_str());
      std::exit(1);
    }
    steps += out.steps;
  }
  const double ns = nanoseconds(steady::now() - begin).count();
  const double pair = (pair_before + switch_pair_ns()) / 2;
  return {ns / static_cast<double>(executions) / pair, ns / static_cast<double>(steps) / pair, pair,
          peak_kib()};
}

int usage() {
  std::fputs("usage: soak [EXECUTIONS]   a multiple of 10, by default 10000000\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t executions = 10'000'000;
  if (argc > 1) {
    char* end = nullptr;
    executions = std::strtoull(argv[1], &end, 10);
    if (argc > 2 || *end != '\0' || executions == 0 || executions % 10 != 0) return usage();
  }
  const heddle::fiber_stack stack(reinterpret_cast<std::byte*>(heddle::stacks_base) - (1 << 20),
                                  64 * 1024);
  there.start(
      stack,
      [](void*) {
        for (;;) heddle::fiber::switch_to(there, here);
      },
      nullptr);
  heddle::runner runs({});
  const auto walk = heddle::make_random_walk(1, 1);
  std::vector<part> parts;
  for (int i = 1; i <= 10; ++i) {
    parts.push_back(run_part(runs, *walk, executions / 10));
    const part& p = parts.back();
    std::printf(
        "%2d/10  %6.1f pairs per execution  %4.1f per scheduling point  pair %.1f ns  "
        "peak %ld KiB\n",
        i, p.pairs_per_execution, p.pairs_per_step, p.pair_ns, p.peak);
    std::fflush(stdout);
  }
  // One part may meet a busy machine; the fastest of each half do not.
  double first = parts[0].pairs_per_execution, last = parts[9].pairs_per_execution;
  double per_step = parts[0].pairs_per_step;
  for (int i = 0; i < 5; ++i) {
    first = std::min(first, parts[static_cast<std::size_t>(i)].pairs_per_execution);
    last = std::min(last, parts[static_cast<std::size_t>(9 - i)].pairs_per_execution);
  }
  for (const part& p : parts) per_step = std::min(per_step, p.pairs_per_step);
  const long growth = parts[9].peak - parts[0].peak;
  const bool flat = growth <= 256, even = last <= 1.25 * first, fast = per_step <= 15;
  std::printf(
      "memory %s (%ld KiB more after the first part), pace %s (%.2f of the first half's), "
      "%.1f pairs per scheduling point %s\n",
      flat ? "flat" : "GROWS", growth, even ? "even" : "SLOWS", last / first, per_step,
      fast ? "(at most 15)" : "(MORE than 15)");
  return flat && even && fast ? 0 : 1;
}
