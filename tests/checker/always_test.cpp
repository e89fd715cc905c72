// Conditions that are to hold at every moment.
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/scheduler/always.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::always;
using heddle::atomic;
using heddle::options;
using heddle::thread;
using heddle::verdict;

options by(const char* strategy, const char* memory = "rc11") {
  options result;
  result.strategy = strategy;
  result.memory = memory;
  return result;
}

verdict explore(const std::function<void()>& body, const options& settings = by("exhaustive")) {
  return heddle::explore("always", body, settings);
}

std::string outcome(const verdict& of) {
  return of.found ? std::string(heddle::to_string(of.found->kind)) : "pass";
}

bool says(const verdict& of, const std::string& text) {
  return of.found && of.found->text.find(text) != std::string::npos;
}

struct pair {
  atomic<int> x{0, "x"};
  atomic<int> y{0, "y"};
};

// Each thread raises its own number, and takes it back.
void two_threads(pair& both) {
  thread first([&] {
    both.x.store(1);
    both.x.store(0);
  });
  thread second([&] {
    both.y.store(1);
    both.y.store(0);
  });
  first.join();
  second.join();
}

// What one sees who looks at plain copies after each write, in the one order that is run.
void plain_look() {
  pair both;
  int x = 0;
  int y = 0;
  const auto look = [&] { heddle::expect(x + y < 2, "never both"); };
  thread first([&] {
    for (const int value : {1, 0}) {
      both.x.store(value);
      x = value;
      look();
    }
  });
  thread second([&] {
    for (const int value : {1, 0}) {
      both.y.store(value);
      y = value;
      look();
    }
  });
  first.join();
  second.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(always_holds)

// The threads meet nowhere: there is one trace, and the order that is run has no moment with both.
BOOST_AUTO_TEST_CASE(a_condition_of_two_atomics_is_seen_to_fail) {
  BOOST_TEST(outcome(explore(plain_look)) == "pass");
  const auto body = [] {
    pair both;
    const always never_both([&] { return both.x.load() + both.y.load() < 2; });
    two_threads(both);
  };
  for (const char* strategy : {"automatic", "exhaustive", "odometer"}) {
    const verdict of = explore(body, by(strategy));
    BOOST_TEST(outcome(of) == "assertion", strategy);
    BOOST_TEST(says(of, "always: the condition does not hold: always_test.cpp:"), strategy);
    heddle::token what;
    BOOST_TEST(heddle::decode(of.token, what) == "");
    BOOST_TEST(heddle::report_text(heddle::run_replay("always", body, what), "") ==
               heddle::report_text(of, ""));
  }
}

// All orders of the writes of two threads, two each: 6; nothing else is ordered.
BOOST_AUTO_TEST_CASE(writes_of_watched_atomics_are_ordered) {
  const auto body = [] {
    pair both;
    const always unasked([&] { return both.x.load() + both.y.load() < 3; });
    two_threads(both);
  };
  const verdict of = explore(body);
  BOOST_TEST(of.line() == "ok: exhaustive under rc11, 6 executions");
}

// The states that a condition is asked for are those of all interleavings.
BOOST_AUTO_TEST_CASE(graphs_and_interleavings_ask_for_the_same_states) {
  const auto states = [](const options& settings) {
    auto seen = std::make_shared<std::set<int>>();
    const auto body = [seen] {
      pair both;
      const always look([&] {
        const int state = 10 * both.x.load() + both.y.load();
        heddle::outside([&seen, state] { seen->insert(state); });
        return true;
      });
      thread first([&] {
        both.x.fetch_add(1);
        int one = 1;
        both.y.compare_exchange_strong(one, 5);
      });
      thread second([&] {
        both.y.store(1);
        both.x.exchange(both.x.load() + 3);
      });
      first.join();
      second.join();
    };
    BOOST_TEST(outcome(explore(body, settings)) == "pass");
    return *seen;
  };
  const std::set<int> by_graphs = states(by("exhaustive"));
  BOOST_TEST(by_graphs.size() > 4U);
  BOOST_TEST((by_graphs == states(by("odometer", "sc"))));
}

// Accesses do what those of other atomics do, happens-before included.
BOOST_AUTO_TEST_CASE(watched_atomics_synchronize) {
  const auto body = [](std::memory_order order) {
    return [order] {
      pair both;
      heddle::shared<int> item{0, "item"};
      const always unasked([&] { return both.x.load() >= 0; });
      thread producer([&] {
        item.set(1);
        both.x.store(1, order);
      });
      if (both.x.load() == 1) heddle::expect(item.get() == 1, "the item is there");
      producer.join();
    };
  };
  BOOST_TEST(outcome(explore(body(std::memory_order_seq_cst))) == "pass");
  for (const char* strategy : {"exhaustive", "odometer"}) {
    const verdict racy = explore(body(std::memory_order_relaxed), by(strategy, "sc"));
    BOOST_TEST(outcome(racy) == "data_race", strategy);
  }
}

BOOST_AUTO_TEST_CASE(values_of_all_widths_come_back) {
  const verdict of = explore([] {
    atomic<int> number{-5, "number"};
    atomic<bool> flag{true, "flag"};
    atomic<std::int64_t> wide{-7, "wide"};
    const always unasked([&] {
      const std::int64_t sum = number.load() + wide.load();
      return flag.load() || sum != 0;
    });
    number.fetch_sub(1);
    wide.fetch_add(3);
    heddle::expect(number.load() == -6 && flag.exchange(false) && wide.load() == -4, "as before");
    std::int64_t expected = 0;
    heddle::expect(!wide.compare_exchange_strong(expected, 9) && expected == -4, "not the one");
    heddle::expect(wide.compare_exchange_strong(expected, 9) && wide.load() == 9, "the one");
  });
  BOOST_TEST(outcome(of) == "pass", of.line());
}

BOOST_AUTO_TEST_CASE(a_weak_compare_exchange_may_fail) {
  const auto body = [] {
    pair both;
    const always unasked([&] { return both.x.load() >= 0; });
    int zero = 0;
    heddle::observe("done", both.x.compare_exchange_weak(zero, 1) ? "yes" : "no");
  };
  const verdict of = explore(body);
  BOOST_TEST(of.observed.at("done").size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_loop_that_waits_for_a_watched_atomic_ends) {
  const verdict of = explore([] {
    pair both;
    const always unasked([&] { return both.x.load() + both.y.load() < 9; });
    thread other([&] {
      both.y.store(1);
      both.x.store(1);
    });
    while (both.x.load() == 0) heddle::spin_hint();
    other.join();
  });
  BOOST_TEST(outcome(of) == "pass", of.line());
}

BOOST_AUTO_TEST_CASE(a_condition_that_is_false_at_first_is_found) {
  const verdict of = explore([] {
    pair both;
    both.y.store(3);
    const always small([&] { return both.y.load() < 2; });
  });
  BOOST_TEST(outcome(of) == "assertion");
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_object) {
  const verdict of = explore([] {
    pair both;
    {
      const always small([&] { return both.y.load() < 2; });
      both.y.store(1);
    }
    both.y.store(3);
    heddle::expect(both.y.load() == 3, "as before");
  });
  BOOST_TEST(outcome(of) == "pass", of.line());
}

BOOST_AUTO_TEST_CASE(under_rc11_it_says_why_not) {
  const auto body = [] {
    pair both;
    const always unasked([&] { return both.x.load() >= 0; });
    thread other([&] { both.y.store(1, std::memory_order_relaxed); });
    other.join();
  };
  const verdict of = explore(body);
  BOOST_TEST(outcome(of) == "misuse");
  BOOST_TEST(says(of, "`always` under rc11, where there is no state that all threads share"));
  BOOST_TEST(outcome(explore(body, by("exhaustive", "sc"))) == "pass");
}

BOOST_AUTO_TEST_CASE(what_it_cannot_do_is_misuse) {
  const verdict late = explore([] {
    pair both;
    thread other([] {});
    const always unasked([&] { return both.x.load() >= 0; });
    other.join();
  });
  BOOST_TEST(says(late, "`always` after another thread was started"));
  const verdict writes = explore([] {
    pair both;
    const always unasked([&] { return both.x.fetch_add(1) >= 0; });
  });
  BOOST_TEST(says(writes, "a condition of `always` that does more than load atomics"));
  const verdict others = explore([] {
    pair both;
    const always unasked([&] { return both.x.load() == 0 || both.y.load() == 0; });
    both.x.store(1);
  });
  BOOST_TEST(says(others, "a condition of `always` that loads other atomics than at first"));
  const verdict large = explore([] {
    pair both;
    const always unasked([&] { return both.x.load() >= 0; });
    both.x.store(8192);
  });
  BOOST_TEST(says(large, "a value that `always` has no room for"));
  const verdict many = explore([] {
    atomic<int> all[5];
    const always unasked([&] {
      int sum = 0;
      for (const atomic<int>& each : all) sum += each.load();
      return sum == 0;
    });
  });
  BOOST_TEST(says(many, "`always` with more than four atomics"));
}

BOOST_AUTO_TEST_SUITE_END()
