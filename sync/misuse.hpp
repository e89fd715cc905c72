#pragma once

#include <heddle/sync/location.hpp>

namespace heddle {

/// Ends the process after one line on stderr, `heddle: <what>  (<file>:<line>)`.  The one place
/// that decides what a misused primitive does natively; under control the same call is a finding.
///
/// Where `caller` is unknown (an operator, a standard guard) raw return addresses follow.
[[noreturn]] void native_misuse(const char* what, location caller) noexcept;

}  // namespace heddle
