// What is left of a schedule that fails: as little as possible, and it still fails.
#include <heddle/checker/shrink.hpp>

#include <algorithm>
#include <iostream>
#include <set>

#include <heddle/checker/check.hpp>
#include <heddle/checker/same_finding.hpp>
#include <heddle/scheduler/strategy/guided.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/random_failures.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t programs = 200;

struct figures {
  std::uint64_t failures = 0, minimal = 0, minimal_threads = 0, unknown = 0;
  std::uint64_t preemptions_before = 0, preemptions_after = 0, least = 0;
  std::uint64_t steps_before = 0, steps_after = 0, executions = 0, most_executions = 0;
  std::uint64_t unfinished = 0;
};

shrunk shrink_failure(const random_failure& of, graph::memory model, bool search) {
  runner runs({});
  const auto body = of.program.body();
  const auto result = shrink(runs, {.body = body,
                                    .from = of.execution.taken,
                                    .found = *of.execution.found,
                                    .memory = model,
                                    .budget = 10s,
                                    .executions = 50'000,
                                    .search = search});
  BOOST_REQUIRE(result.has_value());
  return *result;
}

void add(figures& to, const shrunk& result) {
  ++to.failures;
  to.preemptions_before += result.before.preemptions;
  to.preemptions_after += result.after.preemptions;
  to.steps_before += result.before.steps;
  to.steps_after += result.after.steps;
  to.executions += result.executions;
  to.most_executions = std::max(to.most_executions, result.executions);
  to.unfinished += result.finished ? 0 : 1;
}

void print(const char* how, const figures& of) {
  std::cout << how << ": " << of.minimal << " of " << of.failures
            << " have the least number of preemptions; preemptions " << of.preemptions_before
            << " -> " << of.preemptions_after << " (least " << of.least << "), steps "
            << of.steps_before << " -> " << of.steps_after << ", executions "
            << of.executions / of.failures << " on average, " << of.most_executions << " at most; "
            << of.unfinished << " out of budget" << std::endl;
}

// The update of one thread comes between those of another; two more do something else, for long.
void lost_update_among_others() {
  heddle::atomic<int> count{0};
  heddle::atomic<int> other{0};
  const auto add = [&] { count.store(count.load() + 1); };
  const auto work = [&] {
    for (int i = 0; i < 8; ++i) other.fetch_add(1);
  };
  const auto judge = [&] {
    const int before = count.load();
    count.store(before + 1);
    heddle::expect(count.load() == before + 1 || choose(3) == 2, "nothing comes in between");
  };
  heddle::thread threads[] = {heddle::thread(work), heddle::thread(add), heddle::thread(work),
                              heddle::thread(judge)};
  for (heddle::thread& each : threads) each.join();
}

// Fails with a message that arrives before what it announces.
void early_flag() {
  heddle::atomic<int> data{0}, flag{0};
  heddle::thread writer([&] {
    data.store(1, std::memory_order_relaxed);
    data.store(2, std::memory_order_relaxed);
    flag.store(1, std::memory_order_relaxed);
  });
  if (flag.load(std::memory_order_relaxed) == 1) {
    heddle::expect(data.load(std::memory_order_relaxed) == 2, "data is there");
  }
  writer.join();
}

verdict sampled(const char* name, void (*body)(), std::uint64_t seed,
                std::chrono::nanoseconds shrink = 1s) {
  options settings{.strategy = "random_walk", .seed = seed};
  settings.shrink = shrink;
  return explore(name, body, settings);
}

finding deadlock_of(std::vector<std::string> details) {
  return {finding_kind::deadlock, "deadlock after 9 steps", std::move(details), {}};
}

finding assertion_of(std::string text) {
  return {finding_kind::assertion, std::move(text), {}, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shrink_test)

BOOST_AUTO_TEST_CASE(random_failures_have_the_least_number_of_preemptions,
                     *boost::unit_test::label("slow") * boost::unit_test::timeout(900)) {
  figures searched, greedy;
  std::vector<std::uint64_t> undecided;  // too large for the search that counts
  for (std::uint64_t number = 0; number < programs + undecided.size(); ++number) {
    const random_failure failure = make_random_failure(number, graph::memory::sc);
    const auto body = failure.program.body();
    const auto least = least_preemptions(body, *failure.execution.found);
    if (!least) {
      undecided.push_back(number);
      continue;
    }
    for (const bool search : {true, false}) {
      figures& to = search ? searched : greedy;
      const shrunk result = shrink_failure(failure, graph::memory::sc, search);
      add(to, result);
      to.least += *least;
      to.minimal += result.after.preemptions == *least ? 1 : 0;
      BOOST_TEST(result.after.preemptions >= *least);
      BOOST_TEST((result.after <= result.before));
      BOOST_TEST(is_same_finding(*failure.execution.found, *result.execution.found));
    }
  }
  print("with the search", searched);
  print("without it", greedy);
  std::cout << undecided.size() << " more are too large to know" << std::endl;
  BOOST_TEST(undecided.size() <= 4U);
  BOOST_TEST(searched.minimal >= programs * 95 / 100);
  BOOST_TEST(greedy.minimal >= programs * 80 / 100);
}

BOOST_AUTO_TEST_CASE(under_rc11_stale_reads_are_few, *boost::unit_test::label("slow")) {
  figures all;
  std::uint64_t stale_before = 0, stale_after = 0;
  for (std::uint64_t number = 0; number < programs / 4; ++number) {
    const random_failure failure = make_random_failure(number, graph::memory::rc11);
    const shrunk result = shrink_failure(failure, graph::memory::rc11, true);
    add(all, result);
    stale_before += result.before.choices;
    stale_after += result.after.choices;
    BOOST_TEST((result.after <= result.before));
    BOOST_TEST(is_same_finding(*failure.execution.found, *result.execution.found));
  }
  std::cout << "under rc11: preemptions " << all.preemptions_before << " -> "
            << all.preemptions_after << ", choices " << stale_before << " -> " << stale_after
            << ", steps " << all.steps_before << " -> " << all.steps_after << std::endl;
  BOOST_TEST(stale_after * 2 < stale_before);
  BOOST_TEST(all.preemptions_after * 4 < all.preemptions_before);
}

BOOST_AUTO_TEST_CASE(threads_that_are_not_needed_make_no_step) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const verdict result = sampled("others", lost_update_among_others, seed);
    BOOST_REQUIRE(result.found.has_value());
    BOOST_REQUIRE(result.shrunk.has_value());
    BOOST_TEST(result.shrunk->preemptions == 1U);
    std::set<std::uint32_t> threads;
    for (const auto& step : result.recording.taken.steps) threads.insert(step.thread);
    BOOST_TEST(threads.size() == 3U);
    BOOST_TEST(result.line().find("; shrunk: ") != std::string::npos);
    const verdict again = explore("others", lost_update_among_others, {.replay = result.token});
    BOOST_TEST(report_text(again) == report_text(result));
  }
}

BOOST_AUTO_TEST_CASE(a_read_stays_stale_where_the_failure_needs_it) {
  const verdict result = sampled("early", early_flag, 1);
  BOOST_REQUIRE(result.found.has_value());
  std::uint32_t stale = 0;
  for (const auto& step : result.recording.taken.steps) {
    for (const choice& each : step.choices) stale += each.option != 0 ? 1 : 0;
  }
  BOOST_TEST(stale == 1U);
  BOOST_TEST(result.shrunk->preemptions == 1U);
}

BOOST_AUTO_TEST_CASE(off_leaves_the_schedule_as_it_was_found) {
  const verdict first = sampled("others", lost_update_among_others, 1, 0s);
  BOOST_REQUIRE(first.found.has_value());
  BOOST_TEST(!first.shrunk.has_value());
  const verdict shrunk = sampled("others", lost_update_among_others, 1);
  BOOST_TEST(shrunk.executions == first.executions);
  BOOST_TEST(shrunk.recording.steps.size() < first.recording.steps.size());
}

BOOST_AUTO_TEST_CASE(what_was_observed_is_not_counted_twice) {
  const auto body = [] {
    heddle::observe("runs", "1");
    lost_update_among_others();
  };
  const verdict result = explore("observed", body, {.strategy = "random_walk"});
  BOOST_TEST(result.observed.at("runs").at("1") == result.executions);
}

BOOST_AUTO_TEST_CASE(the_same_finding_may_have_other_numbers) {
  const finding one = assertion_of("balance 7 is below 10: bank.cpp:12 (thread 1.2)");
  BOOST_TEST(is_same_finding(one, assertion_of("balance 9 is below 10: bank.cpp:12 (thread 3)")));
  BOOST_TEST(!is_same_finding(one, assertion_of("balance 9 is below 10: bank.cpp:13 (thread 3)")));
  BOOST_TEST(!is_same_finding(one, assertion_of("balance 9 is below: bank.cpp:12 (thread 3)")));
  finding other = one;
  other.kind = finding_kind::exception;
  BOOST_TEST(!is_same_finding(one, other));
}

BOOST_AUTO_TEST_CASE(a_race_is_the_same_in_either_order) {
  const finding one{
      finding_kind::data_race,
      "data race on \"x\": write a.cpp:4 (thread 1), read a.cpp:7 (thread 2); no order "
      "between them",
      {},
      {}};
  finding other = one;
  other.text =
      "data race on \"x\": read a.cpp:7 (thread 2), write a.cpp:4 (thread 1); no order between "
      "them";
  BOOST_TEST(is_same_finding(one, other));
  other.text =
      "data race on \"x\": read a.cpp:8 (thread 2), write a.cpp:4 (thread 1); no order between "
      "them";
  BOOST_TEST(!is_same_finding(one, other));
}

BOOST_AUTO_TEST_CASE(a_deadlock_is_the_same_with_fewer_that_wait) {
  const std::string first = "thread 1  waits in mutex::lock  a.cpp:4  for \"b\", held by thread 2";
  const std::string second = "thread 2  waits in mutex::lock  a.cpp:9  for \"a\", held by thread 1";
  const std::string third = "thread 3  waits in mutex::lock  a.cpp:4  for \"b\", held by thread 2";
  const finding all = deadlock_of({first, second, third});
  BOOST_TEST(is_same_finding(all, deadlock_of({third, second})));
  BOOST_TEST(!is_same_finding(deadlock_of({first, third}), all));
}

BOOST_AUTO_TEST_SUITE_END()
