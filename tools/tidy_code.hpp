// C++ text as far as tidy understands it: what is code, and where functions begin and end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::tidy {

/// `text` with every comment and the inside of every literal blanked out; lines stay where they
/// are, so a position in one is the same position in the other.
[[nodiscard]] std::string mask_code(std::string_view text);

/// The lines of `text`, without their ends.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// The lines of a function body, from that of its opening brace to that of its closing one.
struct function_span {
  std::size_t first_line;  ///< counted from 1
  std::size_t lines;
};

/// The functions of masked text.  Lambdas and blocks belong to the function around them.
[[nodiscard]] std::vector<function_span> find_functions(std::string_view masked);

/// Whether `word` stands in `text`, not as part of a longer identifier.
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);

}  // namespace heddle::tidy
