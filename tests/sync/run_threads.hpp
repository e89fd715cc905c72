// What the native tests share.  Boost.Test is not thread-safe: threads count, and the case looks at
// the counts when they have been joined.
#pragma once

#include <vector>

#include <heddle/sync/thread.hpp>

namespace heddle_test {

/// Runs `body(0)` to `body(count - 1)`, each in a thread, and joins them.
template <class F>
void run_threads(int count, const F& body) {
  std::vector<heddle::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (heddle::thread& thread : threads) thread.join();
}

/// Lets others run until `condition()`.
template <class F>
void await(const F& condition) {
  while (!condition()) heddle::yield();
}

}  // namespace heddle_test
