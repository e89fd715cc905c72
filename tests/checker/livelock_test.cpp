// Executions that would go on for ever: those in which nobody gets any further, and those of which
// that is not known.
#include <chrono>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/fuzz.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

// Each lets the other go first.
void after_you() {
  heddle::atomic<int> first{0, "first"};
  const auto go_through = [&](int me) {
    while (first.load() != me || first.load() == me) {
      first.store(1 - me);
      heddle::yield();
    }
  };
  heddle::thread other([&] { go_through(1); });
  go_through(0);
  other.join();
}

void never_set() {
  heddle::atomic<bool> flag{false, "flag"};
  heddle::thread other([&] {
    while (!flag.load()) {
    }
  });
  other.join();
}

void never_set_and_yield() {
  heddle::atomic<bool> flag{false, "flag"};
  const auto wait = [&] {
    while (!flag.load()) heddle::yield();
  };
  heddle::thread other(wait);
  wait();
  other.join();
}

// Each holds one lock, and gives it back when it does not get the other; nobody ever does, since a
// third thread keeps both.
void back_off_for_ever() {
  heddle::mutex a("a"), b("b");
  a.lock();
  heddle::thread other([&] {
    for (;;) {
      b.lock();
      if (a.try_lock()) break;
      b.unlock();
      heddle::yield();
    }
  });
  other.join();
}

verdict explore_long(const char* name, void (*body)(), const std::string& strategy,
                     std::uint32_t steps = 1000) {
  options settings;
  settings.strategy = strategy;
  if (strategy != "exhaustive" && strategy != "odometer") settings.executions = 20;
  settings.steps = steps;
  return explore(name, body, settings);
}

std::string kind_of(const verdict& result) {
  return result.found ? std::string(to_string(result.found->kind)) : "none";
}

bool says(const verdict& result, const std::string& part) {
  return report_text(result, "x").find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(livelock)

BOOST_AUTO_TEST_CASE(threads_that_give_way_for_ever) {
  for (const char* strategy : {"random_walk", "pct", "pos", "surw", "rff", "odometer"}) {
    const verdict result = explore_long("after_you", after_you, strategy);
    BOOST_TEST(kind_of(result) == "livelock", strategy << ": " << report_text(result, "x"));
    BOOST_TEST(says(result, "can go on for ever"));
    BOOST_TEST(says(result, "thread 0  repeats  "));
    BOOST_TEST(says(result, "thread 1  repeats  "));
    BOOST_TEST(says(result, "yield livelock_test.cpp:"), report_text(result, "x"));
  }
}

BOOST_AUTO_TEST_CASE(a_flag_that_nobody_sets) {
  for (const char* strategy : {"random_walk", "pos", "odometer", "exhaustive"}) {
    const verdict result = explore_long("never_set", never_set, strategy);
    BOOST_TEST(kind_of(result) == "livelock", strategy << ": " << report_text(result, "x"));
    BOOST_TEST(says(result, "thread 1  repeats  load"), report_text(result, "x"));
    BOOST_TEST(says(result, "thread 0  waits in thread::join"));
  }
  for (const char* strategy : {"random_walk", "pos", "odometer"}) {
    const verdict result = explore_long("never_set_and_yield", never_set_and_yield, strategy);
    BOOST_TEST(kind_of(result) == "livelock", strategy << ": " << report_text(result, "x"));
  }
}

BOOST_AUTO_TEST_CASE(locks_that_are_taken_and_given_back) {
  const verdict result = explore_long("back_off", back_off_for_ever, "random_walk");
  BOOST_TEST(kind_of(result) == "livelock", report_text(result, "x"));
  BOOST_TEST(says(result, "mutex::try_lock \"a\""), report_text(result, "x"));
}

BOOST_AUTO_TEST_CASE(a_livelock_replays_to_the_same_report) {
  for (const auto& [name, body] : {std::pair{"after_you", &after_you}, {"never_set", &never_set}}) {
    const verdict result = explore_long(name, body, "random_walk");
    heddle::token what;
    BOOST_TEST_REQUIRE(decode(result.token, what) == "");
    const verdict again = run_replay(name, body, what);
    BOOST_TEST(report_text(again, "x") == report_text(result, "x"));
  }
  options settings;
  settings.steps = 1000;
  const verdict fuzzed = explore_bytes("after_you", after_you, {}, settings);
  BOOST_TEST(kind_of(fuzzed) == "livelock");
}

// The values never come again.
BOOST_AUTO_TEST_CASE(who_counts_gets_further) {
  const verdict result = explore_long(
      "counts",
      [] {
        heddle::atomic<unsigned> x{0};
        heddle::thread other([&] {
          for (;;) x.fetch_add(1);
        });
        other.join();
      },
      "random_walk");
  BOOST_TEST(kind_of(result) == "step_limit", report_text(result, "x"));
}

// Time passes; and a plain variable may be anything.
BOOST_AUTO_TEST_CASE(what_is_not_known_is_no_livelock) {
  const verdict ticks = explore_long(
      "ticks",
      [] {
        heddle::atomic<unsigned> x{0};
        heddle::thread other([&] {
          for (;;) heddle::sleep_for(std::chrono::seconds(1));
        });
        other.join();
      },
      "random_walk");
  BOOST_TEST(kind_of(ticks) == "step_limit", report_text(ticks, "x"));
  const verdict writes = explore_long(
      "writes",
      [] {
        heddle::mutex m("m");
        heddle::shared<int> count{0, "count"};
        heddle::thread other([&] {
          for (;;) {
            m.lock();
            count.set(count.get() + 1);
            m.unlock();
          }
        });
        other.join();
      },
      "random_walk");
  BOOST_TEST(kind_of(writes) == "step_limit", report_text(writes, "x"));
}

// Another thread could go on and would end it.
BOOST_AUTO_TEST_CASE(an_unfair_schedule_shows_no_livelock) {
  options settings;
  settings.strategy = "odometer";
  settings.preemptions = 1;
  settings.steps = 500;
  const verdict result = explore(
      "unfair",
      [] {
        heddle::atomic<bool> flag{false};
        heddle::thread other([&] { flag.store(true); });
        while (!flag.load()) {
        }
        other.join();
      },
      settings);
  BOOST_TEST(kind_of(result) == "step_limit", report_text(result, "x"));
}

BOOST_AUTO_TEST_SUITE_END()
