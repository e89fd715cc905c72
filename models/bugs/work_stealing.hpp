// A queue of work whose owner takes from one end without a lock, and from whose other end thieves
// steal under one.
//
// Frigo, Leiserson, Randall: The implementation of the Cilk-5 multithreaded language, PLDI 1998
// (the THE protocol).  Differs: all accesses are sequentially consistent, and items are numbers.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

class work_queue {
 public:
  static constexpr int none = -1;

  /// `looks_first`: broken, the owner looks at the thieves' end before it announces its claim.
  explicit work_queue(bool looks_first) : looks_first_(looks_first) {}

  /// The owner's; items are the numbers 0, 1, 2, ...
  void push() { tail_.store(tail_.load() + 1); }

  /// The owner's.
  [[nodiscard]] int take() {
    const int mine = tail_.load() - 1;
    if (looks_first_) {
      const int stolen = head_.load();
      tail_.store(mine);
      if (stolen <= mine) return mine;
    } else {
      tail_.store(mine);
      if (head_.load() <= mine) return mine;
    }
    // A thief may be after the same item: who has the lock decides.
    const lock_guard guard(lock_);
    if (head_.load() <= mine) return mine;
    tail_.store(mine + 1);
    return none;
  }

  [[nodiscard]] int steal() {
    const lock_guard guard(lock_);
    const int mine = head_.load();
    head_.store(mine + 1);
    if (mine + 1 <= tail_.load()) return mine;
    head_.store(mine);
    return none;
  }

 private:
  mutex lock_{"queue"};
  atomic<int> head_{0, "head"}, tail_{0, "tail"};
  bool looks_first_;
};

/// The owner pushes `items`, and takes as many; each thief steals once.
inline void work_stealing(std::size_t thieves, std::size_t items, bool looks_first) {
  work_queue queue(looks_first);
  std::vector<atomic<int>> taken(items);
  const auto take = [&](int item) {
    if (item == work_queue::none) return;
    const int before = taken[static_cast<std::size_t>(item)].fetch_add(1);
    expect(before == 0, "nothing is taken twice");
  };
  for (std::size_t i = 0; i < items; ++i) queue.push();
  std::vector<thread> threads;
  for (std::size_t i = 0; i < thieves; ++i) {
    threads.emplace_back([&] { take(queue.steal()); });
  }
  for (std::size_t i = 0; i < items; ++i) take(queue.take());
  for (thread& each : threads) each.join();
}

}  // namespace heddle::bugs
