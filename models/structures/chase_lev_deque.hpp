// The work-stealing deque of Chase and Lev: the owner works at the bottom, thieves take from the
// top.
//
// Chase, Lev: Dynamic circular work-stealing deque, SPAA 2005, with the orders of Le, Pop, Cohen,
// Zappa Nardelli: Correct and efficient work-stealing for weak memory models, PPoPP 2013.  Differs:
// the buffer does not grow.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>

namespace heddle::structures {

/// Where a thread has its fence, between the index that it moves or reads first and the other one.
enum class fence_place { between, after, nowhere };

struct chase_lev_variant {
  fence_place take = fence_place::between;
  fence_place steal = fence_place::between;
  std::memory_order push = release;  ///< of the fence before the new bottom
  bool weak = false;  ///< the race for the last item is run by a weak compare-exchange
};

/// Items are numbers; one is taken or stolen once.
///
/// Order: a push happens before the steal that gets its item.
template <std::size_t capacity>
class chase_lev_deque {
 public:
  explicit chase_lev_deque(chase_lev_variant how = {}) : how_(how) {}

  /// The owner's.
  void push(int item) {
    const std::int32_t bottom = bottom_.load(relaxed);
    slot(bottom).store(item, relaxed);
    if (how_.push != relaxed) fence(how_.push);
    bottom_.store(bottom + 1, relaxed);
  }

  /// The owner's: the newest item.
  [[nodiscard]] std::optional<int> take() {
    const std::int32_t bottom = bottom_.load(relaxed) - 1;
    bottom_.store(bottom, relaxed);
    if (how_.take == fence_place::between) fence(seq_cst);
    std::int32_t top = top_.load(relaxed);
    if (how_.take == fence_place::after) fence(seq_cst);
    if (top > bottom) {
      bottom_.store(bottom + 1, relaxed);
      return std::nullopt;
    }
    const int item = slot(bottom).load(relaxed);
    if (top < bottom) return item;
    // The last one: a thief may be after it.
    const bool mine = win(top);
    bottom_.store(bottom + 1, relaxed);
    return mine ? std::optional<int>(item) : std::nullopt;
  }

  /// The oldest item; nothing if there is none, or if another thread has got it.
  [[nodiscard]] std::optional<int> steal() {
    std::int32_t top = top_.load(acquire);
    if (how_.steal == fence_place::between) fence(seq_cst);
    const std::int32_t bottom = bottom_.load(acquire);
    if (how_.steal == fence_place::after) fence(seq_cst);
    if (top >= bottom) return std::nullopt;
    const int item = slot(top).load(relaxed);
    if (!top_.compare_exchange_strong(top, top + 1, seq_cst, relaxed)) return std::nullopt;
    return item;
  }

 private:
  atomic<int>& slot(std::int32_t at) { return slots_[static_cast<std::size_t>(at) % capacity]; }

  bool win(std::int32_t top) {
    if (how_.weak) return top_.compare_exchange_weak(top, top + 1, seq_cst, relaxed);
    return top_.compare_exchange_strong(top, top + 1, seq_cst, relaxed);
  }

  chase_lev_variant how_;
  atomic<std::int32_t> top_{0, "top"};
  atomic<std::int32_t> bottom_{0, "bottom"};
  std::array<atomic<int>, capacity> slots_{};
};

}  // namespace heddle::structures
