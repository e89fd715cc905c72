// The queue of Michael and Scott, of nodes that are used once.
//
// Michael, Scott: Simple, fast, and practical non-blocking and blocking concurrent queue
// algorithms, PODC 1996.  Differs: nodes are indices into an array and are not used again, so
// there are no versions beside them, and a pop need not look at the head a second time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

struct queue_variant {
  std::memory_order link = release;    ///< of a new node behind the last one
  std::memory_order follow = acquire;  ///< of a pop, to the node that it takes
  bool links_blindly = false;          ///< a load and a store instead of a compare-exchange
  bool takes_blindly = false;
};

/// Order: a push happens before the pop that takes its item.
template <std::size_t nodes>
class michael_scott_queue {
 public:
  using node = std::uint32_t;

  explicit michael_scott_queue(queue_variant how = {}) : how_(how) {}

  /// `mine` is a node that nobody has used: 1, 2, ...
  void push(node mine, int item) {
    items_[mine].set(item);
    for (;;) {
      node last = tail_.load(acquire);
      node next = next_[last].load(acquire);
      if (next != none) {
        // Whoever linked it has not told yet.
        (void)tail_.compare_exchange_strong(last, next, release, relaxed);
        continue;
      }
      if (link(last, mine)) {
        (void)tail_.compare_exchange_strong(last, mine, release, relaxed);
        return;
      }
    }
  }

  /// False if the queue is empty.
  [[nodiscard]] bool pop(int& item) {
    for (;;) {
      node first = head_.load(acquire);
      node last = tail_.load(acquire);
      const node next = next_[first].load(how_.follow);
      if (next == none) return false;
      // The tail must not fall behind the head.
      if (first == last) (void)tail_.compare_exchange_strong(last, next, release, relaxed);
      if (take(first, next)) {
        item = items_[next].get();
        return true;
      }
    }
  }

 private:
  static constexpr node none = 0;  // the first dummy, which nobody comes to

  bool link(node last, node mine) {
    if (how_.links_blindly) {
      next_[last].store(mine, how_.link);
      return true;
    }
    node nothing = none;
    return next_[last].compare_exchange_strong(nothing, mine, how_.link, relaxed);
  }

  bool take(node first, node next) {
    if (how_.takes_blindly) {
      head_.store(next, release);
      return true;
    }
    return head_.compare_exchange_strong(first, next, release, relaxed);
  }

  queue_variant how_;
  atomic<node> head_{none, "head"};
  atomic<node> tail_{none, "tail"};
  std::array<atomic<node>, nodes + 1> next_{};
  std::array<shared<int>, nodes + 1> items_{};
};

}  // namespace heddle::structures
