#include <heddle/scheduler/graph/work_item.hpp>

#include <algorithm>
#include <cstddef>

namespace heddle::graph {

namespace {

using detail::byte_reader;
using detail::byte_writer;

constexpr std::uint64_t most_events = 60'000;  // positions have 16 bits
constexpr std::uint32_t any_number = ~std::uint32_t{0};

enum event_flag : std::uint8_t {
  may_block = 1,
  cancellable = 2,
  located = 4,
  applied = 8,
  expired = 16,
  alone = 32,
};

void write_event(byte_writer& to, const event& e, const item_codec& codec) {
  const operation& op = e.op;
  to.byte(e.thread);
  to.byte(static_cast<std::uint8_t>(op.type));
  to.byte(static_cast<std::uint8_t>(op.asymmetric));
  to.byte(static_cast<std::uint8_t>(op.order));
  to.byte(static_cast<std::uint8_t>(op.failure));
  to.byte(static_cast<std::uint8_t>(
      (op.may_block ? may_block : 0) | (op.cancellable ? cancellable : 0) |
      (op.location != nowhere ? located : 0) | (op.apply != nullptr ? applied : 0) |
      (op.expired ? expired : 0) | (e.alone ? alone : 0)));
  if (op.location != nowhere) to.number(static_cast<std::uint64_t>(op.location));
  if (op.apply != nullptr) write_bits(to, codec.code_of(op.apply));
  to.byte(op.slots);
  codec.write_argument(to, op, op.a);
  codec.write_argument(to, op, op.b);
  if (e.reads()) to.number(static_cast<std::uint64_t>(e.from + 1));
  to.number(e.option);
}

}  // namespace

tree_path work_item::first() const {
  tree_path where = path;
  if (!fresh && !open.empty()) {
    where.resize(open.back().depth);
    where.push_back(step_to(open.back().number));
  }
  return where;
}

std::uint64_t item_codec::code_of(transition apply) const {
  return reinterpret_cast<std::uint64_t>(apply);
}
transition item_codec::apply_of(std::uint64_t code) const {
  return reinterpret_cast<transition>(code);
}
std::uint64_t item_codec::identity_of(std::int32_t location) const {
  return static_cast<std::uint64_t>(location);
}
std::int32_t item_codec::location_of(std::uint64_t identity) const {
  return identity < most_events ? static_cast<std::int32_t>(identity) : nowhere;
}
void item_codec::write_state(byte_writer& to, std::int32_t, std::uint64_t word) const {
  write_bits(to, word);
}
std::uint64_t item_codec::read_state(byte_reader& from, std::int32_t) const {
  return read_bits(from);
}
void item_codec::write_argument(byte_writer& to, const operation&, std::uint64_t word) const {
  write_bits(to, word);
}
std::uint64_t item_codec::read_argument(byte_reader& from, const operation&) const {
  return read_bits(from);
}

void write_bits(byte_writer& to, std::uint64_t word) {
  std::uint8_t bytes = 0;
  while (bytes < 8 && word >> (8U * bytes) != 0) ++bytes;
  to.byte(bytes);
  for (unsigned i = 0; i < bytes; ++i) to.byte(static_cast<std::uint8_t>(word >> (8 * i)));
}

std::uint64_t read_bits(byte_reader& from) noexcept {
  const std::uint8_t bytes = from.byte();
  if (bytes > 8) from.reject();
  std::uint64_t word = 0;
  for (unsigned i = 0; i < bytes && from.good(); ++i) word |= std::uint64_t{from.byte()} << (8 * i);
  return word;
}

void write(byte_writer& to, const work_item& from, const item_codec& codec) {
  to.number(from.path.size());
  for (const std::uint32_t step : from.path) to.number(step_to(step));
  to.byte(from.fresh ? 1 : 0);
  to.number(from.filed);
  const graph& g = from.g;
  to.number(g.modification.size());
  for (std::size_t i = 0; i < g.modification.size(); ++i) {
    const auto location = static_cast<std::int32_t>(i);
    write_bits(to, codec.identity_of(location));
    codec.write_state(to, location, g.initial_value[i]);
  }
  to.number(g.events.size());
  for (const event& e : g.events) write_event(to, e, codec);
  for (const auto& order : g.modification) {
    to.number(order.size());
    for (const event_id e : order) to.number(static_cast<std::uint64_t>(e));
  }
  to.number(from.open.size());
  for (const alternative& a : from.open) {
    to.byte(static_cast<std::uint8_t>(a.what));
    to.number(static_cast<std::uint64_t>(a.event));
    to.number(static_cast<std::uint64_t>(a.with + 1));
    to.number(static_cast<std::uint64_t>(a.size));
    to.number(a.depth);
    to.number(a.number);
  }
}

namespace {

/// Reads one item.  Every function says what is wrong, or returns nothing.
class item_reader {
 public:
  item_reader(byte_reader& from, memory model, const item_codec& codec, work_item& to)
      : from_(from), model_(model), codec_(codec), to_(to), g_(to.g) {}

  std::string run() {
    to_ = {};
    read_place();
    std::string wrong = from_.good() ? read_locations() : "";
    if (wrong.empty() && from_.good()) wrong = read_events();
    if (wrong.empty() && from_.good()) wrong = read_orders();
    if (wrong.empty() && from_.good()) wrong = compute();
    if (wrong.empty() && from_.good()) wrong = check_places();
    if (wrong.empty() && from_.good()) wrong = read_open();
    if (wrong.empty() && from_.good()) wrong = check_whole();
    return from_.good() ? wrong : "it ends too early, or a number in it is out of range";
  }

 private:
  void read_place() {
    const std::uint64_t length = from_.number(from_.left());
    for (std::uint64_t i = 0; i < length && from_.good(); ++i) {
      to_.path.push_back(step_to(from_.number32()));
    }
    const std::uint8_t fresh = from_.byte();
    if (fresh > 1) from_.reject();
    to_.fresh = fresh == 1;
    to_.filed = from_.number32();
  }

  std::string read_locations() {
    const std::uint64_t count = from_.number(from_.left());
    for (std::uint64_t i = 0; i < count && from_.good(); ++i) {
      const std::int32_t here = codec_.location_of(read_bits(from_));
      if (here == nowhere) return "it has a location that is unknown here";
      if (std::find(locations_.begin(), locations_.end(), here) != locations_.end()) {
        return "a location comes twice";
      }
      locations_.push_back(here);
      slots_.push_back(-1);
      g_.remember_location(here, codec_.read_state(from_, here));
    }
    return "";
  }

  std::string read_events() {
    const std::uint64_t count = from_.number(std::min<std::uint64_t>(from_.left(), most_events));
    for (std::uint64_t i = 0; i < count && from_.good(); ++i) {
      std::string wrong = read_event(static_cast<event_id>(count));
      if (!wrong.empty()) return wrong;
    }
    if (!from_.good()) return "";
    for (const event& e : g_.events) {
      if (e.reads() && e.from != initial && !may_be_read(e)) return "an event reads no write";
      const event_id spawn = g_.spawned_by[e.thread];
      if (spawn == initial) continue;
      if (spawn >= g_.threads[e.thread].front()) return "a thread runs before it is spawned";
    }
    return "";
  }

  [[nodiscard]] bool may_be_read(const event& e) const {
    if (e.from >= g_.size()) return false;
    const operation& source = g_.at(e.from).op;
    return &g_.at(e.from) != &e && source.location == e.op.location &&
           (source.type == kind::write || source.type == kind::update);
  }

  std::string read_event(event_id count) {
    const std::uint8_t thread = from_.byte();
    operation op;
    const std::uint8_t type = from_.byte();
    const std::uint8_t asymmetric = from_.byte();
    const std::uint8_t order = from_.byte(), failure = from_.byte(), flags = from_.byte();
    op.type = static_cast<kind>(type);
    op.asymmetric = static_cast<barrier>(asymmetric);
    op.order = static_cast<std::memory_order>(order);
    op.failure = static_cast<std::memory_order>(failure);
    op.may_block = (flags & may_block) != 0;
    op.cancellable = (flags & cancellable) != 0;
    op.expired = (flags & expired) != 0;
    const bool accesses = (flags & located) != 0;
    int* object = nullptr;
    if (accesses) {
      const std::uint64_t which = from_.number(locations_.size());
      if (which >= locations_.size()) return "an event is at no location";
      op.location = locations_[which];
      object = &slots_[which];
    }
    if ((flags & applied) != 0) {
      op.apply = codec_.apply_of(read_bits(from_));
      if (op.apply == nullptr) return "an event has a function that is unknown here";
    }
    op.slots = from_.byte();
    op.a = codec_.read_argument(from_, op);
    op.b = codec_.read_argument(from_, op);
    if (!from_.good()) return "";
    if (thread >= max_threads || type > static_cast<std::uint8_t>(kind::spin) || order > 5 ||
        failure > 5 || op.slots > 16 || asymmetric > static_cast<std::uint8_t>(barrier::heavy) ||
        !is_whole(op, accesses)) {
      return "an event is none";
    }
    if (object != nullptr && *object >= 0 && *object != op.slots)
      return "an object changes its kind";
    if (object != nullptr) *object = op.slots;
    if (op.type == kind::spawn && (op.a == thread || g_.spawned_by[op.a] != initial)) {
      return "a thread is spawned twice";
    }
    event& e = g_.at(g_.append(thread, op));
    e.alone = (flags & alone) != 0;
    if (e.reads()) {
      e.from = static_cast<event_id>(from_.number(static_cast<std::uint64_t>(count))) - 1;
    }
    e.option = static_cast<std::uint16_t>(from_.number(0xFFFF));
    return "";
  }

  // Each kind has what belongs to it.
  static bool is_whole(const operation& op, bool accesses) {
    if ((op.type == kind::update) != (op.apply != nullptr)) return false;
    if (op.slots > 0 && op.type != kind::update) return false;
    switch (op.type) {
      case kind::read:
      case kind::write:
      case kind::update:
        return accesses;
      case kind::spawn:
      case kind::join:
        return !accesses && op.a < max_threads;
      case kind::choose:
        return !accesses && op.a > 0 && op.a <= 0xFFFF;
      case kind::fence:
      case kind::end:
      case kind::spin:
        return !accesses;
    }
    return false;
  }

  std::string read_orders() {
    for (const std::int32_t location : locations_) {
      const std::uint64_t length = from_.number(g_.events.size());
      for (std::uint64_t i = 0; i < length && from_.good(); ++i) {
        const std::uint64_t e = from_.number(g_.events.size());
        if (e >= g_.events.size() || g_.events[e].op.location != location ||
            g_.events[e].place >= 0) {
          return "a modification order has an event that does not belong there";
        }
        g_.events[e].place = static_cast<std::int32_t>(i);
        g_.co(location).push_back(static_cast<event_id>(e));
      }
    }
    return "";
  }

  // What each event needs comes first: the one before it, what it reads, the thread it waits for.
  std::string compute() {
    std::array<std::size_t, max_threads> next{};
    std::vector<bool> done(g_.events.size());
    std::size_t left = g_.events.size();
    for (bool moved = true; moved && left > 0;) {
      moved = false;
      for (unsigned thread = 0; thread < max_threads; ++thread) {
        const auto& mine = g_.threads[thread];
        while (next[thread] < mine.size() && ready(g_.at(mine[next[thread]]), next, done)) {
          const event_id id = mine[next[thread]++];
          std::string wrong = settle(id);
          if (!wrong.empty()) return wrong;
          done[static_cast<std::size_t>(id)] = moved = true;
          --left;
        }
      }
    }
    return left == 0 ? "" : "its events form a cycle";
  }

  [[nodiscard]] bool ready(const event& e, const std::array<std::size_t, max_threads>& next,
                           const std::vector<bool>& done) const {
    const event_id spawn = g_.spawned_by[e.thread];
    if (e.position == 0 && spawn != initial && !done[static_cast<std::size_t>(spawn)]) return false;
    if (e.type == kind::join) return next[e.op.a] == g_.threads[e.op.a].size();
    return !e.reads() || e.from == initial || done[static_cast<std::size_t>(e.from)];
  }

  std::string settle(event_id id) {
    event& e = g_.at(id);
    const event* const prior = e.position > 0 ? g_.before(e) : nullptr;
    if (prior != nullptr && (prior->blocked || prior->type == kind::end)) {
      return "a thread goes on after its end";
    }
    if (e.reads() && e.from != initial && !g_.at(e.from).writes()) return "an event reads no write";
    if (e.type == kind::spin && !spins(e)) return "a spin has no reads";
    g_.recompute(id);
    if (e.options == 0 || e.option >= e.options) return "an event has no such outcome";
    if ((e.acquires | e.releases) >> e.op.slots != 0) return "an object has no such clock";
    g_.compute_clocks(id);
    return "";
  }

  // The events before it, as many as it says, are reads.
  [[nodiscard]] bool spins(const event& e) const {
    if (e.op.a > e.position) return false;
    for (std::size_t i = e.position - e.op.a; i < e.position; ++i) {
      if (!g_.at(g_.threads[e.thread][i]).reads()) return false;
    }
    return true;
  }

  // An update stands right behind what it reads.
  std::string check_places() {
    for (const event& e : g_.events) {
      if (e.reads() && e.from != initial && g_.at(e.from).place < 0) {
        return "a write that is read has no place";
      }
      if (e.place < 0) continue;
      if (!e.writes()) return "what does not write has a place";
      if (e.type == kind::update && e.place != g_.place(e.from) + 1) {
        return "an update does not stand behind what it reads";
      }
    }
    return "";
  }

  std::string read_open() {
    const std::uint64_t count = from_.number(from_.left());
    for (std::uint64_t i = 0; i < count && from_.good(); ++i) {
      alternative a{};
      const std::uint8_t what = from_.byte();
      const auto events = static_cast<std::uint64_t>(g_.size());
      a.event = static_cast<event_id>(from_.number(events));
      a.with = static_cast<std::int32_t>(from_.number(most_events)) - 1;
      a.size = static_cast<event_id>(from_.number(events));
      a.depth = from_.number32();
      a.number = from_.number32(any_number - 1);
      if (what > static_cast<std::uint8_t>(decision::revisit)) from_.reject();
      if (!from_.good()) return "";
      a.what = static_cast<decision>(what);
      if (a.event >= a.size || !fits(a)) return "an alternative is none";
      if (!follows(a)) return "its alternatives are not in the order of the tree";
      to_.open.push_back(a);
    }
    return "";
  }

  [[nodiscard]] bool fits(const alternative& a) const {
    const event& e = g_.at(a.event);
    const event_id other = a.with;
    switch (a.what) {
      case decision::reads_from:
        return a.event == a.size - 1 && e.reads() && other != a.event && other < a.size &&
               (other == initial || (g_.at(other).op.location == e.op.location &&
                                     g_.at(other).writes() && g_.at(other).place >= 0));
      case decision::stand_at:
        return a.event == a.size - 1 && e.op.type == kind::write && other >= 0 && fits_at(a);
      case decision::choose:
        return other > 0 && other < e.options && (e.reads() || e.type == kind::choose);
      case decision::revisit:
        return e.writes() && other >= 0 && other < a.size && other != a.event &&
               g_.at(other).reads() && g_.at(other).op.location == e.op.location &&
               !graph::in(g_.at(other), e.porf);
    }
    return false;
  }

  // Never between a write and the update that reads it.
  [[nodiscard]] bool fits_at(const alternative& a) const {
    std::int32_t index = 0;
    for (const event_id write : g_.co(g_.at(a.event).op.location)) {
      if (write == a.event || write >= a.size) continue;
      if (index++ == a.with) return g_.at(write).type != kind::update;
    }
    return index == a.with;
  }

  // It was filed after the one below it, by the same node or by one below that.
  [[nodiscard]] bool follows(const alternative& a) const {
    if (a.depth > to_.path.size()) return false;
    if (to_.open.empty()) return true;
    const alternative& below = to_.open.back();
    if (a.size < below.size || a.depth < below.depth) return false;
    if (a.depth == below.depth) return a.number > below.number;
    return to_.path[below.depth] < step_to(below.number);
  }

  // No alternative may cut off what is read by what it leaves, but for the read that it sets.
  std::string check_cuts() {
    std::vector<event_id> newest(static_cast<std::size_t>(g_.size()) + 1, initial);
    for (std::size_t i = 0; i < g_.events.size(); ++i) {
      newest[i + 1] = std::max(newest[i], g_.events[i].from);
    }
    for (const alternative& a : to_.open) {
      const bool sets_last = a.what == decision::reads_from;
      if (newest[static_cast<std::size_t>(sets_last ? a.size - 1 : a.size)] >= a.size) {
        return "an alternative leaves reads without their write";
      }
    }
    return "";
  }

  std::string check_whole() {
    const event_id size = g_.size();
    if (to_.fresh) {
      if (!to_.open.empty() && to_.open.back().depth != to_.path.size()) {
        return "its alternatives are not of its node";
      }
    } else if (to_.open.empty() || to_.open.back().size != size ||
               to_.open.back().depth != to_.path.size()) {
      return "it has nothing to be tried";
    }
    std::string wrong = check_cuts();
    if (!wrong.empty()) return wrong;
    for (event_id id = 0; id < size; ++id) {
      const event& e = g_.at(id);
      const bool out = !to_.fresh && id == to_.open.back().event;
      if (e.writes() && e.place < 0 && !out) return "a write has no place";
    }
    if (to_.fresh && size > 0 && !consistent(g_, model_, size - 1)) return "it is inconsistent";
    return "";
  }

  byte_reader& from_;
  memory model_;
  const item_codec& codec_;
  work_item& to_;
  graph& g_;
  std::vector<std::int32_t> locations_;
  std::vector<int> slots_;  ///< of each, once known
};

}  // namespace

std::string read(byte_reader& from, memory model, const item_codec& codec, work_item& to) {
  return item_reader(from, model, codec, to).run();
}

}  // namespace heddle::graph
