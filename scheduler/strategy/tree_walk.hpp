// One way from the root of the tree of graphs to one of its leaves, uniform among the ways at each
// node.  The product of their numbers is, over all walks, on average the number of executions: each
// of them is reached with the probability that is one by that product, and a way that leads to none
// counts as zero.
//
// Knuth: Estimating the efficiency of backtrack programs, Mathematics of Computation 1975; with it
// Kokologiannakis, Majumdar, Vafeiadis (Enhancing GenMC's usability and performance, TACAS 2024)
// estimate the same tree.  Differs in that a node is whatever is open after an event was added.
#pragma once

#include <cstddef>
#include <cstdint>

#include <heddle/scheduler/graph/trust.hpp>

namespace heddle {

class tree_walk {
 public:
  explicit tree_walk(std::uint64_t seed) noexcept : state_(seed) {}

  void restart(graph::explorer& of) {
    of.restart();
    weight_ = 1;
    turned_ = true;
  }

  /// Chooses a way; true if it is to go on with the graph at hand, if that `lives`.
  bool goes_on(graph::explorer& of, bool lives) {
    const std::size_t count = of.ways(lives);
    turned_ = count > 0;
    if (count == 0) return false;
    const std::size_t way = below(count);
    weight_ *= static_cast<double>(count);
    of.go(way, lives);
    turned_ = !lives || way > 0;
    return !turned_;
  }

  /// As `next` of the explorer; false at the end of the walk.
  bool next(graph::explorer& of) {
    while (turned_) {
      const bool lives = of.enter();
      if (goes_on(of, lives)) return true;
    }
    return false;
  }

  [[nodiscard]] double weight() const noexcept { return weight_; }

 private:
  // By splitmix64; the bias is at most count / 2^32.
  std::size_t below(std::size_t count) noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<std::size_t>(((z ^ (z >> 31)) >> 32) * count >> 32);
  }

  std::uint64_t state_;
  double weight_ = 1;
  bool turned_ = false;  ///< another way than the graph at hand was chosen, and not yet entered
};

}  // namespace heddle
