// What the application takes its locks and threads from: heddle.
#pragma once

#include <utility>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace app {

using heddle::atomic;
using heddle::lock_guard;
using heddle::mutex;
using heddle::shared_lock;
using heddle::thread;
using heddle::unique_lock;
using shared_mutex = heddle::rw_mutex;

// The names and the lock of std::condition_variable.
class condition_variable {
 public:
  using location = heddle::location;

  template <class F>
  void wait(unique_lock<mutex>& held, F predicate, location caller = location::here()) {
    cond_.wait(*held.mutex(), std::move(predicate), caller);
  }
  void notify_one(location caller = location::here()) { cond_.signal(caller); }
  void notify_all(location caller = location::here()) { cond_.broadcast(caller); }

 private:
  heddle::cond cond_;
};

}  // namespace app
