// What the machines of this folder have in common.
//
// A machine says what a primitive means, and nothing of how it is made.  It has
//
//   state        what the primitive is in; its default is that of a new one
//   operations   pure functions of the state, of arguments, and of which outcome is asked for
//   clocks       how many clocks the primitive has, by which it orders what happens before what
//
// An operation is indivisible.  A call of the primitive is one operation, or a few of them with
// other threads between.  An operation that cannot go on blocks: it has no effect, and is asked
// again when the state has changed.  Where a call may give up at a deadline, outcome `give_up` of
// an operation that blocks says what it then leaves behind; of one that does not block, it is the
// same as outcome 0.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::specs {

/// Some of a primitive's clocks: bit i is the clock of number i.  An operation that acquires a
/// clock happens after every operation that has released it since it was empty.
using clock_set = std::uint16_t;
inline constexpr unsigned most_clocks = 16;

inline constexpr unsigned give_up = 1;

/// What an operation does in a state.
template <class State>
struct answer {
  bool blocks = false;  ///< and then nothing else is meant but `next`, the state as it was
  State next{};         ///< also of an operation that changes nothing: the state as it was
  std::uint64_t result = 0;
  unsigned options = 1;  ///< how many outcomes the operation has, `give_up` aside
  clock_set acquires = 0;
  clock_set empties = 0;  ///< sets back to nothing, once they are acquired
  clock_set releases = 0;
  const char* misuse = nullptr;  ///< the complaint, if the operation is not allowed
};

template <class State>
[[nodiscard]] constexpr answer<State> blocked(const State& now) noexcept {
  return {.blocks = true, .next = now};
}

template <class State>
[[nodiscard]] constexpr answer<State> refused(const State& now, const char* misuse) noexcept {
  return {.next = now, .misuse = misuse};
}

/// As many threads as an execution may have.
inline constexpr unsigned most_threads = 64;

/// Things in their order, the first first.  A thread waits in a line once, so there is room for all
/// of them.
template <class T, unsigned capacity = most_threads>
class line {
 public:
  constexpr line() noexcept = default;
  constexpr line(const line& other) noexcept { *this = other; }
  constexpr line& operator=(const line& other) noexcept {
    size_ = other.size_;
    for (unsigned i = 0; i < size_; ++i) items_[i] = other.items_[i];
    return *this;
  }

  [[nodiscard]] constexpr unsigned size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr T* begin() noexcept { return items_.data(); }
  [[nodiscard]] constexpr T* end() noexcept { return items_.data() + size_; }
  [[nodiscard]] constexpr const T* begin() const noexcept { return items_.data(); }
  [[nodiscard]] constexpr const T* end() const noexcept { return items_.data() + size_; }

  [[nodiscard]] constexpr T& front() noexcept { return items_[0]; }
  [[nodiscard]] constexpr T& back() noexcept { return items_[size_ - 1]; }

  constexpr void push(const T& item) noexcept { items_[size_++] = item; }
  constexpr void erase(const T* item) noexcept {
    for (auto i = static_cast<unsigned>(item - begin()); i + 1 < size_; ++i) {
      items_[i] = items_[i + 1];
    }
    --size_;
  }
  /// The item of a thread, or `end()`.  Items have a member `thread`.
  [[nodiscard]] constexpr T* find(std::uint64_t thread) noexcept {
    T* item = begin();
    while (item != end() && item->thread != thread) ++item;
    return item;
  }

  friend constexpr bool operator==(const line& left, const line& right) noexcept {
    if (left.size_ != right.size_) return false;
    for (unsigned i = 0; i < left.size_; ++i) {
      if (!(left.items_[i] == right.items_[i])) return false;
    }
    return true;
  }

 private:
  std::array<T, capacity> items_{};
  unsigned size_ = 0;
};

}  // namespace heddle::specs
