#include <heddle/tests/checker/random_failures.hpp>

#include <array>
#include <map>

#include <heddle/checker/same_finding.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::testing {

namespace {

class generator {
 public:
  explicit generator(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U) {}
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::uint32_t>(((z ^ (z >> 31)) >> 33) % bound);
  }

 private:
  std::uint64_t state_;
};

struct objects {
  std::array<atomic<std::uint32_t>, 2> words{atomic<std::uint32_t>{0}, atomic<std::uint32_t>{0}};
  std::array<mutex, 2> locks{mutex{"a"}, mutex{"b"}};
};

std::uint64_t perform(objects& on, const random_operation& op, std::memory_order order) {
  const bool weak = order == std::memory_order_relaxed;
  auto& word = on.words.at(op.object);
  switch (op.does) {
    case random_operation::what::load:
      return word.load(order);
    case random_operation::what::store:
      word.store(op.value, order);
      return 0;
    case random_operation::what::add:
      return word.fetch_add(1, weak ? std::memory_order_relaxed : std::memory_order_seq_cst);
    case random_operation::what::lock:
      on.locks.at(op.object).lock();
      return 0;
    case random_operation::what::unlock:
      on.locks.at(op.object).unlock();
      return 0;
    case random_operation::what::choose:
      return choose(2);
  }
  return 0;
}

// Pieces of a thread: a plain access, or one or two locks around others.
void add_piece(generator& draw, std::vector<random_operation>& to, bool may_lock) {
  using what = random_operation::what;
  const auto object = static_cast<std::uint8_t>(draw.below(2));
  const auto value = static_cast<std::uint8_t>(1 + draw.below(3));
  const std::uint32_t kind = draw.below(may_lock ? 10 : 7);
  if (kind < 3) return to.push_back({what::load, object, 0});
  if (kind < 5) return to.push_back({what::store, object, value});
  if (kind < 6) return to.push_back({what::add, object, 0});
  if (kind < 7) return to.push_back({what::choose, 0, 0});
  const auto other = static_cast<std::uint8_t>(1 - object);
  to.push_back({what::lock, object, 0});
  if (kind == 9) to.push_back({what::lock, other, 0});
  add_piece(draw, to, false);
  if (kind == 9) to.push_back({what::unlock, other, 0});
  to.push_back({what::unlock, object, 0});
}

random_program make_program(generator& draw, graph::memory model) {
  random_program made;
  made.threads.resize(2 + draw.below(3));
  for (auto& thread : made.threads) {
    const std::uint32_t pieces = 1 + draw.below(4);
    for (std::uint32_t i = 0; i < pieces; ++i) add_piece(draw, thread, true);
  }
  if (model == graph::memory::rc11) made.order = std::memory_order_relaxed;
  made.judge = draw.below(static_cast<std::uint32_t>(made.threads.size()) + 1);
  return made;
}

constexpr std::uint64_t walks = 400;

// What the judge sees, of executions that end by themselves; and whether any does not.
struct seen_outcomes {
  std::map<std::string, std::uint64_t> counts;
  bool deadlocks = false;
};

seen_outcomes look(const random_program& at, graph::memory model) {
  runner runs({});
  const auto walk = make_random_walk(1, 1, walks);
  seen_outcomes all;
  const auto body = at.body();
  while (walk->begin()) {
    all.deadlocks |= runs.run(body, *walk, {.memory = model}).end == ending::found;
  }
  const auto seen = runs.observed().find("seen");
  if (seen != runs.observed().end()) all.counts = seen->second;
  return all;
}

std::optional<recording> failing_walk(const random_program& of, graph::memory model) {
  runner runs({});
  const auto walk = make_random_walk(2, 1, 20 * walks);
  const auto body = of.body();
  while (walk->begin()) {
    if (runs.run(body, *walk, {.memory = model}).end != ending::found) continue;
    recording taken;
    walk->again();
    (void)runs.run(body, *walk, {.record = &taken, .memory = model});
    return taken;
  }
  return std::nullopt;
}

}  // namespace

std::function<void()> random_program::body() const {
  return [of = *this] {
    objects on;
    std::vector<std::uint64_t> seen(of.threads.size(), 1);
    const auto verify = [&](std::uint64_t sum) {
      observe("seen", std::to_string(sum));
      expect(!of.bad || sum != *of.bad, "as it must not be");
    };
    std::vector<thread> running;
    running.reserve(of.threads.size());
    for (std::size_t me = 0; me < of.threads.size(); ++me) {
      running.emplace_back([&, me] {
        for (const random_operation& op : of.threads[me]) {
          seen[me] = seen[me] * 5 + perform(on, op, of.order);
        }
        if (of.judge == me) verify(seen[me]);
      });
    }
    for (thread& each : running) each.join();
    if (of.judge != of.threads.size()) return;
    std::uint64_t sum = 0;
    for (const std::uint64_t each : seen) sum = sum * 1'000'003 + each;
    verify(sum);
  };
}

random_failure make_random_failure(std::uint64_t number, graph::memory model) {
  for (generator draw(number + 1);;) {
    random_program made = make_program(draw, model);
    const seen_outcomes all = look(made, model);
    if (!all.deadlocks) {
      if (all.counts.size() < 2) continue;
      auto rarest = all.counts.begin();
      for (auto i = all.counts.begin(); i != all.counts.end(); ++i) {
        if (i->second < rarest->second) rarest = i;
      }
      made.bad = std::stoull(rarest->first);
    }
    auto failed = failing_walk(made, model);
    if (failed) return {std::move(made), std::move(*failed)};
  }
}

std::optional<std::uint32_t> least_preemptions(const std::function<void()>& body,
                                               const finding& found) {
  runner runs({});
  constexpr std::uint64_t most = 2'000'000;
  std::uint64_t executions = 0;
  for (std::uint32_t bound = 0;; ++bound) {
    const auto choices = make_odometer(bound);
    while (choices->begin()) {
      if (++executions == most) return std::nullopt;
      if (runs.run(body, *choices).end != ending::found) continue;
      if (!same_finding(runs.found().kind, found.kind)) continue;
      // What is only told of an execution that is recorded: that it is a livelock.
      recording taken;
      choices->again();
      (void)runs.run(body, *choices, {.record = &taken});
      if (taken.found && is_same_finding(found, *taken.found)) return bound;
    }
    if (!choices->pruned()) return std::nullopt;
  }
}

}  // namespace heddle::testing
