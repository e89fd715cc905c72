// Threads that set two variables one after the other, and a checker that looks at both.
//
// The checker must come between the two stores of the first setter to finish: the more setters, the
// rarer, for the window closes with the first of them.
#pragma once

#include <cstddef>
#include <vector>

#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

/// The lock that both sides take, or that is none.
class optional_lock {
 public:
  explicit optional_lock(bool locks) : locks_(locks) {}
  void lock() {
    if (locks_) lock_.lock();
  }
  void unlock() {
    if (locks_) lock_.unlock();
  }

 private:
  mutex lock_{"pair"};
  bool locks_;
};

template <class Word>
void many_setters(std::size_t setters, bool locks) {
  optional_lock lock(locks);
  Word a{0, "a"}, b{0, "b"};
  std::vector<thread> threads;
  for (std::size_t i = 0; i < setters; ++i) {
    threads.emplace_back([&] {
      lock.lock();
      a.set(1);
      b.set(-1);
      lock.unlock();
    });
  }
  threads.emplace_back([&] {
    lock.lock();
    const bool whole = (a.get() == 0 && b.get() == 0) || (a.get() == 1 && b.get() == -1);
    expect(whole, "both variables are set, or none");
    lock.unlock();
  });
  for (thread& each : threads) each.join();
}

}  // namespace heddle::bugs
