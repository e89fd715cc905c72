// The automatic plan: what does not end in its share of the budget is searched within bounds on
// preemptions, then sampled.
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::contains;
using heddle::testing::explored;
using heddle::testing::observed_sum;

namespace {

using std::chrono::milliseconds;

// So many orders that no budget of a test visits them.
template <class F>
void beside_many_orders(const F& body) {
  heddle::atomic<int> noise{0, "noise"};
  const auto make_noise = [&] {
    for (int i = 0; i < 8; ++i) noise.fetch_add(1);
  };
  heddle::thread one(make_noise), two(make_noise), three(make_noise);
  body();
  one.join(), two.join(), three.join();
}

void many_orders() {
  beside_many_orders([] {});
}

// What comes first is changed last.
void lost_update() {
  heddle::atomic<int> count{0, "count"};
  const auto add = [&] { count.store(count.load() + 1); };
  heddle::thread other(add);
  add();
  beside_many_orders([&] { other.join(); });
  heddle::expect(count.load() == 2, "both count");
}

// Wrong only if the two threads take turns four times.
void wrong_by_turns() {
  heddle::atomic<int> count{0, "count"};
  beside_many_orders([&] {
    heddle::thread other([&] {
      for (int i = 0; i < 4; ++i) count.fetch_add(1);
    });
    bool by_turns = true;
    for (int i = 1; i <= 4; ++i) by_turns = count.load() == i && by_turns;
    other.join();
    heddle::expect(!by_turns, "by turns");
  });
}

// That other threads have ended is nothing that a graph tells.
void counted_by_many() {
  heddle::mutex lock{"lock"};
  heddle::atomic<int> seen{0};
  const auto work = [&] {
    for (int i = 0; i < 4; ++i) {
      lock.lock();
      seen.store(seen.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      lock.unlock();
    }
  };
  heddle::thread one(work), two(work), three(work);
  one.join(), two.join(), three.join();
  heddle::expect(heddle::live_threads() == 0 && seen.load() == 12, "all count");
}

void locked_twice() {
  heddle::mutex lock{"lock"};
  const auto work = [&] {
    lock.lock();
    lock.unlock();
  };
  heddle::thread other(work);
  work();
  other.join();
}

std::uint64_t made_in_stages(const verdict& of) {
  return std::accumulate(
      of.stages.begin(), of.stages.end(), std::uint64_t{0},
      [](std::uint64_t sum, const stage& each) { return sum + each.executions; });
}

std::string unseen(const verdict& of) {
  char text[32];
  std::snprintf(text, sizeof text, ", unseen mass %.2g", of.unseen.value());
  return text;
}

// Wrong only if the loop gives up, which graphs leave out: they take it for one that waits.
void gives_up_too_early() {
  heddle::atomic<int> progress{0, "progress"}, ready{0, "ready"};
  heddle::thread other([&] {
    for (int i = 0; i < 6; ++i) progress.fetch_add(1);
    ready.store(1);
  });
  bool seen = false;
  for (int round = 0; round < 4 && !seen; ++round) {
    seen = ready.load() == 1;
    if (!seen) heddle::yield();
  }
  heddle::expect(seen, "it was ready in time");
  other.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(automatic_test)

BOOST_AUTO_TEST_CASE(what_is_small_is_exhausted_as_before) {
  BOOST_TEST(options{}.strategy == "automatic");
  for (const int rounds : {1, 2, 3, 4}) {
    const verdict planned = explored(rounds, observed_sum, {});
    const verdict whole = explored(rounds, observed_sum, {.strategy = "exhaustive"});
    BOOST_TEST(planned.line() == whole.line());
    BOOST_TEST(contains(planned.line(), "ok: exhaustive under rc11, "));
    BOOST_TEST((planned.observed == whole.observed));
    BOOST_TEST(planned.strategy == "exhaustive");
    BOOST_TEST(planned.stages.empty());
  }
  // By interleavings, since it waits in the shipped text.
  const verdict planned = explore("locked", locked_twice);
  const verdict whole = explore("locked", locked_twice, {.strategy = "exhaustive"});
  BOOST_TEST(planned.line() == whole.line());
  BOOST_TEST((planned.kind == proof::exhaustive));
}

BOOST_AUTO_TEST_CASE(what_is_large_is_bounded_and_then_sampled) {
  const verdict result = explore("large", many_orders, {.budget = milliseconds(1500)});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST((result.kind == proof::bounded));
  BOOST_TEST(result.strategy == "automatic");
  BOOST_REQUIRE(result.stages.size() == 3U);
  const stage &given_up = result.stages[0], &bounded = result.stages[1],
              &sampled = result.stages[2];
  BOOST_TEST((given_up.kind == proof::exhaustive));
  BOOST_TEST(!given_up.completed);
  BOOST_TEST((bounded.kind == proof::bounded));
  BOOST_TEST((bounded.preemptions == result.preemptions));
  BOOST_TEST((sampled.kind == proof::sampled));
  for (const stage& each : result.stages) BOOST_TEST(each.executions > 0U);
  BOOST_TEST(made_in_stages(result) <= result.executions);
  const auto number = [](const stage& of) { return std::to_string(of.executions); };
  BOOST_TEST(result.line() == "ok: exhaustive up to " + std::to_string(*result.preemptions) +
                                  " preemptions under rc11, " + number(bounded) +
                                  " executions, then sampled " + number(sampled) +
                                  " executions under rc11, " + std::to_string(result.distinct) +
                                  " distinct" + unseen(result) + ", seed 1; not exhausted after " +
                                  number(given_up) + " of " + size_text(result.size.value()));
  BOOST_TEST(result.seconds < 5);
}

BOOST_AUTO_TEST_CASE(long_executions_are_sampled_in_time) {
  const auto body = [] {
    atomic<int> count{0};
    const auto add = [&] {
      for (int i = 0; i < 1500; ++i) count.fetch_add(1);
    };
    thread one(add), two(add);
    one.join(), two.join();
  };
  const verdict result = explore("long", body, {.budget = std::chrono::milliseconds(500)});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_REQUIRE(result.stages.size() == 2U);
  BOOST_TEST((result.stages[1].kind == proof::sampled));
  BOOST_TEST(result.stages[1].executions > 0U);
  BOOST_TEST(result.seconds < 5);
}

BOOST_AUTO_TEST_CASE(executions_are_shared_out_as_time_is) {
  const options settings{.executions = 1000};
  const verdict result = explore("large", many_orders, settings);
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST(result.executions == 1000U);
  BOOST_REQUIRE(result.stages.size() == 3U);
  BOOST_TEST(result.stages[0].executions == 800U);
  BOOST_TEST(result.stages[2].executions == 100U);
  BOOST_TEST(result.distinct > 80U);
  BOOST_TEST(explore("large", many_orders, settings).line() == result.line());
}

BOOST_AUTO_TEST_CASE(without_a_bound_that_was_completed_it_is_a_sample) {
  const verdict result = explore("large", many_orders, {.executions = 10});
  BOOST_TEST((result.status == verdict_status::ok));
  BOOST_TEST((result.kind == proof::sampled));
  BOOST_TEST(contains(result.line(),
                      "ok: sampled 1 executions under rc11, 1 distinct, unseen mass 1, seed 1"));
  BOOST_TEST(contains(result.line(), "; not exhausted after 8 executions"));
  const verdict none = explore("large", many_orders, {.executions = 1});
  BOOST_TEST((none.status == verdict_status::incomplete));
  BOOST_TEST(contains(none.line(), "incomplete: 1 executions under rc11 in "));
  BOOST_TEST(contains(none.line(), "(raise executions)"));
}

BOOST_AUTO_TEST_CASE(a_bug_that_the_bounds_show_is_found) {
  const verdict result = explore("lost", lost_update, {.executions = 100'000});
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST(result.executions > 80'000U);
  BOOST_TEST(contains(result.line(), " (exhaustive up to "), result.line());
  BOOST_TEST(result.token.rfind("h1-", 0) == 0U);
}

BOOST_AUTO_TEST_CASE(a_bug_that_only_the_samples_show_is_found) {
  const verdict result =
      explore("turns", wrong_by_turns, {.executions = 20'000, .budget = milliseconds(3000)});
  BOOST_REQUIRE(result.found.has_value());
  BOOST_REQUIRE(!result.stages.empty());
  const stage& last = result.stages.back();
  BOOST_TEST((last.kind == proof::sampled));
  BOOST_TEST(contains(result.line(), "failed: assertion in execution " +
                                         std::to_string(last.executions) + " (portfolio: "),
             result.line());
  const verdict again = explore("turns", wrong_by_turns, {.replay = result.token});
  BOOST_REQUIRE(again.found.has_value());
  BOOST_TEST(again.found->text == result.found->text);
}

BOOST_AUTO_TEST_CASE(what_graphs_do_not_express_is_bounded_and_sampled_too) {
  const verdict result = explore("counted", counted_by_many, {.budget = milliseconds(1500)});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST((result.kind == proof::bounded), result.line());
  BOOST_REQUIRE(result.stages.size() == 2U);
  BOOST_TEST(result.stages[0].memory == "sc");
  BOOST_TEST(result.stages[1].memory == "rc11");
  BOOST_TEST(contains(result.line(), " preemptions under sc, "));
  BOOST_TEST(contains(result.line(), "then sampled "));
  BOOST_TEST(contains(result.line(), "memory sc"), result.line());
}

BOOST_AUTO_TEST_CASE(several_processes_follow_the_plan) {
  const verdict result = explore("large", many_orders, {.budget = milliseconds(1500), .jobs = 2});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST((result.kind == proof::bounded), result.line());
  BOOST_REQUIRE(result.stages.size() == 3U);
  for (const stage& each : result.stages) BOOST_TEST(each.executions > 0U);
  BOOST_TEST(result.distinct > 0U);
  const verdict small = explored(3, observed_sum, {.jobs = 2});
  BOOST_TEST(small.line() == explored(3, observed_sum, {}).line());
  const verdict found = explore("turns", wrong_by_turns,
                                {.executions = 20'000, .budget = milliseconds(3000), .jobs = 2});
  BOOST_REQUIRE(found.found.has_value());
  BOOST_TEST(found.found->text.find("by turns") == 0U);
}

// What a search by graphs leaves out of loops that wait, samples go through.
BOOST_AUTO_TEST_CASE(loops_that_give_up_are_sampled_too) {
  const verdict whole = explore("gives up", gives_up_too_early, {.strategy = "exhaustive"});
  BOOST_TEST((whole.status == verdict_status::ok), whole.line());
  BOOST_TEST(contains(whole.line(), "; hit: polls 2"));
  for (const std::uint32_t jobs : {1U, 2U}) {
    const verdict planned = explore("gives up", gives_up_too_early, {.jobs = jobs});
    BOOST_TEST((planned.status == verdict_status::failed), planned.line());
    BOOST_TEST(contains(planned.line(), " (portfolio: "));
  }
  const verdict passes = explore("waits",
                                 [] {
                                   heddle::atomic<int> ready{0, "ready"};
                                   heddle::thread other([&] { ready.store(1); });
                                   while (ready.load() == 0) heddle::yield();
                                   other.join();
                                 },
                                 {.executions = 500});
  BOOST_TEST((passes.kind == proof::exhaustive));
  BOOST_TEST(passes.executions <= 500U);
  BOOST_TEST(contains(passes.line(), "ok: exhaustive under rc11, "), passes.line());
  if (!passes.hit.empty()) BOOST_TEST(contains(passes.line(), " executions, then sampled "));
  BOOST_TEST(!contains(passes.line(), "not exhausted"));
}

BOOST_AUTO_TEST_SUITE_END()
