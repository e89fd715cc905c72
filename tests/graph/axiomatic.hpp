#pragma once

#include <cstdint>
#include <optional>

#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

enum class axioms : std::uint8_t { sc, rc11 };

/// The graphs of `p` that the axioms allow: every way to say which write each read sees, and in
/// which order the writes of each location stand, is tried.  Nothing if more than `most` candidates
/// would be looked at.  At most 64 events.
[[nodiscard]] std::optional<graph_set> enumerate(const program& p, axioms model,
                                                 std::uint64_t most);

}  // namespace heddle::litmus
