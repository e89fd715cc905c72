// What each step of an execution runs, inline.  Included by engine.hpp alone.
#pragma once

#include <heddle/scheduler/engine.hpp>

namespace heddle {

inline graph::operation& engine::announce(graph::kind type, std::memory_order order) {
  announced& next = self().next;
  next.is = announced::sort::event;
  next.what = {.type = type, .order = order, .failure = order};
  return next.what;
}

inline graph::operation& engine::announce_on(std::uint32_t slot, graph::kind type,
                                             std::memory_order order) {
  graph::operation& what = announce(type, order);
  what.location = 0;  // some location: the strategy numbers them
  if (!watched_) return what;
  announced& next = self().next;
  const object_state& o = objects_[slot];
  next.location = o.identity;
  next.initial = o.initial;
  next.object = slot;
  next.portable = o.portable;
  if (scripted_)
    what.location = o.graph_location != graph::nowhere ? o.graph_location : locate(slot);
  return what;
}

inline void engine::step(const operation& op) {
  thread_state& me = self();
  // Piece by piece, as it was written just now.
  me.pending.kind = op.kind;
  me.pending.subject = op.subject;
  me.pending.where.file = op.where.file;
  me.pending.where.line = op.where.line;
  me.next.where.file = op.where.file;
  me.next.where.line = op.where.line;
  by_script_ = false;
  const scripted how = scripted_ ? follow_script() : scripted::announce;
  if (how != scripted::performed) step_by_strategy(op, how == scripted::perform);
}

// Whether all that leads to it has been performed.
inline bool engine::is_due(const graph::event& e) const noexcept {
  if (e.type == graph::kind::join) {
    const std::uint8_t other = thread_of_.at(e.op.a);
    return other != max_threads && threads_[other].finished;
  }
  if (!e.reads() || e.from == graph::initial) return true;
  const graph::event& source = script_.of->at(e.from);
  return scripted_events_[source.thread] > source.position;
}

inline void engine::pass_scripted(const graph::event& e) {
  script_.performed->push_back({e.thread, e.position});
  ++scripted_events_[e.thread];
  --script_left_;
  ++result.steps;
  announced& next = self().next;
  next.seen = e.read;
  next.option = e.option;
  next.known = e.hb;
}

inline const graph::event* engine::step_by_script(std::uint32_t slot, graph::kind type,
                                                  graph::transition apply, std::uint64_t a,
                                                  std::uint64_t b) {
  if (!scripted_) return nullptr;
  const thread_state& me = self();
  if (me.announcer != thread_state::none || result.steps == limits.steps) return nullptr;
  const graph::event* const e = next_of_script(me.number);
  if (e == nullptr || e->op.location != objects_[slot].graph_location) return nullptr;
  if (e->op.type != type || e->op.apply != apply || e->op.a != a || e->op.b != b) return nullptr;
  if (!is_due(*e)) return nullptr;
  pass_scripted(*e);
  return e;
}

// An access within a step is ordered by that step; a plain one only by the thread's next.
inline object_state& engine::touch(std::uint32_t slot, location where, bool plain) {
  object_state& o = objects_[slot];
  const bool others = o.creator != current_ && o.creator != object_state::elsewhere;
  if (!o.alive || (others && o.kind != object_kind::interior && knows(o.creator) < o.built))
      [[unlikely]]
    fail_touch(o, slot, where);
  const thread_set mine = bit(current_);
  result.shared |= (o.touched & ~mine) != 0;
  o.touched |= mine;
  o.accessed.at[current_] = epoch() + (plain ? 1 : 0);
  return o;
}

}  // namespace heddle
