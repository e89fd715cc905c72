// Reads-from feedback: what it draws depends on the seed and the number alone, although it
// remembers; and its constraints lead to bugs that hang on who reads from whom.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <heddle/models/bugs/many_setters.hpp>
#include <heddle/models/bugs/two_stages.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy/reads_from.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

void three_threads() {
  heddle::atomic<int> x{0, "x"}, y{0, "y"};
  heddle::thread a([&] {
    x.store(1);
    (void)y.load();
    x.fetch_add(2);
  });
  heddle::thread b([&] {
    y.store(x.load() + 1);
    (void)x.load();
  });
  y.fetch_add(1);
  a.join();
  b.join();
}

// The fingerprints of executions first, first + 1, ...
std::vector<std::uint64_t> drawn(strategy& choices, std::size_t count) {
  runner runs({});
  std::vector<std::uint64_t> all;
  while (all.size() < count && choices.begin()) {
    const bool rehearses = choices.rehearses();
    const outcome out = runs.run(three_threads, choices);
    BOOST_TEST_REQUIRE((out.end != ending::found));
    if (!rehearses) all.push_back(out.fingerprint);
  }
  return all;
}

std::vector<std::uint64_t> drawn_from(std::string_view name, std::uint64_t first,
                                      std::size_t count) {
  const auto choices = make_sampler(name, {.seed = 7, .first = first});
  return drawn(*choices, count);
}

// Executions up to the first finding; `most` if there is none.
std::uint64_t schedules_to_bug(std::string_view name, const std::function<void()>& body,
                               std::uint64_t seed, std::uint64_t most) {
  runner runs({});
  const auto choices = make_sampler(name, {.seed = seed});
  for (std::uint64_t done = 1; done < most && choices->begin(); ++done) {
    if (runs.run(body, *choices).end == ending::found) return done;
  }
  return most;
}

std::uint64_t sum_over_seeds(std::string_view name, const std::function<void()>& body,
                             std::uint64_t most) {
  std::uint64_t sum = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) sum += schedules_to_bug(name, body, seed, most);
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rff)

// 1030 is behind the end of a block, where it forgets.
BOOST_AUTO_TEST_CASE(an_execution_alone_is_the_one_of_its_number) {
  for (const char* name : {"rff", "fest", "portfolio"}) {
    const auto all = drawn_from(name, 1, 1040);
    for (const std::uint64_t number : {1U, 2U, 3U, 17U, 100U, 1024U, 1025U, 1030U}) {
      const auto alone = drawn_from(name, number, 3);
      for (std::size_t i = 0; i < alone.size(); ++i) {
        BOOST_TEST(alone[i] == all[number - 1 + i], name << ", execution " << number + i);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(parts_are_drawn_as_the_whole_also_when_an_earlier_one_follows) {
  const auto all = drawn_from("rff", 1, 60);
  const auto first = make_sampler("rff", {.seed = 7, .first = 1, .last = 60});
  search_part later;
  BOOST_TEST_REQUIRE(first->split(later));
  const auto other = make_sampler("rff", {.seed = 7, .first = 1, .last = 0});
  BOOST_TEST_REQUIRE(other->adopt(later) == "");
  auto both = drawn(*other, 60);
  const std::size_t half = both.size();
  BOOST_TEST(half == 30U);
  for (const search_part& rest : first->save()) BOOST_TEST_REQUIRE(other->adopt(rest) == "");
  const auto front = drawn(*other, 60);
  both.insert(both.begin(), front.begin(), front.end());
  BOOST_TEST(both == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_same_execution_again_is_the_same) {
  runner runs({});
  const auto choices = make_sampler("rff", {.seed = 3});
  for (int i = 0; i < 50; ++i) {
    BOOST_TEST_REQUIRE(choices->begin());
    const outcome first = runs.run(three_threads, *choices);
    choices->again();
    BOOST_TEST(runs.run(three_threads, *choices).fingerprint == first.fingerprint);
  }
}

// Each number of the combination is dialled only if all before it were: feedback keeps what has
// come so far.
void combination_lock() {
  constexpr std::size_t dials = 3;
  std::vector<heddle::atomic<int>> dial(dials);
  heddle::thread turner([&] {
    for (auto& each : dial) {
      each.store(1);
      each.store(2);
      each.store(3);
    }
  });
  const bool open =
      std::all_of(dial.begin(), dial.end(), [](auto& each) { return each.load() == 2; });
  turner.join();
  expect(!open, "nobody opens the lock");
}

BOOST_AUTO_TEST_CASE(mutants_of_what_has_shown_something_new_come_closer_to_a_bug) {
  const std::uint64_t led = sum_over_seeds("fest", combination_lock, 1024);
  const std::uint64_t unled = sum_over_seeds("pos", combination_lock, 1024);
  BOOST_TEST(3 * led < 2 * unled, led << " and " << unled);
}

// The same base policy without constraints needs at least three times as many; between locks, where
// most pairs are of the locks' own, some more.
BOOST_AUTO_TEST_CASE(constraints_find_what_one_thread_must_read_between_two_writes_of_others) {
  const auto setters = [] { bugs::many_setters<bugs::relaxed_int>(39, false); };
  const std::uint64_t led = sum_over_seeds("rff", setters, 500);
  const std::uint64_t unled = sum_over_seeds("pos", setters, 500);
  BOOST_TEST(3 * led < unled, led << " and " << unled);
  const auto stages = [] { bugs::two_stages(39, false); };
  const std::uint64_t led_stages = sum_over_seeds("rff", stages, 500);
  const std::uint64_t unled_stages = sum_over_seeds("pos", stages, 500);
  BOOST_TEST(led_stages < unled_stages, led_stages << " and " << unled_stages);
}

BOOST_AUTO_TEST_CASE(pairs_are_of_places_and_not_of_threads) {
  detail::reads_from pairs;
  execution_view view;
  const auto announce = [&](unsigned thread, op_kind kind, std::uint32_t line) {
    view.threads[thread] = {.object = 5, .file = "f", .line = line, .next = kind};
    view.threads[thread].reads = kind == op_kind::load;
  };
  announce(0, op_kind::store, 1);
  announce(1, op_kind::store, 1);
  announce(2, op_kind::load, 2);
  pairs.begin(view);
  const auto store = pairs.announced(0);
  BOOST_TEST(pairs.announced(1) == store);
  const auto load = pairs.announced(2);
  BOOST_TEST(!pairs.reads(store));
  BOOST_TEST(!pairs.writes(load));
  BOOST_TEST(pairs.latest_for(load) == detail::reads_from::none);
  (void)pairs.steps(2);
  BOOST_TEST(pairs.finish());  // read the initial value
  pairs.begin(view);
  (void)pairs.steps(1);
  BOOST_TEST(pairs.latest_for(load) == store);
  (void)pairs.steps(2);
  const auto combination = pairs.combination();
  BOOST_TEST(pairs.finish());  // read the store
  pairs.begin(view);
  (void)pairs.steps(0);
  (void)pairs.steps(2);
  BOOST_TEST(!pairs.finish());
  BOOST_TEST(pairs.combination() == combination);
  BOOST_TEST(pairs.event_count() == 2U);
}

BOOST_AUTO_TEST_CASE(as_many_events_as_there_are) {
  detail::reads_from pairs;
  execution_view view;
  pairs.begin(view);
  for (std::uint32_t round = 0; round < 2; ++round) {
    for (std::uint32_t line = 0; line < 500; ++line) {
      view.threads[0] = {.object = line % 7 + 1, .file = "f", .line = line, .next = op_kind::rmw};
      BOOST_TEST_REQUIRE(pairs.steps(0) == line);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
