// A ring between one producer and one consumer.
//
// Lamport: Specifying concurrent program modules, TOPLAS 5(2), 1983.  Differs: the two indices are
// ordered by release and acquire.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

struct spsc_variant {
  std::memory_order tell_item = release;  ///< of the producer's index
  std::memory_order see_item = acquire;
  std::memory_order tell_room = release;  ///< of the consumer's index
  std::memory_order see_room = acquire;
  bool tells_first = false;  ///< the producer moves its index before it writes the slot
};

/// Order: each push happens before the pop that takes its item, and each pop before the push that
/// uses its slot again.
template <std::size_t capacity>
class spsc_ring {
 public:
  explicit spsc_ring(spsc_variant how = {}) : how_(how) {}

  /// The producer's.  False if the ring is full.
  [[nodiscard]] bool try_push(int item) {
    const std::uint32_t tail = tail_.load(relaxed);
    if (tail - head_.load(how_.see_room) == capacity) return false;
    if (how_.tells_first) tail_.store(tail + 1, how_.tell_item);
    slots_[tail % capacity].set(item);
    if (!how_.tells_first) tail_.store(tail + 1, how_.tell_item);
    return true;
  }

  /// The consumer's.  False if the ring is empty.
  [[nodiscard]] bool try_pop(int& item) {
    const std::uint32_t head = head_.load(relaxed);
    if (head == tail_.load(how_.see_item)) return false;
    item = slots_[head % capacity].get();
    head_.store(head + 1, how_.tell_room);
    return true;
  }

 private:
  spsc_variant how_;
  atomic<std::uint32_t> head_{0, "head"};
  atomic<std::uint32_t> tail_{0, "tail"};
  std::array<shared<int>, capacity> slots_{};
};

}  // namespace heddle::structures
