#include <heddle/checker/fingerprints.hpp>

namespace heddle::detail {

std::size_t fingerprint_set::slot_of(std::uint64_t value) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (value * 0x9E3779B97F4A7C15U >> 32) & mask;
  while (slots_[slot] != 0 && slots_[slot] != value) slot = (slot + 1) & mask;
  return slot;
}

void fingerprint_set::grow() {
  std::vector<std::uint64_t> old(slots_.size() * 2);
  old.swap(slots_);
  for (const std::uint64_t value : old) {
    if (value != 0) slots_[slot_of(value)] = value;
  }
}

void fingerprint_set::insert(std::uint64_t value) {
  const std::size_t slot = slot_of(value);
  if (value == 0 ? has_zero_ : slots_[slot] == value) return;
  if (size_ == most) {
    overflowed_ = true;
    return;
  }
  ++size_;
  if (value == 0) {
    has_zero_ = true;
    return;
  }
  slots_[slot] = value;
  if (size_ * 2 > slots_.size()) grow();
}

}  // namespace heddle::detail
