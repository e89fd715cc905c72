// What tidy checks.  Each rule is a function of one file's path and text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::tidy {

inline constexpr std::size_t max_columns = 100;
inline constexpr std::size_t max_function_lines = 70;
inline constexpr std::size_t max_file_lines = 400;

struct complaint {
  std::size_t line;  ///< counted from 1; 0 for the file as a whole
  std::string what;
};

/// All complaints about the file, by line.  `path` is relative to the root of the project and
/// decides, with its folder and ending, which rules hold.
[[nodiscard]] std::vector<complaint> check_file(std::string_view path, std::string_view text);

}  // namespace heddle::tidy
