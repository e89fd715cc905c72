// What an explorer has still to try, and where it stands in the tree of what it visits.
#pragma once

#include <cstdint>
#include <vector>

#include <heddle/scheduler/graph/graph.hpp>

namespace heddle::graph {

enum class decision : std::uint8_t { reads_from, stand_at, choose, revisit };

struct alternative {
  decision what;
  event_id event;
  std::int32_t with;     ///< a write, an index, an option, a read
  event_id size;         ///< of the graph when it was filed
  std::uint32_t depth;   ///< length of the path of the node that filed it
  std::uint32_t number;  ///< how many that node had filed before
};

/// The way from the root of the tree to a node.  The nodes are the graphs that are visited, and
/// those that are only passed; the children of a node are the alternatives that it filed.  The
/// latest one is tried first: so each step is the complement of the child's number, and the order
/// of visits is the lexicographic order of the paths, a node before what lies below it.
using tree_path = std::vector<std::uint32_t>;

[[nodiscard]] constexpr std::uint32_t step_to(std::uint32_t number) noexcept { return ~number; }

}  // namespace heddle::graph
