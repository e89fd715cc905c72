// The programs that bench_explore runs.  The body itself is one more thread: each spawns and joins
// all others, which is two steps for each of them beside what their names tell.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace bench {

/// Runs `part(0)`, `part(1)`, ... side by side.
template <std::size_t threads, class Part>
void side_by_side(Part part) {
  std::array<heddle::thread, threads> all;
  for (std::size_t i = 0; i < threads; ++i) all[i] = heddle::thread([i, &part] { part(i); });
  for (heddle::thread& each : all) each.join();
}

/// fetch_add, `times` times in each thread.
template <std::size_t threads, int times>
void fai() {
  heddle::atomic<unsigned> x{0};
  side_by_side<threads>([&](std::size_t) {
    for (int i = 0; i < times; ++i) (void)x.fetch_add(1);
  });
}

/// x = x + y against y = y + x.  With `relaxed_elsewhere`, a store that has nothing to do with it.
template <int times, std::memory_order order, bool relaxed_elsewhere = false>
void fib() {
  heddle::atomic<unsigned> x{1}, y{1};
  if constexpr (relaxed_elsewhere) {
    heddle::atomic<unsigned> z{0};
    z.store(1, std::memory_order_relaxed);
  }
  side_by_side<2>([&](std::size_t i) {
    heddle::atomic<unsigned>& own = i == 0 ? x : y;
    const heddle::atomic<unsigned>& other = i == 0 ? y : x;
    for (int n = 0; n < times; ++n) own.store(own.load(order) + other.load(order), order);
  });
}

/// lock, add to a plain counter, unlock; `times` times in each thread.
template <std::size_t threads, int times>
void locked() {
  heddle::mutex m;
  heddle::shared<int> counter{0};
  side_by_side<threads>([&](std::size_t) {
    for (int i = 0; i < times; ++i) {
      m.lock();
      counter.set(counter.get() + 1);
      m.unlock();
    }
  });
}

/// Store buffering: each thread writes one location and reads the other.
inline void store_buffering() {
  std::array<heddle::atomic<int>, 2> at{};
  side_by_side<2>([&](std::size_t i) {
    at[i].store(1);
    (void)at[1 - i].load();
  });
}

/// 8 threads that go over 64 locations: `events` accesses in all, writes and reads by turns.
template <std::size_t events>
void long_run() {
  constexpr std::size_t threads = 8, locations = 64;
  static_assert(events % threads == 0);
  std::array<heddle::atomic<std::uint64_t>, locations> at{};
  side_by_side<threads>([&](std::size_t t) {
    for (std::size_t i = 0; i < events / threads; ++i) {
      heddle::atomic<std::uint64_t>& here = at[(i * 5 + t * 11) % locations];
      if (i % 2 == 0) {
        here.store(i, std::memory_order_release);
      } else {
        (void)here.load(std::memory_order_acquire);
      }
    }
  });
}

}  // namespace bench
