#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

/// The graphs of all interleavings of `p`, found by running every one on a plain memory; nothing if
/// there are more than `most` of them.
[[nodiscard]] std::optional<graph_set> interleave(const program& p, std::uint64_t most);

/// Of each of these graphs, the least number of preemptions of an interleaving that has it: a
/// thread is preempted where another one goes on although it could.
[[nodiscard]] std::optional<std::unordered_map<std::u16string, unsigned>> least_preemptions(
    const program& p, std::uint64_t most);

}  // namespace heddle::litmus
