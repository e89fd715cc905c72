#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::detail {

/// Base64 of RFC 4648 section 5 (`-` and `_`), without padding.
[[nodiscard]] std::string encode_base64(const std::vector<std::uint8_t>& bytes);
/// Nothing unless `text` is exactly what encode_base64 gives for some bytes.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text);

/// CRC-32 of ISO 3309, as in gzip.
[[nodiscard]] std::uint32_t crc32(const std::uint8_t* bytes, std::size_t count) noexcept;

}  // namespace heddle::detail
