// Exploration within a bound on preemptions, against what all interleavings, or all linear orders
// of a graph, say of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <heddle/scheduler/graph/graph.hpp>
#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

/// The least number of preemptions of a linear order of program order and reads-from, found by
/// trying every one.
[[nodiscard]] unsigned preemptions_by_orders(const graph::graph& g);

/// `p` without waits on plain locations, which are not covered; with `more_locks`, every other
/// instruction is of a mutex or a semaphore.
void make_countable(program& p, bool more_locks);

/// Explores `p` with at most 0, 1 and 2 preemptions, under both models, and compares with the
/// graphs of which the oracles say that they need no more.  Loses instructions as `differences`.
[[nodiscard]] std::string differences_within_bounds(program& p, tally& count);

/// Programs of which the number of graphs is known for each bound, under sc.
struct bounded_count {
  std::string name, text;
  std::vector<std::uint64_t> within;  ///< 0, 1, 2, .. preemptions
  std::uint64_t all;
};
[[nodiscard]] std::vector<bounded_count> bounded_counts();
[[nodiscard]] std::string miscounts(const std::vector<bounded_count>& of);

/// So many rounds of two threads that add up two locations, and so many updates of so many threads.
[[nodiscard]] std::string fibonacci(unsigned rounds);
[[nodiscard]] std::string fetch_adds(unsigned threads, unsigned count);

/// How many runs it takes to find all graphs of a program with at most `bound` preemptions, sc.
[[nodiscard]] std::uint64_t runs_within(const std::string& text, unsigned bound);

/// Texts of programs of which an explorer with one mistake misses graphs within the bound.
[[nodiscard]] std::vector<std::string> bounded_pitfalls();
/// What `differences_within_bounds` finds in any of them.
[[nodiscard]] std::string pitfall_differences();

}  // namespace heddle::litmus
