// Treiber's stack, of nodes that lie in one array and are used again and again.
//
// Treiber: Systems programming: coping with parallelism, IBM RJ 5118, 1986; the version beside the
// index is the modification counter of IBM's System/370 principles of operation.  Differs: nodes
// are indices, so that index and version fit into one word.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>

namespace heddle::structures {

struct treiber_variant {
  std::memory_order push = release;
  std::memory_order pop = acquire;
  bool versions = true;
};

/// Whoever has popped a node owns it, until it pushes it again.  Node 0 stands for none.
///
/// Order: a push happens before the pop that takes its node.
template <std::size_t nodes>
class treiber_stack {
 public:
  using node = std::uint32_t;
  static constexpr node none = 0;

  explicit treiber_stack(treiber_variant how = {}) : how_(how) {}

  void push(node mine) {
    place top = top_.load(relaxed);
    do {
      next_[mine].store(top.first, relaxed);
    } while (!top_.compare_exchange_strong(top, after(top, mine), how_.push, relaxed));
  }

  [[nodiscard]] node pop() {
    place top = top_.load(how_.pop);
    while (top.first != none) {
      // Another may have popped the node meanwhile, and pushed it onto something else: then the
      // version is another, and what was read here is thrown away.
      const node next = next_[top.first].load(relaxed);
      if (top_.compare_exchange_strong(top, after(top, next), how_.pop, how_.pop)) return top.first;
    }
    return none;
  }

 private:
  struct place {
    node first;
    std::uint32_t version;
  };

  [[nodiscard]] place after(place before, node next) const {
    return {next, before.version + (how_.versions ? 1U : 0U)};
  }

  treiber_variant how_;
  atomic<place> top_{place{none, 0}, "top"};
  std::array<atomic<node>, nodes + 1> next_{};
};

}  // namespace heddle::structures
