// A recorded schedule replays, also in another linear order of the same dependences; what is no
// schedule of the body ends as `nondeterminism`.
#include <algorithm>
#include <string>
#include <tuple>

#include <heddle/tests/scheduler/program.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

struct recorded {
  outcome out;
  recording taken;
};

recorded record_random(runner& runs, const test_body& body, std::uint64_t seed) {
  recorded made;
  const auto walk = make_random_walk(seed, 1);
  if (walk->begin()) made.out = runs.run(body, *walk, {.record = &made.taken});
  return made;
}

recorded replay(runner& runs, const test_body& body, const schedule& choices) {
  recorded made;
  made.out = runs.replay(body, choices, made.taken);
  return made;
}

std::string text_of(const recorded& what) {
  std::string text = std::to_string(static_cast<int>(what.out.end)) + "\n";
  for (const recorded_step& step : what.taken.steps) {
    text += what.taken.threads.at(step.thread) + " " + step.text + " " + step.call + " " +
            std::to_string(step.where.line) + "\n";
  }
  if (what.taken.found) text += what.taken.found->text;
  return text;
}

bool same(const recorded& a, const recorded& b) {
  return a.taken.taken == b.taken.taken && text_of(a) == text_of(b) &&
         a.out.fingerprint == b.out.fingerprint && a.out.steps == b.out.steps;
}

// What a step concerns, from its text: `load atomic #1 of thread 0 = 1`.
std::string object_in(const std::string& text) {
  // One that has a name; the buckets of the parking lot share theirs.
  if (const std::size_t quote = text.find('"'); quote != std::string::npos) {
    return text.substr(quote, text.find('"', quote + 1) - quote);
  }
  for (const char* kind : {"atomic", "mutex", "shared"}) {
    const std::size_t begin = text.find(kind);
    if (begin == std::string::npos) continue;
    const std::size_t thread = text.find("thread ", begin);
    return text.substr(begin, text.find_first_of(" :", thread + 7) - begin);
  }
  return "";
}

// Steps that may change places: of different threads, on different objects, and neither starts,
// ends, wakes or delays a thread.
bool independent(const recording& in, std::size_t first) {
  const recorded_step& a = in.steps[first];
  const recorded_step& b = in.steps[first + 1];
  if (a.thread == b.thread) return false;
  for (const recorded_step* step : {&a, &b}) {
    for (const char* word : {"spawn", "join", "wake", "futex", "deadline", "sleep"}) {
      if (step->text.find(word) != std::string::npos) return false;
    }
  }
  return object_in(a.text).empty() || object_in(a.text) != object_in(b.text);
}

std::uint64_t seed_of_case() { return *rc::gen::arbitrary<std::uint64_t>(); }

void check(const std::function<void()>& property) {
  const auto result = rc::detail::checkTestable(property);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay_of_schedules)

BOOST_AUTO_TEST_CASE(a_replay_is_the_recorded_execution) {
  runner runs({});
  check([&] {
    const program what = *programs();
    const test_body body = body_of(what);
    const recorded first = record_random(runs, body, seed_of_case());
    const recorded second = replay(runs, body, first.taken.taken);
    RC_ASSERT(text_of(first) == text_of(second));
    RC_ASSERT(same(first, second));
  });
}

BOOST_AUTO_TEST_CASE(a_replay_is_the_recorded_execution_with_reuse_and_plain_steps) {
  runner runs({.reuse = true, .plain = true});
  check([&] {
    const test_body body = body_of(*programs());
    const recorded first = record_random(runs, body, seed_of_case());
    RC_ASSERT(text_of(first) == text_of(replay(runs, body, first.taken.taken)));
  });
}

BOOST_AUTO_TEST_CASE(independent_steps_change_places_and_the_fingerprint_stays) {
  runner runs({});
  std::size_t exchanged = 0;
  check([&] {
    const test_body body = body_of(*programs());
    recorded now = record_random(runs, body, seed_of_case());
    RC_PRE(now.out.end == ending::completed);
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i + 1 < now.taken.steps.size(); ++i) {
        if (!independent(now.taken, i)) continue;
        schedule other = now.taken.taken;
        std::swap(other.steps[i], other.steps[i + 1]);
        const recorded then = replay(runs, body, other);
        RC_ASSERT(then.out.end == now.out.end);
        RC_ASSERT(then.out.fingerprint == now.out.fingerprint);
        now = then;
        ++exchanged;
      }
    }
  });
  BOOST_TEST(exchanged > 100U);
}

BOOST_AUTO_TEST_CASE(dependent_steps_change_places_and_so_does_the_fingerprint) {
  const test_body body = [] {
    atomic<int> x{0};
    together([&] { x.store(1); }, [&] { (void)x.load(); });
  };
  const explored all = interleave(body);
  BOOST_TEST(all.executions == 2U);
  BOOST_TEST(all.traces.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_mutated_schedule_ends_as_nondeterminism_or_normally) {
  runner runs({});
  check([&] {
    const test_body body = body_of(*programs());
    schedule other = record_random(runs, body, seed_of_case()).taken.taken;
    const auto at = *rc::gen::inRange<std::size_t>(0, other.steps.size());
    schedule::step& step = other.steps[at];
    switch (*rc::gen::inRange(0, 7)) {
      case 0:
        step.thread = *rc::gen::inRange<std::uint32_t>(0, 9);
        break;
      case 1:
        for (choice& c : step.choices) c.option = (c.option + 1) % c.count;
        break;
      case 2:
        other.steps.resize(at);
        break;
      case 3:
        other.steps.insert(other.steps.end(), 3, other.steps[at]);
        break;
      case 4:
        step.choices.push_back({choice_kind::random, 2, 7});
        break;
      case 5:
        step.check = static_cast<std::uint16_t>(step.check + 1);
        break;
      default:
        other.threads[at % other.threads.size()] = {7, 7};
    }
    const recorded then = replay(runs, body, other);
    if (then.out.end == ending::found) {
      const finding_kind kind = then.taken.found->kind;
      RC_ASSERT(kind == finding_kind::nondeterminism || kind == finding_kind::deadlock ||
                kind == finding_kind::stuck_threads);
    }
    // The runner is as good as new.
    const recorded again = record_random(runs, body, 1);
    RC_ASSERT(same(again, replay(runs, body, again.taken.taken)));
  });
}

BOOST_AUTO_TEST_CASE(another_body_is_told_by_its_first_differing_operation) {
  runner runs({});
  const auto body = [](bool other) {
    return [other] {
      atomic<int> x{0, "x"};
      x.store(1);
      other ? x.store(2) : void(x.load());
    };
  };
  const recorded first = record_random(runs, body(false), 1);
  const recorded then = replay(runs, body(true), first.taken.taken);
  BOOST_TEST((then.out.end == ending::found));
  BOOST_TEST(then.taken.found->text.find("step 2 is store \"x\"") != std::string::npos,
             then.taken.found->text);
}

// Two threads take blocks back before their first step: the answers belong to the spawns.
BOOST_AUTO_TEST_CASE(choices_before_a_threads_first_step_replay) {
  runner runs({.reuse = true});
  const test_body body = [] {
    delete new long(1);
    delete new long(2);
    const auto take = [] {
      const long* const first = new long(3);
      const long* const second = new long(4);
      delete first;
      delete second;
    };
    together(take, take);
    delete new long(5);
  };
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const recorded first = record_random(runs, body, seed);
    BOOST_TEST((first.out.end == ending::completed));
    BOOST_TEST(same(first, replay(runs, body, first.taken.taken)));
  }
}

// Threads of threads get their numbers in the order of the spawns, and objects their slots.
BOOST_AUTO_TEST_CASE(the_order_in_which_threads_and_objects_are_made_is_not_in_a_fingerprint) {
  const explored all = interleave([] {
    const auto nested = [] {
      atomic<int> mine{0};
      thread([&] { mine.store(1); }).join();
    };
    together(nested, nested);
  });
  BOOST_TEST(all.executions > 1U);
  BOOST_TEST(all.traces.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
