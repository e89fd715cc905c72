// Preemptions of execution graphs, and exploration that keeps to a bound on them and misses none.
//
// The number of preemptions of a graph is the least over the linear orders of its events: under sc
// those of program order, reads-from, modification order and from-read, under rc11 those of program
// order and reads-from only.  A thread is preempted where such an order leaves it while it could go
// on: not at its end, not where it would block, and not before a join that must wait.
//
// A search that drops each graph with too many preemptions would lose others: a revisit takes
// events away, and preemptions with them.  So a graph is left only if no graph made from it can be
// within the bound.  Two tests say so:
// - slack: its number is over the bound by more than the threads with accesses, less two.
//   Marmanis, Kokologiannakis, Vafeiadis: Reconciling preemption bounding with DPOR, TACAS 2023.
//   It holds only if new events are of the same thread for as long as that is enabled.
// - core: what no later revisit can drop, or make read something else, is over the bound by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <heddle/scheduler/graph/graph.hpp>
#include <heddle/scheduler/graph/memory.hpp>

namespace heddle::graph {

/// The number of preemptions of a complete execution, whose threads that wait for ever could go on
/// wherever they would not block; `cap + 1` if it is more than `cap`.  Misuse: a graph that the
/// model does not allow.
[[nodiscard]] std::uint32_t cost(const graph& g, memory model, std::uint32_t cap);

/// The thread that adds the next event to `g`, if it can, where exploration goes on with the same
/// thread for as long as it can: that of the newest event, or of the read revisited for it.
[[nodiscard]] unsigned thread_to_go_on(const graph& g) noexcept;

/// Looks for an order with few preemptions: breadth first over sets of events performed, and the
/// thread that performed last, by the number of preemptions that it takes to get there.
///
/// Going on with the same thread is never worse, so that nothing else is tried where the thread's
/// next event can neither block others nor wake them: an event of a location without operations
/// that may block, of a thread that nobody joins, or not its last one.
class preemption_search {
 public:
  enum class ending : std::uint8_t {
    complete,  ///< a thread that is blocked has an event to come
    partial,   ///< it might still be woken before it gets there: it has none
  };

  void begin(const graph& g, memory model, ending end);
  /// Of the events in `part` alone, which has everything that they depend on.
  void begin(const graph& g, memory model, ending end, const clock& part);

  /// True if there is an order with `cap` preemptions at most.  May be asked again with a greater
  /// cap, as long as the graph is the same.
  [[nodiscard]] bool within(std::uint32_t cap);

  /// Once it was found: how many preemptions, and which thread the order ends with.
  [[nodiscard]] std::uint32_t preemptions() const noexcept { return level_; }
  [[nodiscard]] std::uint8_t last() const noexcept { return last_; }

  /// How many sets of events have been looked at since the search was made.
  [[nodiscard]] std::uint64_t states() const noexcept { return looked_at_; }

 private:
  static constexpr std::uint8_t nobody = max_threads;
  struct state {
    clock done;
    std::uint8_t last = nobody;
  };
  struct requirement {
    clock past;            ///< what must have been performed
    bool decides = false;  ///< whether others may leave for free, so that its time matters
  };
  struct slot {
    std::uint32_t generation = 0, index = 0;
  };

  [[nodiscard]] requirement& of(event_id e) noexcept { return needs_[static_cast<std::size_t>(e)]; }
  [[nodiscard]] event_id next_event(const state& s, unsigned thread) const noexcept {
    return graph_->threads[thread][s.done.at[thread]];
  }
  [[nodiscard]] bool is_kept(event_id e) const noexcept {
    return graph::in(graph_->at(e), lengths_);
  }
  void need(event_id e, event_id before) noexcept;
  void order_by_program(unsigned thread);
  void order_by_modification(std::int32_t location);
  void mark_decisive(std::int32_t location);

  [[nodiscard]] bool can_go(const state& s, unsigned thread) const noexcept;
  [[nodiscard]] bool may_leave(const state& s) const;
  void run_ahead(state& s) const noexcept;
  void expand(const state& s);
  void enter(const state& s);
  void grow_table();
  [[nodiscard]] slot& find(const state& s) noexcept;

  const graph* graph_ = nullptr;
  unsigned threads_ = 0;
  clock lengths_;                              ///< how many events of each thread are performed
  std::array<bool, max_threads> more_{};       ///< which threads have a blocked event after those
  std::array<bool, max_threads> is_joined_{};  ///< by an event that is performed
  std::vector<requirement> needs_;             ///< of each event
  std::vector<event_id> following_;            ///< of each place, the next write that is kept
  std::vector<state> states_, open_, dearer_;  ///< seen; to be expanded; with one more preemption
  std::vector<slot> table_{64};                ///< finds a state among those seen
  std::uint32_t generation_ = 0, level_ = 0;
  std::uint8_t last_ = nobody;
  bool found_ = false;
  std::uint64_t looked_at_ = 0;
};

struct preemption_limit {
  unsigned most = 0;
  /// How many threads with accesses there are known to be.  More may appear.
  unsigned threads = 0;
  /// New events are of `thread_to_go_on` for as long as it is enabled; any thread then goes on in
  /// the same way.  If not, the test of the core does the work alone.
  bool goes_on = true;
};

/// What is known of the preemptions of a graph, while events are added to it.
struct preemption_estimate {
  static constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t least = 0;
  std::uint32_t most = unknown;     ///< there is an order with as many,
  std::uint8_t last = max_threads;  ///< which ends with this thread
  bool core_fits = false;           ///< what must stay is within the bound
};

/// Tells which graphs lead to none that is within the bound.  Without a limit, no graph is left.
class preemption_bound {
 public:
  preemption_bound(memory model, std::optional<preemption_limit> limit) noexcept
      : model_(model), limit_(limit) {}

  /// Whether to leave `g`, of which one event was changed; what was filed with it must be kept.
  [[nodiscard]] bool leaves(const graph& g, preemption_estimate& known);
  /// The same after `added`, the newest event, took the newest write or the last place.
  [[nodiscard]] bool leaves_after(const graph& g, event_id added, preemption_estimate& known);

  /// Whether a complete execution is within the limit.
  [[nodiscard]] bool allows(const graph& g, const preemption_estimate& known);
  /// The number of preemptions of a complete execution; one more than the limit if it is more.
  [[nodiscard]] std::uint32_t count(const graph& g);

  /// True if some graph was left.
  [[nodiscard]] bool has_left_any() const noexcept { return has_left_any_; }
  /// True if a thread appeared after a graph was left for having more preemptions than the threads
  /// known by then allowed.  The search must be repeated, with the number that is known now.  Where
  /// several explorers share a search: if the least `assumed` is less than the greatest `threads`.
  [[nodiscard]] bool must_repeat() const noexcept { return assumed_ < threads(); }
  /// How many threads there had to be at most for a graph to be left; if none was, a great number.
  [[nodiscard]] unsigned assumed() const noexcept { return assumed_; }
  /// How many threads with accesses are known.
  [[nodiscard]] unsigned threads() const noexcept;

 private:
  [[nodiscard]] bool judge(const graph& g, preemption_estimate& known);
  [[nodiscard]] clock core_of(const graph& g);
  void core_of(const graph& g, std::int32_t location, clock& core);
  [[nodiscard]] bool leave_for_slack() noexcept;
  void notice_all(const graph& g) noexcept;
  [[nodiscard]] std::uint32_t slack() const noexcept;

  memory model_;
  std::optional<preemption_limit> limit_;
  preemption_search whole_, part_;
  std::vector<event_id> oldest_after_;  ///< of each place: the oldest of the events behind it
  std::uint32_t seen_ = 0;              ///< the threads that made an access, as bits
  unsigned assumed_ = std::numeric_limits<unsigned>::max();
  bool has_left_any_ = false;
};

}  // namespace heddle::graph
