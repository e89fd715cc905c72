// What is visited of a program: by the engine, by the driver of graphs, and at random.
#include <memory>
#include <optional>
#include <utility>

#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/tests/scheduler/program_body.hpp>

namespace heddle::litmus {

namespace {

execution_limits all_choices() {
  execution_limits limits;
  limits.timeouts = limits.spurious = 1000;
  return limits;
}

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
    // How far an execution came that found something is a matter of the order of its steps.
    const bool whole = out.end != heddle::ending::found;
    if (whole) text += std::string(out.shared ? " shared" : "") + (out.weaker ? " weaker" : "");
    all.push_back(std::move(text));
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
