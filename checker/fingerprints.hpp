#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heddle::detail {

/// How many different numbers there were, and how many of them once: exact up to a fixed count of
/// different ones, in bounded memory.  Two numbers that differ in their two lowest bits only are
/// taken for one.
class fingerprint_set {
 public:
  static constexpr std::size_t most = std::size_t{1} << 20;

  /// Once the set is full and turns a number away, nothing more is counted.
  void insert(std::uint64_t value);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// True if a number was turned away because the set was full.
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  /// How many numbers were counted, equal ones too.
  [[nodiscard]] std::uint64_t inserted() const noexcept { return inserted_; }
  /// How many were counted once only.  Of sets that were added and overflowed: that many at most.
  [[nodiscard]] std::uint64_t once() const noexcept { return once_; }
  /// The estimate of Good and Turing (Good: The population frequencies of species, Biometrika
  /// 1953): the probability that the next number is one that was not seen before; 1 of an empty
  /// set.
  [[nodiscard]] double unseen() const noexcept {
    return inserted_ == 0 ? 1 : static_cast<double>(once_) / static_cast<double>(inserted_);
  }

  void add(const fingerprint_set& other);

  /// What is kept, in words that restore() takes.
  template <class Visit>
  void each(Visit visit) const {
    for (const std::uint64_t word : slots_) {
      if (word != 0) visit(word);
    }
  }
  /// Of an empty set, after restore() of its words: the counts that it had.
  void restore(std::uint64_t word) { (void)put(word | used); }
  void restore_counts(std::uint64_t inserted, std::uint64_t once, bool overflowed) noexcept {
    inserted_ = inserted;
    once_ = once;
    overflowed_ = overflowed;
  }

 private:
  // Of a word the lowest bit is set, which a free slot's is not; the next one, if it came again.
  static constexpr std::uint64_t used = 1, repeated = 2;

  enum class put_as : std::uint8_t { first, second, again, turned_away };

  // Open addressing.
  [[nodiscard]] std::size_t slot_of(std::uint64_t word) const noexcept;
  put_as put(std::uint64_t word);
  void grow();

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);
  std::size_t size_ = 0;
  std::uint64_t inserted_ = 0, once_ = 0;
  bool overflowed_ = false;
};

}  // namespace heddle::detail
