#pragma once

#include <cstdint>

namespace heddle {

/// Why a futex wait returned.  `woken` may be spurious: the caller looks at its word again.
enum class wait_result : std::uint8_t { woken, changed, timed_out };

}  // namespace heddle
