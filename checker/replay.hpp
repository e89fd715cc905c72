// `replay=TOKEN` concerns one check of the process: which one, and whether it came by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <heddle/checker/token.hpp>

namespace heddle::detail {

/// The token of `text` if it names the check `name`.  Otherwise a note on stderr; and if no check
/// of that token comes by until the process ends, the process ends with code 2 and one line.
/// Ends the process with code 2 at once if `text` is no token.
[[nodiscard]] std::optional<token> replay_for(std::string_view name, const std::string& text);

/// What keeps a debugger from being stopped before step `break_at` of `what`; nothing if nothing
/// does, or if `break_at` is 0.
[[nodiscard]] std::string cannot_break(std::uint32_t break_at, const token& what);

}  // namespace heddle::detail
