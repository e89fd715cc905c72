#include <heddle/tests/graph/axiomatic.hpp>

#include <algorithm>
#include <utility>

#include <heddle/tests/graph/axioms.hpp>

namespace heddle::litmus {

namespace {

/// A candidate, and how far its threads have come.
struct state {
  candidate built;
  std::vector<std::uint64_t> written;  ///< by each event
  std::vector<thread_state> threads;
  std::vector<int> last_of, spawn_of;  ///< of each thread an event; -1: none yet
  shape graph;
};

class enumerator {
 public:
  enumerator(const program& p, axioms model, std::uint64_t most)
      : p_(p), model_(model), most_(most), spawner_(spawners(p)) {}

  std::optional<graph_set> run() {
    const std::size_t threads = p_.threads.size(), locations = p_.locations.size();
    state start;
    start.built.writes.resize(locations);
    start.threads.resize(threads);
    start.last_of.assign(threads, -1);
    start.spawn_of.assign(threads, -1);
    start.graph.threads.resize(threads);
    start.graph.writes.resize(locations);
    offer(std::move(start));
    while (!open_.empty()) {
      if (seen_.size() > most_) return std::nullopt;
      const state s = std::move(open_.back());
      open_.pop_back();
      extend(s);
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool allowed(const candidate& c) const {
    return model_ == axioms::sc ? allowed_under_sc(c) : allowed_under_rc11(c);
  }

  // Each allowed candidate comes from one that is allowed too and lacks its latest event.
  void offer(state s) {
    if (seen_.insert(s.graph.key()).second && allowed(s.built)) open_.push_back(std::move(s));
  }

  [[nodiscard]] bool is_running(const state& s, std::size_t thread) const {
    return spawner_[thread] < 0 || s.spawn_of[thread] >= 0;
  }
  [[nodiscard]] const instruction* next_of(const state& s, std::size_t thread) const {
    thread_state at = s.threads[thread];
    return is_running(s, thread) ? at.look(p_.threads[thread]) : nullptr;
  }
  [[nodiscard]] bool is_finished(const state& s, std::size_t thread) const {
    return is_running(s, thread) && next_of(s, thread) == nullptr;
  }

  static const std::vector<int>& order_of(const state& s, const instruction& of) {
    return s.built.writes[static_cast<std::size_t>(of.location)];
  }
  [[nodiscard]] std::uint64_t value_of(const state& s, const instruction& of, int write) const {
    return write < 0 ? p_.initial[static_cast<std::size_t>(of.location)]
                     : s.written[static_cast<std::size_t>(write)];
  }

  // True if the next operation of `thread` would not get past the newest write.
  [[nodiscard]] bool waits(const state& s, std::size_t thread, const instruction& next) const {
    if (next.what == action::spin) return true;
    if (!may_block(next.what)) return false;
    const auto& order = order_of(s, next);
    const std::uint64_t value = value_of(s, next, order.empty() ? -1 : order.back());
    const arguments with = arguments_of(next, s.threads[thread], thread);
    return perform(next.what, value, with.a, with.b, 0).does == outcome::what::block;
  }

  void extend(const state& s) {
    std::vector<std::size_t> waiting;
    bool finished = true, over = true;
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      const instruction* const next = next_of(s, thread);
      finished = finished && is_finished(s, thread);
      if (next == nullptr) continue;
      if (next->what == action::join && !is_finished(s, next->a.constant)) continue;
      if (waits(s, thread, *next)) {
        waiting.push_back(thread);
      } else {
        over = false;
      }
      if (next->what != action::spin) add_all(s, thread, *next);
    }
    if (over) end(s, waiting, !finished);
  }

  // True if the last reads of the thread, those before the spin, see the newest writes.
  [[nodiscard]] static bool is_up_to_date(const state& s, std::size_t thread,
                                          const instruction& spin) {
    std::uint64_t left = spin.a.constant;
    for (std::size_t i = s.built.events.size(); i-- > 0 && left > 0;) {
      const candidate_event& e = s.built.events[i];
      if (e.thread != thread) continue;
      --left;
      const auto& order = s.built.writes[static_cast<std::size_t>(e.location)];
      if (e.from != (order.empty() ? -1 : order.back())) return false;
      if (s.graph.threads[thread][e.position].option != 0) return false;
    }
    return true;
  }

  // Threads that wait for ever read the newest write.
  void end(state s, const std::vector<std::size_t>& waiting, bool deadlocked) {
    for (const std::size_t thread : waiting) {
      const instruction& next = *next_of(s, thread);
      if (next.what == action::spin) {
        if (!is_up_to_date(s, thread, next)) return;
        place(s, event_of(s, thread, next), {0, 0, true}, 0, 0);
        continue;
      }
      const auto& order = order_of(s, next);
      candidate_event e = event_of(s, thread, next);
      e.reads = true;
      e.from = order.empty() ? -1 : order.back();
      e.order = next.failure;
      place(s, e, {name_in(s, e.from), 0, true}, 0, 0);
    }
    if (allowed(s.built)) found_.add(s.graph, deadlocked);
  }

  static event_name name_in(const state& s, int event) {
    if (event < 0) return 0;
    const candidate_event& e = s.built.events[static_cast<std::size_t>(event)];
    return name_of(e.thread, e.position);
  }

  static candidate_event event_of(const state& s, std::size_t thread, const instruction& of) {
    candidate_event e;
    e.thread = thread;
    e.position = s.graph.threads[thread].size();
    e.location = is_located(of.what) ? of.location : -1;
    e.order =
        is_located(of.what) || of.what == action::fence ? of.order : std::memory_order_relaxed;
    e.fence = of.what == action::fence;
    e.free = !is_located(of.what) && !e.fence;
    e.light = of.asymmetric == barrier::light;
    e.heavy = of.asymmetric == barrier::heavy;
    if (e.position == 0) e.begun_by = s.spawn_of[thread];
    if (of.what == action::join) e.joins = s.last_of[of.a.constant];
    return e;
  }

  // Appends `e`; a write stands at `index` of its modification order.
  static void place(state& s, const candidate_event& e, shape::node node, std::size_t index,
                    std::uint64_t written) {
    const auto id = static_cast<int>(s.built.events.size());
    s.built.events.push_back(e);
    s.written.push_back(written);
    s.graph.threads[e.thread].push_back(node);
    s.last_of[e.thread] = id;
    if (!e.writes) return;
    const auto at = static_cast<std::ptrdiff_t>(index);
    auto& order = s.built.writes[static_cast<std::size_t>(e.location)];
    order.insert(order.begin() + at, id);
    auto& names = s.graph.writes[static_cast<std::size_t>(e.location)];
    names.insert(names.begin() + at, name_of(e.thread, e.position));
  }

  void add_one(state s, candidate_event e, const instruction& done, shape::node node,
               std::uint64_t read, std::size_t index = 0, std::uint64_t written = 0) {
    thread_state& at = s.threads[e.thread];
    (void)at.look(p_.threads[e.thread]);
    at.finish(done, read, node.option);
    if (done.what == action::spawn) {
      s.spawn_of[done.a.constant] = static_cast<int>(s.built.events.size());
    }
    place(s, e, node, index, written);
    offer(std::move(s));
  }

  // Every event that `next` may become.
  void add_all(const state& s, std::size_t thread, const instruction& next) {
    candidate_event e = event_of(s, thread, next);
    const arguments with = arguments_of(next, s.threads[thread], thread);
    if (next.what == action::store) {
      e.writes = true;
      for (std::size_t index = 0; index <= order_of(s, next).size(); ++index) {
        add_one(s, e, next, {}, 0, index, with.a);
      }
    } else if (is_located(next.what)) {
      e.reads = true;
      add_reads(s, e, next, with, -1);
      for (const int write : order_of(s, next)) add_reads(s, e, next, with, write);
    } else {
      const std::uint64_t options = next.what == action::choose ? with.a : 1;
      for (std::uint64_t option = 0; option < options; ++option) {
        add_one(s, e, next, {0, static_cast<std::uint8_t>(option), false}, 0);
      }
    }
  }

  // A read or an update that sees `from`.
  void add_reads(const state& s, candidate_event e, const instruction& next, arguments with,
                 int from) {
    const auto& order = order_of(s, next);
    const auto behind = static_cast<std::size_t>(
        from < 0 ? 0 : std::find(order.begin(), order.end(), from) - order.begin() + 1);
    const std::uint64_t value = value_of(s, next, from);
    e.from = from;
    unsigned options = 1;
    for (unsigned option = 0; option < options; ++option) {
      const outcome of = perform(next.what, value, with.a, with.b, option);
      if (option == 0) options = of.options;
      if (of.does == outcome::what::block) continue;
      e.writes = of.does == outcome::what::write;
      e.order = e.writes || next.what == action::load ? next.order : next.failure;
      add_one(s, e, next, {name_in(s, from), static_cast<std::uint8_t>(option), false}, value,
              behind, of.next);
    }
  }

  const program& p_;
  axioms model_;
  std::uint64_t most_;
  std::vector<int> spawner_;
  std::vector<state> open_;
  std::unordered_set<std::u16string> seen_;
  graph_set found_;
};

}  // namespace

std::optional<graph_set> enumerate(const program& p, axioms model, std::uint64_t most) {
  return enumerator(p, model, most).run();
}

}  // namespace heddle::litmus
