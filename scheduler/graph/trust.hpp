// Optimal exploration: each consistent execution graph once, in memory polynomial in its length.
//
// A graph is extended one event at a time.  A read first reads the newest write and files the
// others as alternatives; a write files its other places, and the reads that were there before it
// and might read it: such a revisit drops what was added after the read and does not lead to the
// write.  It is made only if everything dropped is what the first, maximal choices would have
// added: so each graph is reached from one predecessor only, and nothing must be remembered.
//
// Kokologiannakis, Marmanis, Gladstein, Vafeiadis: Truly stateless, optimal dynamic partial order
// reduction, POPL 2022.  Differs in that a read-modify-write is one event, and in choices: events
// with several outcomes for one value read, of which the first is the maximal one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <heddle/scheduler/graph/alternative.hpp>
#include <heddle/scheduler/graph/graph.hpp>
#include <heddle/scheduler/graph/memory.hpp>
#include <heddle/scheduler/graph/preemptions.hpp>
#include <heddle/scheduler/graph/work_item.hpp>

namespace heddle::graph {

/// What keeps useless runs few; the graphs are the same without.  See extend.hpp.
struct rules {
  bool delay = true, prune = true, handoff = true;
};

class explorer {
 public:
  /// With a limit, the graphs that need no more preemptions are all visited, each once, and some
  /// that need more.
  explicit explorer(memory model, rules obeyed = {}, std::optional<preemption_limit> limit = {});
  [[nodiscard]] const rules& obeys() const noexcept { return rules_; }

  /// Prepares the next graph to be extended; false when all have been.  Whoever runs the program
  /// first takes it to the end of this graph, then adds events until no thread can go on.
  [[nodiscard]] bool next();
  [[nodiscard]] graph& current() noexcept { return top().g; }
  /// As `linear_order` of the graph that next() has prepared, before anything is added to it.
  [[nodiscard]] const std::vector<event_id>& order();

  /// Adds the next event of `thread` with its maximal choice, and files its alternatives.  `alone`:
  /// all other threads wait in the graph, or have ended.
  event_id add(unsigned thread, const operation& op, bool alone = false);

  /// What `op` would do if it read the newest write, with its first outcome.
  [[nodiscard]] effect outlook(const operation& op);

  /// False if some thread waits with a read that does not see the newest write: then another graph
  /// has it awake.
  [[nodiscard]] bool complete() const noexcept;

  /// True if no execution ends with this graph, or with any that follows from it, since `e` was
  /// added alone, and a thread waits that read a value older than the one that `e` wrote; or since
  /// `e` is a spin that saw an old value.
  [[nodiscard]] bool is_hopeless(event_id e) const noexcept;

  /// Goes on with a graph in which a waiting thread reads `e`, the newest event, if that drops
  /// nothing but waits.  Misuse: for a graph that is not hopeless for `e`, which is lost.
  [[nodiscard]] bool hand_off(event_id e);

  /// True once `add` made a graph that leads to none within the limit: nothing more should be added
  /// to it.  What was filed so far stays.
  [[nodiscard]] bool is_over_limit() const noexcept { return is_over_limit_; }
  /// Whether the current graph, a complete execution, is within the limit.
  [[nodiscard]] bool is_within_limit() { return bound_.allows(current(), top().needs); }
  /// The number of its preemptions; one more than the limit if there are more.
  [[nodiscard]] std::uint32_t preemptions() { return bound_.count(current()); }
  [[nodiscard]] const preemption_bound& bound() const noexcept { return bound_; }

  // Between next() and the one before; parts.cpp -------------------------------------------------
  /// Where the graph stands that next() gave last.
  [[nodiscard]] const tree_path& path() const noexcept { return path_; }
  /// Gives away the oldest alternatives, the ones nearest to the root, and keeps the others; false
  /// if it has too few.
  [[nodiscard]] bool split(work_item& given);
  /// Puts an item before all that is open: it is explored next.
  void adopt(work_item taken);
  /// Forgets all that is open.
  void clear() noexcept { depth_ = 0; }
  /// All that is open, in the order in which it would be explored.
  [[nodiscard]] std::vector<work_item> save() const;

  // Instead of next(), to go one way alone; without a limit; walk.cpp ---------------------------
  /// How many ways there are beside the current graph: what is open.
  [[nodiscard]] std::size_t ways() const noexcept;
  /// An explorer with this way alone, to be entered.
  [[nodiscard]] explorer only(std::size_t way) const;
  /// An explorer with the current graph alone, and no way beside it.
  [[nodiscard]] explorer alone() const;
  /// Of the only way: its graph becomes the current one.  False if that is none to be extended; in
  /// both cases ways may be open then.
  [[nodiscard]] bool enter();
  /// All but the current graph.
  void forget_ways();

 private:
  struct item {
    graph g;
    std::vector<alternative> open;
    bool fresh = false;  ///< has not been run yet
    preemption_estimate needs;
    // Its place in the tree: the length of its path and the number of the last step; then the
    // length of the path of the node that files now, and how much that has filed.  An item that was
    // adopted, and one that such an item was put upon, has the present path in `base`.
    std::uint32_t depth = 0, number = 0;
    std::uint32_t node = 0, filed = 0;
    bool based = false;
    tree_path base;
  };

  [[nodiscard]] item& top() noexcept { return stack_[depth_ - 1]; }
  [[nodiscard]] const item& top() const noexcept { return stack_[depth_ - 1]; }
  item& push();
  void go_to(item& it);
  [[nodiscard]] alternative take(item& from);
  [[nodiscard]] tree_path path_of(std::size_t level, std::uint32_t length) const;
  [[nodiscard]] work_item oldest_of(std::size_t level, std::size_t count, bool fresh) const;

  bool apply(const alternative& a);
  bool apply_reads_from(const alternative& a);
  bool apply_stand_at(const alternative& a);
  bool apply_choose(const alternative& a);
  void apply_revisit(const alternative& a);
  void keep_for(const alternative& a, const graph& g, graph& kept);
  void finish_revisit(const alternative& a, std::int32_t index);
  bool settle_in_place(event_id e);
  void file_options(event_id e);
  void file_revisits(event_id e, event_id conflict);
  void file(decision what, event_id e, std::int32_t with);
  [[nodiscard]] bool spins_in_vain(const event& spin) const noexcept;
  [[nodiscard]] bool is_wait(const event& e) const noexcept;
  [[nodiscard]] bool drops_only_waits(const alternative& a) const noexcept;
  [[nodiscard]] bool coherent_read(event_id e) const noexcept;
  [[nodiscard]] bool is_consistent(event_id changed, event_id also = initial);

  memory model_;
  rules rules_;
  preemption_bound bound_;
  bool is_over_limit_ = false;
  std::vector<item> stack_;  ///< what lies above `depth_` is kept for its memory
  std::size_t depth_ = 0;
  tree_path path_;               ///< of the present node
  std::uint32_t revisited_ = 0;  ///< items that the present revisit has made
  std::vector<event_id> order_;
  std::size_t ordered_ = 0;  ///< `order_` is that of the item below this depth; 0 for none
  graph kept_;               ///< what a revisit keeps, without the write and the read
  std::vector<event_id> renamed_;
};

}  // namespace heddle::graph
