#pragma once

#include <heddle/scheduler/graph/graph.hpp>

namespace heddle::graph {

/// True if the partial order of the seq_cst events exists: RC11's psc has no cycle.  The graph must
/// be coherent.
///
///   P    = program order between events of different locations
///   scb  = po | P;hb;P | hb on one location | co | fr
///   psc  = ([Esc] | [Fsc];hb?) ; scb ; ([Esc] | hb?;[Fsc])  |  [Fsc] ; (hb | hb;eco;hb) ; [Fsc]
///
/// Light fences are among Fsc, but of their edges only those from and to heavy fences are kept.
[[nodiscard]] bool psc_acyclic(const graph& g);

}  // namespace heddle::graph
