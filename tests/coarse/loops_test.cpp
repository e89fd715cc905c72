// Loops that wait by spin_hint() or yield(): one execution for each order of what ends them.
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/coarse/verdicts.hpp>

namespace {

using heddle::verdict;
using heddle::verdict_status;

template <class F>
void in_threads(int count, F body) {
  std::vector<heddle::thread> all;
  all.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    all.emplace_back([&body, i] { body(i); });
  }
  for (heddle::thread& each : all) each.join();
}

std::uint64_t executions(const char* name, const std::function<void()>& body) {
  const verdict result = heddle::explore(name, body, {.strategy = "exhaustive"});
  BOOST_TEST((result.status == verdict_status::ok), name << ": " << result.line());
  BOOST_TEST((result.kind == heddle::proof::exhaustive), name << ": " << result.line());
  return result.executions;
}

void wait_by_spinning() {
  heddle::atomic<int> flag{0};
  in_threads(2, [&](int i) {
    if (i == 0) {
      while (flag.load() == 0) heddle::spin_hint();
    } else {
      flag.store(1);
    }
  });
}

template <int N>
void spin_lock() {
  heddle::atomic<int> locked{0};
  heddle::shared<int> count{0};
  in_threads(N, [&](int) {
    int free = 0;
    while (!locked.compare_exchange_strong(free, 1)) {
      free = 0;
      heddle::spin_hint();
    }
    count.write() += 1;
    locked.store(0);
  });
  heddle::expect(count.read() == N, "every increment counts");
}

void ticket_lock() {
  heddle::atomic<int> next{0}, served{0};
  in_threads(3, [&](int) {
    const int mine = next.fetch_add(1);
    while (served.load() != mine) heddle::spin_hint();
    served.store(mine + 1);
  });
}

void peterson() {
  std::array<heddle::atomic<int>, 2> wants{0, 0};
  heddle::atomic<int> turn{0};
  heddle::shared<int> count{0};
  in_threads(2, [&](int i) {
    const auto me = static_cast<std::size_t>(i);
    wants[me].store(1);
    turn.store(1 - i);
    while (wants[1 - me].load() == 1 && turn.load() == 1 - i) heddle::spin_hint();
    count.write() += 1;
    wants[me].store(0);
  });
}

void wait_by_yielding() {
  heddle::atomic<int> flag{0};
  in_threads(2, [&](int i) {
    if (i == 0) {
      while (flag.load() == 0) heddle::yield();
    } else {
      flag.store(1);
    }
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loops_test)

BOOST_AUTO_TEST_CASE(spins_are_waits) {
  BOOST_TEST(executions("flag", wait_by_spinning) == 1U);
  BOOST_TEST(executions("spin lock of 2", spin_lock<2>) == 2U);
  BOOST_TEST(executions("spin lock of 3", spin_lock<3>) == 6U);
  BOOST_TEST(executions("spin lock of 4", spin_lock<4>) == 24U);
  BOOST_TEST(executions("ticket lock of 3", ticket_lock) == 6U);
  BOOST_TEST(executions("peterson", peterson) == 4U);
}

BOOST_AUTO_TEST_CASE(a_spin_that_nobody_ends_is_a_deadlock) {
  const verdict result = heddle::explore("never", [] {
    heddle::atomic<int> flag{0};
    heddle::thread other([&] { (void)flag.load(); });
    while (flag.load() == 0) heddle::spin_hint();
    other.join();
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::deadlock), result.line());
  BOOST_TEST(!result.token.empty());
}

BOOST_AUTO_TEST_CASE(a_weaker_spin_lock_races) {
  const verdict result = heddle::explore("relaxed", [] {
    heddle::atomic<int> ready{0};
    heddle::shared<int> data{0};
    in_threads(2, [&](int i) {
      if (i == 0) {
        while (ready.load(std::memory_order_relaxed) == 0) heddle::spin_hint();
        (void)data.read();
      } else {
        data.write() = 1;
        ready.store(1, std::memory_order_release);
      }
    });
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::data_race), result.line());
}

// The loop goes round up to polls times and once more, and then waits.
BOOST_AUTO_TEST_CASE(yields_are_taken_a_few_times_and_then_waited_for) {
  const verdict result = heddle::explore("yields", wait_by_yielding, {.strategy = "exhaustive"});
  BOOST_TEST((result.status == verdict_status::ok), result.line());
  BOOST_TEST(result.line() == "ok: exhaustive under rc11, 3 executions; hit: polls 2");
}

// It leaves no event, and what follows it in the graph is not it.
BOOST_AUTO_TEST_CASE(a_yield_between_two_writes_is_no_wait) {
  BOOST_TEST(executions("one yield", [] {
               heddle::atomic<int> x{0};
               heddle::thread other([&] {
                 x.store(1);
                 heddle::yield();
                 x.store(2);
               });
               (void)x.load();
               other.join();
             }) == 3U);
}

BOOST_AUTO_TEST_CASE(yields_between_tries_go_by_fair_schedules) {
  const verdict result = heddle::explore("tries", [] {
    heddle::mutex m;
    in_threads(2, [&](int) {
      while (!m.try_lock()) heddle::yield();
      m.unlock();
    });
  });
  BOOST_TEST((result.status == verdict_status::ok), result.line());
}

// The loop does nothing but read, and ends all the same.
template <class Wait>
void wait_for_a_while(Wait wait) {
  heddle::atomic<int> flag{0};
  in_threads(2, [&](int i) {
    if (i > 0) return;
    for (int round = 0; round < 40 && flag.load() == 0; ++round) wait();
  });
}

BOOST_AUTO_TEST_CASE(a_loop_that_counts_its_rounds_is_no_deadlock) {
  const verdict yields =
      heddle::explore("yields", [] { wait_for_a_while([] { heddle::yield(); }); });
  BOOST_TEST((yields.status == verdict_status::ok), yields.line());
  BOOST_TEST((yields.hit == std::vector<std::string>{"polls 2"}), yields.line());
  const verdict spins =
      heddle::explore("spins", [] { wait_for_a_while([] { heddle::spin_hint(); }); });
  BOOST_TEST((spins.status == verdict_status::ok), spins.line());
  BOOST_TEST((spins.hit == std::vector<std::string>{"fairness"}), spins.line());
}

BOOST_AUTO_TEST_CASE(what_a_loop_comes_to_at_its_end_is_found_and_replays) {
  const auto body = [] {
    heddle::atomic<int> flag{0};
    in_threads(1, [&](int) {
      int round = 0;
      while (round < 40 && flag.load() == 0) {
        ++round;
        heddle::yield();
      }
      heddle::expect(round < 40, "somebody says so in time");
    });
  };
  const verdict result = heddle::explore("given up", body);
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::assertion), result.line());
  heddle::options again;
  again.replay = result.token;
  const verdict replayed = heddle::explore("given up", body, again);
  BOOST_TEST(heddle::report_text(replayed) == heddle::report_text(result));
}

BOOST_AUTO_TEST_CASE(a_loop_that_goes_on_for_ever_is_a_deadlock) {
  for (const bool yields : {false, true}) {
    const verdict result = heddle::explore("for ever", [=] {
      heddle::atomic<int> flag{0};
      in_threads(1, [&](int) {
        while (flag.load() == 0) yields ? heddle::yield() : heddle::spin_hint();
      });
    });
    BOOST_REQUIRE(result.found.has_value());
    BOOST_TEST((result.found->kind == heddle::finding_kind::deadlock), result.line());
    BOOST_TEST(result.recording.steps.size() < 20U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
