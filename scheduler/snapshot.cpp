#include <heddle/scheduler/snapshot.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <heddle/scheduler/always.hpp>
#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/rmw.hpp>

namespace heddle {

namespace snapshot {

namespace {

// A value has 16 bits of the word: 14 of it, and what is to be added to them.
constexpr unsigned most = 4;
constexpr unsigned code_bits = 16;
constexpr unsigned value_bits = 14;
constexpr std::uint64_t code_mask = (std::uint64_t{1} << code_bits) - 1;
constexpr std::uint64_t value_mask = (std::uint64_t{1} << value_bits) - 1;
constexpr std::uint64_t half = std::uint64_t{1} << (value_bits - 1);
constexpr std::uint64_t no_code = code_mask;

// Small numbers, and small negative ones of each width.
constexpr std::array<unsigned, 3> widths{8, 4, 2};

constexpr std::uint64_t top_of(unsigned width) {
  return width == 8 ? 0 : std::uint64_t{1} << (8 * width);
}

constexpr std::uint64_t code_of(std::uint64_t value) {
  if (value < half) return value;
  for (unsigned i = 0; i < widths.size(); ++i) {
    const std::uint64_t below = top_of(widths[i]) - value;  // how far it is from there
    if (below - 1 < half) return std::uint64_t{i} << value_bits | (half + below - 1);
  }
  return no_code;
}

constexpr std::uint64_t value_of(std::uint64_t code) {
  const std::uint64_t low = code & value_mask;
  return low < half ? low : top_of(widths[(code >> value_bits) % widths.size()]) - (low - half) - 1;
}

static_assert(value_of(code_of(0)) == 0 && value_of(code_of(half - 1)) == half - 1);
static_assert(code_of(half) == no_code &&
              value_of(code_of(~std::uint64_t{0})) == ~std::uint64_t{0});
static_assert(value_of(code_of(0xffffffff)) == 0xffffffff && value_of(code_of(0xfffe)) == 0xfffe);
static_assert(code_of(0xffffffff - half) == no_code);

enum class sort : std::uint8_t { load, store, update, compare };

// The first argument of the transition; the second is one code, or two.
struct request {
  sort what;
  std::uint8_t which;  ///< of the atomics
  control::rmw_kind kind = control::rmw_kind::exchange;
  std::uint8_t width = 8;
  bool acquires = false, releases = false, fails_acquiring = false, weak = false;

  [[nodiscard]] std::uint64_t packed() const {
    return static_cast<std::uint64_t>(what) | std::uint64_t{which} << 8 |
           static_cast<std::uint64_t>(kind) << 16 | std::uint64_t{width} << 24 |
           std::uint64_t{acquires} << 32 | std::uint64_t{releases} << 33 |
           std::uint64_t{fails_acquiring} << 34 | std::uint64_t{weak} << 35;
  }
  static request from(std::uint64_t packed) {
    const auto byte = [&](unsigned i) { return static_cast<std::uint8_t>(packed >> (8 * i)); };
    const auto flag = [&](unsigned i) { return (packed >> i & 1U) != 0; };
    return {static_cast<sort>(byte(0)),
            byte(1),
            static_cast<control::rmw_kind>(byte(2)),
            byte(3),
            flag(32),
            flag(33),
            flag(34),
            flag(35)};
  }
};

constexpr const char* no_room = "a value that `%` has no room for, beyond -8192 to 8191";

constexpr std::uint64_t both(std::uint64_t low, std::uint64_t high) { return low | high << 32; }

std::uint64_t at(std::uint64_t word, unsigned which) {
  return word >> (code_bits * which) & code_mask;
}

graph::effect reads(std::uint64_t word, const request& of, bool acquires) {
  graph::effect result{graph::effect::what::read_only, word, 1};
  if (acquires) result.acquires = static_cast<std::uint16_t>(1U << of.which);
  return result;
}

graph::effect writes(std::uint64_t word, const request& of, std::uint64_t code) {
  graph::effect result{graph::effect::what::write, word, 1};
  if (code == no_code) {
    result.misuse = no_room;
    return result;
  }
  const unsigned shift = code_bits * of.which;
  result.next = (word & ~(code_mask << shift)) | code << shift;
  const auto clock = static_cast<std::uint16_t>(1U << of.which);
  if (of.acquires) result.acquires = clock;
  if (of.releases) result.releases = clock;
  if (of.what == sort::store) result.empties = clock;
  return result;
}

// Of the present execution.
struct watched {
  std::uint64_t execution = 0;
  std::array<std::uint32_t, most> slots{};
  unsigned count = 0;
  unsigned begun = 0;  ///< of them, those that are in the word
  std::vector<const always*> conditions;
  std::array<std::uint64_t, most> first{};  ///< their values before
  const always* asked = nullptr;            ///< the one whose condition runs
  bool asking = false;                      ///< loads are only looked up
  bool collecting = false;                  ///< what is loaded belongs to these
};

thread_local watched now;
constinit thread_local control::object_ref all{object_kind::atomic, "what always reads"};

void start(engine& e) {
  (void)e.slot_of(all, {});
  if (now.execution == all.execution) return;
  now = {};
  now.execution = all.execution;
}

std::optional<unsigned> place_of(std::uint32_t slot) {
  const auto* const end = now.slots.cbegin() + now.count;
  const auto* const found = std::find(now.slots.cbegin(), end, slot);
  if (found == end) return std::nullopt;
  return static_cast<unsigned>(found - now.slots.cbegin());
}

// `text`, with the monitor's name for the `%`.  The complaint drops the frame, and so it is kept.
[[noreturn]] void misuse(const always& of, const char* text, location where) {
  const heap_off off;
  static thread_local std::string complaint;
  complaint = text;
  complaint.replace(complaint.find('%'), 1, of.monitor());
  control::misuse(complaint.c_str(), where);
}
// Of a condition that runs.
[[noreturn]] void misuse(const char* text, location where) { misuse(*now.asked, text, where); }

// The first that loads the atomic is not known, but the room is the same for all: the first of all.
[[noreturn]] void refuse_value(location where) {
  misuse(now.conditions.empty() ? *now.asked : *now.conditions.front(), no_room, where);
}

struct outcome {
  std::uint64_t before;
  bool wrote;
};

void ask_all(engine& e);

outcome perform(engine& e, op_kind kind, const request& what, std::uint64_t b,
                control::cas_orders orders, location where) {
  const std::uint32_t slot = e.slot_of(all, where);
  graph::operation& op = e.announce_on(slot, graph::kind::update, orders.success);
  op.failure = orders.failure;
  op.apply = access;
  op.a = what.packed();
  op.b = b;
  op.slots = most;
  e.step({kind, slot, where});
  const std::uint32_t atomic = now.slots.at(what.which);
  object_state& user = e.touch(atomic, where);
  object_state& o = e.object(slot);
  const seen_write seen = e.look(o, op);
  graph::effect done = access(seen.value, op.a, op.b, 0);
  if (done.options > 1 && e.choose(choice_kind::weak_cas, done.options) == 1) {
    done = access(seen.value, op.a, op.b, 1);
    ++e.self().spurious;
  }
  if (!e.lean()) e.synchronize(o, most, done);
  const bool wrote = done.does == graph::effect::what::write;
  const std::uint64_t before = value_of(at(seen.value, what.which));
  if (wrote) {
    if (o.value != done.next) e.note_write();
    o.value = done.next;
    user.value = value_of(at(done.next, what.which));
    ++user.version;
  }
  if (e.recording_on()) {
    e.record(wrote ? "write " + e.object_text(atomic) + " " + e.value_text(before) + " -> " +
                         e.value_text(user.value)
                   : "load " + e.object_text(atomic) + " = " + e.value_text(before));
  }
  e.observe(before + (std::uint64_t{wrote} << 63), user.version);
  if (done.misuse != nullptr) refuse_value(where);
  if (wrote) ask_all(e);
  return {before, wrote};
}

// A condition runs as code of the calling thread.
bool run(const always& what) {
  now.asked = &what;
  heap_on = true;
  const bool holds = what.holds();
  heap_on = false;
  return holds;
}

// It makes no step.
bool ask(engine& e, const always& what) {
  const std::uint32_t steps = e.result.steps;
  now.asking = true;
  const bool holds = run(what);
  now.asking = false;
  if (e.result.steps != steps) {
    misuse("a condition of `%` that does more than load atomics", what.where());
  }
  return holds;
}

[[noreturn]] void fail(engine& e, const always& what) {
  const location where = e.user_location(what.where());
  std::string text = std::string(what.complaint()) + ": " + describe(where) + " (" +
                     e.thread_text(e.current_thread()) + ")";
  e.fail({finding_kind::assertion, std::move(text), {}, where});
}

void ask_all(engine& e) {
  for (const always* each : now.conditions) {
    if (!ask(e, *each)) fail(e, *each);
  }
}

std::uint64_t look(engine& e, std::uint32_t slot, location where) {
  if (!place_of(slot)) {
    misuse("a condition of `%` that loads other atomics than at first", where);
  }
  return e.object(slot).value;
}

void refuse_while_asking(location where) {
  if (!now.asking && !now.collecting) return;
  misuse("a condition of `%` that does more than load atomics", where);
}

}  // namespace

graph::effect access(std::uint64_t word, std::uint64_t a, std::uint64_t b, unsigned option) {
  const request of = request::from(a);
  const std::uint64_t old = at(word, of.which);
  switch (of.what) {
    case sort::load:
      return reads(word, of, of.acquires);
    case sort::store:
      return writes(word, of, b);
    case sort::update:
      return writes(word, of, code_of(updated(of.kind, value_of(old), b, of.width)));
    case sort::compare:
      break;
  }
  if (old != (b & code_mask)) return reads(word, of, of.fails_acquiring);
  graph::effect result =
      option == 1 ? reads(word, of, of.fails_acquiring) : writes(word, of, b >> 32);
  if (of.weak) result.options = 2;
  return result;
}

void collect(std::uint32_t slot, std::uint64_t value, location where) {
  if (!now.collecting || place_of(slot)) return;
  if (now.count == most) misuse("`%` with more than four atomics", where);
  now.slots.at(now.count) = slot;
  now.first.at(now.count) = value;
  ++now.count;
}

std::optional<std::uint64_t> load(engine& e, std::uint32_t slot, std::memory_order order,
                                  location where) {
  if (now.asking) return look(e, slot, where);
  const auto which = place_of(slot);
  // What is only being collected has no place in the word yet.
  if (!which || (now.collecting && *which >= now.begun)) return std::nullopt;
  const request what{.what = sort::load,
                     .which = static_cast<std::uint8_t>(*which),
                     .acquires = graph::acquires(order)};
  return perform(e, op_kind::load, what, 0, {order, order, false}, where).before;
}

bool store(engine& e, std::uint32_t slot, std::uint64_t value, std::memory_order order,
           location where) {
  refuse_while_asking(where);
  const auto which = place_of(slot);
  if (!which) return false;
  const request what{.what = sort::store,
                     .which = static_cast<std::uint8_t>(*which),
                     .releases = graph::releases(order)};
  (void)perform(e, op_kind::store, what, code_of(value), {order, order, false}, where);
  return true;
}

std::optional<std::uint64_t> rmw(engine& e, std::uint32_t slot, control::rmw_kind kind,
                                 std::uint64_t operand, unsigned width, std::memory_order order,
                                 location where) {
  refuse_while_asking(where);
  const auto which = place_of(slot);
  if (!which) return std::nullopt;
  const request what{.what = sort::update,
                     .which = static_cast<std::uint8_t>(*which),
                     .kind = kind,
                     .width = static_cast<std::uint8_t>(width),
                     .acquires = graph::acquires(order),
                     .releases = graph::releases(order)};
  return perform(e, op_kind::rmw, what, operand, {order, order, false}, where).before;
}

std::optional<exchanged> compare_exchange(engine& e, std::uint32_t slot, std::uint64_t expected,
                                          std::uint64_t desired, control::cas_orders orders,
                                          location where) {
  refuse_while_asking(where);
  const auto which = place_of(slot);
  if (!which) return std::nullopt;
  const request what{.what = sort::compare,
                     .which = static_cast<std::uint8_t>(*which),
                     .acquires = graph::acquires(orders.success),
                     .releases = graph::releases(orders.success),
                     .fails_acquiring = graph::acquires(orders.failure),
                     .weak = orders.weak && e.self().spurious < e.limits.spurious};
  const outcome done = perform(e, op_kind::compare_exchange, what,
                               both(code_of(expected), code_of(desired)), orders, where);
  return exchanged{done.before, done.wrote};
}

namespace {

// The values of the atomics so far become the first state of the word.
void begin(engine& e, const always& what) {
  start(e);
  if (e.memory() != graph::memory::sc) {
    misuse(what, "`%` under rc11, where there is no state that all threads share: use memory=sc",
           what.where());
  }
  if (e.thread_count() != 1) {
    misuse(what, "`%` after another thread was started", what.where());
  }
  snapshots_on = true;
  now.collecting = true;
  const bool holds = run(what);
  now.collecting = false;
  for (; now.begun < now.count; ++now.begun) {
    const unsigned i = now.begun;
    const request first{.what = sort::store, .which = static_cast<std::uint8_t>(i)};
    (void)perform(e, op_kind::store, first, code_of(now.first.at(i)),
                  {std::memory_order_seq_cst, std::memory_order_seq_cst, false}, what.where());
  }
  now.conditions.push_back(&what);
  if (!holds) fail(e, what);
}

void end(const always& what) {
  // Of an execution that is over nothing is left to be ended.
  if (running_engine == nullptr || !controlled_flow) return;
  std::erase(now.conditions, &what);
}

}  // namespace

}  // namespace snapshot

always::always(std::function<bool()> holds, location caller)
    : always(std::move(holds), "always", "always: the condition does not hold", caller) {}

always::always(std::function<bool()> holds, const char* monitor, const char* complaint,
               location caller)
    : holds_(std::move(holds)), monitor_(monitor), complaint_(complaint), where_(caller) {
  const heap_off off;
  snapshot::begin(engine::here(monitor_), *this);
}

always::~always() {
  const heap_off off;
  snapshot::end(*this);
}

}  // namespace heddle
