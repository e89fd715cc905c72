#include <heddle/tests/graph/axioms.hpp>

namespace heddle::litmus {

namespace {

using row = std::uint64_t;

constexpr row bit(std::size_t i) { return row{1} << i; }

/// A relation over at most 64 events.
struct pairs {
  explicit pairs(std::size_t n) : rows(n) {}

  void add(std::size_t a, std::size_t b) { rows[a] |= bit(b); }
  [[nodiscard]] bool has(std::size_t a, std::size_t b) const { return (rows[a] & bit(b)) != 0; }

  friend pairs operator|(pairs a, const pairs& b) {
    for (std::size_t i = 0; i < a.rows.size(); ++i) a.rows[i] |= b.rows[i];
    return a;
  }
  friend pairs operator&(pairs a, const pairs& b) {
    for (std::size_t i = 0; i < a.rows.size(); ++i) a.rows[i] &= b.rows[i];
    return a;
  }
  /// First `a`, then `b`.
  friend pairs operator*(const pairs& a, const pairs& b) {
    pairs result(a.rows.size());
    for (std::size_t i = 0; i < a.rows.size(); ++i) {
      for (row left = a.rows[i]; left != 0; left &= left - 1) {
        result.rows[i] |= b.rows[static_cast<std::size_t>(__builtin_ctzll(left))];
      }
    }
    return result;
  }
  /// One or more times.
  [[nodiscard]] pairs plus() const {
    pairs result = *this;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (result.has(i, k)) result.rows[i] |= result.rows[k];
      }
    }
    return result;
  }
  /// None or one time.
  [[nodiscard]] pairs maybe() const {
    pairs result = *this;
    for (std::size_t i = 0; i < rows.size(); ++i) result.add(i, i);
    return result;
  }
  [[nodiscard]] bool irreflexive() const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (has(i, i)) return false;
    }
    return true;
  }
  [[nodiscard]] bool acyclic() const { return plus().irreflexive(); }

  std::vector<row> rows;
};

template <class Holds>
pairs pairs_where(std::size_t n, Holds holds) {
  pairs result(n);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      if (holds(a, b)) result.add(a, b);
    }
  }
  return result;
}

bool is_release(const candidate_event& e) {
  return e.order == std::memory_order_release || e.order == std::memory_order_acq_rel ||
         e.order == std::memory_order_seq_cst;
}
bool is_acquire(const candidate_event& e) {
  return e.order == std::memory_order_acquire || e.order == std::memory_order_acq_rel ||
         e.order == std::memory_order_seq_cst;
}

/// What every model speaks of.
struct basics {
  explicit basics(const candidate& c)
      : n(c.events.size()), po(n), rf(n), co(n), fr(n), outside(n), events(c.events) {
    for (std::size_t a = 0; a < n; ++a) {
      const candidate_event& e = events[a];
      if (e.reads && e.from >= 0) rf.add(static_cast<std::size_t>(e.from), a);
      if (e.begun_by >= 0) outside.add(static_cast<std::size_t>(e.begun_by), a);
      if (e.joins >= 0) outside.add(static_cast<std::size_t>(e.joins), a);
    }
    po = pairs_where(n, [&](std::size_t a, std::size_t b) {
      return events[a].thread == events[b].thread && events[a].position < events[b].position;
    });
    for (const std::vector<int>& order : c.writes) add_order(order);
  }

  // Of an update, the write stands right behind what it reads.
  [[nodiscard]] bool updates_are_atomic(const candidate& c) const {
    for (const std::vector<int>& order : c.writes) {
      int before = -1;
      for (const int write : order) {
        const candidate_event& e = events[static_cast<std::size_t>(write)];
        if (e.reads && e.from != before) return false;
        before = write;
      }
    }
    return true;
  }

  [[nodiscard]] bool same_location(std::size_t a, std::size_t b) const {
    return events[a].location >= 0 && events[a].location == events[b].location;
  }

  std::size_t n;
  pairs po, rf, co, fr, outside;
  const std::vector<candidate_event>& events;

 private:
  void add_order(const std::vector<int>& order) {
    if (order.empty()) return;
    const int location = events[static_cast<std::size_t>(order[0])].location;
    row newer = 0;
    for (std::size_t i = order.size(); i-- > 0;) {
      const auto write = static_cast<std::size_t>(order[i]);
      co.rows[write] |= newer;
      add_readers(location, order[i], newer);
      newer |= bit(write);
    }
    add_readers(location, -1, newer);
  }
  void add_readers(int location, int from, row newer) {
    for (std::size_t reader = 0; reader < n; ++reader) {
      const candidate_event& e = events[reader];
      if (e.reads && e.location == location && e.from == from)
        fr.rows[reader] |= newer & ~bit(reader);
    }
  }
};

pairs synchronizes_with(const basics& g) {
  // The release sequence of a write: itself, and updates that read from its members.
  const pairs chain =
      pairs_where(
          g.n, [&](std::size_t a, std::size_t b) { return g.rf.has(a, b) && g.events[b].writes; })
          .plus()
          .maybe();
  const pairs seen_from = chain * g.rf;
  const pairs begins = pairs_where(g.n, [&](std::size_t a, std::size_t w) {
    if (!g.events[w].writes || !is_release(g.events[a])) return false;
    return a == w || (g.events[a].fence && g.po.has(a, w));
  });
  const pairs ends = pairs_where(g.n, [&](std::size_t r, std::size_t b) {
    if (!is_acquire(g.events[b])) return false;
    return r == b || (g.events[b].fence && g.po.has(r, b));
  });
  return begins * seen_from * ends;
}

bool psc_is_acyclic(const basics& g, const pairs& hb, const pairs& eco) {
  const auto strong = [&](std::size_t a) {
    const candidate_event& e = g.events[a];
    return (e.order == std::memory_order_seq_cst && !e.free) || e.light;
  };
  const pairs accesses = pairs_where(
      g.n, [&](std::size_t a, std::size_t b) { return a == b && strong(a) && !g.events[a].fence; });
  const pairs fences = pairs_where(
      g.n, [&](std::size_t a, std::size_t b) { return a == b && strong(a) && g.events[a].fence; });
  const pairs elsewhere = pairs_where(g.n, [&](std::size_t a, std::size_t b) {
    return g.po.has(a, b) && g.events[a].location >= 0 && g.events[b].location >= 0 &&
           !g.same_location(a, b);
  });
  const pairs hb_here = pairs_where(
      g.n, [&](std::size_t a, std::size_t b) { return hb.has(a, b) && g.same_location(a, b); });
  const pairs scb = g.po | elsewhere * hb * elsewhere | hb_here | g.co | g.fr;
  const pairs base = (accesses | fences * hb.maybe()) * scb * (accesses | hb.maybe() * fences);
  const pairs of_fences = fences * (hb | hb * eco * hb) * fences;
  // What is light is ordered with what is heavy only.
  const pairs kept = pairs_where(g.n, [&](std::size_t a, std::size_t b) {
    const candidate_event &x = g.events[a], &y = g.events[b];
    return (!x.light || y.heavy) && (!y.light || x.heavy);
  });
  return ((base | of_fences) & kept).acyclic();
}

}  // namespace

bool allowed_under_sc(const candidate& c) {
  const basics g(c);
  return g.updates_are_atomic(c) && (g.po | g.outside | g.rf | g.co | g.fr).acyclic();
}

bool allowed_under_rc11(const candidate& c) {
  const basics g(c);
  if (!g.updates_are_atomic(c)) return false;
  if (!(g.po | g.outside | g.rf).acyclic()) return false;
  const pairs hb = (g.po | g.outside | synchronizes_with(g)).plus();
  const pairs eco = (g.rf | g.co | g.fr).plus();
  if (!hb.irreflexive() || !(hb * eco).irreflexive() || !eco.irreflexive()) return false;
  return psc_is_acyclic(g, hb, eco);
}

}  // namespace heddle::litmus
