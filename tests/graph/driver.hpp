#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include <heddle/scheduler/graph/extend.hpp>
#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

/// Which of the threads that could go on adds the next event; the graphs are the same for each.
/// `same`: one thread for as long as it can.
enum class policy : std::uint8_t { first, last, random, same };

/// What the explorer has shown of a program.
struct visits {
  std::uint64_t complete = 0, deadlocked = 0;  ///< executions; the latter with threads that wait
  std::uint64_t wasted = 0;  ///< runs that ended although another graph has a blocked thread awake
  std::uint64_t events = 0;  ///< added or replayed
  std::uint64_t beyond = 0;  ///< runs that led to no execution within the limit of preemptions
  bool must_repeat = false;  ///< with more threads known, or executions may have been missed
  unsigned threads = 0;      ///< that made an access, where preemptions are counted
  bool cut_short = false;    ///< there were more executions, or runs, than allowed
  std::unordered_map<std::u16string, unsigned> times;  ///< of each graph
};

/// The end of an execution.
struct ending {
  const graph::graph& reached;
  const std::vector<thread_state>& threads;
  bool deadlocked;
  const graph::tree_path& path;  ///< where it stands in the order of visits
};

struct exploration {
  graph::memory model = graph::memory::sc;
  policy next = policy::first;
  graph::rules obeys;
  std::uint64_t seed = 1;
  std::uint64_t most = UINT64_MAX;  ///< runs
  bool name_graphs = true;          ///< false: `times` stays empty
  std::optional<graph::preemption_limit> preemptions;
  std::function<void(const ending&)> then;  ///< called for each execution, if given
  /// Called before each step of the explorer, which it may exchange; and, with true, when that has
  /// nothing left: then true goes on.
  std::function<bool(graph::explorer&, bool)> between;
};

/// What tells `g`, a graph of `p`, apart.
[[nodiscard]] shape shape_of(const program& p, const graph::graph& g);

[[nodiscard]] visits explore(const program& p, const exploration& how);

}  // namespace heddle::litmus
