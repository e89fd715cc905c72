// How the coarse primitives step their machines: states as words, and answers as effects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <heddle/models/specs/machine.hpp>
#include <heddle/sync/platform/fine.hpp>
#include <heddle/sync/platform/transition.hpp>

namespace heddle::detail {

/// How a state is kept in the word of an object: `pack` and `unpack`; for `state_table`, `hash`.
template <class State>
struct word_for;

/// The states of a type that do not fit into a word: each has a number, by the order in which they
/// first came up, and no two numbers mean one state.  A table lives as long as the process; it has
/// as many states as bodies bring about, in whatever interleaving.
template <class State>
class state_table {
 public:
  /// Set in every word that stands for a state of a table; words that hold a state leave it clear.
  static constexpr std::uint64_t mark = std::uint64_t{1} << 63;

  [[nodiscard]] std::uint64_t word_of(const State& state) {
    if (2 * states_.size() >= numbers_.size()) grow();
    std::uint32_t& number = find(state);
    if (number == none) {
      number = static_cast<std::uint32_t>(states_.size());
      states_.push_back(state);
    }
    return mark | number;
  }
  [[nodiscard]] const State& state_of(std::uint64_t word) const { return states_[word & ~mark]; }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::size_t least = 64;

  // Where the number of `state` stands, or is to stand.
  std::uint32_t& find(const State& state) {
    std::size_t at = word_for<State>::hash(state) % numbers_.size();
    while (numbers_[at] != none && !(states_[numbers_[at]] == state)) {
      at = (at + 1) % numbers_.size();
    }
    return numbers_[at];
  }

  void grow() {
    numbers_.assign(numbers_.empty() ? least : 2 * numbers_.size(), none);
    for (std::uint32_t number = 0; number < states_.size(); ++number) {
      find(states_[number]) = number;
    }
  }

  std::vector<State> states_;
  std::vector<std::uint32_t> numbers_;
};

template <class State>
inline state_table<State> states_of_type{};

/// Takes a number into a hash, after those before it.
[[nodiscard]] constexpr std::size_t mix(std::size_t hash, std::uint64_t number) noexcept {
  const std::uint64_t mixed = (hash ^ number) * 0x9E3779B97F4A7C15U;
  return static_cast<std::size_t>(mixed ^ mixed >> 32);
}

/// The state that a word of an object holds.
template <class Machine>
[[nodiscard]] typename Machine::state state_in(std::uint64_t word) {
  return word_for<typename Machine::state>::unpack(word);
}

/// What an operation of a machine does with the word of its object.
template <class State>
[[nodiscard]] effect effect_of(const specs::answer<State>& answer) {
  effect result;
  if (answer.blocks) {
    result.does = effect::what::block;
    return result;
  }
  // Also where the state stays: every operation on an object has its place among all of them.
  result.does = effect::what::write;
  result.next = word_for<State>::pack(answer.next);
  result.options = static_cast<std::uint16_t>(answer.options);
  result.acquires = answer.acquires;
  result.empties = answer.empties;
  result.releases = answer.releases;
  result.result = answer.result;
  result.misuse = answer.misuse;
  return result;
}

/// An operation that changes nothing, but has its place among all of its object.
[[nodiscard]] constexpr effect unchanged(std::uint64_t word, std::uint64_t result) noexcept {
  return {.does = effect::what::write, .next = word, .result = result};
}

/// Two numbers below 2^32 as one argument of an operation.
[[nodiscard]] constexpr std::uint64_t both(std::uint32_t low, std::uint32_t high) noexcept {
  return low | std::uint64_t{high} << 32;
}
[[nodiscard]] constexpr std::uint32_t low_of(std::uint64_t both) noexcept {
  return static_cast<std::uint32_t>(both);
}
[[nodiscard]] constexpr std::uint32_t high_of(std::uint64_t both) noexcept {
  return static_cast<std::uint32_t>(both >> 32);
}

}  // namespace heddle::detail
