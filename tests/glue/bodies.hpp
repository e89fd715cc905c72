// What the programs of all test frameworks check.
#pragma once

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::testing {

/// Two increments, each of one or of two steps; returns the sum.
inline int count_twice(bool in_one_step) {
  atomic<int> count{0, "count"};
  const auto add = [&] {
    if (in_one_step) {
      count.fetch_add(1);
    } else {
      count.store(count.load() + 1);
    }
  };
  thread other(add);
  add();
  other.join();
  return count.load();
}

}  // namespace heddle::testing
