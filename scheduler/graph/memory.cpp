#include <heddle/scheduler/graph/memory.hpp>

#include <algorithm>

#include <heddle/scheduler/graph/psc.hpp>

namespace heddle::graph {

namespace {

// A write is known to an event if it happens before it, or if a read of it does (or of a newer
// one).
std::int32_t newest_known(const graph& g, std::int32_t location, const clock& hb,
                          event_id but) noexcept {
  const auto& order = g.co(location);
  for (auto i = static_cast<std::int32_t>(order.size()); i-- > 0;) {
    const event_id write = order[static_cast<std::size_t>(i)];
    if (write != but && graph::in(g.at(write), hb)) return i;
    for (event_id id = 0; id < g.size(); ++id) {
      const event& e = g.at(id);
      if (id != but && e.reads() && e.op.location == location && e.from == write &&
          graph::in(e, hb)) {
        return i;
      }
    }
  }
  return -1;
}

}  // namespace

std::int32_t lower_bound(const graph& g, memory model, const event* prior,
                         std::int32_t location) noexcept {
  if (prior == nullptr) return -1;
  if (model == memory::rc11) return newest_known(g, location, prior->hb, initial);
  const auto& order = g.co(location);
  for (auto i = static_cast<std::int32_t>(order.size()); i-- > 0;) {
    if (graph::in(g.at(order[static_cast<std::size_t>(i)]), prior->sc)) return i;
  }
  return -1;
}

void added_newest(graph& g, memory model, event_id id) noexcept {
  if (model != memory::sc) return;
  event& e = g.at(id);
  const event* const prior = g.before(e);
  e.sc = prior != nullptr ? prior->sc : clock{};
  if (e.reads() && e.from != initial) e.sc.join(g.at(e.from).sc);
  if (e.type == kind::join && !g.threads[e.op.a].empty()) {
    e.sc.join(g.at(g.threads[e.op.a].back()).sc);
  }
  if (e.writes()) {
    const std::int32_t index = g.place(id);
    const auto& order = g.co(e.op.location);
    const event_id previous = index == 0 ? initial : order[static_cast<std::size_t>(index - 1)];
    if (previous != initial) e.sc.join(g.at(previous).sc);
    for (event_id r = 0; r < g.size(); ++r) {
      const event& reader = g.at(r);
      if (r != id && reader.reads() && reader.op.location == e.op.location &&
          reader.from == previous) {
        e.sc.join(reader.sc);
      }
    }
  }
  e.sc.at[e.thread] = static_cast<std::uint16_t>(e.position + 1);
}

namespace {

/// The direct edges of program order, reads-from, modification order and from-read.
class sc_edges {
 public:
  explicit sc_edges(const graph& g) : next_(g.events.size()), degree_(g.events.size()) {
    for (event_id id = 0; id < g.size(); ++id) add_event(g, id);
    for (const auto& order : g.modification) {
      for (std::size_t i = 1; i < order.size(); ++i) add(order[i - 1], order[i]);
    }
  }

  /// Calls `visit` for the events in an order along the edges; false if there is a cycle.
  template <class Visit>
  bool sorted(Visit visit) {
    std::vector<event_id> ready;
    for (std::size_t e = degree_.size(); e-- > 0;) {
      if (degree_[e] == 0) ready.push_back(static_cast<event_id>(e));
    }
    std::size_t visited = 0;
    while (!ready.empty()) {
      const event_id e = ready.back();
      ready.pop_back();
      ++visited;
      visit(e, next_[static_cast<std::size_t>(e)]);
      for (const event_id to : next_[static_cast<std::size_t>(e)]) {
        if (--degree_[static_cast<std::size_t>(to)] == 0) ready.push_back(to);
      }
    }
    return visited == degree_.size();
  }

 private:
  void add(event_id from, event_id to) {
    next_[static_cast<std::size_t>(from)].push_back(to);
    ++degree_[static_cast<std::size_t>(to)];
  }

  void add_event(const graph& g, event_id id) {
    const event& e = g.at(id);
    if (e.position > 0) {
      add(g.threads[e.thread][e.position - 1U], id);
    } else if (g.spawned_by[e.thread] != initial) {
      add(g.spawned_by[e.thread], id);
    }
    if (e.type == kind::join && !g.threads[e.op.a].empty()) add(g.threads[e.op.a].back(), id);
    if (!e.reads()) return;
    if (e.from != initial) add(e.from, id);
    const auto& order = g.co(e.op.location);
    const auto newer = static_cast<std::size_t>(g.place(e.from) + 1);
    if (newer < order.size() && order[newer] != id) add(id, order[newer]);
  }

  std::vector<std::vector<event_id>> next_;
  std::vector<unsigned> degree_;
};

}  // namespace

bool consistent(graph& g, memory model, event_id changed) {
  if (model == memory::rc11) {
    const event& e = g.at(changed);
    if (e.op.location != nowhere) {
      // The changed event is the last of its thread, so that coherence concerns its past alone.
      const std::int32_t known = newest_known(g, e.op.location, e.hb, changed);
      if (e.reads() && g.place(e.from) < known) return false;
      if (e.writes() && g.place(changed) < known) return false;
    }
    return psc_acyclic(g);
  }
  for (event& e : g.events) e.sc = {};
  return sc_edges(g).sorted([&](event_id id, const std::vector<event_id>& next) {
    event& e = g.at(id);
    e.sc.at[e.thread] = static_cast<std::uint16_t>(e.position + 1);
    for (const event_id to : next) g.at(to).sc.join(e.sc);
  });
}

std::vector<event_id> linear_order(const graph& g) {
  std::vector<event_id> order;
  (void)sc_edges(g).sorted([&](event_id id, const std::vector<event_id>&) { order.push_back(id); });
  return order;
}

}  // namespace heddle::graph
