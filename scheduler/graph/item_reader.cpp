#include <algorithm>
#include <array>
#include <cstddef>

#include <heddle/scheduler/graph/item_format.hpp>
#include <heddle/scheduler/graph/work_item.hpp>

namespace heddle::graph {

namespace {

using detail::byte_reader;

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
    const std::uint64_t count =
        from_.number(std::min<std::uint64_t>(from_.left(), most_item_events));
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
      a.with = static_cast<std::int32_t>(from_.number(most_item_events)) - 1;
      a.size = static_cast<event_id>(from_.number(events));
      a.depth = from_.number32();
      a.number = from_.number32(~std::uint32_t{0} - 1);
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
