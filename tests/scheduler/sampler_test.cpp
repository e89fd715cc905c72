// What all sampling strategies promise: each execution can be run alone and in any part of the
// search; they draw nothing impossible; loops that wait end; threads that the body spawns one after
// the other are sampled as if they began together.
#include <cstdint>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/table.hpp>
#include <heddle/tests/scheduler/explored.hpp>
#include <heddle/tests/scheduler/program_body.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using namespace heddle;

// Threads of different lengths, one of them spawned by another, a lock and a loop that waits.
void some_of_everything() {
  mutex m;
  atomic<int> x{0}, y{0};
  together(
      [&] {
        thread inner([&] { y.store(x.load() + 1); });
        x.fetch_add(1);
        inner.join();
      },
      [&] {
        for (int i = 0; i < 2; ++i) {
          m.lock();
          x.store(x.load() + 1);
          m.unlock();
        }
      },
      [&] {
        while (!m.try_lock()) platform::spin_hint(location::here());
        y.store(2);
        m.unlock();
      });
}

std::vector<std::uint64_t> fingerprints(strategy& choices) {
  runner runs({});
  std::vector<std::uint64_t> all;
  while (choices.begin()) {
    const outcome out = runs.run(some_of_everything, choices);
    BOOST_TEST((out.end == ending::dropped) == choices.rehearses());
    if (!choices.rehearses()) all.push_back(out.fingerprint);
  }
  return all;
}

constexpr std::uint64_t many = 700;

void finds_all_in_parts(std::string_view name) {
  const auto whole = make_sampler(name, {.seed = 5, .last = many});
  const std::vector<std::uint64_t> expected = fingerprints(*whole);
  BOOST_TEST(expected.size() == many);
  for (const std::uint64_t i : {1U, 2U, 3U, 64U, 65U, 333U}) {
    const auto alone = make_sampler(name, {.seed = 5, .first = i, .last = i});
    const std::vector<std::uint64_t> one = fingerprints(*alone);
    BOOST_TEST(one.size() == 1U);
    BOOST_TEST(one.at(0) == expected.at(i - 1), name << ": execution " << i);
  }
  // Parts in an order in which no process alone would come to them.
  const auto first = make_sampler(name, {.seed = 5, .last = many});
  search_part late, middle;
  BOOST_TEST(first->split(late));
  BOOST_TEST(first->split(middle));
  const std::vector<std::uint64_t> early = fingerprints(*first);
  BOOST_TEST(first->adopt(late) == "");
  const std::vector<std::uint64_t> third = fingerprints(*first);
  BOOST_TEST(first->adopt(middle) == "");
  std::vector<std::uint64_t> all = early;
  for (const std::uint64_t each : fingerprints(*first)) all.push_back(each);
  all.insert(all.end(), third.begin(), third.end());
  BOOST_TEST((all == expected), name);
}

// Random walks leave all of these loops.
const std::map<std::string, test_body> loops = {
    {"load",
     [] {
       atomic<int> flag{0};
       together([&] { flag.store(1); },
                [&] {
                  while (flag.load() == 0) {
                  }
                });
     }},
    {"load of two, with yield",
     [] {
       atomic<int> a{0}, b{0};
       together([&] { a.store(1); }, [&] { b.store(1); },
                [&] {
                  while (a.load() == 0 || b.load() == 0) yield();
                });
     }},
    {"lock by exchange",
     [] {
       atomic<int> held{0};
       crowd(3, [&](unsigned) {
         while (held.exchange(1) != 0) {
         }
         held.store(0);
       });
     }},
    {"lock by compare-exchange",
     [] {
       atomic<int> held{0};
       crowd(3, [&](unsigned) {
         for (int none = 0; !held.compare_exchange_strong(none, 1); none = 0) {
         }
         held.store(0);
       });
     }},
    {"try_lock in the wrong order",
     [] {
       mutex a, b;
       const auto both = [](mutex& first, mutex& second) {
         for (;;) {
           first.lock();
           if (second.try_lock()) break;
           first.unlock();
         }
         second.unlock();
         first.unlock();
       };
       together([&] { both(a, b); }, [&] { both(b, a); });
     }},
    {"a counter that others count on",
     [] {
       atomic<int> turn{0};
       crowd(3, [&](unsigned i) {
         for (unsigned round = 0; round < 3; ++round) {
           while (turn.load() != static_cast<int>(round * 3 + i)) {
           }
           turn.fetch_add(1);
         }
       });
     }},
};

void leaves_loops(std::string_view name, std::uint32_t most_steps) {
  for (const auto& [loop, body] : loops) {
    for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
      runner runs({.steps = most_steps});
      const auto choices = make_sampler(name, {.last = 2000});
      std::uint32_t longest = 0;
      while (choices->begin()) {
        const outcome out = runs.run(body, *choices, {.memory = model});
        longest = std::max(longest, out.steps);
        if (out.end != ending::found) continue;
        BOOST_TEST(false, name << ", " << loop << ": " << runs.found().text);
        break;
      }
      std::cout << name << ", " << loop << ": at most " << longest << " steps\n";
    }
  }
}

// SCTBench's reorder, whose body spawns one thread after the other.
struct reorder {
  unsigned setters;
  bool counts = false;  ///< the body, before each thread
  bool hit = false;

  void operator()() {
    atomic<int> a{0}, b{0}, count{0};
    std::vector<thread> all;
    all.reserve(setters + 1);
    for (unsigned i = 0; i < setters; ++i) {
      if (counts) count.fetch_add(1);
      all.emplace_back([&] {
        a.store(1);
        b.store(-1);
      });
    }
    all.emplace_back([&] {
      const int seen = a.load(), then = b.load();
      hit = !((seen == 0 && then == 0) || (seen == 1 && then == -1));
    });
    hit = false;
    for (thread& each : all) each.join();
  }
};

double hit_rate(std::string_view name, reorder program, std::uint32_t preempted_spawns) {
  constexpr std::uint64_t tries = 10'000;
  runner runs({});
  const auto choices = make_sampler(name, {.last = tries, .preempted_spawns = preempted_spawns});
  std::uint64_t hits = 0;
  while (choices->begin()) {
    (void)runs.run(std::ref(program), *choices);
    hits += program.hit ? 1 : 0;
  }
  return static_cast<double>(hits) / tries;
}

// Outcomes and graphs of a program that no exhaustive search shows.
std::string impossible(const litmus::program& p, std::string_view name, std::uint64_t count) {
  std::string wrong;
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    litmus::program_body body(p);
    const litmus::shown all = litmus::show_by_engine(body, model, false);
    const litmus::shown drawn = litmus::walk(body, model, count, all, 20, name);
    wrong += all.wrong + drawn.wrong;
  }
  return wrong.empty() ? "" : std::string(name) + ": " + litmus::to_text(p) + ": " + wrong;
}

void draw_from(litmus::bias of, int programs_wanted) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = programs_wanted;
  const auto result = rc::detail::checkTestable(
      [&] {
        const litmus::program p = litmus::as_machines(make_program(*litmus::programs(), of));
        if (!is_expressible(p)) return;
        for (const std::string_view name : sampler_names()) {
          const std::string wrong = impossible(p, name, 60);
          if (!wrong.empty()) RC_FAIL(wrong);
        }
      },
      rc::detail::TestMetadata{to_string(of), to_string(of)}, params);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sampler)

// As by threads that begin side by side, and as by those that do not.
BOOST_AUTO_TEST_CASE(spawning_one_after_the_other_does_not_decide) {
  constexpr std::uint32_t never = 0, always = 64, as_it_is = 8;
  for (const std::string_view name : {"random_walk", "pos", "urw", "surw"}) {
    const double together = hit_rate(name, {9}, never);
    const double in_order = hit_rate(name, {9}, always);
    const double rate = hit_rate(name, {9}, as_it_is);
    std::cout << name << ", reorder_10 spawned in order: " << rate << "; where nobody goes before "
              << "all are there " << together << ", where anybody may " << in_order << std::endl;
    BOOST_TEST(rate >= 0.05, name);
    BOOST_TEST(rate >= 0.7 * together, name);
    const double counted = hit_rate(name, {9, true}, as_it_is);
    std::cout << name << ", where the body counts them before: " << counted << std::endl;
    BOOST_TEST(counted >= 0.7 * together, name);
  }
  BOOST_TEST(hit_rate("random_walk", {9}, always) < 0.01);
}

// A thread that must run before the next one is spawned.
BOOST_AUTO_TEST_CASE(a_bug_before_the_next_spawn_is_found) {
  bool hit = false;
  const auto body = [&] {
    atomic<int> x{0};
    thread first([&] { x.store(1); });
    thread second([&] { x.store(2); });
    thread inner([&] { hit = x.load() == 1; });
    for (thread* const each : {&first, &second, &inner}) each->join();
  };
  const auto early = [&] {
    atomic<int> x{0};
    hit = false;
    thread first([&] { x.store(1); });
    const auto live = platform::live_threads(location::here());
    thread second([&] { (void)x.load(); });
    hit = live == 0;
    first.join();
    second.join();
  };
  for (const std::string_view name : sampler_names()) {
    for (const test_body& each : {test_body(body), test_body(early)}) {
      runner runs({});
      const auto choices = make_sampler(name, {.last = 3000});
      int hits = 0;
      while (choices->begin()) {
        (void)runs.run(each, *choices);
        hits += hit ? 1 : 0;
      }
      BOOST_TEST(hits > 0, name);
    }
  }
}

BOOST_AUTO_TEST_CASE(litmus_programs_show_nothing_impossible) {
  for (const litmus::table_row& row : litmus::read_table(HEDDLE_LITMUS_TABLE)) {
    const litmus::program p = litmus::as_machines(litmus::parse(row.text));
    if (!is_expressible(p)) continue;
    for (const std::string_view name : sampler_names()) {
      BOOST_TEST(impossible(p, name, 300) == "", row.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(few_programs_of_everything) { draw_from(litmus::bias::uniform, 60); }
BOOST_AUTO_TEST_CASE(few_programs_with_choices) { draw_from(litmus::bias::choices, 40); }

BOOST_AUTO_TEST_CASE(executions_are_the_same_alone_and_in_parts) {
  for (const std::string_view name : sampler_names()) finds_all_in_parts(name);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_a_sampler) {
  BOOST_TEST(!is_sampler("exhaustive"));
  BOOST_TEST(make_sampler("", {}) == nullptr);
}

BOOST_AUTO_TEST_CASE(members_of_the_portfolio_are_told_by_the_path) {
  const auto all = make_sampler("portfolio", {.last = 60});
  std::map<std::string, int> turns;
  while (all->begin()) ++turns[all->member(all->path())];
  BOOST_TEST(turns.size() == sampler_names().size() - 1);
  for (const auto& [name, times] : turns) {
    BOOST_TEST(is_sampler(name));
    BOOST_TEST(times == 60 / static_cast<int>(turns.size()), name);
  }
  const auto one = make_sampler("pct", {});
  BOOST_TEST(one->begin());
  BOOST_TEST(one->member(one->path()) == "");
}

BOOST_AUTO_TEST_CASE(loops_that_wait_end) {
  for (const std::string_view name : sampler_names()) leaves_loops(name, 2000);
}

BOOST_AUTO_TEST_SUITE_END()
