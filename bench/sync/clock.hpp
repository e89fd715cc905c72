// Time as the benchmarks of the primitives take it, and work that takes a known time.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace bench {

inline std::uint64_t now_ns() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}

/// Processor time of the calling thread.
inline double thread_cpu_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Keeps the compiler from moving memory accesses across, or merging iterations.
inline void barrier() noexcept { asm volatile("" ::: "memory"); }

/// Work on registers alone, each round of which waits for the one before.
inline void work(unsigned rounds) noexcept {
  std::uint64_t x = rounds;
  for (unsigned i = 0; i < rounds; ++i) {
    x = x * 6364136223846793005U + 1442695040888963407U;
    asm volatile("" : "+r"(x));
  }
}

/// The rounds of `work` that take so long on an otherwise idle processor.
[[nodiscard]] unsigned rounds_for(double ns);

/// Processor time of one call of `body`: the least of several batches, so that what else the
/// machine does counts little.
template <class F>
double least_cpu_ns(F&& body) {
  const auto batch = [&](std::uint64_t calls) {
    const double begin = thread_cpu_ns();
    for (std::uint64_t i = 0; i < calls; ++i) {
      body();
      barrier();
    }
    return thread_cpu_ns() - begin;
  };
  std::uint64_t calls = 64;
  while (batch(calls) < 50'000) calls *= 2;
  double least = batch(calls);
  for (int i = 0; i < 20; ++i) {
    const double time = batch(calls);
    if (time < least) least = time;
  }
  return least / static_cast<double>(calls);
}

}  // namespace bench
