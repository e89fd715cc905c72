// The mean weight of walks through the tree of graphs is the number of executions, which is known.
#include <string>
#include <vector>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/walks.hpp>

#include <boost/test/unit_test.hpp>

using heddle::graph::memory;
using heddle::testing::expect_mean;

namespace {

template <class F>
void start_and_join(int threads, const F& body) {
  std::vector<heddle::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back([&body, i] { body(i); });
  for (heddle::thread& each : all) each.join();
}

std::function<void()> adds(int threads, int times) {
  return [=] {
    heddle::atomic<int> x{0};
    start_and_join(threads, [&](int) {
      for (int i = 0; i < times; ++i) x.fetch_add(1);
    });
  };
}

std::function<void()> fibonacci(int times) {
  return [=] {
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
  };
}

// Who comes first sets it; the others fail.
std::function<void()> one_of(int threads) {
  return [=] {
    heddle::atomic<int> x{0};
    start_and_join(threads, [&](int i) {
      int seen = i;
      x.compare_exchange_strong(seen, i + 1);
    });
  };
}

void message_passing() {
  heddle::atomic<int> data{0}, flag{0};
  start_and_join(2, [&](int i) {
    if (i == 0) {
      data.store(1, std::memory_order_relaxed);
      flag.store(1, std::memory_order_relaxed);
    } else {
      (void)flag.load(std::memory_order_relaxed);
      (void)data.load(std::memory_order_relaxed);
    }
  });
}

void choices() {
  heddle::atomic<int> x{0};
  start_and_join(2, [&](int i) { x.store(static_cast<int>(heddle::choose(3)) + 3 * i); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(estimate)

BOOST_AUTO_TEST_CASE(of_concurrent_adds, *boost::unit_test::label("slow")) {
  expect_mean("fai 2x2", adds(2, 2), 6, 4000);
  expect_mean("fai 2x3", adds(2, 3), 20, 4000);
  expect_mean("fai 3x2", adds(3, 2), 90, 3000);
  expect_mean("fai 3x3", adds(3, 3), 1680, 5000);
}

BOOST_AUTO_TEST_CASE(of_fibonacci, *boost::unit_test::label("slow")) {
  expect_mean("fib 2", fibonacci(2), 19, 4000);
  expect_mean("fib 3", fibonacci(3), 141, 3000);
  expect_mean("fib 4", fibonacci(4), 1107, 5000);
}

BOOST_AUTO_TEST_CASE(of_compare_exchanges_that_fail) {
  expect_mean("cas 3", one_of(3), 5, 4000);
  expect_mean("cas 4", one_of(4), 14, 4000);
}

BOOST_AUTO_TEST_CASE(of_choices) { expect_mean("choices", choices, 18, 4000); }

BOOST_AUTO_TEST_CASE(of_stale_reads) {
  expect_mean("mp", message_passing, 3, 2000);
  expect_mean("mp", message_passing, 4, 2000, memory::rc11);
  expect_mean("fib 2", fibonacci(2), 19, 4000, memory::rc11);
}

// A program with one execution has no other way.
BOOST_AUTO_TEST_CASE(of_one_execution) {
  const auto all = heddle::testing::walk(adds(1, 5), 20, memory::sc);
  BOOST_TEST(all.mean() == 1);
  BOOST_TEST(all.deviation_from(1) == 0);
}

// Walks of one seed are the same walks.
BOOST_AUTO_TEST_CASE(is_the_same_for_one_seed) {
  const auto one = heddle::testing::walk(adds(3, 2), 200, memory::sc);
  const auto again = heddle::testing::walk(adds(3, 2), 200, memory::sc);
  BOOST_TEST(one.sum == again.sum);
  BOOST_TEST(one.weights.size() > 20U);
}

BOOST_AUTO_TEST_SUITE_END()
