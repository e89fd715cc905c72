#pragma once

#include <string_view>

namespace heddle {

/// The text of page.html, in which `@@report@@` and `@@sources@@` stand for data.
[[nodiscard]] std::string_view page_text() noexcept;

}  // namespace heddle
