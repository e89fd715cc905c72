#include <heddle/scheduler/graph/psc.hpp>

#include <heddle/scheduler/graph/memory.hpp>

#include <atomic>

namespace heddle::graph {

namespace {

/// A relation over the events of one graph, as rows of bits.
class relation {
 public:
  explicit relation(std::size_t n) : n_(n), words_((n + 63) / 64), bits_(n * words_) {}

  void add(std::size_t from, std::size_t to) noexcept {
    bits_[from * words_ + to / 64] |= std::uint64_t{1} << (to % 64);
  }
  [[nodiscard]] bool has(std::size_t from, std::size_t to) const noexcept {
    return (bits_[from * words_ + to / 64] >> (to % 64) & 1) != 0;
  }
  void join(const relation& other) noexcept {
    for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] |= other.bits_[i];
  }
  /// First this one, then `other`.
  [[nodiscard]] relation then(const relation& other) const {
    relation result(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) {
        if (!has(i, j)) continue;
        for (std::size_t w = 0; w < words_; ++w) {
          result.bits_[i * words_ + w] |= other.bits_[j * words_ + w];
        }
      }
    }
    return result;
  }
  [[nodiscard]] bool acyclic() const {
    relation closure = *this;
    for (std::size_t k = 0; k < n_; ++k) {
      for (std::size_t i = 0; i < n_; ++i) {
        if (!closure.has(i, k)) continue;
        for (std::size_t w = 0; w < words_; ++w) {
          closure.bits_[i * words_ + w] |= closure.bits_[k * words_ + w];
        }
      }
      if (closure.has(k, k)) return false;
    }
    return true;
  }

 private:
  std::size_t n_, words_;
  std::vector<std::uint64_t> bits_;
};

bool is_seq_cst(const event& e) noexcept { return e.order == std::memory_order_seq_cst; }

/// Where an event stands in the modification order of its location, seen as a reader of one write
/// and as a write.
struct places {
  std::int32_t read = -1, write = -1;
  bool reads = false, writes = false;

  /// Extended coherence order: (rf | co | fr)+.
  [[nodiscard]] bool before(const places& other) const noexcept {
    if (writes && other.writes && write < other.write) return true;
    if (writes && other.reads && write <= other.read) return true;
    if (reads && other.writes && read < other.write) return true;
    return reads && other.reads && read < other.read;
  }
  /// Modification order, or from-read.
  [[nodiscard]] bool co_or_fr(const places& other) const noexcept {
    return (writes && other.writes && write < other.write) ||
           (reads && other.writes && read < other.write);
  }
};

struct relations {
  explicit relations(const graph& g) : n(g.events.size()), hb(n), hb_or_same(n), eco(n), scb(n) {
    std::vector<places> place(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto id = static_cast<event_id>(i);
      const event& e = g.events[i];
      place[i].reads = e.reads();
      place[i].writes = e.writes();
      if (e.reads()) place[i].read = g.place(e.from);
      if (e.writes()) place[i].write = g.place(id);
    }
    relation across(n);  // P of the comment in psc.hpp
    for (std::size_t i = 0; i < n; ++i) {
      hb_or_same.add(i, i);
      for (std::size_t j = 0; j < n; ++j) {
        const event& a = g.events[i];
        const event& b = g.events[j];
        if (i == j) continue;
        const bool located = a.op.location != nowhere && b.op.location != nowhere;
        const bool same = located && a.op.location == b.op.location;
        const bool ordered = graph::in(a, b.hb);
        const bool po = a.thread == b.thread && a.position < b.position;
        if (ordered) hb.add(i, j), hb_or_same.add(i, j);
        if (po || (ordered && same) || (same && place[i].co_or_fr(place[j]))) scb.add(i, j);
        if (po && located && !same) across.add(i, j);
        if (same && place[i].before(place[j])) eco.add(i, j);
      }
    }
    scb.join(across.then(hb).then(across));
  }

  std::size_t n;
  relation hb, hb_or_same, eco, scb;
};

}  // namespace

bool psc_acyclic(const graph& g) {
  const std::size_t n = g.events.size();
  unsigned strong = 0;
  bool all_strong = true;
  for (const event& e : g.events) {
    const bool access = e.op.location != nowhere;
    if (is_seq_cst(e) && (access || e.type == kind::fence)) ++strong;
    if (access && !is_seq_cst(e)) all_strong = false;
  }
  if (strong < 2) return true;
  // Then psc holds program order, reads-from, modification order and from-read.
  if (all_strong) return is_sequential(g);
  const relations r(g);
  relation fences(n), enter(n), leave(n);
  for (std::size_t i = 0; i < n; ++i) {
    const event& e = g.events[i];
    if (!is_seq_cst(e)) continue;
    if (e.type == kind::fence) {
      fences.add(i, i);
    } else if (e.op.location != nowhere) {
      enter.add(i, i), leave.add(i, i);
    }
  }
  enter.join(fences.then(r.hb_or_same));
  leave.join(r.hb_or_same.then(fences));
  relation psc = enter.then(r.scb).then(leave);
  relation between = r.hb;
  between.join(r.hb.then(r.eco).then(r.hb));
  psc.join(fences.then(between).then(fences));
  return psc.acyclic();
}

}  // namespace heddle::graph
