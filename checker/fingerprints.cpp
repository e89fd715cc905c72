#include <heddle/checker/fingerprints.hpp>

namespace heddle::detail {

std::size_t fingerprint_set::slot_of(std::uint64_t word) const noexcept {
  const std::uint64_t value = word | repeated;
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (value * 0x9E3779B97F4A7C15U >> 32) & mask;
  while (slots_[slot] != 0 && (slots_[slot] | repeated) != value) slot = (slot + 1) & mask;
  return slot;
}

void fingerprint_set::grow() {
  std::vector<std::uint64_t> old(slots_.size() * 2);
  old.swap(slots_);
  for (const std::uint64_t word : old) {
    if (word != 0) slots_[slot_of(word)] = word;
  }
}

// A word that comes again, or is marked, is marked in its slot.
fingerprint_set::put_as fingerprint_set::put(std::uint64_t word) {
  std::uint64_t& slot = slots_[slot_of(word)];
  if (slot != 0) {
    const bool second = (slot & repeated) == 0;
    slot |= repeated;
    return second ? put_as::second : put_as::again;
  }
  if (size_ == most) return put_as::turned_away;
  slot = word;
  if (++size_ * 2 > slots_.size()) grow();
  return put_as::first;
}

void fingerprint_set::insert(std::uint64_t value) {
  if (overflowed_) return;
  switch (put((value & ~repeated) | used)) {
    case put_as::first:
      ++once_;
      break;
    case put_as::second:
      --once_;
      break;
    case put_as::again:
      break;
    case put_as::turned_away:
      overflowed_ = true;
      return;
  }
  ++inserted_;
}

void fingerprint_set::add(const fingerprint_set& other) {
  std::uint64_t kept_once = 0;
  other.each([&](std::uint64_t word) {
    const bool single = (word & repeated) == 0;
    kept_once += single ? 1 : 0;
    const put_as how = put(word);
    overflowed_ = overflowed_ || how == put_as::turned_away;
    if (how == put_as::second) --once_;
    if (single && (how == put_as::first || how == put_as::turned_away)) ++once_;
  });
  // What the other one has turned away when it was added to.
  once_ += other.once_ - kept_once;
  inserted_ += other.inserted_;
  overflowed_ = overflowed_ || other.overflowed_;
}

}  // namespace heddle::detail
