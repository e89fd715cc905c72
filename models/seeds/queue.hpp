// A bounded queue over a mutex and two condition variables: what the seeds pass work through.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/location.hpp>
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
      : capacity_(capacity), lock_(name), room_(name), arrived_(name), items_({}, name) {}

  /// Waits for room.  The queue must be open.
  void push(T item, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    while (items_.read().size() == capacity_) room_.wait(lock_, caller);
    expect(!closed_.get(), "push into a closed queue", caller);
    items_.write().push_back(std::move(item));
    arrived_.signal(caller);
  }

  /// Waits for an item; nothing once the queue is closed and empty.
  [[nodiscard]] std::optional<T> pop(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    while (items_.read().empty() && !closed_.get()) arrived_.wait(lock_, caller);
    std::deque<T>& items = items_.write();
    if (items.empty()) return std::nullopt;
    std::optional<T> item(std::move(items.front()));
    items.pop_front();
    room_.signal(caller);
    return item;
  }

  /// No more items will come.
  void close(location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    closed_.set(true);
    arrived_.broadcast(caller);
  }

 private:
  const std::size_t capacity_;
  mutex lock_;
  cond room_;
  cond arrived_;
  shared<std::deque<T>> items_;
  shared<bool> closed_{false};
};

}  // namespace heddle::seeds
