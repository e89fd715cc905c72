// Millions of executions of a two-thread mutex client in one process: the memory must stay flat and
// the pace even.  All times are processor time, as ratios to one bare switch pair (there and back)
// measured in turn with them, for the machine's own pace changes by the second.
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
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

heddle::fiber here, there;

// Time of this process on the processor: what others run meanwhile does not count.
double cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double switch_pair_ns() {
  constexpr int pairs = 20'000;
  const double begin = cpu_ns();
  for (int i = 0; i < pairs; ++i) heddle::fiber::switch_to(here, there);
  return (cpu_ns() - begin) / pairs;
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

// One slice, just after the switch pair that it is compared with.
part run_slice(heddle::runner& runs, heddle::strategy& walk, std::uint64_t executions) {
  const double pair = switch_pair_ns();
  std::uint64_t steps = 0;
  const double begin = cpu_ns();
  for (std::uint64_t i = 0; i < executions; ++i) {
    if (!walk.begin()) std::abort();
    const heddle::outcome out = runs.run(client, walk);
    if (out.end == heddle::ending::found) {
      std::fprintf(stderr, "heddle: soak: %s\n", runs.found().text.c_str());
      std::exit(1);
    }
    steps += out.steps;
  }
  const double pairs = (cpu_ns() - begin) / pair;
  return {pairs / static_cast<double>(executions), pairs / static_cast<double>(steps), pair,
          peak_kib()};
}

// A tenth of the run: its median slice.
part run_part(heddle::runner& runs, heddle::strategy& walk, std::uint64_t executions) {
  constexpr std::uint64_t slices = 20;
  std::vector<part> all;
  for (std::uint64_t i = 0; i < slices; ++i) {
    all.push_back(run_slice(runs, walk, executions / slices));
  }
  std::nth_element(
      all.begin(), all.begin() + slices / 2, all.end(),
      [](const part& a, const part& b) { return a.pairs_per_execution < b.pairs_per_execution; });
  part median = all[slices / 2];
  median.peak = peak_kib();
  return median;
}

int usage() {
  std::fputs("usage: soak [EXECUTIONS]   a multiple of 1000, by default 10000000\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t executions = 10'000'000;
  if (argc > 1) {
    char* end = nullptr;
    executions = std::strtoull(argv[1], &end, 10);
    if (argc > 2 || *end != '\0' || executions == 0 || executions % 1000 != 0) return usage();
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
  std::printf(
      "memory %s (%ld KiB more after the first part), pace %s (%.2f of the first half's), "
      "%.1f pairs per scheduling point %s\n",
      flat ? "flat" : "GROWS", growth, even ? "even" : "SLOWS", last / first, per_step,
      fast ? "(at most 15)" : "(MORE than 15)");
  return flat && even && fast ? 0 : 1;
}
