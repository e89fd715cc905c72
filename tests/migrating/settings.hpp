// A part of the application that names no library: app_sync.hpp says whose the locks are.
#pragma once

#include <app_sync.hpp>

class settings {
 public:
  void set(int value) {
    const app::lock_guard<app::shared_mutex> held(values_lock_);
    value_ = value;
    ++version_;
  }

  int get() const {
    const app::shared_lock<app::shared_mutex> held(values_lock_);
    return value_;
  }

  void publish(int value) {
    set(value);
    const app::lock_guard<app::mutex> held(ready_lock_);
    ready_ = true;
    changed_.notify_all();
  }

  int wait_and_get() {
    app::unique_lock<app::mutex> held(ready_lock_);
    changed_.wait(held, [&] { return ready_; });
    held.unlock();
    return get();
  }

  int version() const { return version_.load(); }

 private:
  mutable app::shared_mutex values_lock_;
  int value_ = 0;
  app::atomic<int> version_{0};
  app::mutex ready_lock_;
  app::condition_variable changed_;
  bool ready_ = false;
};
