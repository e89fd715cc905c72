// Each graph once.  The explorer of graphs decides what is visited; each of its graphs is run along
// a linear order of program order and reads-from (under sc, of modification order and from-read
// too), and then extended: what comes next reads the newest write, and is the newest write, which
// is just the explorer's first choice.
#include <heddle/scheduler/strategy.hpp>

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
#include <heddle/scheduler/strategy/idle_loops.hpp>
#include <heddle/scheduler/strategy/parts.hpp>

namespace heddle {

namespace {

constexpr thread_set bit(unsigned thread) noexcept { return thread_set{1} << thread; }

class optimal final : public strategy {
 public:
  optimal(graph::memory model, const graph::rules& obeyed,
          std::optional<graph::preemption_limit> limit)
      : model_(model), limited_(limit.has_value()), explorer_(model, obeyed, limit) {}

  bool begin() override {
    if (!applies_ || (!std::exchange(rerun_, false) && !explorer_.next())) return false;
    order_ = explorer_.order();
    follow();
    return true;
  }

  void again() override {
    order_.clear();
    const graph::graph& g = explorer_.current();
    for (const step& each : performed_) order_.push_back(g.threads.at(each.thread)[each.position]);
    follow();
  }

  unsigned pick(const thread_question& question) override {
    if (free_) return some(question, question.enabled);
    if (confused_) return max_threads;
    if (learning_ < max_threads && (question.enabled & bit(learning_)) == 0) applies_ = false;
    if (!applies_ || rerun_) return give_up;
    if (learning_ < max_threads) return learning_;
    // First, since what follows in the graph may be a join that waits for it.
    if (const unsigned hidden = hidden_next(question.enabled); hidden != nobody) return hidden;
    if (position_ < order_.size()) {
      return engine_thread_.at(explorer_.current().at(order_[position_]).thread);
    }
    if (const unsigned woken = known_next(question.enabled); woken != nobody) return woken;
    for (;;) {
      list_pending(question.enabled);
      const unsigned preferred = limited_ ? graph::thread_to_go_on(explorer_.current())
                                          : graph_thread_.at(question.current);
      chosen_ = extension_.choose(explorer_, pending_, preferred);
      switch (chosen_.does) {
        case graph::next::what::add:
          return engine_thread_.at(chosen_.thread);
        case graph::next::what::block:
          // What nobody lets go on is in the graph all the same: other writes may be read there.
          if (!add(*next_.at(engine_thread_.at(chosen_.thread)))) return give_up;
          break;
        case graph::next::what::end:
          return ends_run() ? nobody : give_up;
      }
    }
  }

  std::uint32_t choose(choice_kind, std::uint32_t) override { return option_; }

  // The writes performed so far stand in the order that they have in the graph.
  std::uint32_t choose_write(const write_question& question) override {
    if (!applies_ || free_ || confused_ || learning_ < max_threads) return 0;
    const graph::graph& g = explorer_.current();
    const step& latest = performed_.back();
    const graph::event_id id = g.threads[latest.thread][latest.position];
    const graph::event& e = g.at(id);
    const std::int32_t place = question.kind == choice_kind::read ? g.place(e.from) : e.place;
    if (place >= newest_before_) return 0;
    std::uint32_t newer = 0;
    const auto& order = g.co(e.op.location);
    for (auto i = static_cast<std::size_t>(place + 1); i < order.size(); ++i) {
      const graph::event& w = g.at(order[i]);
      if (order[i] != id && w.position < passed_.at(w.thread)) ++newer;
    }
    return newer;
  }

  bool watches() const override { return true; }
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

  bool follows(unsigned thread, announced& what) override {
    if (position_ >= order_.size() || !applies_ || confused_ || free_ || rerun_) return false;
    if (learning_ < max_threads || (announced_ & hidden_) != 0) return false;
    const graph::graph& g = explorer_.current();
    const graph::event& e = g.at(order_[position_]);
    if (engine_thread_.at(e.thread) != thread || what.is != announced::sort::event) return false;
    if (passed_.at(e.thread) != e.position) return false;
    const graph::operation& op = what.what;
    if (op.type == graph::kind::spin) return false;
    const std::int32_t anywhere = op.location;
    locate(what);
    if (!is_same(e.op, op)) {
      what.what.location = anywhere;  // to be located once more, when it is announced
      return false;
    }
    note_order(op);
    ++position_;
    note_performed(thread, what, e);
    return true;
  }

  bool performs(unsigned thread) override {
    announced_ &= ~bit(thread);
    option_ = 0;
    const announced& what = *next_.at(thread);
    if (!applies_) return true;
    if (what.is == announced::sort::hidden) {
      if (what.what.type == graph::kind::spin && what.what.b > 0) {
        loops_.yielded(thread, what.where);
      }
      return true;
    }
    if (learning_ == thread) {
      pretended_ = loops_.again(thread, what.where, what.what.location);
      applies_ = pretended_.has_value();
      return applies_;
    }
    const unsigned t = graph_thread_.at(thread);
    const bool known = passed_.at(t) < explorer_.current().threads.at(t).size();
    const bool follows = position_ < order_.size();
    if (follows) ++position_;
    confused_ = confused_ || (known ? !is_same(event_at(t, passed_.at(t)).op, what.what) : follows);
    if (confused_) return true;
    if (!known && !add(what)) return false;
    if (!applies_) return true;
    note_performed(thread, what, event_at(t, passed_.at(t)));
    return true;
  }

  void spawned(unsigned parent, unsigned child) override {
    if (!applies_ || confused_) return;
    const graph::graph& g = explorer_.current();
    const unsigned by = graph_thread_.at(parent);
    const auto own = static_cast<unsigned>(g.at(g.threads.at(by)[passed_.at(by) - 1]).op.a);
    graph_thread_.at(child) = static_cast<std::uint8_t>(own);
    engine_thread_.at(own) = static_cast<std::uint8_t>(child);
    passed_.at(own) = 0;
  }

  // The end of a thread comes by itself, with its last step.
  void ended(unsigned thread) override {
    announced_ &= ~bit(thread);
    if (learning_ == thread) applies_ = false;
    if (!applies_ || free_ || confused_) return;
    const unsigned t = graph_thread_.at(thread);
    if (passed_.at(t) == explorer_.current().threads.at(t).size()) {
      graph::operation ends;
      ends.type = graph::kind::end;
      (void)explorer_.add(t, ends);
    }
    ++passed_.at(t);
  }

  void lose_sight() override { applies_ = false; }
  void overtime() override { free_ = true; }

  bool applies() const override { return applies_; }
  bool weaker() const override { return weaker_ || (atomics_ && partial_); }
  bool exhaustive() const override { return true; }
  bool pruned() const override { return pruned_ || explorer_.bound().has_left_any(); }
  bool hit_polls() const override { return hit_polls_; }
  unsigned to_repeat_with() const override {
    return explorer_.bound().must_repeat() ? explorer_.bound().threads() : 0;
  }

  bool divides() const override { return !limited_; }
  const search_path& path() const override { return explorer_.path(); }

  bool split(search_part& given) override {
    graph::work_item item;
    if (!explorer_.split(item)) return false;
    given = to_part(item, model_, program_codec(locations_));
    return true;
  }

  std::vector<search_part> save() const override {
    const program_codec codec(locations_);
    std::vector<search_part> all;
    for (const graph::work_item& item : explorer_.save()) {
      all.push_back(to_part(item, model_, codec));
    }
    bound_to_process_ = bound_to_process_ || codec.wrote_addresses();
    return all;
  }

  void forget_open() override {
    explorer_.clear();
    weaker_ = atomics_ = partial_ = false;
  }

  std::string adopt(const search_part& taken) override {
    graph::work_item item;
    std::string wrong = from_part(taken, model_, program_codec(locations_), item);
    if (wrong.empty()) explorer_.adopt(std::move(item));
    return wrong;
  }

  std::string bound_to_process() const override {
    return bound_to_process_ ? "the body uses objects that were built outside of it, or pointers "
                               "to what lies outside of its heap"
                             : "";
  }

 private:
  void note_order(const graph::operation& op) noexcept {
    const bool access = op.location != graph::nowhere && op.slots == 0;
    atomics_ = atomics_ || access;
    if (!access && op.type != graph::kind::fence) return;
    weaker_ = weaker_ || op.order != std::memory_order_seq_cst ||
              (op.type == graph::kind::update && op.failure != std::memory_order_seq_cst);
  }

  void note_performed(unsigned thread, const announced& what, const graph::event& e) {
    if (e.type == graph::kind::read) {
      loops_.passed(thread, {what.where, e.op.location, e.read});
    } else {
      loops_.passed(thread);
    }
    performed_.push_back({e.thread, e.position});
    ++passed_.at(e.thread);
    option_ = e.option;
    if (e.op.slots > 0) note_object(e);
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

  // What is no step is not followed.
  void follow() {
    const graph::graph& g = explorer_.current();
    std::erase_if(order_, [&](graph::event_id id) {
      return g.at(id).type == graph::kind::end || g.at(id).blocked;
    });
    performed_.clear();
    position_ = 0;
    announced_ = 0;
    free_ = confused_ = false;
    learning_ = max_threads;
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
  bool add(const announced& what) {
    const graph::graph& g = explorer_.current();
    graph::operation op = what.what;
    if (op.type == graph::kind::spawn) {
      unsigned child = 1;
      while (child < graph::max_threads && g.spawned_by.at(child) != graph::initial) ++child;
      if (child == graph::max_threads) {
        applies_ = false;
        return true;
      }
      op.a = child;
    } else if (op.type == graph::kind::join) {
      op.a = graph_thread_.at(what.other);
    }
    const auto became = extension_.add(explorer_, chosen_, op).became;
    if (became == graph::addition::what::cut) return false;
    if (became == graph::addition::what::handed_off && !extension_.restarted().empty()) {
      // A loop goes round again, and what it has read natively is no longer so.
      rerun_ = true;
      return false;
    }
    if (became == graph::addition::what::handed_off) look_for_newest();
    pruned_ = pruned_ || explorer_.is_over_limit();
    return !explorer_.is_over_limit();
  }

  // What a spin waits for; or that it is none yet.
  void prepare_spin(unsigned thread, announced& what) {
    if (!applies_ || free_) return;
    if (learning_ == thread) {
      loops_.learned(what.where);
      rerun_ = true;
      return;
    }
    const auto yields = static_cast<unsigned>(what.what.b);
    const unsigned t = graph_thread_.at(thread);
    const bool known = passed_.at(t) < explorer_.current().threads.at(t).size();
    if (known && yields == 0) {
      what.what.a = event_at(t, passed_.at(t)).op.a;
      return;
    }
    switch (loops_.ask(thread, what.where, yields, what.what.a)) {
      case idle_loops::answer::wait:
        hit_polls_ = hit_polls_ || yields > 0;
        break;
      case idle_loops::answer::go_on:
        hide(thread, what);
        break;
      case idle_loops::answer::learn:
        hide(thread, what);
        learning_ = thread;
        break;
      case idle_loops::answer::give_up:
        applies_ = false;
        break;
    }
  }

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
  // the same, under rc11 it is none for seq_cst accesses beside it.
  void note_object(const graph::event& e) {
    const unsigned all = (1U << e.op.slots) - 1U;
    const graph::graph& g = explorer_.current();
    partial_ = partial_ || (e.from != graph::initial && g.at(e.from).thread != e.thread &&
                            (e.acquires & all) != all);
  }

  graph::memory model_;
  bool limited_;
  bool pruned_ = false;
  graph::explorer explorer_;
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
  bool rerun_ = false;      ///< the graph is right, the run is not
  bool hit_polls_ = false;  ///< a loop that yields was taken for one that waits
  idle_loops loops_;
  unsigned learning_ = max_threads;  ///< the thread whose loop goes round to show its length
  std::optional<std::uint64_t> pretended_;
  bool weaker_ = false, atomics_ = false, partial_ = false;

  // Of the present run.
  std::vector<graph::event_id> order_;  // to be followed
  struct step {
    std::uint8_t thread;
    std::uint16_t position;
  };
  std::vector<step> performed_;  // so far, in this order
  // The place of the newest write performed, of each location; and that before the latest step.
  std::vector<std::int32_t> newest_;
  std::int32_t newest_before_ = -1;
  std::size_t position_ = 0;
  bool confused_ = false;     // the body does not do again what it did
  thread_set announced_ = 0;  // have announced what they have not performed yet
  thread_set hidden_ = 0;     // of these, for whom it is no event
  bool free_ = false;         // of the graph: overtime
  std::array<const announced*, max_threads> next_{};
  std::array<std::uint8_t, max_threads> graph_thread_{};          // of the engine's threads
  std::array<std::uint8_t, graph::max_threads> engine_thread_{};  // of the graph's
  std::array<std::uint16_t, graph::max_threads> passed_{};        // events of the graph's threads
  std::uint32_t option_ = 0;
};

}  // namespace

std::unique_ptr<strategy> make_optimal(graph::memory model, const graph::rules& obeyed,
                                       std::optional<graph::preemption_limit> limit) {
  return std::make_unique<optimal>(model, obeyed, limit);
}

}  // namespace heddle
