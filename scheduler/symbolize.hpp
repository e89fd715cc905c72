// From return addresses to lines of the user's source, by the debug information, through
// libbacktrace where it is linked.
#pragma once

#include <heddle/sync/location.hpp>

namespace heddle {

/// The innermost line of `address` (with what was inlined there) that is neither in a system header
/// nor in heddle; unknown if there is none.  The file name lives for ever.
[[nodiscard]] location symbolize(void* address);

/// The innermost return address on the current stack, at or above `fallback`'s caller, whose line
/// `symbolize` knows; `fallback` if there is none.
[[nodiscard]] void* user_frame(void* fallback);

/// True for a file of the system's or of heddle's own headers.
[[nodiscard]] bool foreign_file(const char* file) noexcept;

}  // namespace heddle
