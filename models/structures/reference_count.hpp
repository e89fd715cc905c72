// A value that goes with its last owner.
#pragma once

#include <cstdint>
#include <utility>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

struct count_variant {
  std::memory_order drop = acq_rel;
  bool adds_in_two_steps = false;  ///< a load and a store instead of a fetch_add
  bool drops_in_two_steps = false;
};

/// One owner's hold on a value.
///
/// Order: what each owner did before it let go happens before the end of the value.
class counted {
 public:
  explicit counted(int value, count_variant how = {}) : block_(new block{how, value}) {}
  counted(const counted& other) : block_(other.block_) { block_->add(); }
  counted(counted&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  counted& operator=(const counted&) = delete;
  ~counted() {
    if (block_ != nullptr && block_->drop() == 1) delete block_;
  }

  [[nodiscard]] shared<int>& value() { return block_->value; }

 private:
  struct block {
    block(count_variant variant, int initial) : how(variant), value(initial, "value") {}

    void add() {
      if (how.adds_in_two_steps) {
        owners.store(owners.load(relaxed) + 1, relaxed);
      } else {
        owners.fetch_add(1, relaxed);
      }
    }
    std::uint32_t drop() {
      if (!how.drops_in_two_steps) return owners.fetch_sub(1, how.drop);
      const std::uint32_t before = owners.load(acquire);
      owners.store(before - 1, release);
      return before;
    }

    count_variant how;
    atomic<std::uint32_t> owners{1, "owners"};
    shared<int> value;
  };

  block* block_;
};

}  // namespace heddle::structures
