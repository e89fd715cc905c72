#include <heddle/scheduler/graph/trust.hpp>

#include <utility>

namespace heddle::graph {

namespace {

/// What `e`, a write that might be read by an earlier read, leaves in place: the events that were
/// there before `x`, and those that lead to `e`.
class past_of {
 public:
  past_of(const graph& g, event_id x, event_id e) noexcept : g_(g), x_(x), e_(e) {}

  [[nodiscard]] bool has(event_id y) const noexcept {
    return y != e_ && (y <= x_ || graph::in(g_.at(y), g_.at(e_).porf));
  }

 private:
  const graph& g_;
  event_id x_, e_;
};

// True if `x` is as its addition to its past would have made it, before anything else was there.
bool is_maximal(const graph& g, event_id x, event_id e) {
  const event& it = g.at(x);
  if (it.option != 0) return false;
  if (it.op.location == nowhere) return true;
  const past_of past(g, x, e);
  const auto& order = g.co(it.op.location);
  const auto newer_in_past = [&](std::int32_t index) {
    for (auto i = static_cast<std::size_t>(index + 1); i < order.size(); ++i) {
      if (order[i] != x && past.has(order[i])) return true;
    }
    return false;
  };
  if (it.reads()) {
    if (it.from != initial && !past.has(it.from)) return false;
    if (newer_in_past(g.place(it.from))) return false;
  }
  if (it.type == kind::write && newer_in_past(g.place(x))) return false;
  if (it.writes()) {
    for (const event_id y : g.readers_of(it.op.location)) {
      if (g.at(y).reads() && g.at(y).from == x && past.has(y)) return false;
    }
  }
  return true;
}

}  // namespace

explorer::explorer(memory model, rules obeyed, std::optional<preemption_limit> limit)
    : model_(model), rules_(obeyed), bound_(model, limit) {
  push().fresh = true;
}

explorer::item& explorer::push() {
  if (depth_ == stack_.size()) stack_.emplace_back();
  item& made = stack_[depth_++];
  made.open.clear();
  made.fresh = false;
  made.needs = {};
  made.depth = made.number = made.node = made.filed = 0;
  made.based = false;
  return made;
}

// Under sc the latest test of consistency has found an order already, mostly of this graph.
const std::vector<event_id>& explorer::order() {
  if (ordered_ != depth_) linear_order(current(), model_, order_);
  ordered_ = 0;
  return order_;
}

bool explorer::is_consistent(event_id changed, event_id also) {
  const bool is = consistent(current(), model_, changed, also, &order_);
  ordered_ = is && model_ == memory::sc ? depth_ : 0;
  return is;
}

bool explorer::next() {
  is_over_limit_ = false;
  ordered_ = 0;
  while (depth_ > 0) {
    item& latest = top();
    if (std::exchange(latest.fresh, false)) {
      go_to(latest);
      return true;
    }
    if (latest.open.empty()) {
      if (latest.based) go_to(latest);
      --depth_;
      continue;
    }
    const alternative a = take(latest);
    if (apply(a) && !bound_.leaves(current(), top().needs)) return true;
  }
  return false;
}

void explorer::file(decision what, event_id e, std::int32_t with) {
  item& of = top();
  of.open.push_back({what, e, with, of.g.size(), of.node, of.filed++});
}

// The first outcome is taken; the others are filed before any test could drop the first.
void explorer::file_options(event_id e) {
  event& it = current().at(e);
  it.option = 0;
  it.options = 1;
  current().recompute(e);
  for (std::int32_t option = it.options - 1; option > 0; --option) {
    file(decision::choose, e, option);
  }
}

// From the newest event down: the events after a read that would be dropped with it must all be
// maximal, and so must the read.
void explorer::file_revisits(event_id e, event_id conflict) {
  const graph& g = current();
  const event& writer = g.at(e);
  if (conflict != initial && graph::in(g.at(conflict), writer.porf)) return;
  for (event_id y = g.size(); y-- > 0;) {
    const event& it = g.at(y);
    if (y == e || graph::in(it, writer.porf)) continue;
    if (!is_maximal(g, y, e)) return;
    const bool candidate = it.reads() && it.op.location == writer.op.location;
    if (candidate && (conflict == initial || y <= conflict)) file(decision::revisit, e, y);
  }
}

bool explorer::coherent_read(event_id e) const noexcept {
  if (model_ != memory::rc11) return true;
  const graph& g = top().g;
  const event& it = g.at(e);
  return lower_bound(g, model_, &it, it.op.location) <= g.place(it.from);
}

event_id explorer::add(unsigned thread, const operation& op, bool alone) {
  graph& g = current();
  const event_id e = g.append(thread, op);
  ordered_ = 0;
  g.at(e).alone = alone;
  if (op.type == kind::choose) {
    file_options(e);
  } else if (op.type == kind::read || op.type == kind::update) {
    const auto& order = g.co(op.location);
    const std::int32_t oldest = lower_bound(g, model_, g.before(g.at(e)), op.location);
    for (std::int32_t i = oldest; i + 1 < static_cast<std::int32_t>(order.size()); ++i) {
      file(decision::reads_from, e, i < 0 ? initial : order[static_cast<std::size_t>(i)]);
    }
    g.at(e).from = g.last_write(op.location);
    file_options(e);
  } else if (op.type == kind::write) {
    g.recompute(e);
    const auto& order = g.co(op.location);
    const std::int32_t oldest = lower_bound(g, model_, g.before(g.at(e)), op.location);
    for (auto i = static_cast<std::size_t>(oldest + 1); i < order.size(); ++i) {
      // Never between a write and the update that reads it.
      if (g.at(order[i]).type == kind::update) continue;
      file(decision::stand_at, e, static_cast<std::int32_t>(i));
    }
  }
  g.compute_clocks(e);
  if (g.at(e).writes()) g.insert(e, static_cast<std::int32_t>(g.co(op.location).size()));
  added_newest(g, model_, e);
  if (g.at(e).writes()) file_revisits(e, initial);
  is_over_limit_ = bound_.leaves_after(g, e, top().needs);
  return e;
}

effect explorer::outlook(const operation& op) {
  const graph& g = current();
  const std::uint64_t value = g.value_of(op.location, g.last_write(op.location));
  return op.effect_on(value, 0);
}

bool explorer::complete() const noexcept {
  const graph& g = top().g;
  return !g.any_wait([&](event_id id, bool) {
    const event& e = g.at(id);
    return e.option != 0 || e.from != g.last_write(e.op.location);
  });
}

// Whatever is added from now on follows `e`, and whoever is revisited from now on follows it too:
// so a thread that waits behind it is not revisited, nor dropped, since its event is not maximal.
bool explorer::is_hopeless(event_id id) const noexcept {
  const graph& g = top().g;
  const event& e = g.at(id);
  if (!rules_.prune) return false;
  if (e.type == kind::spin) return spins_in_vain(e);
  if (!e.alone || !e.writes()) return false;
  return g.any_wait([&](event_id r, bool last) {
    const event& it = g.at(r);
    return last && it.op.location == e.op.location && g.place(it.from) < e.place;
  });
}

// Nor is a read maximal, ever again, that saw an older write than there was.
bool explorer::spins_in_vain(const event& spin) const noexcept {
  const graph& g = top().g;
  if (spin.op.a == 0) return false;
  const event_id last = g.threads[spin.thread][spin.position - 1U];
  const event& it = g.at(last);
  if (it.option != 0) return true;
  const auto& order = g.co(it.op.location);
  for (auto i = static_cast<std::size_t>(g.place(it.from) + 1); i < order.size(); ++i) {
    if (order[i] < last) return true;
  }
  return false;
}

// True of a blocked event, and of the reads that are done again when a spin ends.
bool explorer::is_wait(const event& e) const noexcept {
  if (e.blocked) return true;
  const graph& g = top().g;
  if (!g.waits(e.thread)) return false;
  const event& last = g.at(g.threads[e.thread].back());
  return last.type == kind::spin && e.position + last.op.a >= last.position;
}

bool explorer::drops_only_waits(const alternative& a) const noexcept {
  const graph& g = top().g;
  for (event_id y = a.with; y < g.size(); ++y) {
    const event& it = g.at(y);
    if (y != a.event && !is_wait(it) && !graph::in(it, g.at(a.event).porf)) return false;
  }
  return true;
}

bool explorer::hand_off(event_id e) {
  is_over_limit_ = false;
  const std::size_t depth = depth_;
  while (depth_ == depth && !top().open.empty()) {
    const alternative a = top().open.back();
    if (a.what != decision::revisit || a.event != e || !drops_only_waits(a)) return false;
    (void)apply(take(top()));
  }
  if (depth_ == depth || !std::exchange(top().fresh, false)) return false;
  go_to(top());
  return true;
}

bool explorer::apply(const alternative& a) {
  current().cut(a.size);
  switch (a.what) {
    case decision::reads_from:
      return apply_reads_from(a);
    case decision::stand_at:
      return apply_stand_at(a);
    case decision::choose:
      return apply_choose(a);
    case decision::revisit:
      apply_revisit(a);
      return false;
  }
  return false;
}

bool explorer::apply_reads_from(const alternative& a) {
  graph& g = current();
  g.take_out(a.event);
  g.at(a.event).from = a.with;
  file_options(a.event);
  return settle_in_place(a.event);
}

bool explorer::apply_choose(const alternative& a) {
  graph& g = current();
  g.take_out(a.event);
  g.at(a.event).option = static_cast<std::uint16_t>(a.with);
  g.recompute(a.event);
  if (g.at(a.event).op.type == kind::choose) {
    g.compute_clocks(a.event);
    return is_consistent(a.event);
  }
  return settle_in_place(a.event);
}

// After a change of what the newest event reads, or of its outcome.
bool explorer::settle_in_place(event_id id) {
  graph& g = current();
  event& e = g.at(id);
  // It could neither be revisited nor end an execution.
  if (e.blocked && e.from != g.last_write(e.op.location)) return false;
  g.compute_clocks(id);
  if (!coherent_read(id)) return false;
  if (e.type == kind::update) {
    const event_id rival = g.update_of(e.op.location, e.from);
    if (rival != initial) {
      // Two updates of one write: this one has no place, but may take that of the other.
      file_revisits(id, rival);
      return false;
    }
    g.insert(id, g.place(e.from) + 1);
  }
  // What it reads may be as new as its outcome, and unchecked if psc refused the first one.
  if (!is_consistent(id, e.from)) return false;
  if (e.type == kind::update) file_revisits(id, initial);
  return !is_hopeless(id);
}

bool explorer::apply_stand_at(const alternative& a) {
  graph& g = current();
  g.take_out(a.event);
  g.insert(a.event, a.with);
  return is_consistent(a.event) && !is_hopeless(a.event);
}

// An update stands in one place only, if in any, and its graph is made where it will be.
void explorer::apply_revisit(const alternative& a) {
  revisited_ = 0;
  if (current().at(a.event).type == kind::update) {
    item& made = push();
    const graph& g = stack_[depth_ - 2].g;
    keep_for(a, g, made.g);
    const event& w = made.g.at(renamed_[static_cast<std::size_t>(a.event)]);
    if (made.g.update_of(w.op.location, w.from) != initial) {
      --depth_;
    } else {
      finish_revisit(a, made.g.place(w.from) + 1);
    }
    return;
  }
  keep_for(a, current(), kept_);
  const event& w = kept_.at(renamed_[static_cast<std::size_t>(a.event)]);
  const auto& order = kept_.co(w.op.location);
  std::int32_t oldest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (graph::in(kept_.at(order[i]), w.hb)) oldest = static_cast<std::int32_t>(i) + 1;
  }
  const auto newest = static_cast<std::int32_t>(order.size());
  for (std::int32_t i = oldest; i <= newest; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (at < order.size() && kept_.at(order[at]).type == kind::update) continue;
    item& made = push();
    // What is kept is not needed any more after the last index.
    if (i == newest) {
      std::swap(made.g, kept_);
    } else {
      made.g = kept_;
    }
    finish_revisit(a, i);
  }
}

// What the revisit does not drop, without the places of the write and the read.
void explorer::keep_for(const alternative& a, const graph& g, graph& kept) {
  g.restrict_to(a.with, g.at(a.event).porf, a.event, kept, renamed_);
  kept.take_out(renamed_[static_cast<std::size_t>(a.event)]);
  kept.take_out(renamed_[static_cast<std::size_t>(a.with)]);
}

// Of the item on top, which holds what is kept: the write stands at `index`, and is read.
void explorer::finish_revisit(const alternative& a, std::int32_t index) {
  const event_id write = renamed_[static_cast<std::size_t>(a.event)];
  const event_id read = renamed_[static_cast<std::size_t>(a.with)];
  item& made = top();
  made.depth = made.node = static_cast<std::uint32_t>(path_.size() + 1);
  made.number = revisited_++;
  graph& g = made.g;
  g.insert(write, index);
  event& r = g.at(read);
  r.from = write;
  file_options(read);
  g.compute_clocks(read);
  const bool useless = r.blocked && write != g.last_write(r.op.location);
  if (r.type == kind::update) g.insert(read, index + 1);
  if (is_hopeless(write)) {
    --depth_;
    return;
  }
  if (!is_consistent(write, read)) {
    // Another outcome may be consistent all the same: a compare-exchange that fails has the weaker
    // order, and under rc11 psc may need the stronger one.  Not if the write cannot stand here.
    const bool stands = model_ == memory::rc11 &&
                        lower_bound(g, model_, &g.at(write), r.op.location) <= g.place(write);
    top().fresh = false;
    if (!stands || top().open.empty()) --depth_;
    return;
  }
  if (r.type == kind::update) file_revisits(read, initial);
  top().fresh = !useless && !bound_.leaves(g, top().needs);
}

}  // namespace heddle::graph
