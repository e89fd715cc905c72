// A bounded queue over a mutex and two condition variables: what the seeds pass work through.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::seeds {

/// Items in the order in which they came, at most `capacity` at a time.
///
/// Order: each push happens before the pop that takes its item.
template <class T>
class queue {
 public:
  queue(std::size_t capacity, const char* name)
      : capacity_(capacity), lock_(name), items_({}, name) {}

  /// Waits for room.  The queue must be open.
  void push(T item) {
    const lock_guard guard(lock_);
    room_.wait(lock_, [&] { return items_.read().size() < capacity_; });
    expect(!closed_.get(), "push into a closed queue");
    items_.write().push_back(std::move(item));
    arrived_.signal();
  }

  /// Waits for an item; nothing once the queue is closed and empty.
  [[nodiscard]] std::optional<T> pop() {
    const lock_guard guard(lock_);
    arrived_.wait(lock_, [&] { return !items_.read().empty() || closed_.get(); });
    std::deque<T>& items = items_.write();
    if (items.empty()) return std::nullopt;
    std::optional<T> item(std::move(items.front()));
    items.pop_front();
    room_.signal();
    return item;
  }

  /// No more items will come.
  void close() {
    const lock_guard guard(lock_);
    closed_.set(true);
    arrived_.broadcast();
  }

 private:
  const std::size_t capacity_;
  mutex lock_;
  cond room_{"room"};
  cond arrived_{"arrived"};
  shared<std::deque<T>> items_;
  shared<bool> closed_{false};
};

}  // namespace heddle::seeds
