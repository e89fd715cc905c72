// Torture: threads that come and go, waits that are cancelled or late, objects that are destroyed
// as soon as that is allowed.  What must hold is counted, and looked at when the threads are gone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace stress {

/// One round of a torture, and how long it goes on.
class round {
 public:
  round(std::uint64_t seed, std::chrono::steady_clock::time_point end) : seed_(seed), end_(end) {}

  [[nodiscard]] bool over() const { return std::chrono::steady_clock::now() >= end_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

 private:
  std::uint64_t seed_;
  std::chrono::steady_clock::time_point end_;
};

/// Numbers for one thread.
class dice {
 public:
  explicit dice(std::uint64_t seed) noexcept : state_(seed * 0x9E3779B97F4A7C15U | 1) {}
  std::uint32_t below(std::uint32_t bound) noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>((state_ >> 32) * bound >> 32);
  }
  std::chrono::nanoseconds moment() noexcept { return std::chrono::nanoseconds(below(30'000)); }

 private:
  std::uint64_t state_;
};

/// Ends the program with a complaint.
[[noreturn]] void fail(const char* what, std::uint64_t is, std::uint64_t expected);
inline void require_equal(std::uint64_t is, std::uint64_t expected, const char* what) {
  if (is != expected) fail(what, is, expected);
}

/// Runs `body(i, dice)` in `count` threads, which begin together, and waits for them.
template <class F>
void crew(unsigned count, const round& now, const F& body) {
  std::vector<std::thread> threads;
  std::atomic<unsigned> missing{count};
  for (unsigned i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      --missing;
      while (missing.load() != 0) std::this_thread::yield();
      dice own(now.seed() * 64 + i + 1);
      body(i, own);
    });
  }
  for (std::thread& each : threads) each.join();
}

/// `once` is one round, a few milliseconds at most, and is called over and over.
struct torture {
  const char* name;
  void (*once)(const round&);
};
void add(torture what);

}  // namespace stress
