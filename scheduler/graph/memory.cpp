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
  auto newest = static_cast<std::int32_t>(order.size()) - 1;
  for (; newest >= 0; --newest) {
    const event_id write = order[static_cast<std::size_t>(newest)];
    if (write != but && graph::in(g.at(write), hb)) break;
  }
  const auto last = static_cast<std::int32_t>(order.size()) - 1;
  for (const event_id id : g.readers_of(location)) {
    if (newest == last) break;
    const event& e = g.at(id);
    // What an update reads is older than what it writes.
    if (e.type != kind::read || id == but || !graph::in(e, hb)) continue;
    newest = std::max(newest, g.place(e.from));
  }
  return newest;
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
    for (const event_id r : g.readers_of(e.op.location)) {
      if (r != id && g.at(r).from == previous) e.sc.join(g.at(r).sc);
    }
  }
  e.sc.at[e.thread] = static_cast<std::uint16_t>(e.position + 1);
}

namespace {

/// Performs the events one by one on a memory that has one value for each location, as long as one
/// can be: a read while its write is the newest, a write when the one before it and all its readers
/// are done.  That is possible to the end if the union of program order, reads-from, modification
/// order and from-read has no cycle.
class replay_in_order {
 public:
  explicit replay_in_order(const graph& g, memory model = memory::sc)
      : g_(g),
        model_(model),
        threads_(g.thread_limit),
        at_(scratch().at),
        counts_(scratch().counts) {
    if (model != memory::sc) return;
    at_.assign(g.modification.size(), {});
    std::size_t total = 0;
    for (std::size_t i = 0; i < at_.size(); ++i) {
      at_[i].first_count = total;
      total += g.modification[i].size() + 1;
    }
    counts_.assign(total, 0);
    for (std::size_t i = 0; i < at_.size(); ++i) {
      for (const event_id e : g.readers[i]) ++count(at_[i], g.place(g.at(e).from));
      at_[i].unread = count(at_[i], -1);
    }
  }

  /// Calls `visit` for each event, and says whether all could be performed.
  template <class Visit>
  bool run(Visit visit) {
    std::size_t done = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t thread = 0; thread < threads_; ++thread) {
        const auto& events = g_.threads[thread];
        std::size_t next = next_[thread];
        if (next == events.size() || (next == 0 && !is_spawned(thread))) continue;
        for (; next < events.size(); ++next) {
          const event& e = g_.at(events[next]);
          if (!can_go(e)) break;
          perform(e);
          visit(events[next]);
        }
        const std::size_t performed = next - next_[thread];
        next_[thread] = next;
        done += performed;
        moved = moved || performed > 0;
      }
    }
    return done == g_.events.size();
  }

 private:
  struct progress {
    std::int32_t newest = -1;     ///< the place of the newest write
    std::size_t first_count = 0;  ///< where the counts of this location's readers begin
    std::uint32_t unread = 0;     ///< how many reads of the newest write are still to come
  };

  // Used again and again, for its memory.
  struct buffers {
    std::vector<progress> at;
    std::vector<std::uint32_t> counts;
  };
  static buffers& scratch() {
    thread_local buffers used;
    return used;
  }

  std::uint32_t& count(const progress& of, std::int32_t place) {
    return counts_[of.first_count + static_cast<std::size_t>(place + 1)];
  }

  [[nodiscard]] bool is_spawned(std::size_t thread) const {
    if (g_.spawned_by[thread] == initial) return true;
    const event& spawn = g_.at(g_.spawned_by[thread]);
    return next_[spawn.thread] > spawn.position;
  }

  [[nodiscard]] bool can_go(const event& e) const {
    if (e.type == kind::join) return next_[e.op.a] == g_.threads[e.op.a].size();
    if (e.op.location == nowhere) return true;
    if (model_ != memory::sc) {
      if (!e.reads() || e.from == initial) return true;
      const event& source = g_.at(e.from);
      return source.thread == e.thread || next_[source.thread] > source.position;
    }
    const progress& here = at_[static_cast<std::size_t>(e.op.location)];
    if (e.reads() && g_.place(e.from) != here.newest) return false;
    return !e.writes() || (e.place == here.newest + 1 && here.unread == (e.reads() ? 1U : 0U));
  }

  void perform(const event& e) {
    if (e.op.location == nowhere || model_ != memory::sc) return;
    progress& here = at_[static_cast<std::size_t>(e.op.location)];
    if (e.reads()) --here.unread;
    if (e.writes()) here.unread = count(here, ++here.newest);
  }

  const graph& g_;
  const memory model_;
  std::size_t threads_;
  std::array<std::size_t, max_threads> next_{};
  std::vector<progress>& at_;
  std::vector<std::uint32_t>& counts_;
};

/// The sc clocks of events that are performed in order.
class sc_clocks {
 public:
  explicit sc_clocks(graph& g) : g_(g), seen_(scratch()) {
    seen_.assign(g.modification.size(), {});
  }

  void set(event_id id) {
    event& e = g_.at(id);
    const event* const prior = g_.before(e);
    clock now = prior != nullptr ? prior->sc : clock{};
    if (e.type == kind::join && !g_.threads[e.op.a].empty()) {
      now.join(g_.at(g_.threads[e.op.a].back()).sc);
    }
    if (e.op.location == nowhere) {
      now.at[e.thread] = static_cast<std::uint16_t>(e.position + 1);
      e.sc = now;
      return;
    }
    // What it reads is the newest write, which what is seen holds with all before it.
    clock& seen = seen_[static_cast<std::size_t>(e.op.location)];
    if (e.writes()) {
      now.join(seen);
    } else if (e.from != initial) {
      now.join(g_.at(e.from).sc);
    }
    now.at[e.thread] = static_cast<std::uint16_t>(e.position + 1);
    e.sc = now;
    if (e.writes()) {
      seen = now;
    } else {
      seen.join(now);
    }
  }

 private:
  static std::vector<clock>& scratch() {
    thread_local std::vector<clock> used;
    return used;
  }

  graph& g_;
  std::vector<clock>& seen_;  ///< of each location: the newest write and its readers
};

}  // namespace

bool is_sequential(const graph& g) {
  return replay_in_order(g).run([](event_id) {});
}

namespace {

// A changed event is the last of its thread, so that coherence concerns its past alone.
bool is_coherent(const graph& g, event_id changed) {
  const event& e = g.at(changed);
  if (e.op.location == nowhere) return true;
  const std::int32_t known = newest_known(g, e.op.location, e.hb, changed);
  if (e.reads() && g.place(e.from) < known) return false;
  return !e.writes() || g.place(changed) >= known;
}

}  // namespace

bool consistent(graph& g, memory model, event_id changed, event_id also,
                std::vector<event_id>* order) {
  if (model == memory::rc11) {
    return is_coherent(g, changed) && (also == initial || is_coherent(g, also)) &&
           psc_acyclic(g, changed, also);
  }
  sc_clocks clocks(g);
  if (order == nullptr) return replay_in_order(g).run([&](event_id id) { clocks.set(id); });
  order->clear();
  return replay_in_order(g).run([&](event_id id) {
    clocks.set(id);
    order->push_back(id);
  });
}

void linear_order(const graph& g, memory model, std::vector<event_id>& order) {
  order.clear();
  (void)replay_in_order(g, model).run([&](event_id id) { order.push_back(id); });
}

}  // namespace heddle::graph
