// Several threads at one lock: in clean windows on two processors, or more threads than processors.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include <heddle/bench/sync/clock.hpp>

namespace bench {

/// The calling thread stays on one processor for as long as this lives.
class bound_to {
 public:
  explicit bound_to(int processor);
  bound_to(const bound_to&) = delete;
  bound_to& operator=(const bound_to&) = delete;
  ~bound_to();

 private:
  cpu_set_t before_{};
};

/// When a contest is over.  Thread 0 looks at the clock, the others at its sign.
class closing_time {
 public:
  void open(std::uint64_t end) {
    end_ = end;
    over_.store(false, std::memory_order_relaxed);
  }
  [[nodiscard]] bool over(unsigned who, std::uint64_t steps) {
    if (who == 0 && steps % 16 == 0 && now_ns() >= end_) {
      closed_ = now_ns();
      over_.store(true, std::memory_order_relaxed);
    }
    return over_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t closed() const noexcept { return closed_; }

 private:
  alignas(64) std::atomic<bool> over_{false};
  alignas(64) std::uint64_t end_ = 0;
  std::uint64_t closed_ = 0;
};

/// What the threads of a contest do over and over.
class contestant {
 public:
  contestant() = default;
  contestant(const contestant&) = delete;
  contestant& operator=(const contestant&) = delete;
  virtual ~contestant() = default;
  /// Makes steps as thread `who` until it is over, and returns how many; `longest` becomes the
  /// nanoseconds that the longest wait took, if the contest looks at that.
  virtual std::uint64_t run(unsigned who, closing_time& until, std::uint64_t& longest) = 0;
};

struct score {
  double per_us = 0;   ///< steps of all threads
  double share = 0;    ///< the slowest thread's steps, against an equal share of all
  double longest = 0;  ///< wait, in us
  bool valid = false;
};

/// Two threads, each bound to a processor of its own.  Of many windows of 300 us those count in
/// which neither of the threads had to leave its processor to another; the score is the median of
/// them, and not valid if there are too few.
[[nodiscard]] score in_clean_windows(contestant& what);
/// Those that this process may use, and whether they are two at least.
[[nodiscard]] std::vector<int> processors();
[[nodiscard]] bool two_processors();

/// `threads` threads wherever the system runs them, for `ms` milliseconds.
[[nodiscard]] score crowded(contestant& what, unsigned threads, unsigned ms);

}  // namespace bench
