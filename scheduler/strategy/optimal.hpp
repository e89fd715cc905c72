// Each graph once.  The explorer of graphs decides what is visited; each of its graphs is run along
// a linear order of program order and reads-from (under sc, of modification order and from-read
// too), and then extended: what comes next reads the newest write, and is the newest write, which
// is just the explorer's first choice.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <heddle/scheduler/graph/extend.hpp>
#include <heddle/scheduler/graph/memory.hpp>
#include <heddle/scheduler/graph/trust.hpp>
#include <heddle/scheduler/snapshot.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/idle_loops.hpp>
#include <heddle/scheduler/strategy/parts.hpp>
#include <heddle/scheduler/strategy/tree_walk.hpp>
#include <heddle/scheduler/thread_bits.hpp>

namespace heddle {

class optimal final : public estimating_strategy {
 public:
  optimal(graph::memory model, const graph::rules& obeyed,
          std::optional<graph::preemption_limit> limit)
      : model_(model), limited_(limit.has_value()), explorer_(model, obeyed, limit) {}
  /// Walks instead of visiting all.
  optimal(graph::memory model, const graph::rules& obeyed, std::uint64_t seed, std::size_t width)
      : model_(model), limited_(false), explorer_(model, obeyed) {
    walk_.emplace(model, obeyed, seed, width);
  }

  void restart() override {
    rerun_ = false;
    walk_->restart();
  }
  double weight() const override { return walk_->weight(); }

  bool begin() override {
    if (!applies_ || (!std::exchange(rerun_, false) && !next_graph())) return false;
    ordered_ = false;
    follow();
    return true;
  }

  // What is left of the order to be followed is as it was.
  void again() override {
    ordered_ = ordered_ || (by_script_ && scripts_);
    if (ordered_ && position_ >= order_.size()) order_performed();
    follow();
  }

  unsigned pick(const thread_question& question) override;

  std::uint32_t choose(choice_kind, std::uint32_t) override { return free_ ? 0 : option_; }

  std::uint32_t choose_write(const write_question& question) override;

  bool watches() const override { return true; }
  bool traces() const override { return true; }
  std::optional<std::uint64_t> pretended() override { return std::exchange(pretended_, {}); }

  void announces(unsigned thread, announced& what) override {
    next_.at(thread) = &what;
    announced_ |= bit(thread);
    hidden_ &= ~bit(thread);
    if (what.is == announced::sort::hidden) hidden_ |= bit(thread);
    if (what.is == announced::sort::inexpressible) applies_ = false;
    if (what.is != announced::sort::event) return;
    if (what.what.type == graph::kind::spin) return prepare_spin(thread, what);
    locate(what);
    note_order(what.what);
  }

  bool follows(unsigned thread, announced& what) override;

  bool performs(unsigned thread) override;

  script follow_script(bool can) override;

  std::int32_t locate(std::uint32_t object, const announced& what) override {
    announced named = what;
    named.object = object;
    named.what.location = 0;
    locate(named);
    return named.what.location;
  }

  void followed(std::span<const std::uint16_t> events, bool to_its_end) override {
    ordered_ = to_its_end;
    std::copy(events.begin(), events.end(), passed_.begin());
    by_script_of_ = passed_;
    for (unsigned t = 0; t < graph::max_threads; ++t) {
      if ((ended_by_script_ & bit(t)) != 0) ++passed_.at(t);
    }
  }

  void ended_by_script(unsigned thread, std::size_t events) override {
    const unsigned t = graph_thread_.at(thread);
    if (explorer_.current().threads.at(t).size() == events) add_end(t);
    ended_by_script_ |= bit(t);
  }

  void spawned_by_script(unsigned child, unsigned own) override { give_number(child, own); }
  void stop_scripts() override { scripts_ = false; }

  unsigned spawned(unsigned parent, unsigned child) override {
    if (!applies_ || confused_) return 0;
    const graph::graph& g = explorer_.current();
    const unsigned by = graph_thread_.at(parent);
    const auto own = static_cast<unsigned>(g.at(g.threads.at(by)[passed_.at(by) - 1]).op.a);
    give_number(child, own);
    return own;
  }

  // The end of a thread comes by itself, with its last step.
  void ended(unsigned thread) override {
    announced_ &= ~bit(thread);
    if (learning_ == thread) applies_ = false;
    if (!applies_ || free_ || confused_) return;
    const unsigned t = graph_thread_.at(thread);
    if (passed_.at(t) == explorer_.current().threads.at(t).size()) add_end(t);
    ++passed_.at(t);
  }

  void lose_sight() override { applies_ = false; }
  void overtime() override { free_ = true; }

  bool applies() const override { return applies_; }
  bool weaker() const override { return weaker_ || (atomics_ && partial_); }
  bool exhaustive() const override { return true; }
  bool pruned() const override { return pruned_ || explorer_.bound().has_left_any(); }
  bool hit_polls() const override { return hit_polls_; }
  bool hit_fairness() const override { return hit_fairness_; }
  threads_known knows_threads() const override {
    return {explorer_.bound().assumed(), explorer_.bound().threads()};
  }

  bool divides() const override { return true; }
  const search_path& path() const override { return explorer_.path(); }

  bool repeats() const override { return applies_ && rerun_; }

  bool split(search_part& given) override;

  std::vector<search_part> save() const override;

  void forget_open() override {
    explorer_.clear();
    weaker_ = atomics_ = partial_ = false;
  }

  std::string adopt(const search_part& taken) override;

  std::string bound_to_process() const override;

 private:
  bool next_graph() { return walk_ ? walk_->next(explorer_) : explorer_.next(); }

  void give_number(unsigned child, unsigned own) {
    graph_thread_.at(child) = static_cast<std::uint8_t>(own);
    engine_thread_.at(own) = static_cast<std::uint8_t>(child);
    passed_.at(own) = 0;
  }

  void add_end(unsigned t) {
    graph::operation ends;
    ends.type = graph::kind::end;
    (void)explorer_.add(t, ends);
  }

  void note_order(const graph::operation& op) noexcept {
    const bool access =
        op.location != graph::nowhere && (op.slots == 0 || op.apply == snapshot::access);
    atomics_ = atomics_ || access;
    if (!access && op.type != graph::kind::fence) return;
    weaker_ = weaker_ || op.order != std::memory_order_seq_cst ||
              (op.type == graph::kind::update && op.failure != std::memory_order_seq_cst);
  }

  void note_performed(unsigned thread, announced& what, const graph::event& e) {
    what.seen = e.read;
    what.option = e.option;
    what.known = e.hb;
    if (e.type == graph::kind::read) {
      loops_.passed(thread, {what.where, e.op.location, e.read});
    } else {
      loops_.passed(thread);
    }
    performed_.push_back({e.thread, e.position});
    ++passed_.at(e.thread);
    option_ = e.option;
    if (e.op.slots > 0) note_object(explorer_.current(), e);
    if (e.op.location == graph::nowhere) return;
    const auto location = static_cast<std::size_t>(e.op.location);
    if (location >= newest_.size()) newest_.resize(location + 1, -1);
    newest_before_ = newest_[location];
    if (e.writes()) newest_[location] = std::max(newest_before_, e.place);
  }

  // After a hand-off writes have other places.
  void look_for_newest() {
    std::fill(newest_.begin(), newest_.end(), -1);
    for (const step& each : performed_) {
      const graph::event& e = event_at(each.thread, each.position);
      if (!e.writes()) continue;
      std::int32_t& newest = newest_.at(static_cast<std::size_t>(e.op.location));
      newest = std::max(newest, e.place);
    }
  }

  void leave_out_what_is_no_step() {
    const graph::graph& g = explorer_.current();
    std::erase_if(order_, [&](graph::event_id id) {
      return g.at(id).type == graph::kind::end || g.at(id).blocked;
    });
  }

  void order_performed();

  void find_last_step();

  void follow() {
    last_thread_ = graph::max_threads;
    performed_.clear();
    position_ = 0;
    announced_ = hidden_ = ended_by_script_ = 0;
    free_ = confused_ = false;
    learning_ = max_threads;
    pretended_.reset();
    loops_.begin();
    graph_thread_.fill(0);
    engine_thread_.fill(0);
    passed_.fill(0);
    std::fill(newest_.begin(), newest_.end(), -1);
  }

  static unsigned some(const thread_question& question, thread_set among) noexcept {
    if (among == 0) return nobody;
    if ((among & bit(question.current)) != 0) return question.current;
    return static_cast<unsigned>(std::countr_zero(among));
  }

  [[nodiscard]] const graph::event& event_at(unsigned t, std::size_t position) {
    const graph::graph& g = explorer_.current();
    return g.at(g.threads.at(t)[position]);
  }

  static bool is_same(const graph::operation& was, const graph::operation& is) noexcept {
    if (was.type != is.type || was.location != is.location || was.apply != is.apply) return false;
    const bool names_thread = is.type == graph::kind::spawn || is.type == graph::kind::join;
    return names_thread || (was.a == is.a && was.b == is.b);
  }

  /// A thread that a hand-off has given a value, if there is one.
  [[nodiscard]] unsigned known_next(thread_set among) {
    for (thread_set left = among & announced_; left != 0; left &= left - 1) {
      const auto thread = static_cast<unsigned>(std::countr_zero(left));
      const unsigned t = graph_thread_.at(thread);
      const bool known = passed_.at(t) < explorer_.current().threads.at(t).size();
      if (known && !event_at(t, passed_.at(t)).blocked) return thread;
    }
    return nobody;
  }

  /// A thread whose next step is no event, if there is one.
  [[nodiscard]] unsigned hidden_next(thread_set among) const noexcept {
    const thread_set hidden = among & announced_ & hidden_;
    return hidden != 0 ? static_cast<unsigned>(std::countr_zero(hidden)) : nobody;
  }

  // What is announced and not in the graph.
  void list_pending(thread_set enabled) {
    pending_.clear();
    for (thread_set left = announced_; left != 0; left &= left - 1) {
      const auto thread = static_cast<unsigned>(std::countr_zero(left));
      const announced& what = *next_.at(thread);
      const unsigned t = graph_thread_.at(thread);
      const bool parked = passed_.at(t) < explorer_.current().threads.at(t).size();
      const bool may = (enabled & bit(thread)) != 0 || what.what.may_block;
      if (what.is == announced::sort::event && may && !parked) pending_.push_back({t, &what.what});
    }
  }

  void locate(announced& what) {
    if (what.what.location == graph::nowhere) return;
    if (what.object >= numbered_.size()) numbered_.resize(what.object + std::size_t{1});
    number& known = numbered_[what.object];
    if (known.is == graph::nowhere || known.of != what.location) {
      const auto next = static_cast<std::int32_t>(locations_.size());
      known = {what.location, locations_.emplace(what.location, next).first->second};
      bound_to_process_ = bound_to_process_ || !what.portable;
    }
    what.what.location = known.is;
    explorer_.current().remember_location(known.is, what.initial);
  }

  /// False if the run is over.
  bool add(announced& what);

  void prepare_spin(unsigned thread, announced& what);

  void hide(unsigned thread, announced& what) noexcept {
    what.is = announced::sort::hidden;
    hidden_ |= bit(thread);
  }

  /// Whether an execution ends here.
  [[nodiscard]] bool ends_run() {
    if (!explorer_.complete()) return false;
    const bool within = explorer_.is_within_limit();
    pruned_ = pruned_ || !within;
    return within;
  }

  // The order of a machine's operations synchronizes nothing by itself: under sc it is an order all
  // the same, under rc11 it is none for seq_cst accesses beside it.  What only reads keeps nothing
  // away: a look at a time_mark.  And what snapshots order is seq_cst by itself.
  void note_object(const graph::graph& g, const graph::event& e) {
    const unsigned all = (1U << e.op.slots) - 1U;
    if (e.type == graph::kind::read || e.op.apply == snapshot::access) return;
    partial_ = partial_ || (e.from != graph::initial && g.at(e.from).thread != e.thread &&
                            (e.acquires & all) != all);
  }

  graph::memory model_;
  bool limited_;
  bool pruned_ = false;
  graph::explorer explorer_;
  std::optional<tree_walk> walk_;
  graph::extension extension_;
  std::vector<graph::pending> pending_;
  graph::next chosen_;
  mutable std::unordered_map<std::uint64_t, std::int32_t> locations_;
  // The latest location of each object that the engine counts.
  struct number {
    std::uint64_t of = 0;
    std::int32_t is = graph::nowhere;
  };
  std::vector<number> numbered_;
  mutable bool bound_to_process_ = false;  ///< something seen differs in another run
  bool applies_ = true;
  bool scripts_ = true;        ///< until a body has a loop that waits
  bool rerun_ = false;         ///< the graph is right, the run is not
  bool hit_polls_ = false;     ///< a loop that yields was taken for one that waits
  bool hit_fairness_ = false;  ///< a loop that spins was; if it counts, it could have given up
  idle_loops loops_;
  unsigned learning_ = max_threads;  ///< the thread whose loop goes round to show its length
  std::optional<std::uint64_t> pretended_;
  bool weaker_ = false, atomics_ = false, partial_ = false;

  // Of the present run.
  std::vector<graph::event_id> order_;  // to be followed
  // Until something is added: whose operation is to be added first, if it can be; or nobody's.
  unsigned last_thread_ = graph::max_threads;
  bool by_script_ = false;  // it begins, or has begun, with a script
  bool ordered_ = false;    // `order_` tells what of the graph's beginning is still to be followed
  using step = script::step;
  std::vector<step> performed_;  // so far, in this order
  // The place of the newest write performed, of each location; and that before the latest step.
  std::vector<std::int32_t> newest_;
  std::int32_t newest_before_ = -1;
  std::size_t position_ = 0;
  bool confused_ = false;           // the body does not do again what it did
  thread_set announced_ = 0;        // have announced what they have not performed yet
  thread_set hidden_ = 0;           // of these, for whom it is no event
  thread_set ended_by_script_ = 0;  // of the graph's threads
  bool free_ = false;               // of the graph: overtime
  std::array<announced*, max_threads> next_{};
  std::array<std::uint8_t, max_threads> graph_thread_{};          // of the engine's threads
  std::array<std::uint8_t, graph::max_threads> engine_thread_{};  // of the graph's
  // Of the graph's threads: events so far; and those that were performed by the script.
  std::array<std::uint16_t, graph::max_threads> passed_{}, by_script_of_{};
  std::uint32_t option_ = 0;
};

}  // namespace heddle
