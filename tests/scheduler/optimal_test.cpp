// The optimal strategy visits each trace once: as many executions as execution-counts says, and as
// brute force finds traces.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace {

struct visit {
  std::uint64_t executions = 0;
  std::set<std::uint64_t> traces;
  bool applies = true;
  bool found = false;
};

visit explore(heddle::strategy& choices, const std::function<void()>& body) {
  visit result;
  heddle::runner runs({});
  while (choices.begin()) {
    const heddle::outcome out = runs.run(body, choices);
    result.applies = choices.applies();
    if (!result.applies) return result;
    ++result.executions;
    result.traces.insert(out.fingerprint);
    if (out.end == heddle::ending::found) {
      result.found = true;
      return result;
    }
  }
  return result;
}

template <class F>
void start_and_join(int threads, const F& body) {
  std::vector<heddle::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back([&body, i] { body(i); });
  for (heddle::thread& each : all) each.join();
}

void same_traces(const std::function<void()>& body, std::uint64_t expected) {
  const auto optimal = heddle::make_optimal(heddle::graph::memory::sc);
  const visit once = explore(*optimal, body);
  BOOST_TEST(once.applies);
  BOOST_TEST(once.executions == expected);
  BOOST_TEST(once.traces.size() == expected);
}

void same_as_brute_force(const std::function<void()>& body) {
  const auto optimal = heddle::make_optimal(heddle::graph::memory::sc);
  const auto all = heddle::make_odometer(heddle::unbounded);
  const visit once = explore(*optimal, body);
  const visit every = explore(*all, body);
  BOOST_TEST(once.applies);
  BOOST_TEST(once.executions == once.traces.size());
  BOOST_TEST((once.traces == every.traces));
}

void add(int threads, int times) {
  heddle::atomic<int> x{0};
  start_and_join(threads, [&](int) {
    for (int i = 0; i < times; ++i) x.fetch_add(1);
  });
}

void fibonacci(int times) {
  heddle::atomic<int> x{1}, y{1};
  start_and_join(2, [&](int i) {
    heddle::atomic<int>& mine = i == 0 ? x : y;
    heddle::atomic<int>& other = i == 0 ? y : x;
    for (int k = 0; k < times; ++k) {
      const int a = mine.load();
      const int b = other.load();
      mine.store(a + b);
    }
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimal)

BOOST_AUTO_TEST_CASE(concurrent_adds_are_visited_once_each) {
  same_traces([] { add(2, 2); }, 6);
  same_traces([] { add(2, 3); }, 20);
  same_traces([] { add(3, 2); }, 90);
  same_traces([] { add(3, 3); }, 1680);
}

BOOST_AUTO_TEST_CASE(fibonacci_is_visited_once_each) {
  same_traces([] { fibonacci(2); }, 19);
  same_traces([] { fibonacci(3); }, 141);
  same_traces([] { fibonacci(4); }, 1107);
}

BOOST_AUTO_TEST_CASE(a_compare_exchange_that_fails_is_a_read) {
  for (const auto& [threads, expected] :
       std::vector<std::pair<int, int>>{{2, 2}, {3, 5}, {4, 14}}) {
    same_traces(
        [threads = threads] {
          heddle::atomic<int> x{0};
          start_and_join(threads, [&](int i) {
            int seen = i;
            x.compare_exchange_strong(seen, i + 1);
          });
        },
        static_cast<std::uint64_t>(expected));
  }
}

BOOST_AUTO_TEST_CASE(readers_of_one_writer) {
  same_traces(
      [] {
        heddle::atomic<int> x{0};
        start_and_join(7, [&](int i) {
          if (i == 0) {
            x.store(1);
          } else {
            (void)x.load();
          }
        });
      },
      64);
}

BOOST_AUTO_TEST_CASE(choices_and_weak_compare_exchange_match_brute_force) {
  same_as_brute_force([] {
    heddle::atomic<int> x{0};
    start_and_join(2, [&](int) {
      if (heddle::choose(2) == 1) {
        x.fetch_add(1);
      } else {
        (void)x.load();
      }
    });
  });
  same_as_brute_force([] {
    heddle::atomic<int> x{0};
    start_and_join(2, [&](int) {
      int seen = 0;
      x.compare_exchange_weak(seen, 1);
      x.store(2);
    });
  });
}

BOOST_AUTO_TEST_CASE(threads_of_threads_match_brute_force) {
  same_as_brute_force([] {
    heddle::atomic<int> x{0};
    start_and_join(2, [&](int) {
      heddle::thread child([&] { x.fetch_add(1); });
      (void)x.load();
      child.join();
    });
  });
}

BOOST_AUTO_TEST_CASE(objects_and_branches_that_depend_on_values_match_brute_force) {
  same_as_brute_force([] {
    heddle::atomic<int> x{0}, y{0};
    start_and_join(2, [&](int i) {
      if (i == 0) {
        x.store(1);
        y.store(1);
        return;
      }
      const int seen = y.load();
      heddle::atomic<int> own{seen};
      if (own.load() == 1) x.fetch_add(2);
      x.fetch_add(own.exchange(5));
    });
  });
}

BOOST_AUTO_TEST_CASE(a_relaxed_flag_is_a_race_and_its_schedule_replays) {
  const auto body = [] {
    heddle::atomic<int> flag{0};
    heddle::shared<int> data{0, "data"};
    start_and_join(2, [&](int i) {
      if (i == 0) {
        data.set(1);
        flag.store(1, std::memory_order_relaxed);
      } else if (flag.load(std::memory_order_acquire) == 1) {
        (void)data.get();
      }
    });
  };
  const auto optimal = heddle::make_optimal(heddle::graph::memory::sc);
  heddle::runner runs({});
  bool found = false;
  while (!found && optimal->begin()) {
    found = runs.run(body, *optimal).end == heddle::ending::found;
  }
  BOOST_REQUIRE(found);
  heddle::recording first, second;
  optimal->again();
  BOOST_TEST((runs.run(body, *optimal, {.record = &first}).end == heddle::ending::found));
  BOOST_TEST((runs.replay(body, first.taken, second).end == heddle::ending::found));
  BOOST_TEST((runs.found().kind == heddle::finding_kind::data_race));
  BOOST_TEST(first.found->text == second.found->text);
}

BOOST_AUTO_TEST_CASE(the_end_of_other_threads_is_left_to_another_strategy) {
  const auto optimal = heddle::make_optimal(heddle::graph::memory::sc);
  const visit once =
      explore(*optimal, [] { start_and_join(2, [](int) { (void)heddle::live_threads(); }); });
  BOOST_TEST(!once.applies);
}

BOOST_AUTO_TEST_SUITE_END()
