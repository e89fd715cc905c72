#include <heddle/tests/graph/campaign.hpp>

#include <algorithm>
#include <optional>

#include <heddle/tests/graph/axiomatic.hpp>
#include <heddle/tests/graph/driver.hpp>
#include <heddle/tests/graph/interleavings.hpp>

namespace heddle::litmus {

namespace {

constexpr std::uint64_t most_candidates = 50'000;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

// How often an action is drawn, of 100, for each bias.
struct share {
  action what;
  int of[4];
};
constexpr share shares[] = {
    {action::load, {25, 30, 17, 8}},       {action::store, {20, 30, 14, 10}},
    {action::add, {8, 6, 6, 3}},           {action::cas, {7, 4, 4, 2}},
    {action::exchange, {6, 4, 4, 2}},      {action::fence, {5, 26, 0, 0}},
    {action::await, {4, 0, 3, 10}},        {action::await_update, {2, 0, 2, 5}},
    {action::lock, {3, 0, 4, 12}},         {action::unlock, {3, 0, 3, 10}},
    {action::try_lock, {1, 0, 2, 2}},      {action::acquire, {3, 0, 3, 8}},
    {action::release, {3, 0, 4, 8}},       {action::weak_cas, {3, 0, 7, 0}},
    {action::any, {1, 0, 5, 0}},           {action::choose, {2, 0, 5, 0}},
    {action::timed_await, {1, 0, 5, 2}},   {action::timed_acquire, {1, 0, 3, 2}},
    {action::enqueue, {1, 0, 4, 5}},       {action::consume, {0, 0, 2, 4}},
    {action::timed_consume, {0, 0, 2, 1}}, {action::notify_one, {0, 0, 1, 2}},
    {action::notify_all, {1, 0, 0, 4}},
};

action action_of(std::uint8_t drawn, bias of) {
  int left = drawn;
  for (const share& each : shares) {
    left -= each.of[static_cast<int>(of)];
    if (left < 0) return each.what;
  }
  return action::load;
}

std::memory_order order_of(action what, std::uint8_t drawn) {
  constexpr std::memory_order loads[] = {relaxed, acquire, seq_cst};
  constexpr std::memory_order stores[] = {relaxed, release, seq_cst};
  constexpr std::memory_order fences[] = {acquire, release, acq_rel, seq_cst};
  constexpr std::memory_order updates[] = {relaxed, acquire, release, acq_rel, seq_cst};
  if (what >= action::lock && what <= action::notify_all) return acq_rel;
  if (what == action::load || what == action::await || what == action::timed_await) {
    return loads[drawn % 3];
  }
  if (what == action::store) return stores[drawn % 3];
  // Most fences are of the kinds that have rules of their own.
  if (what == action::fence) return drawn % 2 == 0 ? seq_cst : fences[drawn / 2 % 4];
  return is_located(what) ? updates[drawn % 5] : acq_rel;
}

// Locations 0 to 2 are plain numbers; 3 is a mutex, 4 a semaphore, 5 a queue of waiters.
std::int8_t location_of(action what, std::uint8_t drawn, bias of) {
  if (what == action::lock || what == action::try_lock || what == action::unlock) return 3;
  if (what == action::acquire || what == action::timed_acquire || what == action::release) return 4;
  if (what >= action::enqueue && what <= action::notify_all) return 5;
  const int third = of == bias::fences ? 66 : 88;
  return static_cast<std::int8_t>(drawn < third ? drawn % 2 : 2);
}

void made_asymmetric(instruction& fence, std::uint8_t drawn) {
  if (drawn % 5 < 2) return;
  fence.asymmetric = drawn % 5 < 4 ? barrier::light : barrier::heavy;
  fence.order = fence.failure = drawn % 5 < 4 ? relaxed : seq_cst;
}

instruction make_instruction(const draw& from, bias of, std::int8_t own, bool has_read) {
  instruction made;
  made.what = action_of(from.kind, of);
  made.location = location_of(made.what, from.location, of);
  made.order = order_of(made.what, from.order);
  made.failure = when_failed(made.order);
  switch (made.what) {
    case action::choose:
      made.a.constant = 2;
      break;
    case action::cas:
    case action::weak_cas:
      made.failure = order_of(action::load, static_cast<std::uint8_t>(from.depends / 2));
      made.a.constant = from.value % 2;
      made.b.constant = 1 + from.value / 2 % 2;
      break;
    case action::store:
    case action::add:
    case action::exchange:
    case action::await:
    case action::await_update:
    case action::timed_await:
      made.a.constant = 1 + from.value % 2;
      break;
    default:
      break;
  }
  const bool reads =
      made.what != action::store && made.what != action::fence &&
      (made.what < action::lock || made.what == action::try_lock || made.what == action::choose);
  if (made.what == action::fence) made_asymmetric(made, from.value);
  if (has_read && from.depends >= 70 && made.what <= action::exchange) made.a.registers[0] = own;
  if (has_read && from.depends >= 50 && from.depends < 65) {
    made.when = {own, from.depends % 2 == 0, static_cast<std::uint64_t>(from.depends / 2 % 2)};
  }
  if (reads) made.result = own;
  return made;
}

// Sometimes a thread repeats its last one or two reads until the last one sees what it should.
void add_spin(thread_code& code, const draw& from, bias of) {
  const instruction& last = code.back();
  const bool exchanges = last.what == action::cas || last.what == action::weak_cas;
  if (!exchanges && last.what != action::load) return;
  if (last.when.of >= 0 || last.a.registers[0] >= 0) return;
  if (from.depends < (of == bias::waits ? 10 : 36) || from.depends >= 42) return;
  const bool two = code.size() > 1 && from.value % 3 == 0 &&
                   code[code.size() - 2].what == action::load && code[code.size() - 2].when.of < 0;
  instruction made;
  made.what = action::spin;
  made.a.constant = two ? 2 : 1;
  made.when = {last.result, false, exchanges ? last.a.constant : 1};
  if (!exchanges && from.value % 2 == 0) made.when = {last.result, true, 0};
  code.push_back(made);
}

// The longest thread loses its last instruction.
void cut_one(program& p) {
  const auto longest = std::max_element(
      p.threads.begin(), p.threads.end(),
      [](const thread_code& a, const thread_code& b) { return a.size() < b.size(); });
  longest->pop_back();
}

std::size_t instructions_of(const program& p) {
  std::size_t total = 0;
  for (const thread_code& each : p.threads) total += each.size();
  return total;
}

// Sometimes the first thread starts the last one, and perhaps waits for its end.
void add_spawn(program& p, const draw& from) {
  if (from.depends % 8 != 7) return;
  instruction made;
  made.order = acq_rel;
  made.failure = acquire;
  made.what = action::spawn;
  made.a.constant = p.threads.size() - 1;
  thread_code& first = p.threads.front();
  const bool spins = std::any_of(first.begin(), first.end(),
                                 [](const instruction& each) { return each.what == action::spin; });
  first.insert(first.begin() + (spins ? 0 : from.order % 2), made);
  made.what = action::join;
  if (from.value % 2 == 1) first.push_back(made);
}

struct wanted {
  graph_set sc, rc11;
};

// Nothing if there is too much of it.  `wrong` says how the oracles disagree.
std::optional<wanted> ask_oracles(const program& p, std::string& wrong) {
  std::optional<graph_set> by_order = interleave(p, most_candidates);
  if (!by_order) return std::nullopt;
  std::optional<graph_set> sc = enumerate(p, axioms::sc, most_candidates);
  if (!sc) return std::nullopt;
  std::optional<graph_set> rc11 = enumerate(p, axioms::rc11, most_candidates);
  if (!rc11) return std::nullopt;
  if (by_order->all != sc->all || by_order->deadlocked != sc->deadlocked) {
    wrong += "oracles: " + std::to_string(by_order->all.size()) + " graphs by interleavings, " +
             std::to_string(sc->all.size()) + " by axioms; ";
  }
  return wanted{std::move(*sc), std::move(*rc11)};
}

std::string to_text(const exploration& how) {
  constexpr const char* policies[] = {"first", "last", "random", "same"};
  const graph::rules& obeys = how.obeys;
  return std::string(how.model == graph::memory::sc ? "sc" : "rc11") + ", " +
         policies[static_cast<int>(how.next)] + " thread" + (obeys.delay ? "" : ", no delay") +
         (obeys.prune ? "" : ", no pruning") + (obeys.handoff ? "" : ", no hand-off");
}

std::string compare(const program& p, exploration how, const graph_set& want) {
  how.seed = want.all.size();
  how.most = 100 * want.all.size() + 1000;
  const visits got = explore(p, how);
  std::size_t missing = 0, extra = 0, again = 0;
  for (const std::u16string& each : want.all) missing += got.times.contains(each) ? 0U : 1U;
  for (const auto& [key, times] : got.times) {
    if (!want.all.contains(key)) ++extra;
    again += times - 1;
  }
  const bool same_deadlocks = extra + again > 0 || got.deadlocked == want.deadlocked;
  if (missing + extra + again == 0 && same_deadlocks && !got.cut_short) return "";
  return to_text(how) + ": of " + std::to_string(want.all.size()) + " graphs (" +
         std::to_string(want.deadlocked) + " deadlocked) " + std::to_string(missing) +
         " missing, " + std::to_string(extra) + " extra, " + std::to_string(again) +
         " visited again, " + std::to_string(got.deadlocked) + " deadlocked" +
         (got.cut_short ? ", without end" : "") + "; ";
}

}  // namespace

const char* to_string(bias of) noexcept {
  constexpr const char* names[] = {"uniform", "fences", "choices", "waits"};
  return names[static_cast<int>(of)];
}

program make_program(const drawn_program& from, bias of) {
  program p;
  p.locations = {"x", "y", "z", "m", "s", "q"};
  p.registers = {"r"};
  p.initial = {0, 0, 0, 0, from.front().front().value % 3U, 0};
  for (const drawn_thread& thread : from) {
    thread_code& code = p.threads.emplace_back();
    bool has_read = false;
    for (const draw& each : thread) {
      code.push_back(make_instruction(each, of, 0, has_read));
      has_read = has_read || code.back().result >= 0;
      add_spin(code, each, of);
    }
  }
  if (p.threads.size() > 1) add_spawn(p, from.front().front());
  while (instructions_of(p) > most_instructions) cut_one(p);
  return p;
}

rc::Gen<drawn_program> programs() {
  const auto number = rc::gen::inRange<std::uint8_t>(0, 100);
  const auto full_size = [](auto gen) { return rc::gen::resize(rc::kNominalSize, std::move(gen)); };
  const auto one = full_size(
      rc::gen::build<draw>(rc::gen::set(&draw::kind, number), rc::gen::set(&draw::location, number),
                           rc::gen::set(&draw::order, number), rc::gen::set(&draw::value, number),
                           rc::gen::set(&draw::depends, number)));
  // A container is as long as the size at most.
  const auto prepend = [](const auto& parts) {
    auto [first, all] = parts;
    all.insert(all.begin(), first);
    return all;
  };
  const auto thread = rc::gen::map(
      rc::gen::pair(one, rc::gen::resize(4, rc::gen::container<drawn_thread>(one))), prepend);
  const auto threads = rc::gen::map(
      rc::gen::pair(thread, rc::gen::resize(2, rc::gen::container<drawn_program>(thread))),
      prepend);
  return rc::gen::map(rc::gen::pair(thread, threads), prepend);
}

std::string differences(program& p, tally& count) {
  std::string wrong;
  std::optional<wanted> want = ask_oracles(p, wrong);
  while (!want) {
    ++count.cut;
    cut_one(p);
    want = ask_oracles(p, wrong);
  }
  ++count.programs;
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    const graph_set& set = model == graph::memory::sc ? want->sc : want->rc11;
    count.graphs += set.all.size();
    exploration how;
    how.model = model;
    for (const policy next : {policy::first, policy::last, policy::random, policy::same}) {
      how.next = next;
      wrong += compare(p, how, set);
    }
    for (unsigned off = 1; off < 8; ++off) {
      how.next = off % 2 == 0 ? policy::random : policy::same;
      how.obeys = {(off & 4) == 0, (off & 2) == 0, (off & 1) == 0};
      wrong += compare(p, how, set);
    }
  }
  return wrong;
}

}  // namespace heddle::litmus
