// A value that whoever comes first makes, and that later ones find without a lock.
//
// Schmidt, Harrison: Double-checked locking, PLoP 1996.  Differs: the pointer is an atomic that
// publishes, without which the pattern is broken (Meyers, Alexandrescu: C++ and the perils of
// double-checked locking, DDJ 2004).
#pragma once

#include <heddle/models/structures/spin_locks.hpp>
#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

/// A pointer that looks like an atomic and is a plain variable.
class plain_pointer {
 public:
  plain_pointer(shared<int>* initial, const char* name) : value_(initial, name) {}
  [[nodiscard]] shared<int>* load(std::memory_order) const { return value_.get(); }
  void store(shared<int>* value, std::memory_order) { value_.set(value); }

 private:
  shared<shared<int>*> value_;
};

struct lazy_variant {
  std::memory_order publish = release;
  std::memory_order look = acquire;
  bool checks_again = true;  ///< under the lock
};

template <class Pointer = atomic<shared<int>*>>
class lazy_value {
 public:
  explicit lazy_value(lazy_variant how = {}) : how_(how) {}
  ~lazy_value() { delete value_.load(relaxed); }

  [[nodiscard]] int get(int make) {
    const shared<int>* found = value_.load(how_.look);
    if (found != nullptr) return found->get();
    lock_.lock();
    if (!how_.checks_again || value_.load(relaxed) == nullptr) {
      value_.store(new shared<int>(make, "made"), how_.publish);
    }
    found = value_.load(relaxed);
    const int result = found->get();
    lock_.unlock();
    return result;
  }

 private:
  lazy_variant how_;
  ticket_lock lock_;
  Pointer value_{nullptr, "value"};
};

}  // namespace heddle::structures
