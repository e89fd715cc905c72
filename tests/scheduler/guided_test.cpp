// A guided execution follows wishes where it can, and never takes the body for another one.
#include <heddle/scheduler/strategy/guided.hpp>

#include <algorithm>
#include <map>

#include <heddle/scheduler/align.hpp>
#include <heddle/tests/scheduler/program.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

void check(const std::function<void()>& property) {
  const auto result = rc::detail::checkTestable(property);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), result);
}

struct recorded {
  outcome out;
  recording taken;
};

recorded record(runner& runs, const test_body& body, strategy& choices,
                graph::memory model = graph::memory::sc) {
  recorded made;
  if (choices.begin()) made.out = runs.run(body, choices, {.record = &made.taken, .memory = model});
  return made;
}

recorded follow(runner& runs, const test_body& body, guide what,
                graph::memory model = graph::memory::sc) {
  const auto guided = make_guided();
  guided->follow(std::move(what));
  return record(runs, body, *guided, model);
}

std::string threads_of(const recorded& what) {
  std::string text;
  for (const recorded_step& step : what.taken.steps) text += what.taken.threads.at(step.thread);
  return text;
}

// The same steps and choices, and switches at the same places.
bool same(const recorded& a, const recorded& b) {
  return a.taken.taken == b.taken.taken && a.out.end == b.out.end &&
         a.out.fingerprint == b.out.fingerprint &&
         preemptions_of(a.taken) == preemptions_of(b.taken);
}

bool is_nondeterminism(const recorded& what) {
  return what.taken.found && what.taken.found->kind == finding_kind::nondeterminism;
}

std::uint64_t seed_of_case() { return *rc::gen::arbitrary<std::uint64_t>(); }

recorded walk(runner& runs, const test_body& body, graph::memory model = graph::memory::sc) {
  const auto random = make_random_walk(seed_of_case(), 1);
  return record(runs, body, *random, model);
}

// Two threads of two stores each; `more` puts a load before each of them.
test_body two_writers(bool more) {
  return [more] {
    atomic<int> x{0}, y{0};
    together(
        [&] {
          if (more) (void)y.load();
          x.store(1);
          if (more) (void)y.load();
          x.store(2);
        },
        [&] {
          if (more) (void)y.load();
          x.store(3);
          if (more) (void)y.load();
          x.store(4);
        });
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(guided_executions)

BOOST_AUTO_TEST_CASE(to_follow_a_random_walk_is_the_same_execution) {
  runner runs({});
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    check([&] {
      const test_body body = body_of(*programs());
      const recorded first = walk(runs, body, model);
      RC_ASSERT(same(first, follow(runs, body, {.wishes = first.taken.taken}, model)));
      guide by_switches{.wishes = first.taken.taken, .switches = switches_of(first.taken)};
      RC_ASSERT(same(first, follow(runs, body, std::move(by_switches), model)));
    });
  }
}

BOOST_AUTO_TEST_CASE(without_wishes_nothing_is_preempted) {
  runner runs({});
  check([&] {
    const test_body body = body_of(*programs());
    const auto guided = make_guided();
    const recorded usual = record(runs, body, *guided);
    RC_ASSERT(guided->diverged_at() == usual.out.steps + 1);
    RC_ASSERT(preemptions_of(usual.taken) == 0U);
  });
}

BOOST_AUTO_TEST_CASE(the_schedule_of_another_program_is_no_nondeterminism) {
  runner runs({.reuse = true, .plain = true});
  check([&] {
    const recorded other = walk(runs, body_of(*programs()));
    const test_body body = body_of(*programs());
    const recorded followed = follow(runs, body, {.wishes = other.taken.taken});
    RC_ASSERT(!is_nondeterminism(followed));
    RC_ASSERT(same(followed, follow(runs, body, {.wishes = followed.taken.taken})));
  });
}

BOOST_AUTO_TEST_CASE(what_has_come_in_between_is_performed_on_the_way) {
  runner runs({});
  check([&] {
    const recorded first = walk(runs, two_writers(false));
    const recorded later = follow(runs, two_writers(true), {.wishes = first.taken.taken});
    // The stores come in the same order.
    const auto stores = [](const recorded& of) {
      std::string text;
      for (const recorded_step& step : of.taken.steps) {
        if (step.text.rfind("store", 0) == 0) text += step.text.back();
      }
      return text;
    };
    RC_ASSERT(stores(later) == stores(first));
    const recorded back = follow(runs, two_writers(false), {.wishes = later.taken.taken});
    RC_ASSERT(stores(back) == stores(first));
  });
}

// What the last read and the writes see is as before: a read that looks alike has come before each.
BOOST_AUTO_TEST_CASE(operations_that_look_alike_are_aligned) {
  runner runs({});
  const auto counting = [](bool more) -> test_body {
    return [more] {
      atomic<int> x{0};
      const auto add = [&] {
        if (more) (void)x.load();
        x.store(x.load() + 1);
      };
      together(add, add, add);
      observe("x", std::to_string(x.load()));
    };
  };
  const auto last = [](const recorded& of) { return of.taken.steps.back().text; };
  std::size_t naive = 0, cases = 0;
  check([&] {
    const recorded first = walk(runs, counting(false));
    const recorded usual = follow(runs, counting(true), {.wishes = first.taken.taken});
    naive += last(usual) == last(first) ? 1 : 0;
    ++cases;
    const schedule now = align(first.taken.taken, usual.taken);
    RC_ASSERT(last(follow(runs, counting(true), {.wishes = now})) == last(first));
  });
  BOOST_TEST(naive < cases);
}

BOOST_AUTO_TEST_CASE(a_postponed_thread_goes_on_when_no_other_can) {
  runner runs({});
  const recorded first = follow(runs, two_writers(false), {.wishes = {}});
  BOOST_TEST(threads_of(first) == "00110220");
  const recorded later =
      follow(runs, two_writers(false),
             {.wishes = {.threads = first.taken.taken.threads, .steps = {}, .prologue = {}},
              .postponed = {1}});
  BOOST_TEST(threads_of(later) == "00221100");
}

BOOST_AUTO_TEST_CASE(two_operations_are_reversed) {
  runner runs({});
  const recorded first = follow(runs, two_writers(false), {.wishes = {}});
  // The second store of thread 1 waits for the first one of thread 2.
  const recorded other =
      follow(runs, two_writers(false),
             {.wishes = first.taken.taken, .reversed = guide::reversal{{2, 0}, {1, 1}}});
  BOOST_TEST(threads_of(other) == "00122100");
}

BOOST_AUTO_TEST_CASE(preemptions_are_what_the_odometer_bounds) {
  runner runs({});
  check([&] {
    program what = *programs();
    what.resize(2);
    for (program_thread& each : what) each.resize(std::min<std::size_t>(each.size(), 2));
    const test_body body = body_of(what);
    const auto count = [&](std::uint32_t bound, std::map<std::uint32_t, int>& by_preemptions) {
      const auto all = make_odometer(bound);
      for (int n = 0; n < 3000; ++n) {
        const recorded next = record(runs, body, *all);
        if (next.taken.steps.empty()) return true;
        ++by_preemptions[preemptions_of(next.taken)];
      }
      return false;
    };
    std::map<std::uint32_t, int> every;
    if (!count(unbounded, every)) return;
    for (std::uint32_t bound = 0; bound < 4; ++bound) {
      std::map<std::uint32_t, int> within, expected = every;
      RC_ASSERT(count(bound, within));
      expected.erase(expected.upper_bound(bound), expected.end());
      RC_ASSERT(within == expected);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
