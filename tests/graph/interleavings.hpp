#pragma once

#include <cstdint>
#include <optional>

#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

/// The graphs of all interleavings of `p`, found by running every one on a plain memory; nothing if
/// there are more than `most` of them.
[[nodiscard]] std::optional<graph_set> interleave(const program& p, std::uint64_t most);

}  // namespace heddle::litmus
