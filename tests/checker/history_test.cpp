// Histories of calls as executions show them.
#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/history.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/tests/checker/histories.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::consistency;
using heddle::linearizable;
using heddle::options;
using heddle::scenario;
using heddle::verdict;
using heddle::histories::flag_set;
using heddle::histories::nothing;
using heddle::histories::pair_set;
using heddle::histories::queue;
using heddle::histories::sharded_queue;

struct no_object {};

verdict explore(const std::function<void()>& body, const options& settings = {}) {
  return heddle::explore("history", body, settings);
}

options by(const char* strategy, const char* memory = "rc11") {
  options result;
  result.strategy = strategy;
  result.memory = memory;
  return result;
}

std::uint64_t graphs_of(std::size_t threads, std::size_t calls) {
  scenario<nothing> what;
  what.threads.assign(threads, std::vector<int>(calls, 0));
  const verdict of =
      explore(linearizable<nothing>([] { return no_object(); }, what), by("exhaustive"));
  BOOST_TEST(of.line() ==
             "ok: exhaustive under rc11, " + std::to_string(of.executions) + " executions");
  return of.executions;
}

std::string outcome(const verdict& of) {
  return of.found ? std::string(heddle::to_string(of.found->kind)) : "pass";
}

scenario<queue> push_push_pop(consistency kind = consistency::linearizable) {
  return {.threads = {{1}, {2, 0}}, .kind = kind};
}

// The order of calls as a body's linear order has it, which is what one sees without marks.
void plain_history() {
  sharded_queue object;
  int time = 0;
  std::array<int, 3> begun{};
  std::array<int, 3> ended{};
  std::optional<int> popped;
  const auto call = [&](std::size_t which, auto&& action) {
    begun[which] = ++time;
    action();
    ended[which] = ++time;
  };
  heddle::thread first([&] { call(0, [&] { object.push(1); }); });
  heddle::thread second([&] {
    call(1, [&] { object.push(2); });
    call(2, [&] { popped = object.pop(); });
  });
  first.join();
  second.join();
  heddle::expect(popped != 2 || ended[0] > begun[1], "first in, first out");
}

// Every order that comes up, as text; the calls do nothing.
std::set<std::string> orders(const options& settings, bool whole) {
  const auto body = [] {
    heddle::detail::call_log log(2, true);
    const heddle::detail::text_maker text{nullptr, [](const void*) { return std::string(); }};
    const auto calls = [&](unsigned thread) {
      for (int i = 0; i < 2; ++i) {
        log.end(log.begin(thread, text, heddle::location::here()), text, heddle::location::here());
      }
    };
    heddle::thread other([&] { calls(1); });
    heddle::thread another([&] { calls(2); });
    other.join();
    another.join();
    // How many of the first thread's calls came before each of the second's, and vice versa.
    std::string all;
    for (const unsigned thread : {1U, 2U}) {
      for (const heddle::call_record& each : log.calls()) {
        if (each.thread != thread) continue;
        std::size_t before = 0;
        for (std::size_t j = 0; j < log.calls().size(); ++j) {
          before += log.calls()[j].thread != thread && (each.before >> j & 1U) != 0 ? 1U : 0U;
        }
        all += static_cast<char>('0' + before);
      }
    }
    heddle::observe("order", all);
  };
  const verdict of = explore(body, settings);
  BOOST_TEST(outcome(of) == "pass");
  BOOST_TEST((!whole || of.kind == heddle::proof::exhaustive));
  std::set<std::string> result;
  for (const auto& [order, times] : of.observed.at("order")) result.insert(order);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(histories)

// Two threads of calls a1 a2 and b1 b2: each of the first thread's calls may begin after none, one
// or both of the second's have ended, and so on: 19 interval orders of two chains of two, 141 of
// two chains of three, 19 of three calls.  Of three threads some graphs show less than a clock
// does, so that there are more graphs than orders.
BOOST_AUTO_TEST_CASE(every_order_of_calls_is_a_graph) {
  BOOST_TEST(graphs_of(2, 1) == 3U);
  BOOST_TEST(graphs_of(2, 2) == 19U);
  BOOST_TEST(graphs_of(2, 3) == 141U);
  BOOST_TEST(graphs_of(3, 1) == 22U);
}
BOOST_AUTO_TEST_CASE(every_order_of_three_threads_is_a_graph) {
  BOOST_TEST(graphs_of(3, 2) == 3206U);
}

BOOST_AUTO_TEST_CASE(graphs_and_interleavings_show_the_same_orders) {
  const std::set<std::string> by_graphs = orders(by("exhaustive"), true);
  BOOST_TEST(by_graphs.size() == 19U);
  BOOST_TEST((by_graphs == orders(by("odometer", "sc"), true)));
  options sampled = by("random_walk", "sc");
  sampled.executions = 3000;
  BOOST_TEST((by_graphs == orders(sampled, false)));
}

// The two threads never meet, so there is one trace, and it shows one order.
BOOST_AUTO_TEST_CASE(a_sharded_queue_is_found_out_though_its_threads_never_meet) {
  const verdict plain = explore(plain_history, by("exhaustive"));
  BOOST_TEST(outcome(plain) == "pass");
  const verdict timed = explore(
      linearizable<queue>([] { return sharded_queue(); }, push_push_pop()), by("exhaustive"));
  BOOST_TEST(outcome(timed) == "assertion");
}

BOOST_AUTO_TEST_CASE(the_report_has_the_timeline_and_the_longest_order) {
  const auto body = linearizable<queue>([] { return sharded_queue(); }, push_push_pop());
  const verdict of = explore(body, by("exhaustive"));
  BOOST_TEST_REQUIRE(of.found.has_value());
  const std::string report = heddle::report_text(of, "heddle replay");
  const std::string expected =
      "  history: calls that overlap may have come in either order\n"
      "    thread 0     thread 1     thread 2\n"
      "                 push(1)\n"
      "                 push(1) = 1\n"
      "                              push(2)\n"
      "                              push(2) = 2\n"
      "                              pop()\n"
      "                              pop() = 2\n"
      "  the longest order that the machine allows:\n"
      "    thread 1  push(1) = 1\n"
      "    thread 2  push(2) = 2\n"
      "  what has no place in it:\n"
      "    thread 2  pop() = 2\n";
  BOOST_TEST(report.find("heddle: the history is not linearizable: history_test.cpp") == 0U,
             report);
  BOOST_TEST(report.find(expected) != report.npos, report);
  BOOST_TEST(report.find("begins push(2)") != report.npos, report);
  heddle::token what;
  BOOST_TEST(heddle::decode(of.token, what) == "");
  BOOST_TEST(heddle::report_text(heddle::run_replay("history", body, what), "heddle replay") ==
             report);
}

BOOST_AUTO_TEST_CASE(every_strategy_finds_it) {
  const auto body = linearizable<queue>([] { return sharded_queue(); }, push_push_pop());
  for (const char* strategy : {"automatic", "exhaustive", "odometer", "random_walk", "pct", "pos",
                               "urw", "surw", "rff", "fest", "delay_bounded", "portfolio"}) {
    BOOST_TEST(outcome(explore(body, by(strategy, "sc"))) == "assertion", strategy);
  }
}

// push(1) overlaps nothing, but sequential consistency does not mind: push(2), pop() = 2, push(1).
BOOST_AUTO_TEST_CASE(weaker_consistency_is_checked_on_request) {
  const auto make = [] { return sharded_queue(); };
  const verdict sequential =
      explore(linearizable<queue>(make, push_push_pop(consistency::sequential)));
  BOOST_TEST(outcome(sequential) == "pass");
  // Calls of one thread in the wrong order are wrong for it, too.
  const verdict own = explore(
      linearizable<queue>(make, {.threads = {{1, 2, 0}, {0}}, .kind = consistency::sequential}));
  BOOST_TEST(outcome(own) == "assertion");
  const verdict quiescent =
      explore(linearizable<queue>(make, push_push_pop(consistency::quiescent)));
  BOOST_TEST(outcome(quiescent) == "assertion");
}

// Two readers that disagree which element came first.  Each element by itself is right; under rc11
// the order of calls is no interval order, so they are not judged one by one.
BOOST_AUTO_TEST_CASE(under_rc11_calls_are_ordered_by_what_happens_before) {
  const scenario<pair_set> readers{
      .threads = {{{true, 0}}, {{true, 1}}, {{false, 0}, {false, 1}}, {{false, 1}, {false, 0}}}};
  const auto with = [&](std::memory_order add, std::memory_order look, const char* memory) {
    return explore(linearizable<pair_set>([=] { return flag_set(add, look); }, readers),
                   by("exhaustive", memory));
  };
  const verdict relaxed = with(std::memory_order_relaxed, std::memory_order_relaxed, "rc11");
  BOOST_TEST(outcome(relaxed) == "assertion");
  const verdict acquire = with(std::memory_order_acq_rel, std::memory_order_acquire, "rc11");
  BOOST_TEST(outcome(acquire) == "assertion");
  const verdict under_sc = with(std::memory_order_relaxed, std::memory_order_relaxed, "sc");
  BOOST_TEST(outcome(under_sc) == "pass");
}

// What the object itself orders counts under rc11: the second push begins after the first ended.
BOOST_AUTO_TEST_CASE(happens_before_orders_calls_under_rc11) {
  const auto body = [] {
    sharded_queue object;
    heddle::atomic<bool> handed{false};
    heddle::history<queue> calls(2);
    const auto call = [&](unsigned thread, int what) {
      (void)calls.call(thread, what, [&] { return queue::perform(object, what); });
    };
    heddle::thread first([&] {
      call(1, 1);
      handed.store(true, std::memory_order_release);
    });
    heddle::thread second([&] {
      if (!handed.load(std::memory_order_acquire)) return;
      call(2, 2);
      call(2, 0);
    });
    first.join();
    second.join();
    calls.expect();
  };
  const verdict of = explore(body, by("exhaustive"));
  BOOST_TEST(outcome(of) == "assertion");
  BOOST_TEST(of.memory == "rc11");
}

BOOST_AUTO_TEST_CASE(without_happens_before_calls_overlap_under_rc11) {
  const auto body = [] {
    sharded_queue object;
    heddle::atomic<bool> unused{false};
    heddle::history<queue> calls(2);
    const auto call = [&](unsigned thread, int what) {
      (void)calls.call(thread, what, [&] { return queue::perform(object, what); });
    };
    heddle::thread first([&] {
      call(1, 1);
      unused.store(true, std::memory_order_relaxed);
    });
    heddle::thread second([&] {
      if (!unused.load(std::memory_order_relaxed)) return;
      call(2, 2);
      call(2, 0);
    });
    first.join();
    second.join();
    calls.expect();
  };
  BOOST_TEST(outcome(explore(body, by("exhaustive"))) == "pass");
  BOOST_TEST(outcome(explore(body, by("exhaustive", "sc"))) == "assertion");
}

// The body's own calls come before and after those of the threads.
BOOST_AUTO_TEST_CASE(calls_before_and_after_the_threads_are_ordered) {
  const auto make = [] { return sharded_queue(); };
  const scenario<queue> wrong{.before = {1}, .threads = {{2}}, .after = {0}};
  BOOST_TEST(outcome(explore(linearizable<queue>(make, wrong))) == "assertion");
  const scenario<queue> right{.before = {2}, .threads = {{1}, {0}}, .after = {0}};
  BOOST_TEST(outcome(explore(linearizable<queue>(make, right))) == "pass");
}

// A mark orders nothing: the second call begins after the first one ended, and still they race.
BOOST_AUTO_TEST_CASE(a_history_hides_no_race) {
  const auto body = [] {
    heddle::shared<int> number{0};
    heddle::history<nothing> calls(2);
    const auto call = [&](unsigned thread) {
      (void)calls.call(thread, 0, [&] {
        number.set(1);
        return std::monostate();
      });
    };
    heddle::thread first([&] { call(1); });
    heddle::thread second([&] { call(2); });
    first.join();
    second.join();
  };
  for (const char* strategy : {"exhaustive", "odometer", "random_walk"}) {
    options settings = by(strategy, "sc");
    settings.executions = 1;
    BOOST_TEST(outcome(explore(body, settings)) == "data_race", strategy);
  }
}

// Two threads meet at marks alone.
BOOST_AUTO_TEST_CASE(marks_do_not_count_as_objects_that_threads_share) {
  options settings = by("exhaustive");
  settings.vacuous = heddle::vacuous_rule::error;
  const verdict of =
      explore(linearizable<nothing>([] { return no_object(); }, {.threads = {{0}, {0}}}), settings);
  BOOST_TEST(outcome(of) == "vacuous");
}

BOOST_AUTO_TEST_CASE(more_calls_than_a_history_holds_are_misuse) {
  const verdict of = explore([] {
    heddle::history<nothing> calls(1);
    for (std::size_t i = 0; i <= heddle::most_calls; ++i) {
      (void)calls.call(0, 0, [] { return std::monostate(); });
    }
  });
  BOOST_TEST(outcome(of) == "misuse");
  BOOST_TEST(of.found->text.find("history of more than 64 calls") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
