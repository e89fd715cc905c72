// The axioms of sc and rc11 as papers state them: relations over the events of one candidate.
// Lahav, Vafeiadis, Kang, Hur, Dreyer: PLDI 2017; release sequences as in C++20.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace heddle::litmus {

struct candidate_event {
  std::size_t thread = 0, position = 0;
  int location = -1;
  int from = -1;  ///< the event that it reads from; -1: the initial value
  bool reads = false, writes = false, fence = false, free = false;  ///< free: a choice, no access
  std::memory_order order = std::memory_order_relaxed;
  bool light = false, heavy = false;  ///< of a fence
  int begun_by = -1;                  ///< of a thread's first event: the spawn
  int joins = -1;                     ///< of a join: the last event of the thread
};

struct candidate {
  std::vector<candidate_event> events;
  std::vector<std::vector<int>> writes;  ///< of each location, in modification order
};

[[nodiscard]] bool allowed_under_sc(const candidate& c);
[[nodiscard]] bool allowed_under_rc11(const candidate& c);

}  // namespace heddle::litmus
