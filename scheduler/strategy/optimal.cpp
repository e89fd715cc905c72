// Each trace once.  The explorer of graphs decides what is visited; each of its graphs is run along
// a linear order of po, rf, co and fr, in which every read sees the latest write, and then
// extended: what comes next in a linear order reads the newest write, and is the newest write,
// which is just the explorer's first choice.
#include <heddle/scheduler/strategy.hpp>

#include <array>
#include <bit>
#include <unordered_map>
#include <vector>

#include <heddle/scheduler/graph/memory.hpp>
#include <heddle/scheduler/graph/trust.hpp>

namespace heddle {

namespace {

class optimal final : public strategy {
 public:
  bool begin() override {
    if (!applies_ || !explorer_.next()) return false;
    follow(graph::linear_order(explorer_.current()));
    return true;
  }

  void again() override { follow(std::vector<graph::event_id>(performed_)); }

  unsigned pick(const thread_question& question) override {
    if (position_ < order_.size()) {
      return engine_thread_.at(explorer_.current().at(order_[position_]).thread);
    }
    const thread_set current = thread_set{1} << question.current;
    if ((question.enabled & current) != 0) return question.current;
    return static_cast<unsigned>(std::countr_zero(question.enabled));
  }

  std::uint32_t choose(choice_kind, std::uint32_t) override { return option_; }

  bool watches() const override { return true; }

  void performs(unsigned thread, const performed& step) override {
    if (!applies_ || !step.expressible || thread >= graph::max_threads ||
        step.other >= graph::max_threads) {
      applies_ = false;
      return;
    }
    const unsigned t = graph_thread_.at(thread);
    graph::graph& g = explorer_.current();
    const auto& mine = g.threads.at(t);
    const bool known = passed_.at(t) < mine.size();
    const graph::event_id id = known ? mine[passed_.at(t)] : add(t, step);
    if (known && step.what.type != graph::kind::end) ++position_;
    if (!applies_) return;
    const graph::event& e = explorer_.current().at(id);
    ++passed_.at(t);
    performed_.push_back(id);
    option_ = e.option;
    if (step.what.type == graph::kind::spawn) {
      const auto child = static_cast<unsigned>(e.op.a);
      graph_thread_.at(step.other) = child;
      engine_thread_.at(child) = step.other;
      passed_.at(child) = 0;
    }
  }

  bool applies() const override { return applies_; }
  bool exhaustive() const override { return true; }

 private:
  void follow(const std::vector<graph::event_id>& order) {
    // The end of a thread comes by itself, with its last step.
    order_.clear();
    for (const graph::event_id e : order) {
      if (explorer_.current().at(e).type != graph::kind::end) order_.push_back(e);
    }
    performed_.clear();
    position_ = 0;
    graph_thread_.fill(0);
    engine_thread_.fill(0);
    passed_.fill(0);
  }

  graph::event_id add(unsigned t, const performed& step) {
    graph::graph& g = explorer_.current();
    graph::operation op = step.what;
    if (op.type == graph::kind::spawn) {
      unsigned child = 1;
      while (child < graph::max_threads && g.spawned_by.at(child) != graph::initial) ++child;
      if (child == graph::max_threads) {
        applies_ = false;
        return 0;
      }
      op.a = child;
    } else if (op.type == graph::kind::join) {
      op.a = graph_thread_.at(step.other);
    } else if (op.location != graph::nowhere) {
      const auto next = static_cast<std::int32_t>(locations_.size());
      op.location = locations_.emplace(step.location, next).first->second;
      g.remember_location(op.location, step.initial);
    }
    return explorer_.add(t, op);
  }

  graph::explorer explorer_{graph::memory::sc};
  std::unordered_map<std::uint64_t, std::int32_t> locations_;
  bool applies_ = true;

  // Of the present run.
  std::vector<graph::event_id> order_;      // to be followed
  std::vector<graph::event_id> performed_;  // so far, in this order
  std::size_t position_ = 0;
  std::array<unsigned, graph::max_threads> graph_thread_{};   // of the engine's threads
  std::array<unsigned, graph::max_threads> engine_thread_{};  // of the graph's
  std::array<std::size_t, graph::max_threads> passed_{};      // events of the graph's threads
  std::uint32_t option_ = 0;
};

}  // namespace

std::unique_ptr<strategy> make_optimal() { return std::make_unique<optimal>(); }

}  // namespace heddle
