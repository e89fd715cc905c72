// Which graphs a memory model allows.
//
// sc: the union of program order, reads-from, modification order and from-read is acyclic.
// rc11: coherence, atomicity, no cycle of program order and reads-from, and an acyclic psc, with
// C++20's release sequences.  Lahav, Vafeiadis, Kang, Hur, Dreyer: PLDI 2017.
#pragma once

#include <cstdint>

#include <heddle/scheduler/graph/graph.hpp>

namespace heddle::graph {

enum class memory : std::uint8_t { sc, rc11 };

/// The least index in the modification order of `location` (-1 for `initial`) that an event after
/// `prior` may read; a write goes behind it.  Whatever is older is inconsistent.
[[nodiscard]] std::int32_t lower_bound(const graph& g, memory model, const event* prior,
                                       std::int32_t location) noexcept;

/// Brings the sc clock of `e` up to date, which reads, or is, the newest write: no check is needed.
void added_newest(graph& g, memory model, event_id e) noexcept;

/// True if `g`, of which the reads-from or the place of `changed` and `also` was chosen freely, is
/// consistent.  Each is the last of its thread.  The porf and hb clocks must be right; under sc all
/// sc clocks are computed anew, and `order` is filled as by `linear_order` if it is not null.
[[nodiscard]] bool consistent(graph& g, memory model, event_id changed, event_id also = initial,
                              std::vector<event_id>* order = nullptr);

/// True if the union of program order, reads-from, modification order and from-read is acyclic.
[[nodiscard]] bool is_sequential(const graph& g);

/// Fills `order` with all events: under sc so that every read sees the latest write, under rc11
/// along program order and reads-from.
void linear_order(const graph& g, memory model, std::vector<event_id>& order);

}  // namespace heddle::graph
