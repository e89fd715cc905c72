#pragma once

#include <cstdint>

namespace heddle {

/// A place in the caller's source.  As the default argument `location caller = location::here()` it
/// costs nothing and needs no debug information.  (std::source_location is missing in clang 14.)
struct location {
  const char* file =
      nullptr;  ///< null when unknown, as for operators, which take no extra argument
  std::uint32_t line = 0;

  [[nodiscard]] static constexpr location here(const char* file = __builtin_FILE(),
                                               std::uint32_t line = __builtin_LINE()) noexcept {
    return {file, line};
  }

  [[nodiscard]] static constexpr location unknown() noexcept { return {}; }
};

}  // namespace heddle
