#include <heddle/scheduler/graph/psc.hpp>

#include <heddle/scheduler/graph/memory.hpp>

#include <algorithm>
#include <limits>

namespace heddle::graph {

namespace {

bool is_seq_cst(const event& e) noexcept { return e.order == std::memory_order_seq_cst; }

bool is_strong_fence(const event& e) noexcept {
  return e.type == kind::fence && (is_seq_cst(e) || e.op.asymmetric != barrier::none);
}

/// Where an access stands among those of its location: what is extended-coherence-before another
/// one has the lesser number.  A read stands right behind its write, an update where it writes; two
/// reads of one write have the same number, and no order.
std::int32_t key_of(const graph& g, const event& e) noexcept {
  return e.writes() ? 2 * e.place : 2 * g.place(e.from) + 1;
}

/// A seq_cst access, or a fence of psc.
struct node {
  const event* e;
  bool fence;
  std::int32_t key;
  std::size_t summary = 0;     ///< of a fence: where its rows of the summaries begin
  std::size_t thread_end = 0;  ///< the number of the first node of another thread
  const event *before = nullptr, *after = nullptr;                    ///< in program order
  const event *last_elsewhere = nullptr, *first_elsewhere = nullptr;  ///< around it, as `P` has it
};

/// The relation over those events alone.  Whatever lies between two of them is found in their
/// clocks: of the events after a fence, and before it, only the first and the last in each
/// modification order matter.
class partial_order {
 public:
  // A cycle that is new goes through a changed event, or through a fence that it comes after: so
  // only what these lead to is looked at.
  bool acyclic_of(const graph& g, event_id changed, event_id also) {
    collect(g);
    if (nodes_.size() < 2) return true;
    words_ = (nodes_.size() + 63) / 64;
    left_.assign(words_, 0);
    reached_.clear();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (is_new(g, nodes_[i], changed) || is_new(g, nodes_[i], also)) reach(i);
    }
    if (reached_.empty()) return true;
    if (fences_ > 0) summarize(g);
    rows_.assign(nodes_.size() * words_, 0);
    for (std::size_t next = 0; next < reached_.size(); ++next) {
      for (std::size_t j = 0; j < nodes_.size();) j = follow(g, reached_[next], j);
    }
    return rows_are_acyclic();
  }

 private:
  // Adds the edge to `j`, if there is one, and says which to look at next.  One edge to each thread
  // will do, to the first event that it leads to, since its later ones follow that; not if there
  // are light fences, whose program order is no edge.
  std::size_t follow(const graph& g, std::size_t i, std::size_t j) {
    const node &a = nodes_[i], &b = nodes_[j];
    const bool coherent = a.e->thread == b.e->thread && j < i && !a.fence && !b.fence;
    if (i == j || coherent || !leads_to(g, a, b)) return j + 1;
    rows_[i * words_ + j / 64] |= bit(j);
    reach(j);
    return light_ ? j + 1 : b.thread_end;
  }

  void collect(const graph& g) {
    nodes_.clear();
    fences_ = 0;
    light_ = false;
    std::size_t ended = 0;
    for (std::size_t thread = 0; thread < g.thread_limit; ++thread) {
      const auto& all = g.threads[thread];
      for (std::size_t i = 0; i < all.size(); ++i) {
        const event& e = g.at(all[i]);
        const bool located = e.op.location != nowhere;
        if (!is_strong_fence(e) && !(located && is_seq_cst(e))) continue;
        light_ = light_ || e.op.asymmetric == barrier::light;
        node made{&e, !located, located ? key_of(g, e) : 0};
        if (i > 0) made.before = &g.at(all[i - 1]);
        if (i + 1 < all.size()) made.after = &g.at(all[i + 1]);
        if (located) {
          made.last_elsewhere =
              elsewhere(g, all.rend() - static_cast<std::ptrdiff_t>(i), all.rend(), e);
          made.first_elsewhere =
              elsewhere(g, all.begin() + static_cast<std::ptrdiff_t>(i), all.end(), e);
        } else {
          made.summary = fences_++ * g.modification.size();
        }
        nodes_.push_back(made);
      }
      while (ended < nodes_.size()) nodes_[ended++].thread_end = nodes_.size();
    }
  }

  template <class Iterator>
  static const event* elsewhere(const graph& g, Iterator from, Iterator end, const event& e) {
    for (; from != end; ++from) {
      const event& other = g.at(*from);
      if (other.op.location != nowhere && other.op.location != e.op.location) return &other;
    }
    return nullptr;
  }

  void summarize(const graph& g) {
    const std::size_t size = fences_ * g.modification.size();
    first_after_.assign(size, std::numeric_limits<std::int32_t>::max());
    last_before_.assign(size, std::numeric_limits<std::int32_t>::min());
    last_write_before_.assign(size, std::numeric_limits<std::int32_t>::min());
    for (const event& x : g.events) {
      if (x.op.location == nowhere) continue;
      const std::int32_t key = key_of(g, x);
      for (const node& f : nodes_) {
        if (!f.fence) continue;
        const std::size_t at = f.summary + static_cast<std::size_t>(x.op.location);
        if (graph::in(*f.e, x.hb)) first_after_[at] = std::min(first_after_[at], key);
        if (!graph::in(x, f.e->hb)) continue;
        last_before_[at] = std::max(last_before_[at], key);
        if (x.writes()) last_write_before_[at] = std::max(last_write_before_[at], key);
      }
    }
  }

  [[nodiscard]] bool leads_to(const graph& g, const node& a, const node& b) const {
    const auto is = [](const node& n, barrier what) { return n.e->op.asymmetric == what; };
    if (is(a, barrier::light) && !is(b, barrier::heavy)) return false;
    if (is(b, barrier::light) && !is(a, barrier::heavy)) return false;
    if (a.fence) return b.fence ? fence_to_fence(g, a, b) : fence_to_access(a, b);
    return b.fence ? access_to_fence(a, b) : access_to_access(a, b);
  }

  // hb | hb;eco;hb, of which the rest of psc between fences is a part.
  [[nodiscard]] bool fence_to_fence(const graph& g, const node& a, const node& b) const {
    if (graph::in(*a.e, b.e->hb)) return true;
    for (std::size_t i = 0; i < g.modification.size(); ++i) {
      if (first_after_[a.summary + i] < last_before_[b.summary + i]) return true;
    }
    return false;
  }

  // hb?;po, which holds hb?;P;hb;P; and hb;(co|fr).  What hb on one location adds, an acquire of
  // what follows the fence, leads to nothing to which the fence does not lead by itself.
  [[nodiscard]] bool fence_to_access(const node& a, const node& b) const {
    const std::size_t at = a.summary + static_cast<std::size_t>(b.e->op.location);
    if (b.before != nullptr && graph::in(*a.e, b.before->hb)) return true;
    return b.e->writes() && first_after_[at] < b.key;
  }

  [[nodiscard]] bool access_to_fence(const node& a, const node& b) const {
    const std::size_t at = b.summary + static_cast<std::size_t>(a.e->op.location);
    if (a.after != nullptr && graph::in(*a.after, b.e->hb)) return true;
    return a.key < last_write_before_[at];
  }

  static bool access_to_access(const node& a, const node& b) {
    if (a.e->thread == b.e->thread) return a.e->position < b.e->position;
    if (a.e->op.location == b.e->op.location) {
      return (b.e->writes() && a.key < b.key) || graph::in(*a.e, b.e->hb);
    }
    return a.first_elsewhere != nullptr && b.last_elsewhere != nullptr &&
           graph::in(*a.first_elsewhere, b.last_elsewhere->hb);
  }

  static std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << (i % 64); }

  static bool is_new(const graph& g, const node& n, event_id changed) {
    if (changed == initial) return false;
    const event& e = g.at(changed);
    return n.e == &e || (n.fence && graph::in(*n.e, e.hb));
  }

  void reach(std::size_t i) {
    if ((left_[i / 64] & bit(i)) != 0) return;
    left_[i / 64] |= bit(i);
    reached_.push_back(i);
  }

  // Takes away what leads to nothing that is left, until nothing is.
  bool rows_are_acyclic() {
    while (!reached_.empty()) {
      const std::size_t before = reached_.size();
      std::erase_if(reached_, [&](std::size_t i) {
        for (std::size_t w = 0; w < words_; ++w) {
          if ((rows_[i * words_ + w] & left_[w]) != 0) return false;
        }
        left_[i / 64] &= ~bit(i);
        return true;
      });
      if (reached_.size() == before) return false;
    }
    return true;
  }

  std::vector<node> nodes_;
  std::size_t fences_ = 0;
  bool light_ = false;
  // Of each fence and each location: the least number of an access after it, the greatest of one
  // before it, and of a write before it.
  std::vector<std::int32_t> first_after_, last_before_, last_write_before_;
  std::size_t words_ = 0;
  std::vector<std::size_t> reached_;
  std::vector<std::uint64_t> rows_, left_;  ///< of those that are left, as bits
};

}  // namespace

bool psc_acyclic(const graph& g, event_id changed, event_id also) {
  // A cycle takes two events.
  if (g.strong < 2) return true;
  // Then psc holds program order, reads-from, modification order and from-read.
  const bool all = g.weak == 0 || std::all_of(g.events.begin(), g.events.end(), [](const event& e) {
                     return e.op.location == nowhere || is_seq_cst(e);
                   });
  if (all) return is_sequential(g);
  thread_local partial_order order;
  return order.acyclic_of(g, changed, also);
}

}  // namespace heddle::graph
