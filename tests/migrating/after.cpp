// The stress test of before.cpp over heddle.
#include <heddle/tests/migrating/after.hpp>

#include <cstdio>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

int main() {
  job_queue queue(16);
  heddle::atomic<long> sum{0};
  const auto work = [&] {
    for (int i = 0; i < 50'000; ++i) {
      int job = 0;
      if (queue.pop(job)) sum += job;
    }
  };
  heddle::thread one(work);
  heddle::thread other(work);
  for (int job = 1; job <= 100'000; ++job) queue.push(job);
  one.join();
  other.join();
  queue.close();
  int job = 0;
  if (queue.pop(job)) return 1;
  std::printf("the jobs add up to %ld\n", sum.load());
  return sum == 5'000'050'000 ? 0 : 1;
}
