// A value that is made in two stages, each under a lock of its own, and a reader that goes through
// the same two stages.
#pragma once

#include <cstddef>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

/// With `nested`, a writer keeps the first lock over both stages.
inline void two_stages(std::size_t writers, bool nested) {
  mutex first_lock("first stage"), second_lock("second stage");
  shared<int> first{0, "first"}, second{0, "second"};
  std::vector<thread> threads;
  for (std::size_t i = 0; i < writers; ++i) {
    threads.emplace_back([&] {
      first_lock.lock();
      first.set(1);
      if (!nested) first_lock.unlock();
      second_lock.lock();
      second.set(2);
      second_lock.unlock();
      if (nested) first_lock.unlock();
    });
  }
  threads.emplace_back([&] {
    first_lock.lock();
    const int seen = first.get();
    first_lock.unlock();
    if (seen == 0) return;
    second_lock.lock();
    const int after = second.get();
    second_lock.unlock();
    expect(after == seen + 1, "the second stage follows the first");
  });
  for (thread& each : threads) each.join();
}

}  // namespace heddle::bugs
