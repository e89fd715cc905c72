// When two executions show the same failure.
#pragma once

#include <string>
#include <string_view>

#include <heddle/scheduler/finding.hpp>

namespace heddle {

/// `text` without what differs between two executions that fail in the same way: numbers and the
/// names of threads are `#`, and what stands between `, `, `: ` and `; ` comes in alphabetical
/// order.  The line in `file.cpp:12` stays.
[[nodiscard]] std::string essence_of(std::string_view text);

/// Whether `candidate` is the failure that `original` is: of the same kind, with the same essence
/// of its text, which names the place.  Of a deadlock, and of threads that are blocked for ever,
/// each that waits must wait where one does in `original`; there may be fewer.  An execution that
/// does not end is the same as any other that does not.
[[nodiscard]] bool is_same_finding(const finding& original, const finding& candidate);

}  // namespace heddle
