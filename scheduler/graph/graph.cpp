#include <heddle/scheduler/graph/graph.hpp>

#include <algorithm>

namespace heddle::graph {

event_id graph::last_write(std::int32_t location) const noexcept {
  const auto& order = co(location);
  return order.empty() ? initial : order.back();
}

// It stands right behind what it reads.
event_id graph::update_of(std::int32_t location, event_id write) const noexcept {
  const auto& order = co(location);
  const auto next = static_cast<std::size_t>(place(write) + 1);
  if (next >= order.size()) return initial;
  const event& e = at(order[next]);
  return e.type == kind::update && e.from == write ? order[next] : initial;
}

event_id graph::append(unsigned thread, const operation& op) {
  event& e = events.emplace_back();
  e.op = op;
  e.type = op.type;
  e.order = op.order;
  e.blocked = op.type == kind::spin;
  e.thread = static_cast<std::uint8_t>(thread);
  e.position = static_cast<std::uint16_t>(threads[thread].size());
  const event_id id = size() - 1;
  threads[thread].push_back(id);
  thread_limit = std::max<std::size_t>(thread_limit, thread + 1);
  if (op.type == kind::spawn) spawned_by[op.a] = id;
  count(op, 1);
  if (e.reads()) readers[static_cast<std::size_t>(op.location)].push_back(id);
  e.first_slot = static_cast<std::uint32_t>(slots.size());
  slots.resize(slots.size() + op.slots);
  return id;
}

void graph::recompute(event_id id) {
  event& e = at(id);
  if (e.op.type == kind::choose) {
    e.options = static_cast<std::uint16_t>(e.op.a);
    e.read = e.option;
    return;
  }
  if (e.op.type == kind::write) {
    e.written = e.op.a;
    return;
  }
  if (e.op.type != kind::read && e.op.type != kind::update) return;
  e.read = value_of(e.op.location, e.from);
  if (e.op.type == kind::read) return;
  const effect what = e.op.effect_on(e.read, e.option);
  e.options = what.options;
  e.blocked = what.does == effect::what::block;
  if (e.blocked && e.op.cancellable) e.options = 2;
  e.acquires = what.acquires;
  e.releases = what.releases;
  e.empties = what.empties;
  const bool writes = what.does == effect::what::write;
  e.type = writes ? kind::update : kind::read;
  e.order = writes ? e.op.order : e.op.failure;
  e.written = what.next;
}

void graph::compute_clocks(event_id id) {
  event& e = at(id);
  const event* const prior = before(e);
  e.release = {};
  if (prior == nullptr) {
    e.porf = e.hb = {};
  } else {
    e.porf = prior->porf;
    e.hb = prior->hb;
  }
  e.release_fences = e.position > 0 ? prior->release_fences : std::uint16_t{0};
  if (e.reads() && e.from != initial) {
    const event& source = at(e.from);
    e.porf.join(source.porf);
    if (e.op.slots == 0 && acquires(e.order)) e.hb.join(source.release);
  }
  if (e.type == kind::fence) pass_fence(e);
  if (e.type == kind::join && !threads[e.op.a].empty()) {
    const event& last = at(threads[e.op.a].back());
    e.porf.join(last.porf);
    e.hb.join(last.hb);
  }
  const auto own = static_cast<std::uint16_t>(e.position + 1);
  e.porf.at[e.thread] = e.hb.at[e.thread] = own;
  if (e.op.slots > 0) {
    pass_slots(e);
  } else if (e.writes()) {
    if (releases(e.order)) {
      e.release = e.hb;
    } else if (e.release_fences > 0) {
      e.release = at(threads[e.thread][e.release_fences - 1U]).hb;
    }
    if (e.type == kind::update && e.from != initial) e.release.join(at(e.from).release);
  }
}

// A fence acquires what the reads before it saw; a write after it releases what it knows.
void graph::pass_fence(event& e) const noexcept {
  if (acquires(e.order)) {
    for (unsigned i = e.position; i-- > 0;) {
      const event& earlier = at(threads[e.thread][i]);
      if (earlier.type == kind::fence && acquires(earlier.order)) break;
      if (!earlier.reads() || earlier.from == initial || earlier.op.slots > 0) continue;
      e.hb.join(at(earlier.from).release);
    }
  }
  if (releases(e.order)) e.release_fences = static_cast<std::uint16_t>(e.position + 1);
}

// What an operation releases is what it knows then; the other slots stay as they were.
void graph::pass_slots(event& e) noexcept {
  const clock* const before_it = e.from == initial ? nullptr : &slots[at(e.from).first_slot];
  for (unsigned i = 0; i < e.op.slots; ++i) {
    slots[e.first_slot + i] = before_it == nullptr ? clock{} : before_it[i];
    if ((e.acquires >> i & 1U) != 0) e.hb.join(slots[e.first_slot + i]);
  }
  for (unsigned i = 0; i < e.op.slots; ++i) {
    if ((e.empties >> i & 1U) != 0) slots[e.first_slot + i] = {};
    if ((e.releases >> i & 1U) != 0) slots[e.first_slot + i].join(e.hb);
  }
}

void graph::renumber(std::vector<event_id>& order, std::size_t from) noexcept {
  for (std::size_t i = from; i < order.size(); ++i)
    at(order[i]).place = static_cast<std::int32_t>(i);
}

void graph::take_out(event_id id) {
  event& e = at(id);
  if (e.place < 0) return;
  auto& order = co(e.op.location);
  const auto index = static_cast<std::size_t>(e.place);
  order.erase(order.begin() + e.place);
  e.place = -1;
  renumber(order, index);
}

void graph::insert(event_id e, std::int32_t index) {
  auto& order = co(at(e).op.location);
  order.insert(order.begin() + index, e);
  renumber(order, static_cast<std::size_t>(index));
}

void graph::make_room_for(std::int32_t location) {
  const std::size_t size = static_cast<std::size_t>(location) + 1;
  modification.resize(size);
  readers.resize(size);
  initial_value.resize(size);
}

void graph::cut(event_id n) {
  while (size() > n) {
    const event_id last = size() - 1;
    const event& e = at(last);
    take_out(last);
    threads[e.thread].pop_back();
    if (e.op.type == kind::spawn) spawned_by[e.op.a] = initial;
    count(e.op, -1);
    if (e.reads()) readers[static_cast<std::size_t>(e.op.location)].pop_back();
    slots.resize(e.first_slot);
    events.pop_back();
  }
}

void graph::keep(event_id id, graph& kept) const {
  const event& e = at(id);
  const event_id now = kept.size();
  kept.threads[e.thread].push_back(now);
  if (e.op.type == kind::spawn) kept.spawned_by[e.op.a] = now;
  if (e.reads()) kept.readers[static_cast<std::size_t>(e.op.location)].push_back(now);
  event& copy = kept.events.emplace_back(e);
  copy.first_slot = static_cast<std::uint32_t>(kept.slots.size());
  const auto mine = slots.begin() + e.first_slot;
  kept.slots.insert(kept.slots.end(), mine, mine + e.op.slots);
}

void graph::restrict_to(event_id upto, const clock& past, event_id last, graph& kept,
                        std::vector<event_id>& renamed) const {
  const event_id first = upto + 1;
  const auto prefix = [first](const std::vector<event_id>& all) {
    return std::lower_bound(all.begin(), all.end(), first);
  };
  kept.events.assign(events.begin(), events.begin() + first);
  const event& cut = at(upto);
  kept.slots.assign(slots.begin(), slots.begin() + cut.first_slot + cut.op.slots);
  kept.spawned_by = spawned_by;
  kept.thread_limit = thread_limit;
  kept.initial_value = initial_value;
  kept.modification.resize(modification.size());
  kept.readers.resize(modification.size());
  for (std::size_t thread = 0; thread < max_threads; ++thread) {
    if (thread >= thread_limit) {
      kept.threads[thread].clear();
      continue;
    }
    kept.threads[thread].assign(threads[thread].begin(), prefix(threads[thread]));
    if (kept.spawned_by[thread] > upto) kept.spawned_by[thread] = initial;
  }
  for (std::size_t i = 0; i < readers.size(); ++i) {
    kept.readers[i].assign(readers[i].begin(), prefix(readers[i]));
  }
  renamed.resize(events.size());
  for (event_id id = 0; id < size(); ++id) {
    event_id& now = renamed[static_cast<std::size_t>(id)];
    now = id <= upto ? id : initial;
    if (id <= upto || (id != last && !in(at(id), past))) continue;
    now = kept.size();
    keep(id, kept);
  }
  kept.strong = kept.weak = 0;
  for (event& e : kept.events) {
    kept.count(e.op, 1);
    if (e.from > upto) e.from = renamed[static_cast<std::size_t>(e.from)];
  }
  for (std::size_t location = 0; location < modification.size(); ++location) {
    auto& order = kept.modification[location];
    order.clear();
    for (const event_id write : modification[location]) {
      const event_id now = renamed[static_cast<std::size_t>(write)];
      if (now == initial) continue;
      kept.at(now).place = static_cast<std::int32_t>(order.size());
      order.push_back(now);
    }
  }
}

}  // namespace heddle::graph
