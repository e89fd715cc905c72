// Numbers as bytes, for tokens: seven bits to a byte, the lowest first.
#pragma once

#include <cstdint>
#include <vector>

namespace heddle::detail {

class byte_writer {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(value); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }
  /// The low `width` bytes of `value`, the lowest first.
  void fixed(std::uint32_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) byte(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Reads what byte_writer wrote.  Once something was missing or out of range, `good` stays false
/// and every read gives 0; so a reader may look at the end of a group of reads.
class byte_reader {
 public:
  byte_reader(const std::uint8_t* begin, std::size_t count) noexcept
      : next_(begin), end_(begin + count) {}

  std::uint8_t byte() noexcept {
    if (next_ == end_) good_ = false;
    return good_ ? *next_++ : std::uint8_t{0};
  }
  /// At most `most`.
  std::uint64_t number(std::uint64_t most) noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const std::uint8_t digit = byte();
      value |= std::uint64_t{digit & 0x7FU} << shift;
      if (digit >= 0x80) continue;
      if (value > most) break;
      return value;
    }
    good_ = false;
    return 0;
  }
  std::uint32_t number32(std::uint32_t most = ~std::uint32_t{0}) noexcept {
    return static_cast<std::uint32_t>(number(most));
  }
  std::uint32_t fixed(unsigned width) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < width; ++i) value |= std::uint32_t{byte()} << (8 * i);
    return value;
  }
  void reject() noexcept { good_ = false; }
  [[nodiscard]] bool good() const noexcept { return good_; }
  /// Bytes not read yet: the bound of every count, since nothing takes less than a byte.
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - next_); }

 private:
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  bool good_ = true;
};

}  // namespace heddle::detail
