// The queue of before.cpp over heddle, with what docs/migrating.md repairs.
#pragma once

#include <cstddef>
#include <deque>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>

class job_queue {
 public:
  explicit job_queue(std::size_t room) : room_(room) {}

  void push(int job) {
    const heddle::lock_guard held(lock_);
    not_full_.wait(lock_, [&] { return jobs_.read().size() < room_; });
    jobs_.write().push_back(job);
    not_empty_.signal();
  }

  // False when the queue is closed and empty.
  bool pop(int& job) {
    const heddle::lock_guard held(lock_);
    not_empty_.wait(lock_, [&] { return !jobs_.read().empty() || closed_.load(); });
    if (jobs_.read().empty()) return false;
    job = jobs_.read().front();
    jobs_.write().pop_front();
    not_full_.signal();
    return true;
  }

  // No job comes any more.
  void close() {
    closed_.store(true);  // atomic, so without the lock
    not_empty_.broadcast();
  }

  void close_under_lock() {
    const heddle::lock_guard held(lock_);
    closed_.store(true);
    not_empty_.broadcast();
  }

 private:
  const std::size_t room_;
  heddle::mutex lock_{"lock"};
  heddle::cond not_full_{"not_full"};
  heddle::cond not_empty_{"not_empty"};
  heddle::shared<std::deque<int>> jobs_{{}, "jobs"};
  heddle::atomic<bool> closed_{false, "closed"};
};
