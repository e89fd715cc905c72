// Which order of two operations decides a finding.
#include <heddle/checker/explain.hpp>

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <heddle/checker/check.hpp>
#include <heddle/checker/shrink.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>
#include <heddle/tests/checker/random_failures.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::testing;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

void lost_update() {
  heddle::atomic<int> count{0, "count"};
  const auto add = [&] { count.store(count.load() + 1); };
  heddle::thread other(add);
  add();
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

void lock_orders() {
  mutex a{"a"};
  mutex b{"b"};
  heddle::thread other([&] {
    b.lock();
    a.lock();
    a.unlock();
    b.unlock();
  });
  a.lock();
  b.lock();
  b.unlock();
  a.unlock();
  other.join();
}

void choice_of_three() {
  heddle::atomic<int> value{0, "value"};
  heddle::thread other([&] { value.store(static_cast<int>(choose(3))); });
  other.join();
  heddle::expect(value.load() != 1, "not one");
}

// The thread would have written, only later than is looked at here.
void too_early() {
  heddle::atomic<int> steps{0, "steps"}, value{0, "value"};
  heddle::thread other([&] {
    for (int i = 0; i < 3; ++i) steps.store(i);
    value.store(1);
  });
  heddle::expect(value.load() == 1, "is there");
  other.join();
}

void always() {
  heddle::atomic<int> value{0};
  heddle::thread other([&] { value.store(1); });
  other.join();
  heddle::expect(value.load() == 2, "never");
}

std::string decided_by(const verdict& of) {
  const std::string report = report_text(of);
  const std::size_t at = report.find("  decided by: ");
  return at == report.npos ? "" : report.substr(at, report.find('\n', at) - at);
}

std::string order_in(const recording& of, const recorded_step& step, const std::string& thread) {
  for (const recorded_step& each : of.steps) {
    if (of.threads.at(each.thread) == thread && each.object == step.object &&
        each.where.line == step.where.line) {
      return "performed";
    }
  }
  return "not performed";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(explain_test)

BOOST_AUTO_TEST_CASE(a_lost_update_is_decided_by_a_read_before_a_write) {
  const verdict result = explore("lost", lost_update);
  BOOST_REQUIRE(result.explained.has_value());
  const explanation& of = *result.explained;
  BOOST_TEST(of.first.text.rfind("load \"count\"", 0) == 0U);
  BOOST_TEST(of.then.text.rfind("store \"count\"", 0) == 0U);
  BOOST_TEST((of.first_thread != of.then_thread));
  const std::string line = decided_by(result);
  const std::string place = " at explain_test.cpp:" + std::to_string(of.first.where.line);
  BOOST_TEST(contains(line, place + " before thread "), line);
  BOOST_TEST(contains(line, "; the other way round it passes:"), line);
  // What passes is shown from where it differs, and ends well.
  const std::string report = report_text(result);
  BOOST_TEST(contains(report.substr(report.find("decided by")), "load \"count\" = 2\n  replay: "),
             report);
}

BOOST_AUTO_TEST_CASE(a_deadlock_is_decided_by_two_locks) {
  const verdict result = explore("orders", lock_orders);
  BOOST_REQUIRE(result.explained.has_value());
  BOOST_TEST(contains(decided_by(result), " mutex::lock \""), decided_by(result));
}

BOOST_AUTO_TEST_CASE(an_operation_that_was_not_reached_may_decide) {
  const verdict result = explore("early", too_early);
  BOOST_REQUIRE(result.explained.has_value());
  const explanation& of = *result.explained;
  BOOST_TEST(of.first.text == "load \"value\" = 0");
  BOOST_TEST(of.then.text == "store \"value\" = 1");
  BOOST_TEST(of.then.number == 0U);
  BOOST_TEST(order_in(result.recording, of.then, of.then_thread) == "not performed");
}

BOOST_AUTO_TEST_CASE(a_choice_may_decide) {
  const verdict result = explore("choice", choice_of_three);
  BOOST_REQUIRE(result.explained.has_value());
  BOOST_TEST(
      contains(decided_by(result), "decided by: thread 1 choose 1 of 3 at explain_test.cpp:"));
  BOOST_TEST(contains(decided_by(result), "; with another choice it passes:"));
  const verdict again = explore("choice", choice_of_three, {.replay = result.token});
  BOOST_TEST(report_text(again) == report_text(result));
}

BOOST_AUTO_TEST_CASE(what_always_fails_is_decided_by_no_order) {
  const verdict result = explore("always", always);
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST(!result.explained.has_value());
  BOOST_TEST(decided_by(result) == "");
}

// A report that is there is not lost, whatever the executions that explain it do.
BOOST_AUTO_TEST_CASE(the_report_is_printed_if_an_execution_after_the_finding_ends_the_process) {
  struct ending_body {
    const char* name;
    int signal;
    void (*end)();
  };
  static constexpr ending_body all[] = {
      {"abort", SIGABRT, [] { std::abort(); }},
      {"fault", SIGSEGV, [] { static_cast<void>(::raise(SIGSEGV)); }}};
  for (const ending_body& each : all) {
    const auto body = [end = each.end] {
      heddle::atomic<int> value{0, "value"};
      heddle::thread other([&] { value.store(1); });
      const bool early = value.load() == 0;
      if (!early) end();
      heddle::expect(!early, "not early");
      other.join();
    };
    const std::string token = [&] {
      options settings;
      settings.explain = false;
      settings.preemptions = 0;
      return explore(each.name, body, settings).token;
    }();
    BOOST_REQUIRE(!token.empty());
    const ended result = forked([&] {
      for (const int signal : {SIGABRT, SIGSEGV}) ::signal(signal, SIG_DFL);
      static_cast<void>(explore(each.name, body, {.replay = token}));
    });
    BOOST_TEST(result.code == -each.signal);
    BOOST_TEST(contains(result.error, "heddle: not early: explain_test.cpp:"), result.error);
    BOOST_TEST(contains(result.error, token), result.error);
  }
}

BOOST_AUTO_TEST_CASE(off_leaves_the_report_without) {
  options settings;
  settings.explain = false;
  const verdict result = explore("lost", lost_update, settings);
  BOOST_TEST(result.found.has_value());
  BOOST_TEST(decided_by(result) == "");
  settings.replay = result.token;
  BOOST_TEST(report_text(explore("lost", lost_update, settings)) == report_text(result));
}

BOOST_AUTO_TEST_CASE(random_failures_are_explained_and_replay_to_the_same_report) {
  constexpr std::uint64_t programs = 150;
  std::uint64_t explained = 0, late = 0, chosen = 0;
  for (std::uint64_t number = 0; number < programs; ++number) {
    const graph::memory model = number % 3 == 2 ? graph::memory::rc11 : graph::memory::sc;
    const auto body = make_random_failure(number, model).program.body();
    options settings{.strategy = "random_walk"};
    settings.memory = model == graph::memory::rc11 ? "rc11" : "sc";
    settings.shrink = std::chrono::milliseconds(20);
    const verdict result = explore("random", body, settings);
    BOOST_REQUIRE(result.found.has_value());
    const verdict again = explore("random", body, {.replay = result.token});
    BOOST_TEST(report_text(again) == report_text(result));
    if (!result.explained) continue;
    ++explained;
    const explanation& of = *result.explained;
    late += of.common * 2 >= result.recording.steps.size() ? 1 : 0;
    BOOST_TEST(!of.passing.found.has_value());
    if (of.then_thread.empty()) {
      ++chosen;
      continue;
    }
    BOOST_TEST((of.first_thread != of.then_thread));
    BOOST_TEST(of.first.object == of.then.object);
    BOOST_TEST(order_in(of.passing, of.then, of.then_thread) == "performed");
  }
  std::cout << explained << " of " << programs << " random failures are explained, " << chosen
            << " by a choice; " << late << " by what comes in the second half" << std::endl;
  BOOST_TEST(explained >= programs * 9 / 10);
}

BOOST_AUTO_TEST_SUITE_END()
