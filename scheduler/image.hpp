// Addresses of the program as numbers that mean the same in every process of it, and of no other.
#pragma once

#include <cstdint>
#include <optional>

namespace heddle::image {

/// Where `address` lies in the files that the program was loaded from; nothing if in none of them.
[[nodiscard]] std::optional<std::uint64_t> place_of(const void* address) noexcept;
/// The address at a place, if code is there; else null.
[[nodiscard]] const void* code_at(std::uint64_t place) noexcept;

/// A hash of the program's file, and of the sizes of its shared libraries; 0 if it cannot be read.
[[nodiscard]] std::uint64_t hash_of_program();

}  // namespace heddle::image
