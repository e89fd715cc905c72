// Without which the seq_cst events of a graph would have no order.
#pragma once

#include <heddle/scheduler/graph/graph.hpp>

namespace heddle::graph {

/// True if the partial order of the seq_cst events exists: RC11's psc has no cycle.  The graph must
/// be coherent, and have had none but for `changed` and `also`, each the last of its thread.
///
///   P    = program order between events of different locations
///   scb  = po | P;hb;P | hb on one location | co | fr
///   psc  = ([Esc] | [Fsc];hb?) ; scb ; ([Esc] | hb?;[Fsc])  |  [Fsc] ; (hb | hb;eco;hb) ; [Fsc]
///
/// Light fences are among Fsc, but of their edges only those from and to heavy fences are kept.
[[nodiscard]] bool psc_acyclic(const graph& g, event_id changed, event_id also = initial);

}  // namespace heddle::graph
