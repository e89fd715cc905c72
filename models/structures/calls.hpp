// Machines that say what the calls of structures mean, one after the other.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace heddle::structures {

/// Calls of a container of numbers: 0 takes one, anything else puts that number in.  What is put
/// in is returned, or nothing if there is no room.
struct container_calls {
  using state = std::deque<int>;
  using operation = int;
  using result = std::optional<int>;

  template <class Object>
  static result perform(Object& object, operation what) {
    return what == 0 ? object.take() : object.put(what);
  }
  static std::string text(operation what) {
    return what == 0 ? "take()" : "put(" + std::to_string(what) + ")";
  }
};

/// Last in, first out.
struct stack_calls : container_calls {
  static result apply(state& now, operation what) {
    if (what != 0) {
      now.push_back(what);
      return what;
    }
    if (now.empty()) return std::nullopt;
    const int last = now.back();
    now.pop_back();
    return last;
  }
};

/// First in, first out; with room for `room` items.
template <std::size_t room = ~std::size_t{0}>
struct queue_calls : container_calls {
  static result apply(state& now, operation what) {
    if (what != 0) {
      if (now.size() == room) return std::nullopt;
      now.push_back(what);
      return what;
    }
    if (now.empty()) return std::nullopt;
    const int first = now.front();
    now.pop_front();
    return first;
  }
};

/// The same, but a call may find the queue empty, or full, at any time.
template <std::size_t room>
struct faltering_queue_calls : container_calls {
  static bool allows(const state& now, operation what, const result& gave) {
    if (!gave) return true;
    return what != 0 ? now.size() < room : !now.empty() && *gave == now.front();
  }
  static result apply(state& now, operation what, const std::optional<result>& gave) {
    if (gave && !*gave) return std::nullopt;
    return queue_calls<room>::apply(now, what);
  }
};

/// Numbers come out at the end where they were put in, or, for -1, at the other one; those who come
/// from there may also leave without one.
struct deque_calls : container_calls {
  static constexpr operation steal = -1;

  static bool allows(const state& now, operation what, const result& gave) {
    if (what > 0) return true;
    if (!gave) return what == steal || now.empty();
    return !now.empty() && *gave == (what == steal ? now.front() : now.back());
  }
  static result apply(state& now, operation what, const std::optional<result>& gave) {
    if (what > 0) {
      now.push_back(what);
      return what;
    }
    if (now.empty() || (gave && !*gave)) return std::nullopt;
    const int item = what == steal ? now.front() : now.back();
    what == steal ? now.pop_front() : now.pop_back();
    return item;
  }
  template <class Object>
  static result perform(Object& object, operation what) {
    return what == steal ? object.steal() : container_calls::perform(object, what);
  }
  static std::string text(operation what) {
    return what == steal ? "steal()" : container_calls::text(what);
  }
};

}  // namespace heddle::structures
