// Programs whose numbers of execution graphs are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <heddle/scheduler/graph/memory.hpp>

namespace heddle::litmus {

struct counted {
  std::string name, text;
  graph::memory model;
  std::uint64_t complete, deadlocked = 0;
  std::uint64_t wasted = 0;  ///< runs at most that end as no execution, with all of `rules`
};

/// Those that together take less than a second, those that take some, and programs that once showed
/// what an explorer with one mistake misses.
[[nodiscard]] std::vector<counted> small_counts();
[[nodiscard]] std::vector<counted> large_counts();
[[nodiscard]] std::vector<counted> pitfalls();

/// The differences between what the explorer counts and `of`, a line each; empty if there are none.
[[nodiscard]] std::string miscounts(const std::vector<counted>& of);

}  // namespace heddle::litmus
