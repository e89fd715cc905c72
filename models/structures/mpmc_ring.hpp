// A bounded ring for any number of producers and consumers; each slot says whose turn it is.
//
// After Vyukov's bounded MPMC queue (1024cores.net), where the sequence number of a slot is its
// index while it is free for round 0, one more while it is full, and the capacity more when it is
// free for the next round.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

struct mpmc_variant {
  std::memory_order tell_item = release;
  std::memory_order see_item = acquire;
  std::memory_order tell_room = release;
  std::memory_order see_room = acquire;
  bool claims_blindly = false;  ///< a push moves the tail by a store
};

/// Order: each push happens before the pop that takes its item, and each pop before the push that
/// uses its slot again.
template <std::size_t capacity>
class mpmc_ring {
  // Of a single slot, full would be the same number as free for the next round.
  static_assert(capacity >= 2);

 public:
  explicit mpmc_ring(mpmc_variant how = {}) : how_(how) {
    for (std::uint32_t i = 0; i < capacity; ++i) slots_[i].turn.store(i, relaxed);
  }

  /// False if the ring is full.
  [[nodiscard]] bool try_push(int item) {
    std::uint32_t at = tail_.load(relaxed);
    for (;;) {
      slot& mine = slots_[at % capacity];
      const std::uint32_t turn = mine.turn.load(how_.see_room);
      if (turn == at) {
        if (!claim(at)) continue;
        mine.item.set(item);
        mine.turn.store(at + 1, how_.tell_item);
        return true;
      }
      if (is_before(turn, at)) return false;
      at = tail_.load(relaxed);
    }
  }

  /// False if the ring is empty.
  [[nodiscard]] bool try_pop(int& item) {
    std::uint32_t at = head_.load(relaxed);
    for (;;) {
      slot& mine = slots_[at % capacity];
      const std::uint32_t turn = mine.turn.load(how_.see_item);
      if (turn == at + 1) {
        if (!head_.compare_exchange_strong(at, at + 1, relaxed)) continue;
        item = mine.item.get();
        mine.turn.store(at + static_cast<std::uint32_t>(capacity), how_.tell_room);
        return true;
      }
      if (is_before(turn, at + 1)) return false;
      at = head_.load(relaxed);
    }
  }

 private:
  struct slot {
    atomic<std::uint32_t> turn{0, "turn"};
    shared<int> item{0, "item"};
  };

  static bool is_before(std::uint32_t turn, std::uint32_t at) {
    return static_cast<std::int32_t>(turn - at) < 0;
  }

  bool claim(std::uint32_t& at) {
    if (!how_.claims_blindly) return tail_.compare_exchange_strong(at, at + 1, relaxed);
    tail_.store(at + 1, relaxed);
    return true;
  }

  mpmc_variant how_;
  atomic<std::uint32_t> head_{0, "head"};
  atomic<std::uint32_t> tail_{0, "tail"};
  std::array<slot, capacity> slots_;
};

}  // namespace heddle::structures
