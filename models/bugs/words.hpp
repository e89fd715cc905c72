// What the bug models share.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include <heddle/checker/granularity.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/location.hpp>

namespace heddle::bugs {

/// A variable that is read and written by relaxed operations, with the face of `shared<int>`: what
/// is a race there is none here, and an execution goes on to what the race leads to.
class relaxed_int {
 public:
  constexpr relaxed_int(int initial, const char* name) noexcept : value_(initial, name) {}

  [[nodiscard]] int get(location caller = location::here()) const {
    return value_.load(std::memory_order_relaxed, caller);
  }
  void set(int value, location caller = location::here()) {
    value_.store(value, std::memory_order_relaxed, caller);
  }

 private:
  atomic<int> value_;
};

/// What several threads own together, when the body returns before they do: it goes with the last
/// of them.
template <class T>
class owned {
 public:
  template <class... Arguments>
  static owned make(Arguments&&... arguments) {
    return owned(new block(std::forward<Arguments>(arguments)...));
  }
  owned(const owned& other) : block_(other.block_) { block_->owners.fetch_add(1); }
  owned(owned&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  owned& operator=(const owned&) = delete;
  ~owned() {
    if (block_ != nullptr && block_->owners.fetch_sub(1) == 1) delete block_;
  }

  [[nodiscard]] T* operator->() const noexcept { return &block_->value; }

 private:
  struct block {
    template <class... Arguments>
    explicit block(Arguments&&... arguments) : value(std::forward<Arguments>(arguments)...) {}
    atomic<int> owners{1, "owners"};
    T value;
  };

  explicit owned(block* of) noexcept : block_(of) {}

  block* block_;
};

/// For repaired models: a pass counts only if it has seen every execution.  Where every atomic
/// access of a mutex is a step, the search ends with a bound on preemptions, and the verdict says
/// it.
inline std::string not_exhaustive(const verdict& of) {
  const bool must = granularity_of_program() == granularity::coarse;
  return must && of.kind != proof::exhaustive ? "the search is not exhaustive" : "";
}

/// A model that is too large for the primitives as they ship: only programs over their machines
/// have it.
class large_model {
 public:
  explicit large_model(model what) {
    if (granularity_of_program() == granularity::coarse) model_registration(std::move(what));
  }
};

}  // namespace heddle::bugs
