// What read-modify-writes make of a value.
#pragma once

#include <cstdint>

#include <heddle/sync/platform/fine.hpp>

namespace heddle {

/// `width` is in bytes; values are zero-extended.
[[nodiscard]] constexpr std::uint64_t updated(control::rmw_kind kind, std::uint64_t old,
                                              std::uint64_t operand, unsigned width) noexcept {
  const std::uint64_t mask = width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width)) - 1;
  switch (kind) {
    case control::rmw_kind::exchange:
      return operand & mask;
    case control::rmw_kind::add:
      return (old + operand) & mask;
    case control::rmw_kind::sub:
      return (old - operand) & mask;
    case control::rmw_kind::bit_and:
      return old & operand & mask;
    case control::rmw_kind::bit_or:
      return (old | operand) & mask;
    case control::rmw_kind::bit_xor:
      return (old ^ operand) & mask;
  }
  return old;
}

}  // namespace heddle
