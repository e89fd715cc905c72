// Values by keys of 64 bits: open addressing in one array, which grows and never shrinks, so that
// what is met again in every execution costs one look and no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heddle::detail {

/// A bijection all of whose bits depend on all bits (the finalizer of splitmix64).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// Misuse: the key 0 stands for an entry that is free and must not be looked up.
template <class Value>
class flat_table {
 public:
  flat_table() : entries_(64) {}

  /// Keeps the memory.
  void clear() {
    entries_.assign(entries_.size(), {});
    size_ = 0;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// The value of the key, of which `mixed` is given; one that is added is `Value{}`.  Valid until
  /// the next call.
  [[nodiscard]] Value& at(std::uint64_t key, std::uint64_t hash) {
    std::size_t to = place_of(key, hash);
    if (entries_[to].key == 0) [[unlikely]] {
      if (2 * ++size_ > entries_.size()) {
        grow();
        to = place_of(key, hash);
      }
      entries_[to].key = key;
    }
    return entries_[to].value;
  }
  [[nodiscard]] Value& at(std::uint64_t key) { return at(key, mixed(key)); }

 private:
  struct entry {
    std::uint64_t key = 0;
    Value value{};
  };

  // Where the key is, or the free entry where it belongs: at least half of them are free.
  [[nodiscard]] std::size_t place_of(std::uint64_t key, std::uint64_t hash) const noexcept {
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = hash & mask;
    while (entries_[at].key != key && entries_[at].key != 0) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<entry> old(2 * entries_.size());
    old.swap(entries_);
    for (const entry& each : old) {
      if (each.key != 0) entries_[place_of(each.key, mixed(each.key))] = each;
    }
  }

  std::vector<entry> entries_;  ///< as many as a power of two
  std::size_t size_ = 0;
};

}  // namespace heddle::detail
