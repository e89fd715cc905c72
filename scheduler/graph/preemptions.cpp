#include <heddle/scheduler/graph/preemptions.hpp>

#include <algorithm>
#include <bit>

namespace heddle::graph {

namespace {

// All of these look at the first `threads` threads alone.
bool covers(const clock& done, const clock& past, unsigned threads) noexcept {
  for (unsigned i = 0; i < threads; ++i) {
    if (done.at[i] < past.at[i]) return false;
  }
  return true;
}

bool same(const clock& a, const clock& b, unsigned threads) noexcept {
  return covers(a, b, threads) && covers(b, a, threads);
}

std::size_t hash(const clock& done, unsigned last, unsigned threads) noexcept {
  std::uint64_t mixed = last;
  for (unsigned i = 0; i < threads; ++i) {
    mixed = (mixed ^ done.at[i]) * 0x9e3779b97f4a7c15U;
    mixed ^= mixed >> 32;
  }
  return static_cast<std::size_t>(mixed);
}

}  // namespace

std::uint32_t cost(const graph& g, memory model, std::uint32_t cap) {
  preemption_search search;
  search.begin(g, model, preemption_search::ending::complete);
  return search.within(cap) ? search.preemptions() : cap + 1;
}

// What reads a write that is newer than itself was made to, and the write is the newest event then.
unsigned thread_to_go_on(const graph& g) noexcept {
  if (g.events.empty()) return 0;
  const event_id newest = g.size() - 1;
  const event& e = g.at(newest);
  if (!e.writes()) return e.thread;
  for (const event_id reader : g.readers_of(e.op.location)) {
    if (g.at(reader).from == newest) return g.at(reader).thread;
  }
  return e.thread;
}

void preemption_search::begin(const graph& g, memory model, ending end) {
  clock all;
  for (unsigned i = 0; i < max_threads; ++i) {
    all.at[i] = static_cast<std::uint16_t>(g.threads[i].size());
  }
  begin(g, model, end, all);
}

void preemption_search::begin(const graph& g, memory model, ending end, const clock& part) {
  graph_ = &g;
  threads_ = 0;
  lengths_ = part;
  is_joined_ = {};
  for (unsigned thread = 0; thread < max_threads; ++thread) {
    more_[thread] = false;
    std::uint16_t& length = lengths_.at[thread];
    if (length == 0) continue;
    threads_ = thread + 1;
    // Only the last event of a thread can be blocked.
    if (!g.at(g.threads[thread][length - 1U]).blocked) continue;
    --length;
    more_[thread] = end == ending::complete;
  }
  needs_.resize(g.events.size());
  for (unsigned thread = 0; thread < threads_; ++thread) order_by_program(thread);
  for (std::size_t i = 0; i < g.modification.size(); ++i) {
    const auto location = static_cast<std::int32_t>(i);
    if (model == memory::sc && !g.modification[i].empty()) order_by_modification(location);
    if (!g.readers[i].empty()) mark_decisive(location);
  }
  if (++generation_ == 0) {
    table_.assign(table_.size(), {});
    generation_ = 1;
  }
  states_.clear();
  open_.clear();
  dearer_.clear();
  level_ = 0;
  found_ = false;
  enter({});
}

void preemption_search::need(event_id e, event_id before) noexcept {
  const event& it = graph_->at(before);
  std::uint16_t& known = of(e).past.at[it.thread];
  known = std::max(known, static_cast<std::uint16_t>(it.position + 1));
}

void preemption_search::order_by_program(unsigned thread) {
  const graph& g = *graph_;
  for (unsigned i = 0; i < lengths_.at[thread]; ++i) {
    const event_id id = g.threads[thread][i];
    const event& e = g.at(id);
    of(id) = {};
    if (i == 0 && g.spawned_by[thread] != initial) need(id, g.spawned_by[thread]);
    if (e.reads() && e.from != initial) need(id, e.from);
    if (e.type != kind::join) continue;
    const auto child = static_cast<std::size_t>(e.op.a);
    is_joined_[child] = true;
    if (!g.threads[child].empty()) need(id, g.threads[child].back());
    // That the thread began need not be known to who joins it, if it did nothing.
    const event_id spawn = g.spawned_by[child];
    if (spawn != initial && is_kept(spawn)) need(id, spawn);
  }
}

// A write comes after the write before it and all reads of that.
void preemption_search::order_by_modification(std::int32_t location) {
  const graph& g = *graph_;
  const auto& order = g.co(location);
  following_.resize(order.size() + 1);
  event_id next = initial;
  for (std::size_t i = order.size() + 1; i-- > 0;) {
    following_[i] = next;
    if (i == 0 || !is_kept(order[i - 1])) continue;
    if (next != initial) need(next, order[i - 1]);
    next = order[i - 1];
  }
  for (const event_id reader : g.readers_of(location)) {
    const event& e = g.at(reader);
    if (!e.reads() || !is_kept(reader)) continue;
    const event_id write = following_[static_cast<std::size_t>(g.place(e.from) + 1)];
    if (write != initial && write != reader) need(write, reader);
  }
}

// Where some operation may block, every other one may make it block, or let it go on.
void preemption_search::mark_decisive(std::int32_t location) {
  const graph& g = *graph_;
  const auto& readers = g.readers_of(location);
  const bool waits = std::any_of(readers.begin(), readers.end(), [&](event_id id) {
    const event& e = g.at(id);
    return e.op.may_block && e.position < lengths_.at[e.thread] + (more_[e.thread] ? 1U : 0U);
  });
  if (!waits) return;
  for (const event_id id : readers) {
    if (is_kept(id)) of(id).decides = true;
  }
  for (const event_id id : g.co(location)) {
    if (is_kept(id)) of(id).decides = true;
  }
}

bool preemption_search::can_go(const state& s, unsigned thread) const noexcept {
  if (s.done.at[thread] >= lengths_.at[thread]) return false;
  const event_id next = next_event(s, thread);
  return covers(s.done, needs_[static_cast<std::size_t>(next)].past, threads_);
}

// Without a preemption.
bool preemption_search::may_leave(const state& s) const {
  if (s.last == nobody) return true;
  const std::uint16_t done = s.done.at[s.last];
  if (done == lengths_.at[s.last] && !more_[s.last]) return true;
  const event& next = graph_->at(next_event(s, s.last));
  if (next.type == kind::spin) return true;
  if (next.type == kind::join) return !can_go(s, s.last);
  if (!next.op.may_block) return false;
  const auto& order = graph_->co(next.op.location);
  auto write = order.rbegin();
  while (write != order.rend() && !graph::in(graph_->at(*write), s.done)) ++write;
  const std::uint64_t value =
      graph_->value_of(next.op.location, write == order.rend() ? initial : *write);
  return next.op.effect_on(value, 0).does == effect::what::block;
}

void preemption_search::run_ahead(state& s) const noexcept {
  if (s.last == nobody) return;
  std::uint16_t& done = s.done.at[s.last];
  while (can_go(s, s.last)) {
    if (needs_[static_cast<std::size_t>(next_event(s, s.last))].decides) return;
    if (is_joined_[s.last] && done + 1 == lengths_.at[s.last]) return;
    ++done;
  }
}

preemption_search::slot& preemption_search::find(const state& s) noexcept {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = hash(s.done, s.last, threads_) & mask;; i = (i + 1) & mask) {
    slot& here = table_[i];
    if (here.generation != generation_) return here;
    const state& there = states_[here.index];
    if (there.last == s.last && same(there.done, s.done, threads_)) return here;
  }
}

void preemption_search::grow_table() {
  table_.assign(table_.size() * 2, {});
  for (std::size_t i = 0; i < states_.size(); ++i) {
    find(states_[i]) = {generation_, static_cast<std::uint32_t>(i)};
  }
}

void preemption_search::enter(const state& from) {
  state s = from;
  run_ahead(s);
  slot& here = find(s);
  if (here.generation == generation_) return;
  here = {generation_, static_cast<std::uint32_t>(states_.size())};
  states_.push_back(s);
  open_.push_back(s);
  ++looked_at_;
  if (same(s.done, lengths_, threads_)) {
    found_ = true;
    last_ = s.last;
  }
  if (states_.size() * 2 > table_.size()) grow_table();
}

void preemption_search::expand(const state& s) {
  const bool is_free = may_leave(s);
  for (unsigned thread = 0; thread < threads_; ++thread) {
    if (!can_go(s, thread)) continue;
    state after = s;
    ++after.done.at[thread];
    after.last = static_cast<std::uint8_t>(thread);
    if (is_free || thread == s.last) {
      enter(after);
    } else {
      dearer_.push_back(after);
    }
  }
}

bool preemption_search::within(std::uint32_t cap) {
  while (!found_ && level_ <= cap) {
    while (!open_.empty() && !found_) {
      const state s = open_.back();
      open_.pop_back();
      expand(s);
    }
    if (found_ || level_ == cap || dearer_.empty()) break;
    ++level_;
    // What is entered may not be dearer than this level.
    for (const state& s : dearer_) enter(s);
    dearer_.clear();
  }
  return found_ && level_ <= cap;
}

bool preemption_bound::leaves(const graph& g, preemption_estimate& known) {
  known = {};
  if (!limit_) return false;
  notice_all(g);
  return judge(g, known);
}

// An order of the graph before, with the new event at its end, is one of the new graph.  It has one
// preemption more at most: where it left the thread of the new event for the last time.
bool preemption_bound::leaves_after(const graph& g, event_id added, preemption_estimate& known) {
  if (!limit_) return false;
  const event& e = g.at(added);
  if (known.most == preemption_estimate::unknown) notice_all(g);
  if (e.op.location != nowhere) seen_ |= std::uint32_t{1} << e.thread;
  if (e.blocked || (known.core_fits && !limit_->goes_on)) return false;
  if (known.most != preemption_estimate::unknown && known.last != e.thread) {
    known.last = e.thread;
    if (e.position > 0) ++known.most;
  }
  const std::uint32_t allowed = limit_->most + (known.least > limit_->most ? slack() : 0);
  return known.most > allowed && judge(g, known);
}

bool preemption_bound::judge(const graph& g, preemption_estimate& known) {
  const std::uint32_t most = limit_->most;
  whole_.begin(g, model_, preemption_search::ending::partial);
  if (!whole_.within(most)) {
    const std::uint32_t more = slack();
    if (limit_->goes_on && more == 0) return leave_for_slack();
    if (!known.core_fits) {
      // A new event that takes the newest write or the last place adds nothing to the core.
      part_.begin(g, model_, preemption_search::ending::partial, core_of(g));
      if (!part_.within(most)) return has_left_any_ = true;
      known.core_fits = true;
    }
    if (!limit_->goes_on) return false;
    if (!whole_.within(most + more)) return leave_for_slack();
  }
  known.least = known.most = whole_.preemptions();
  known.last = whole_.last();
  return false;
}

bool preemption_bound::allows(const graph& g, const preemption_estimate& known) {
  if (!limit_) return true;
  if (known.least > limit_->most) return false;
  // What waits for ever had no event to come so far.
  const bool waits = std::any_of(g.threads.begin(), g.threads.end(), [&](const auto& thread) {
    return !thread.empty() && g.at(thread.back()).blocked;
  });
  if (!waits && known.most <= limit_->most) return true;
  return count(g) <= limit_->most;
}

std::uint32_t preemption_bound::count(const graph& g) {
  const std::uint32_t most = limit_ ? limit_->most : preemption_estimate::unknown - 1;
  whole_.begin(g, model_, preemption_search::ending::complete);
  return whole_.within(most) ? whole_.preemptions() : most + 1;
}

// Events that can never again be dropped or revisited, and all that they depend on: those that are
// not as their addition would have made them, nor will be.
clock preemption_bound::core_of(const graph& g) {
  clock core;
  for (const event& e : g.events) {
    if (e.option != 0) core.join(e.porf);
  }
  for (std::size_t i = 0; i < g.modification.size(); ++i) {
    if (!g.modification[i].empty()) core_of(g, static_cast<std::int32_t>(i), core);
  }
  return core;
}

void preemption_bound::core_of(const graph& g, std::int32_t location, clock& core) {
  const auto& order = g.co(location);
  oldest_after_.resize(order.size() + 1);
  event_id oldest = std::numeric_limits<event_id>::max();
  for (std::size_t i = order.size() + 1; i-- > 0;) {
    oldest_after_[i] = oldest;
    if (i > 0) oldest = std::min(oldest, order[i - 1]);
  }
  const auto after = [&](event_id write) {
    return oldest_after_[static_cast<std::size_t>(g.place(write) + 1)];
  };
  for (const event_id write : order) {
    const event& e = g.at(write);
    if (e.type == kind::write && after(write) < write) core.join(e.porf);
  }
  for (const event_id reader : g.readers_of(location)) {
    const event& e = g.at(reader);
    if (!e.reads()) continue;
    if (after(e.from) < reader) core.join(e.porf);
    if (reader < e.from) core.join(g.at(e.from).porf);
  }
}

unsigned preemption_bound::threads() const noexcept {
  return std::max(limit_ ? limit_->threads : 0U, static_cast<unsigned>(std::popcount(seen_)));
}

std::uint32_t preemption_bound::slack() const noexcept {
  const unsigned known = threads();
  return known > 2 ? known - 2 : 0;
}

bool preemption_bound::leave_for_slack() noexcept {
  assumed_ = std::min(assumed_, std::max(2U, threads()));
  return has_left_any_ = true;
}

// Of a graph that another explorer began.
void preemption_bound::notice_all(const graph& g) noexcept {
  for (unsigned thread = 0; thread < max_threads; ++thread) {
    if ((seen_ >> thread & 1U) != 0) continue;
    const auto& mine = g.threads[thread];
    const bool accesses = std::any_of(mine.begin(), mine.end(),
                                      [&](event_id e) { return g.at(e).op.location != nowhere; });
    if (accesses) seen_ |= std::uint32_t{1} << thread;
  }
}

}  // namespace heddle::graph
