// What an access of an atomic reads and where a write stands.  Under sc there is one value; under
// rc11 a write may be read by whoever does not know of a newer one.
//
// Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing sequential consistency in C/C++11, PLDI 2017.
// A strategy that watches knows the whole graph and says what to read.  For all others the order
// in which the strong (seq_cst) events are performed is taken as their order: what they see then
// are graphs that rc11 allows, though not all of them.
#include <algorithm>

#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/history.hpp>

namespace heddle {

namespace {

constexpr std::size_t long_history = 128;
// Of a write that an update may see: it may write behind it, too.
constexpr std::uint8_t writable = 2;

bool in_window(const write_record& w, const vector_clock& clock, unsigned threads) noexcept {
  if (w.writer == write_record::none || clock.at[w.writer] >= w.epoch) return false;
  for (unsigned t = 0; t < threads; ++t) {
    if (w.read_at.at[t] != 0 && clock.at[t] >= w.read_at.at[t]) return false;
  }
  return true;
}

}  // namespace

void engine::begin_history(object_state& o) {
  o.history = history_count_++;
  if (histories_.size() < history_count_) histories_.emplace_back();
  histories_[o.history].clear();
  write_record& first = histories_[o.history].emplace_back();
  first.value = o.initial;
  first.writer = first.strong = write_record::none;
}

// Happens-before coherence: the newest write that this thread knows, or knows to have been read.
std::size_t engine::oldest_to_see(const std::vector<write_record>& writes,
                                  const vector_clock& clock) const noexcept {
  std::size_t i = writes.size() - 1;
  while (i > 0 && in_window(writes[i], clock, count_)) --i;
  return i;
}

// Whether an event of this thread that comes before `w`, by from-read or modification order, would
// close a cycle of psc with the order of the strong events.
bool engine::strongly_known(const write_record& w, bool strong) const noexcept {
  if (strong) {
    return w.strong != write_record::none ||
           (!fences_.empty() && !in_window(w, before_fences_, count_));
  }
  const thread_state& me = threads_[current_];
  for (auto f = fences_.rbegin(); f != fences_.rend(); ++f) {
    if (me.clock.at[f->thread] < f->epoch) continue;
    if (w.strong != write_record::none && w.strong < f->number) return true;
    if (!in_window(w, f->known, count_)) return true;
    if (!f->light) break;  // it knows what those before it know
  }
  return false;
}

std::uint32_t engine::ask_graph(choice_kind kind, std::size_t count) {
  if (all_.size() < count) all_.resize(2 * count, 1);
  return choose_write({kind, {all_.data(), count}});
}

seen_write engine::look_in_graph(object_state& o, const graph::operation& op) {
  const auto& writes = history_of(o);
  const std::size_t newest = writes.size() - 1;
  const std::size_t i = newest - ask_graph(choice_kind::read, writes.size());
  const bool taken = i < newest && writes[i + 1].updates;
  const bool writes_here =
      op.apply != nullptr && op.apply(writes[i].value, op.a, op.b, 0).does == effect::what::write;
  return {writes[i].value, writes[i].identity, i, writes_here && !taken};
}

seen_write engine::look_it_up(object_state& o, const graph::operation& op) {
  const auto pretended = watched_ ? strategy_->pretended() : std::nullopt;
  if (request_.memory == graph::memory::sc) {
    return {pretended.value_or(o.value), o.version, 0, true};
  }
  if (!pretended && graph_decides()) return look_in_graph(o, op);
  const auto& writes = history_of(o);
  const std::size_t newest = writes.size() - 1;
  if (pretended) return {*pretended, 0, newest, true};
  const std::size_t oldest = oldest_to_see(writes, self().clock);
  // What a strong and what another event may not see: all that is older than what it knows so.
  bool hidden[2] = {false, false};
  allowed_.clear();
  for (std::size_t i = newest;; --i) {
    effect does;
    if (op.apply != nullptr) does = op.apply(writes[i].value, op.a, op.b, 0);
    const bool writes_here = does.does == effect::what::write;
    const bool taken = i < newest && writes[i + 1].updates;
    const bool may_write = writes_here && !taken && !hidden[strong(op.order) ? 1 : 0];
    const bool may_read = (!writes_here || does.options > 1) && !hidden[strong(op.failure) ? 1 : 0];
    allowed_.push_back(may_write ? writable : may_read ? 1 : 0);
    if (i == oldest) break;
    // A loop that waits sees what is there once nobody else can go on.
    for (const bool is_strong : {false, true}) {
      hidden[is_strong] |= idle_rounds_ > 0 || strongly_known(writes[i], is_strong);
    }
  }
  const std::uint32_t back = choose_write({choice_kind::read, allowed_});
  const std::size_t i = newest - back;
  return {writes[i].value, writes[i].identity, i, allowed_[back] == writable};
}

void engine::acquire(object_state& o, const seen_write& seen, std::memory_order order) {
  thread_state& me = self();
  if (recording_on()) note_access(o, seen.version, false);
  if (request_.memory == graph::memory::sc) {
    me.sc_bound = std::max(me.sc_bound, o.sc_bound);
    o.sc_read = std::max(o.sc_read, me.sc_bound);
    read_clock(o.released, o.clock, o.bound, order);
    return;
  }
  write_record& w = history_of(o)[seen.index];
  if (w.read_at.at[current_] == 0) w.read_at.at[current_] = me.clock.at[current_];
  read_clock(w.released, w.clock, w.bound, order);
}

// Of a release clock that is read: it happens before at once, or before the next acquire fence.
void engine::read_clock(bool released, const vector_clock& clock, time_point bound,
                        std::memory_order order) noexcept {
  thread_state& me = self();
  me.bound = std::max(me.bound, bound);
  me.sc_bound = std::max(me.sc_bound, me.bound);
  if (!released) return;
  if (graph::acquires(order)) {
    me.clock.join(clock, count_);
  } else if (me.acquirable) {
    me.pending_acquire.join(clock, count_);
  } else {
    me.acquirable = true;
    me.pending_acquire.copy(clock, count_);
  }
}

// A store ends the release sequence; a read-modify-write continues it (C++20).
std::uint32_t engine::write(object_state& o, std::uint64_t value, std::memory_order order,
                            const seen_write* updated) {
  thread_state& me = self();
  const vector_clock* const mine = graph::releases(order) ? &me.clock
                                   : me.fenced            ? &me.release_fence
                                                          : nullptr;
  if (o.value != value) {
    note_write();
    ++view_.changes;
  }
  if (request_.memory == graph::memory::sc) {
    o.value = value;
    ++o.version;
    me.sc_bound = std::max({me.bound, me.sc_bound, o.sc_bound, o.sc_read});
    o.sc_bound = me.sc_bound;
    o.bound = updated != nullptr ? std::max(o.bound, me.bound) : me.bound;
    const bool continues = updated != nullptr && o.released;
    if (mine != nullptr) continues ? o.clock.join(*mine, count_) : o.clock.copy(*mine, count_);
    o.released = continues || mine != nullptr;
    if (recording_on()) note_access(o, o.version, true);
    return o.version;
  }
  auto& writes = history_of(o);
  const std::size_t behind = updated != nullptr ? updated->index : choose_place(o, strong(order));
  write_record& w = *writes.emplace(writes.begin() + static_cast<std::ptrdiff_t>(behind) + 1);
  const write_record& source = writes[behind];
  w.value = value;
  w.writer = current_;
  w.epoch = me.clock.at[current_];
  w.identity = static_cast<std::uint32_t>(mix(me.path, w.epoch));
  w.strong = strong(order) ? ++strong_count_ : write_record::none;
  w.updates = updated != nullptr;
  w.bound = w.updates ? std::max(source.bound, me.bound) : me.bound;
  const bool continues = w.updates && source.released;
  if (continues) w.clock.copy(source.clock, count_);
  if (mine != nullptr) continues ? w.clock.join(*mine, count_) : w.clock.copy(*mine, count_);
  w.released = continues || mine != nullptr;
  o.value = writes.back().value;
  ++o.version;
  const std::uint32_t identity = w.identity;
  if (recording_on()) note_access(o, identity, true);
  if (writes.size() >= long_history) forget(o);
  return identity;
}

// Which write a new one comes behind.
std::size_t engine::choose_place(object_state& o, bool is_strong) {
  const auto& writes = history_of(o);
  const std::size_t newest = writes.size() - 1;
  if (graph_decides()) return newest - ask_graph(choice_kind::place, writes.size());
  const std::size_t oldest = oldest_to_see(writes, self().clock);
  allowed_.clear();
  bool forbidden = false;
  for (std::size_t i = newest;; --i) {
    const bool splits = i < newest && writes[i + 1].updates;
    allowed_.push_back(!forbidden && !splits ? 1 : 0);
    if (i == oldest) break;
    forbidden = forbidden || strongly_known(writes[i], is_strong);
  }
  return newest - choose_write({choice_kind::place, allowed_});
}

// A light fence is ordered with every other strong event, but not with another light one.
void engine::pass_strong_fence(bool light) {
  const thread_state& me = self();
  if (request_.memory == graph::memory::sc) return;
  vector_clock own = me.clock;
  for (unsigned t = count_; t < max_threads; ++t) own.at[t] = 0;
  if (fences_.empty()) before_fences_ = before_heavy_fences_ = {};
  strong_fence f{current_, me.clock.at[current_], ++strong_count_, light, own};
  f.known.join(light ? before_heavy_fences_ : before_fences_, max_threads);
  fences_.push_back(f);
  before_fences_.join(own, max_threads);
  if (!light) before_heavy_fences_.join(own, max_threads);
}

std::uint64_t engine::places_hash(const object_state& o, std::size_t last) const noexcept {
  const auto& writes = histories_[o.history];
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < last; ++i) {
    hash += mix(o.id, mix(writes[i].identity, writes[i + 1].identity));
  }
  return hash;
}

// What every thread knows to be overwritten is gone.
void engine::forget(object_state& o) {
  auto& writes = history_of(o);
  std::size_t oldest = writes.size() - 1;
  for (std::uint32_t t = 0; t < count_; ++t) {
    if (!threads_[t].finished) oldest = std::min(oldest, oldest_to_see(writes, threads_[t].clock));
  }
  result.fingerprint += places_hash(o, oldest);
  writes.erase(writes.begin(), writes.begin() + static_cast<std::ptrdiff_t>(oldest));
}

}  // namespace heddle
