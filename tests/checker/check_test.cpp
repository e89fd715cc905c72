#include <heddle/checker/check.hpp>

#include <cstdlib>
#include <stdexcept>

#include <heddle/checker/explore.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/bare_check.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::bare_check;
using heddle::testing::captured_errors;
using heddle::testing::ended;
using heddle::testing::forked;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// Both threads add one by a load and a store; an update is lost with one preemption, not with none.
void lost_update() {
  heddle::atomic<int> count{0};
  const auto add = [&] { count.store(count.load() + 1); };
  heddle::thread other(add);
  add();
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

void no_lost_update() {
  heddle::atomic<int> count{0};
  const auto add = [&] { count.fetch_add(1); };
  heddle::thread other(add);
  add();
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

void lock_both(mutex& first, mutex& second) {
  first.lock();
  second.lock();
  second.unlock();
  first.unlock();
}

void two_orders() {
  mutex a{"a"};
  mutex b{"b"};
  heddle::thread other([&] { lock_both(b, a); });
  lock_both(a, b);
  other.join();
}

void one_order() {
  mutex a{"a"};
  mutex b{"b"};
  heddle::thread other([&] { lock_both(a, b); });
  lock_both(a, b);
  other.join();
}

void many_threads() {
  heddle::atomic<int> count{0};
  heddle::thread threads[4];
  for (auto& each : threads) {
    each = heddle::thread([&] {
      for (int i = 0; i < 5; ++i) count.fetch_add(1);
    });
  }
  for (auto& each : threads) each.join();
}

// Two threads that meet nowhere.
void strangers() {
  heddle::thread other([] {
    heddle::atomic<int> own{0};
    own.store(1);
  });
  heddle::atomic<int> own{0};
  own.store(1);
  other.join();
}

verdict random_walk(const std::function<void()>& body, std::uint64_t seed) {
  return explore("random", body, {.strategy = "random_walk", .seed = seed, .executions = 500});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_test)

BOOST_AUTO_TEST_CASE(a_lost_update_is_found) {
  const verdict result = explore("counter", lost_update);
  BOOST_REQUIRE((result.status == verdict_status::failed));
  BOOST_TEST((result.found->kind == finding_kind::assertion));
  BOOST_TEST(contains(result.found->text, "both count"));
  BOOST_TEST(contains(result.line(), "failed: assertion in execution "));
  BOOST_TEST(contains(result.line(), " (exhaustive)"));
  BOOST_TEST(!result.recording.steps.empty());
  BOOST_TEST(result.token.rfind("h1-", 0) == 0U);
}

BOOST_AUTO_TEST_CASE(the_repaired_counter_is_proved) {
  const verdict result = explore("counter", no_lost_update);
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST(result.line() ==
             "ok: exhaustive under rc11, " + std::to_string(result.executions) + " executions");
  BOOST_TEST(result.warnings.empty());
}

BOOST_AUTO_TEST_CASE(two_lock_orders_deadlock) {
  const verdict result = explore("locks", two_orders, {.preemptions = 2});
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == finding_kind::deadlock));
}

BOOST_AUTO_TEST_CASE(one_lock_order_does_not) {
  const verdict result = explore("locks", one_order, {.preemptions = 2});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
}

BOOST_AUTO_TEST_CASE(a_preemption_bound_is_completed_or_finds) {
  const verdict none = explore("bound", lost_update, {.preemptions = 0});
  BOOST_TEST(contains(none.line(), "ok: exhaustive up to 0 preemptions under rc11, "));
  const verdict one = explore("bound", lost_update, {.preemptions = 5});
  BOOST_REQUIRE(one.found.has_value());
  BOOST_TEST(*one.preemptions == 1U);
}

BOOST_AUTO_TEST_CASE(a_bound_that_leaves_nothing_out_is_exhaustive) {
  const verdict result = explore("bound", no_lost_update, {.preemptions = 500});
  BOOST_TEST(contains(result.line(), "ok: exhaustive under rc11, "));
}

BOOST_AUTO_TEST_CASE(bounds_are_told_as_they_are_completed) {
  const options settings{.preemptions = 2};
  std::vector<std::uint32_t> completed;
  const std::function<void()> body = one_order;
  const verdict result =
      run({.name = "told", .body = body, .settings = settings, .hook = [&](const progress& state) {
             if (state.completed) completed.push_back(*state.completed);
           }});
  BOOST_TEST((result.kind == proof::bounded));
  BOOST_REQUIRE(completed.size() >= 3U);
  BOOST_TEST(completed.front() == 0U);
  BOOST_TEST(completed.back() == 2U);
}

BOOST_AUTO_TEST_CASE(iteration_goes_on_until_nothing_is_left) {
  const options settings;
  const std::function<void()> passing = no_lost_update;
  const std::function<void()> failing = lost_update;
  const verdict passed =
      run({.name = "all", .body = passing, .settings = settings, .bounds = iteration{}});
  BOOST_TEST((passed.kind == proof::exhaustive));
  const verdict failed =
      run({.name = "all", .body = failing, .settings = settings, .bounds = iteration{}});
  BOOST_REQUIRE(failed.found.has_value());
  BOOST_TEST(*failed.preemptions == 1U);
}

BOOST_AUTO_TEST_CASE(iteration_always_completes_its_least_bound) {
  const options settings;
  const std::function<void()> body = many_threads;
  const verdict result = run({.name = "least",
                              .body = body,
                              .settings = settings,
                              .bounds = iteration{.always = 1, .then_until = {}}});
  BOOST_TEST((result.status == verdict_status::ok));
  BOOST_TEST((result.kind == proof::bounded));
  BOOST_TEST(*result.preemptions == 1U);
}

BOOST_AUTO_TEST_CASE(a_budget_that_runs_out_is_no_pass) {
  const verdict result = explore(
      "budget", many_threads, {.strategy = "exhaustive", .budget = std::chrono::milliseconds(20)});
  BOOST_TEST((result.status == verdict_status::incomplete));
  BOOST_TEST(contains(result.line(), "incomplete: "));
  BOOST_TEST(contains(result.line(), "(raise budget, or set preemptions)"));
  const verdict bounded = explore("budget", many_threads,
                                  {.budget = std::chrono::milliseconds(20), .preemptions = 500});
  BOOST_TEST(contains(bounded.line(), "(raise budget"));
}

BOOST_AUTO_TEST_CASE(executions_bound_an_exhaustive_search) {
  const verdict cut = explore("cap", many_threads, {.strategy = "exhaustive", .executions = 10});
  BOOST_TEST((cut.status == verdict_status::incomplete));
  BOOST_TEST(cut.executions == 10U);
  const verdict whole = explore("cap", no_lost_update);
  const verdict exact =
      explore("cap", no_lost_update, {.strategy = "exhaustive", .executions = whole.executions});
  BOOST_TEST((exact.status == verdict_status::ok));
}

BOOST_AUTO_TEST_CASE(a_sample_says_how_many_were_distinct) {
  const verdict result = random_walk(no_lost_update, 7);
  BOOST_TEST(result.executions == 500U);
  BOOST_TEST(result.distinct > 1U);
  BOOST_TEST(result.distinct < 500U);
  BOOST_TEST(result.line() == "ok: sampled 500 executions under rc11, " +
                                  std::to_string(result.distinct) +
                                  " distinct, unseen mass below 0.002, seed 7");
  BOOST_TEST(random_walk(no_lost_update, 7).distinct == result.distinct);
}

BOOST_AUTO_TEST_CASE(an_execution_of_a_sample_runs_alone) {
  const verdict all = random_walk(lost_update, 3);
  BOOST_REQUIRE(all.found.has_value());
  const verdict alone = explore(
      "random", lost_update, {.strategy = "random_walk", .seed = 3, .execution = all.executions});
  BOOST_REQUIRE(alone.found.has_value());
  BOOST_TEST(alone.executions == 1U);
  BOOST_TEST(alone.token == all.token);
  BOOST_TEST(report_text(alone) == report_text(all));
}

BOOST_AUTO_TEST_CASE(a_sample_that_its_budget_ends_says_so) {
  const verdict result = explore("budget", many_threads,
                                 {.strategy = "random_walk",
                                  .executions = 1'000'000'000,
                                  .budget = std::chrono::milliseconds(50)});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST(contains(result.line(), "; hit: budget 50 ms"));
}

BOOST_AUTO_TEST_CASE(a_yield_that_keeps_something_away_is_named) {
  const verdict result = explore("yield",
                                 [] {
                                   atomic<int> x{0};
                                   thread reader([&] { (void)x.load(); });
                                   thread writer([&] { yield(), yield(), x.store(1); });
                                   reader.join(), writer.join();
                                 },
                                 {.strategy = "odometer"});
  BOOST_TEST(contains(result.line(), "; hit: fairness"), result.line());
}

BOOST_AUTO_TEST_CASE(a_body_that_exits_is_no_pass) {
  const ended child = forked([] { check("exit", [] { thread([] { std::exit(0); }).join(); }); });
  BOOST_TEST(child.code == 2);
  BOOST_TEST(child.error == "heddle: exit() inside the body of a check; a body has to return\n");
}

BOOST_AUTO_TEST_CASE(a_body_that_quits_is_no_pass_either) {
  const ended child =
      forked([] { check("quick_exit", [] { thread([] { std::quick_exit(0); }).join(); }); });
  BOOST_TEST(child.code == 2);
  BOOST_TEST(child.error == "heddle: exit() inside the body of a check; a body has to return\n");
}

BOOST_AUTO_TEST_CASE(threads_that_never_meet_are_vacuous) {
  const verdict warned = explore("strangers", strangers);
  BOOST_TEST((warned.status == verdict_status::ok));
  BOOST_REQUIRE(warned.warnings.size() == 1U);
  BOOST_TEST(contains(warned.warnings.front(), "vacuous"));
  const verdict failed = explore("strangers", strangers, {.vacuous = vacuous_rule::error});
  BOOST_REQUIRE(failed.found.has_value());
  BOOST_TEST((failed.found->kind == finding_kind::vacuous));
  BOOST_TEST(contains(failed.line(), "failed: vacuous in all "));
}

BOOST_AUTO_TEST_CASE(a_body_that_remembers_is_nondeterministic) {
  int runs = 0;
  const verdict result = explore("remembers", [&] {
    heddle::atomic<int> value{0};
    heddle::thread other([&] { value.store(1); });
    if (++runs % 2 == 0) value.store(2);
    other.join();
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == finding_kind::nondeterminism));
  BOOST_TEST(contains(result.found->text, "not deterministic"));
  BOOST_TEST(result.executions == 1U);
}

// The first three executions are run twice each, so the seventh run is the fourth execution.
BOOST_AUTO_TEST_CASE(a_finding_that_does_not_come_again_is_nondeterminism) {
  int runs = 0;
  const verdict result = explore("once", [&] {
    ++runs;
    heddle::atomic<int> value{0};
    heddle::thread other([&] {
      value.store(1);
      value.store(2);
    });
    value.store(3);
    value.store(4);
    other.join();
    heddle::expect(runs != 7, "not the seventh");
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == finding_kind::nondeterminism));
  BOOST_TEST(contains(result.found->text, "first gave assertion, then no finding"));
  BOOST_TEST(result.executions == 4U);
}

BOOST_AUTO_TEST_CASE(observations_are_collected_over_all_executions) {
  const verdict result = explore("seen", [] {
    heddle::atomic<int> value{0};
    heddle::thread other([&] { value.store(1); });
    heddle::observe("value", value.load() == 0 ? "old" : "new");
    other.join();
  });
  BOOST_REQUIRE(result.observed.count("value") == 1U);
  const auto& values = result.observed.at("value");
  BOOST_TEST(values.size() == 2U);
  BOOST_TEST(values.at("old") + values.at("new") == result.executions);
}

BOOST_AUTO_TEST_CASE(a_check_inside_a_body_is_misuse) {
  const verdict result = explore("outer", [] { heddle::check("inner", [] {}); });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == finding_kind::misuse));
  BOOST_TEST(contains(result.found->text, "check inner inside the body of a check"));
}

BOOST_AUTO_TEST_CASE(a_failed_check_throws_and_its_text_ends_with_the_replay_line) {
  const bare_check bare;
  const captured_errors errors;
  std::string what;
  try {
    heddle::check("counter", lost_update, {.corpus = ""});
  } catch (const check_failed& failure) {
    what = failure.what();
  }
  const std::size_t last = what.rfind('\n');
  BOOST_REQUIRE(last != what.npos);
  BOOST_TEST(contains(what.substr(last), "replay: HEDDLE_PARAMS=\"replay=h1-"));
  BOOST_TEST(contains(what.substr(last), " " + program_name()));
  BOOST_TEST(contains(errors.text(), "heddle: both count: check_test.cpp:"));
  BOOST_TEST(contains(errors.text(), "heddle: counter: failed: assertion in execution "));
}

BOOST_AUTO_TEST_CASE(a_passed_check_is_silent) {
  const bare_check bare;
  const captured_errors errors;
  heddle::check("counter", no_lost_update);
  BOOST_TEST(errors.text() == "");
}

BOOST_AUTO_TEST_CASE(an_incomplete_check_throws) {
  const bare_check bare;
  const captured_errors errors;
  BOOST_CHECK_THROW(heddle::check("cap", many_threads, {.executions = 1}), check_failed);
  BOOST_TEST(contains(errors.text(), "heddle: cap: incomplete: 1 executions"));
}

BOOST_AUTO_TEST_CASE(a_handler_stands_in_for_the_exception) {
  const bare_check bare;
  const captured_errors errors;
  std::string seen;
  const std::uint32_t line = __LINE__ + 5;
  auto before = set_failure_handler([&](const verdict& result, location caller) {
    seen = result.name + ":" + std::to_string(caller.line);
  });
  heddle::check("counter", no_lost_update);
  heddle::check("counter", lost_update, {.corpus = ""});
  set_failure_handler(std::move(before));
  BOOST_TEST(seen == "counter:" + std::to_string(line));
  BOOST_TEST(errors.text() == "");
}

BOOST_AUTO_TEST_CASE(the_replay_line_can_be_set) {
  auto before = set_replay_command([](std::string_view check, std::string_view token) {
    return "again " + std::string(check) + " " + std::string(token.substr(0, 3));
  });
  const verdict result = explore("counter", lost_update);
  BOOST_TEST(contains(report_text(result), "\n  replay: again counter h1-\n"));
  set_replay_command(std::move(before));
}

BOOST_AUTO_TEST_SUITE_END()
