#include <heddle/checker/base64.hpp>

#include <array>

namespace heddle::detail {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr auto crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) * 0xEDB88320U);
    table[i] = value;
  }
  return table;
}();

}  // namespace

std::string encode_base64(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  text.reserve(bytes.size() * 4 / 3 + 3);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += digits[(held >> bits) & 63];
    }
  }
  if (bits > 0) text += digits[(held << (6 - bits)) & 63];
  return text;
}

std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char each : text) {
    const std::size_t value = digits.find(each);
    if (value == digits.npos) return std::nullopt;
    held = ((held << 6) | static_cast<std::uint32_t>(value)) & 0xFFFF;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(held >> bits));
    }
  }
  // A digit too many, or bits in the last digit that belong to no byte.
  if (bits >= 6 || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::uint32_t crc32(const std::uint8_t* bytes, std::size_t count) noexcept {
  std::uint32_t value = ~std::uint32_t{0};
  for (std::size_t i = 0; i < count; ++i) {
    value = crc_table[(value ^ bytes[i]) & 0xFF] ^ (value >> 8);
  }
  return ~value;
}

}  // namespace heddle::detail
