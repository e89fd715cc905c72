#include <heddle/tests/scheduler/program_body.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <heddle/scheduler/object.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle::litmus {

namespace {

constexpr std::size_t most_locations = 16, most_threads = 16;

bool waits_or_chooses(action what) {
  return may_block(what) || what == action::any ||
         (what >= action::lock && what <= action::notify_all);
}

// What does not block acquires the object's clock, and releases it.
template <action What>
effect apply(std::uint64_t value, std::uint64_t a, std::uint64_t b, unsigned option) {
  const litmus::outcome of = litmus::perform(What, value, a, b, option);
  const bool blocks = of.does == outcome::what::block;
  effect result;
  result.does = blocks ? effect::what::block : effect::what::write;
  result.next = blocks ? value : of.next;
  result.options = static_cast<std::uint16_t>(of.options);
  result.acquires = result.releases = blocks ? 0 : 1;
  result.result = value;
  return result;
}

template <std::size_t... What>
constexpr auto make_transitions(std::index_sequence<What...>) {
  return std::array<transition, sizeof...(What)>{apply<static_cast<action>(What)>...};
}
constexpr auto transitions =
    make_transitions(std::make_index_sequence<static_cast<std::size_t>(action::fence)>());

bool is_timed(action what) {
  return what == action::timed_await || what == action::timed_acquire ||
         what == action::timed_consume;
}

std::string text_of(const program& p, const std::vector<thread_state>& threads, bool ended,
                    const std::vector<std::uint64_t>& final_values) {
  std::string text = ended ? "" : "waits ";
  for (const thread_state& each : threads) {
    if (!ended) text += "@" + std::to_string(each.next) + " ";
    for (std::size_t i = 0; i < p.registers.size(); ++i) {
      text += p.registers[i] + "=" + std::to_string(each.registers[i]) + " ";
    }
    text += "| ";
  }
  for (std::size_t i = 0; ended && i < p.locations.size(); ++i) {
    text += p.locations[i] + "=" + std::to_string(final_values[i]) + " ";
  }
  return text;
}

execution_limits all_choices() {
  execution_limits limits;
  limits.timeouts = limits.spurious = 1000;
  return limits;
}

}  // namespace

std::vector<bool> machine_locations(const program& p) {
  std::vector<bool> result(p.locations.size());
  for (const thread_code& code : p.threads) {
    for (const instruction& each : code) {
      if (!is_located(each.what) || !waits_or_chooses(each.what)) continue;
      result[static_cast<std::size_t>(each.location)] = true;
    }
  }
  return result;
}

namespace {

// All operations of an object have one order, so each of them writes.
action as_update(action what) {
  switch (what) {
    case action::load:
      return action::add;
    case action::store:
    case action::cas:
      return action::exchange;
    case action::weak_cas:
      return action::any;
    case action::await:
      return action::await_update;
    case action::timed_await:
      return action::timed_acquire;
    default:
      return what;
  }
}

}  // namespace

program as_machines(const program& p) {
  const std::vector<bool> machine = machine_locations(p);
  program made = p;
  for (thread_code& code : made.threads) {
    for (instruction& each : code) {
      each.asymmetric = barrier::none;
      if (!is_located(each.what) || !machine[static_cast<std::size_t>(each.location)]) continue;
      if (each.what == action::load) each.a = {};
      each.what = as_update(each.what);
      each.order = std::memory_order_acq_rel;
      each.failure = std::memory_order_acquire;
    }
  }
  return made;
}

bool is_expressible(const program& p) {
  for (const thread_code& code : p.threads) {
    for (const instruction& each : code) {
      if (each.what == action::spin) return false;
    }
  }
  return true;
}

/// What one execution has: made on the stack of the body.
struct program_body::run {
  program_body& of;
  std::array<std::optional<control::object_ref>, most_locations> objects;
  std::optional<control::object_ref> plain;
  std::array<thread_argument, most_threads> arguments;
  std::array<std::uint32_t, most_threads> numbers;  ///< of the threads of the engine
};

program_body::program_body(const program& p, std::uint64_t seed)
    : p_(p), machine_(machine_locations(p)), spawner_(spawners(p)), seed_(seed) {}

std::function<void()> program_body::body() {
  return [this] { run_all(); };
}

std::string program_body::outcome() const { return text_of(p_, threads_, ended_, final_); }

void program_body::run_all() {
  outside([this] {
    ended_ = false;
    threads_.assign(p_.threads.size(), {});
    final_.assign(p_.locations.size(), 0);
  });
  run in{*this, {}, {}, {}, {}};
  if (seed_ != 0) in.plain.emplace(object_kind::shared, nullptr, 0);
  for (std::size_t i = 0; i < p_.locations.size(); ++i) {
    in.objects.at(i).emplace(object_kind::atomic, nullptr, p_.initial[i]);
  }
  for (std::size_t i = 0; i < p_.threads.size(); ++i) in.arguments.at(i) = {&in, i};
  for (std::size_t i = 0; i < p_.threads.size(); ++i) {
    if (spawner_[i] >= 0) continue;
    in.numbers.at(i) = control::spawn(run_thread, &in.arguments.at(i), location::here());
  }
  // Whoever has spawned a thread is waited for before it, so that its number is known.
  for (const bool spawned : {false, true}) {
    for (std::size_t i = 0; i < p_.threads.size(); ++i) {
      if ((spawner_[i] >= 0) != spawned || in.numbers.at(i) == 0) continue;
      control::join(in.numbers.at(i), location::here());
    }
  }
  for (std::size_t i = 0; i < p_.locations.size(); ++i) {
    control::object_ref& object = *in.objects.at(i);
    const auto look = transitions[static_cast<std::size_t>(action::add)];
    final_[i] =
        machine_[i]
            ? control::apply(object, {.apply = look, .name = "look"}, location::here()).result
            : control::load(object, std::memory_order_relaxed, location::here());
  }
  ended_ = true;
}

void program_body::run_thread(void* argument) {
  const auto& me = *static_cast<thread_argument*>(argument);
  run& in = *me.in;
  thread_state& state = in.of.threads_[me.thread];
  while (const instruction* const next = state.look(in.of.p_.threads[me.thread])) {
    if (in.plain) access_plain(in, me.thread);
    perform(in, me.thread, *next);
  }
}

void program_body::access_plain(run& in, std::size_t thread) {
  constexpr std::uint64_t reads = 3, writes = 1, of_all = 8;
  const std::uint64_t drawn = mix(in.of.seed_, mix(thread, in.of.threads_[thread].next)) % of_all;
  if (drawn < writes) {
    control::plain_write(*in.plain, location::here());
  } else if (drawn < writes + reads) {
    control::plain_read(*in.plain, location::here());
  }
}

void program_body::perform(run& in, std::size_t thread, const instruction& of) {
  thread_state& me = in.of.threads_[thread];
  if (is_located(of.what) && in.of.machine_[static_cast<std::size_t>(of.location)]) {
    perform_machine(in, thread, of);
    return;
  }
  const location here = location::here();
  const arguments with = arguments_of(of, me, thread);
  control::object_ref* const object =
      is_located(of.what) ? &*in.objects.at(static_cast<std::size_t>(of.location)) : nullptr;
  std::uint64_t read = 0;
  unsigned option = 0;
  switch (of.what) {
    case action::load:
      read = control::load(*object, of.order, here);
      break;
    case action::store:
      control::store(*object, with.a, of.order, here);
      break;
    case action::add:
      read = control::rmw(*object, control::rmw_kind::add, with.a, 8, of.order, here);
      break;
    case action::exchange:
      read = control::rmw(*object, control::rmw_kind::exchange, with.a, 8, of.order, here);
      break;
    case action::cas:
    case action::weak_cas: {
      const bool weak = of.what == action::weak_cas;
      read = with.a;
      const bool done =
          control::compare_exchange(*object, read, with.b, {of.order, of.failure, weak}, here);
      option = !done && read == with.a ? 1 : 0;
      break;
    }
    case action::fence:
      control::fence(of.order, here);
      break;
    case action::choose:
      option = heddle::choose(static_cast<std::uint32_t>(with.a));
      break;
    case action::spawn:
      in.numbers.at(with.a) = control::spawn(run_thread, &in.arguments.at(with.a), here);
      break;
    case action::join:
      control::join(in.numbers.at(with.a), here);
      break;
    default:
      break;
  }
  me.finish(of, read, option);
}

void program_body::perform_machine(run& in, std::size_t thread, const instruction& of) {
  thread_state& me = in.of.threads_[thread];
  const arguments with = arguments_of(of, me, thread);
  control::machine_call call;
  call.apply = transitions[static_cast<std::size_t>(of.what)];
  call.a = with.a;
  call.b = with.b;
  call.name = "operation";
  call.may_block = may_block(of.what);
  // Later than all that this thread knows of: whether it gives up is always open.
  if (is_timed(of.what)) call.deadline = after(control::now(), std::chrono::nanoseconds(1));
  control::object_ref& object = *in.objects.at(static_cast<std::size_t>(of.location));
  const control::machine_answer answer = control::apply(object, call, location::here());
  me.finish(of, answer.result, answer.option);
}

std::string outcome_of(const program& p, const ending& end) {
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    const auto location = static_cast<std::int32_t>(i);
    values.push_back(end.reached.value_of(location, end.reached.last_write(location)));
  }
  return text_of(p, end.threads, !end.deadlocked, values);
}

namespace {

void note(shown& in, const heddle::outcome& out, const finding& found, const std::string& text) {
  switch (out.end) {
    case heddle::ending::dropped:
      ++in.dropped;
      return;
    case heddle::ending::completed:
      ++in.complete;
      break;
    case heddle::ending::unreal:
      in.wrong += "unreal; ";
      return;
    case heddle::ending::found:
      if (found.kind != finding_kind::deadlock) {
        in.wrong += std::string(to_string(found.kind)) + ": " + found.text + "; ";
        return;
      }
      ++in.waiting;
      break;
    case heddle::ending::blocked:
      ++in.waiting;
      break;
  }
  ++in.outcomes[text];
}

// Runs the latest execution of `choices` again, recorded, and then the recording.
std::string again(runner& runs, program_body& of, strategy& choices, graph::memory model,
                  const heddle::outcome& first) {
  const std::function<void()> body = of.body();
  const std::string expected = of.outcome();
  recording taken, repeated;
  choices.again();
  const heddle::outcome second = runs.run(body, choices, {.record = &taken, .memory = model});
  std::string wrong;
  const auto compare = [&](const heddle::outcome& out, const char* what) {
    if (of.outcome() != expected) wrong += what + (" shows " + of.outcome()) + "; ";
    if (out.end != first.end) wrong += what + std::string(" ends otherwise; ");
    if (first.fingerprint != 0 && out.fingerprint != first.fingerprint)
      wrong += what + std::string(": other fingerprint; ");
    if (out.end == heddle::ending::found && out.end != first.end) wrong += runs.found().text;
  };
  compare(second, "the recording");
  compare(runs.replay(body, taken.taken, repeated, model), "the replay");
  if (!wrong.empty()) wrong = "of " + expected + ": " + wrong;
  return wrong;
}

}  // namespace

shown show_by_engine(program_body& of, graph::memory model, bool replayed, bool lean) {
  shown result;
  runner runs(all_choices());
  const std::unique_ptr<strategy> choices = make_optimal(model);
  while (result.wrong.empty() && choices->begin()) {
    const heddle::outcome out =
        runs.run(of.body(), *choices, {.memory = model, .fingerprint = !lean});
    if (!choices->applies()) {
      result.wrong += "does not apply; ";
      break;
    }
    note(result, out, runs.found(), of.outcome());
    if (out.end == heddle::ending::dropped) continue;
    if (!lean && !result.fingerprints.insert(out.fingerprint).second)
      result.wrong += "seen twice; ";
    if (replayed) result.wrong += again(runs, of, *choices, model, out);
  }
  return result;
}

std::vector<std::string> ends_by_engine(program_body& of, graph::memory model, bool lean) {
  std::vector<std::string> all;
  runner runs(all_choices());
  const std::unique_ptr<strategy> choices = make_optimal(model);
  while (choices->begin()) {
    const heddle::outcome out =
        runs.run(of.body(), *choices, {.memory = model, .fingerprint = !lean});
    std::string text = std::to_string(static_cast<int>(out.end));
    if (out.end == heddle::ending::found) text += std::string(to_string(runs.found().kind));
    all.push_back(std::move(text) + (out.shared ? " shared" : "") + (out.weaker ? " weaker" : ""));
  }
  return all;
}

shown show_by_driver(const program& p, graph::memory model) {
  shown result;
  exploration how;
  how.model = model;
  how.name_graphs = false;
  how.then = [&](const litmus::ending& end) {
    ++(end.deadlocked ? result.waiting : result.complete);
    ++result.outcomes[outcome_of(p, end)];
  };
  const visits all = explore(p, how);
  result.dropped = all.wasted;
  return result;
}

namespace {

std::string difference(const shown& engine, const shown& driver) {
  if (!engine.wrong.empty()) return engine.wrong;
  const auto counts = [](const shown& of) {
    return std::to_string(of.complete) + " + " + std::to_string(of.waiting) + " that wait";
  };
  std::string wrong;
  if (counts(engine) != counts(driver)) wrong = counts(engine) + ", not " + counts(driver);
  constexpr std::size_t enough = 500;
  for (const auto& [text, times] : driver.outcomes) {
    if (wrong.size() > enough) break;
    const auto seen = engine.outcomes.find(text);
    const std::uint64_t got = seen == engine.outcomes.end() ? 0 : seen->second;
    if (got == times) continue;
    wrong += "; " + text + std::to_string(got) + " times, not " + std::to_string(times);
  }
  for (const auto& [text, times] : engine.outcomes) {
    if (wrong.size() > enough) break;
    if (!driver.outcomes.contains(text)) wrong += "; " + text + "is impossible";
  }
  return wrong;
}

}  // namespace

std::string differences(const program& p, graph::memory model, bool replayed) {
  program_body body(p);
  const shown driver = show_by_driver(p, model);
  std::string all;
  for (const bool lean : {false, true}) {
    const std::string wrong = difference(show_by_engine(body, model, replayed, lean), driver);
    if (wrong.empty()) continue;
    all += std::string(lean ? "lean, " : "") + (model == graph::memory::sc ? "sc: " : "rc11: ") +
           wrong + "\n";
  }
  return all;
}

shown walk(program_body& of, graph::memory model, std::uint64_t count, const shown& all,
           std::uint64_t replay_each, std::string_view sampler) {
  shown result;
  runner runs(all_choices());
  const std::unique_ptr<strategy> choices = make_sampler(sampler, {});
  for (std::uint64_t i = 0; i < count && result.wrong.empty() && choices->begin(); ++i) {
    const heddle::outcome out = runs.run(of.body(), *choices, {.memory = model});
    note(result, out, runs.found(), of.outcome());
    if (out.end == heddle::ending::dropped) result.wrong += "dropped; ";
    result.fingerprints.insert(out.fingerprint);
    if (!all.outcomes.contains(of.outcome())) {
      result.wrong += "impossible: " + of.outcome() + "; ";
    } else if (!all.fingerprints.contains(out.fingerprint)) {
      result.wrong += "no graph of those: " + of.outcome() + "; ";
    }
    if (replay_each > 0 && i % replay_each == 0) {
      result.wrong += again(runs, of, *choices, model, out);
    }
  }
  return result;
}

}  // namespace heddle::litmus
