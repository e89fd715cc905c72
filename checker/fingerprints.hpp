#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heddle::detail {

/// How many different numbers there were, exact up to a fixed count and in bounded memory.
class fingerprint_set {
 public:
  static constexpr std::size_t most = std::size_t{1} << 20;

  void insert(std::uint64_t value);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// True if a number was turned away because the set was full.
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  void overflow() noexcept { overflowed_ = true; }

  void add(const fingerprint_set& other) {
    other.each([this](std::uint64_t value) { insert(value); });
    overflowed_ = overflowed_ || other.overflowed_;
  }
  template <class Visit>
  void each(Visit visit) const {
    if (has_zero_) visit(std::uint64_t{0});
    for (const std::uint64_t value : slots_) {
      if (value != 0) visit(value);
    }
  }

 private:
  // Open addressing; 0 marks a free slot, and the number 0 is kept apart.
  [[nodiscard]] std::size_t slot_of(std::uint64_t value) const noexcept;
  void grow();

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);
  std::size_t size_ = 0;
  bool has_zero_ = false;
  bool overflowed_ = false;
};

}  // namespace heddle::detail
