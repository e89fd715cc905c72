// A bounded queue of jobs over the standard library, and its stress test: what docs/migrating.md
// begins with.
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>

class job_queue {
 public:
  explicit job_queue(std::size_t room) : room_(room) {}

  void push(int job) {
    std::unique_lock<std::mutex> held(lock_);
    not_full_.wait(held, [&] { return jobs_.size() < room_; });
    jobs_.push_back(job);
    not_empty_.notify_one();
  }

  // False when the queue is closed and empty.
  bool pop(int& job) {
    std::unique_lock<std::mutex> held(lock_);
    not_empty_.wait(held, [&] { return !jobs_.empty() || closed_; });
    if (jobs_.empty()) return false;
    job = jobs_.front();
    jobs_.pop_front();
    not_full_.notify_one();
    return true;
  }

  // No job comes any more.
  void close() {
    closed_ = true;  // atomic, so without the lock
    not_empty_.notify_all();
  }

 private:
  const std::size_t room_;
  std::mutex lock_;
  std::condition_variable not_full_;
  std::condition_variable not_empty_;
  std::deque<int> jobs_;
  std::atomic<bool> closed_{false};
};

int main() {
  job_queue queue(16);
  std::atomic<long> sum{0};
  const auto work = [&] {
    for (int i = 0; i < 50'000; ++i) {
      int job = 0;
      if (queue.pop(job)) sum += job;
    }
  };
  std::thread one(work);
  std::thread other(work);
  for (int job = 1; job <= 100'000; ++job) queue.push(job);
  one.join();
  other.join();
  queue.close();
  int job = 0;
  if (queue.pop(job)) return 1;
  std::printf("the jobs add up to %ld\n", sum.load());
  return sum == 5'000'050'000 ? 0 : 1;
}
