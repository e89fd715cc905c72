// One way from the root of the tree of graphs to one of its leaves, uniform among the ways at each
// node.  The product of their numbers is, over all walks, on average the number of executions: each
// of them is reached with the probability that is one by that product, and a walk that reaches none
// counts as zero.
//
// Knuth: Estimating the efficiency of backtrack programs, Mathematics of Computation 1975; with it
// Kokologiannakis, Majumdar, Vafeiadis (Enhancing GenMC's usability and performance, TACAS 2024)
// estimate the same tree.  Differs in that a node is whatever is open after an event was added, and
// in looking one step ahead: a way whose graph is refused at once is none.  Most are such ways
// where threads contend for a lock, and nearly all walks would end in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <heddle/scheduler/graph/trust.hpp>

namespace heddle {

class tree_walk {
 public:
  tree_walk(graph::memory model, const graph::rules& obeyed, std::uint64_t seed)
      : model_(model), rules_(obeyed), state_(seed), chosen_(at_root()) {}

  /// The next walk begins, in place of what is left of this one.
  void restart() {
    chosen_ = at_root();
    turned_ = true;
    weight_ = 1;
  }

  /// Chooses a way; true if it is to go on with the graph at hand, if that `lives`.
  bool goes_on(graph::explorer& of, bool lives) {
    ways_.clear();
    for (std::size_t i = 0; i < of.ways(); ++i) {
      way one{of.only(i), false};
      one.lives = one.at.enter();
      if (one.lives || one.at.ways() > 0) ways_.push_back(std::move(one));
    }
    const std::size_t count = ways_.size() + (lives ? 1 : 0);
    turned_ = false;
    if (count == 0) return false;
    const std::size_t which = below(count);
    weight_ *= static_cast<double>(count);
    turned_ = which < ways_.size();
    if (turned_) {
      chosen_ = std::move(ways_[which]);
    } else {
      of.forget_ways();
    }
    return !turned_;
  }

  /// As `next` of the explorer; false at the end of the walk.
  bool next(graph::explorer& of) {
    while (turned_) {
      of = std::move(chosen_.at);
      if (goes_on(of, chosen_.lives)) return true;
    }
    return false;
  }

  [[nodiscard]] double weight() const noexcept { return weight_; }

 private:
  struct way {
    graph::explorer at;
    bool lives;  ///< its graph is one to be extended; if not, it has ways
  };

  [[nodiscard]] way at_root() const {
    way root{graph::explorer(model_, rules_), false};
    root.lives = root.at.enter();
    return root;
  }

  // By splitmix64; the bias is at most count / 2^32.
  std::size_t below(std::size_t count) noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<std::size_t>(((z ^ (z >> 31)) >> 32) * count >> 32);
  }

  graph::memory model_;
  graph::rules rules_;
  std::uint64_t state_;
  double weight_ = 1;
  bool turned_ = false;  ///< another way than the graph at hand was chosen: the next run takes it
  way chosen_;
  std::vector<way> ways_;
};

}  // namespace heddle
