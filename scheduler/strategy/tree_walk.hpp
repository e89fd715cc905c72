// Walks from the root of the tree of graphs to its leaves, some abreast, to estimate how many
// executions there are.
//
// At each level of the tree the ways on from all that walk are put together, and of these no more
// than `width` go on, each as likely as any other.  One that has come to an execution stands for as
// many as the product, over the levels, of the ways by those that went on: the sum of these weights
// is on average the number of executions.  One alone walks as Knuth has it; its weights differ by
// orders of magnitude where some ways have far more behind them than others.  Of many abreast,
// those that come to more ways have more that go on, so the sums differ less.
//
// Knuth: Estimating the efficiency of backtrack programs, Mathematics of Computation 1975.
// Rubinstein: Stochastic enumeration method for counting NP-hard problems, Methodology and
// Computing in Applied Probability 2013 (Chen's heterogeneous sampling, SIAM Journal on Computing
// 1992, with the levels for strata and some of each).  Kokologiannakis, Majumdar, Vafeiadis
// (Enhancing GenMC's usability and performance, TACAS 2024) estimate the same tree by walks of one.
// Differs in that a node is whatever is open after an event was added, in that a node with one way
// on is no level, and in looking one step ahead: a way whose graph is refused at once is none.
// Most are such ways where threads contend for a lock, and nearly all walks would end in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <heddle/scheduler/graph/trust.hpp>

namespace heddle {

class tree_walk {
 public:
  tree_walk(graph::memory model, const graph::rules& obeyed, std::uint64_t seed, std::size_t width)
      : model_(model), rules_(obeyed), state_(seed), width_(width) {
    restart();
  }

  /// The next walk begins, in place of what is left of this one.
  void restart() {
    level_.clear();
    next_.clear();
    at_ = ways_ = 0;
    weight_ = 1;
    node root{graph::explorer(model_, rules_), false};
    root.lives = root.at.enter();
    level_.push_back(std::move(root));
  }

  /// The graph at hand has ways on beside itself, which is one if it `lives`: true if it is the
  /// only one.
  bool goes_on(graph::explorer& of, bool lives) {
    found_.clear();
    for (std::size_t i = 0; i < of.ways(); ++i) {
      node one{of.only(i), false};
      one.lives = one.at.enter();
      if (one.lives || one.at.ways() > 0) found_.push_back(std::move(one));
    }
    if (found_.empty()) return lives;
    if (width_ == 1) return alone_goes_on(of, lives);
    for (node& each : found_) {
      if (node* place = place_of_next()) *place = std::move(each);
    }
    if (lives) {
      if (node* place = place_of_next()) *place = {of.alone(), true};
    }
    return false;
  }

  /// As `next` of the explorer; false at the end of the walk.
  bool next(graph::explorer& of) {
    for (;;) {
      if (at_ == level_.size()) {
        if (next_.empty()) return false;
        weight_ *= static_cast<double>(ways_) / static_cast<double>(next_.size());
        std::swap(level_, next_);
        next_.clear();
        at_ = ways_ = 0;
      }
      node& one = level_[at_++];
      of = std::move(one.at);
      if (goes_on(of, one.lives)) return true;
    }
  }

  [[nodiscard]] double weight() const noexcept { return weight_; }

 private:
  struct node {
    graph::explorer at;
    bool lives;  ///< its graph is one to be extended; if not, it has ways
  };

  // Of one alone there is nobody to wait for.
  bool alone_goes_on(graph::explorer& of, bool lives) {
    const std::size_t count = found_.size() + (lives ? 1 : 0);
    const std::size_t which = below(count);
    weight_ *= static_cast<double>(count);
    if (which == found_.size()) {
      of.forget_ways();
      return true;
    }
    ways_ = 1;
    next_.push_back(std::move(found_[which]));
    return false;
  }

  // Where the next way of this level is kept; nullptr if it does not go on.  Each of those so far
  // is as likely to be among the ones that do (reservoir sampling).
  node* place_of_next() {
    ++ways_;
    if (next_.size() < width_) {
      next_.push_back({graph::explorer(model_, rules_), false});
      return &next_.back();
    }
    const std::size_t which = below(ways_);
    return which < width_ ? &next_[which] : nullptr;
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
  std::size_t width_;
  double weight_ = 1;
  std::vector<node> level_, next_;
  std::size_t at_ = 0;    ///< of the present level: who goes on next
  std::size_t ways_ = 0;  ///< of the next level, with those that do not go on
  std::vector<node> found_;
};

}  // namespace heddle
