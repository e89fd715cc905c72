// Machines and objects for histories.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::histories {

/// First in, first out.
struct queue {
  using state = std::deque<int>;
  using operation = int;  ///< pushes that, or pops for 0
  using result = std::optional<int>;

  static result apply(state& now, operation what) {
    if (what != 0) {
      now.push_back(what);
      return what;
    }
    if (now.empty()) return std::nullopt;
    const int first = now.front();
    now.pop_front();
    return first;
  }
  template <class Object>
  static result perform(Object& object, operation what) {
    if (what == 0) return object.pop();
    object.push(what);
    return what;
  }
  static std::string text(operation what) {
    return what == 0 ? "pop()" : "push(" + std::to_string(what) + ")";
  }
};

/// Nothing happens, and nothing is wrong.
struct nothing {
  struct state {
    friend bool operator==(state, state) = default;
  };
  using operation = int;
  using result = std::monostate;
  static result apply(state&, operation) { return {}; }
  template <class Object>
  static result perform(Object&, operation) {
    return {};
  }
  static std::string text(operation) { return "nothing()"; }
};

/// Two elements that are there or not.
struct pair_set {
  using state = std::array<bool, 2>;
  struct operation {
    bool adds;
    std::size_t element;
    friend bool operator==(const operation&, const operation&) = default;
  };
  using result = bool;

  static result apply(state& now, const operation& what) {
    return what.adds ? !std::exchange(now.at(what.element), true) : now.at(what.element);
  }
  template <class Object>
  static result perform(Object& object, const operation& what) {
    return what.adds ? object.add(what.element) : object.contains(what.element);
  }
  static std::string text(const operation& what) {
    return (what.adds ? "add(" : "contains(") + std::to_string(what.element) + ")";
  }
  static std::size_t partition(const operation& what) { return what.element; }
};

/// Right: one lock around all.
class locked_queue {
 public:
  void push(int item) {
    lock();
    items_.write().push_back(item);
    held_.store(false);
  }
  std::optional<int> pop() {
    lock();
    std::optional<int> first;
    if (!items_.read().empty()) {
      first = items_.read().front();
      items_.write().pop_front();
    }
    held_.store(false);
    return first;
  }

 private:
  void lock() {
    while (held_.exchange(true)) spin_hint();
  }

  atomic<bool> held_{false, "held"};
  shared<std::deque<int>> items_{{}, "items"};
};

/// Broken: odd numbers and even ones have a place each, and a pop looks for even ones first.
class sharded_queue {
 public:
  void push(int item) { places_[static_cast<std::size_t>(item % 2)].store(item); }
  std::optional<int> pop() {
    for (atomic<int>& place : places_) {
      const int found = place.exchange(0);
      if (found != 0) return found;
    }
    return std::nullopt;
  }

 private:
  std::array<atomic<int>, 2> places_{};
};

/// Right under sc; with relaxed accesses two readers may disagree who was there first.
class flag_set {
 public:
  explicit flag_set(std::memory_order add, std::memory_order look) : add_(add), look_(look) {}
  bool add(std::size_t element) { return !flags_.at(element).exchange(true, add_); }
  bool contains(std::size_t element) { return flags_.at(element).load(look_); }

 private:
  std::memory_order add_, look_;
  std::array<atomic<bool>, 2> flags_{};
};

}  // namespace heddle::histories
