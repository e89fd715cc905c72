#include <heddle/sync/once.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(once)

namespace {

using heddle_test::run_threads;

static_assert(!std::is_copy_constructible_v<heddle::once>);
static_assert(std::is_trivially_destructible_v<heddle::once>);
static_assert(sizeof(heddle::once) == 4 && sizeof(heddle::retry_once) == 4);

constinit heddle::once constant{"constant"};
constinit heddle::retry_once retrying;

template <class F>
bool throws(F&& call) {
  try {
    std::forward<F>(call)();
    return false;
  } catch (const std::runtime_error&) {
    return true;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(ten_callers_one_run_and_all_see_it) {
  for (int round = 0; round < 50; ++round) {
    heddle::once once;
    int runs = 0;
    heddle::atomic<int> seen;
    run_threads(10, [&](int) {
      once.call([&] { ++runs; });
      seen.fetch_add(runs);
    });
    BOOST_TEST_REQUIRE(runs == 1);
    BOOST_TEST_REQUIRE(seen.load() == 10);
  }
}

BOOST_AUTO_TEST_CASE(whatever_function_is_given_only_the_first_is_called) {
  int called = 0;
  constant.call([&] { called += 1; });
  constant.call([&] { called += 10; });
  BOOST_TEST(called == 1);
}

BOOST_AUTO_TEST_CASE(a_call_that_throws_counts) {
  heddle::once once;
  int runs = 0;
  const auto fail = [&] {
    ++runs;
    throw std::runtime_error("first");
  };
  BOOST_TEST(throws([&] { once.call(fail); }));
  BOOST_TEST(!throws([&] { once.call(fail); }));
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(of_retry_once_a_call_that_throws_does_not_count) {
  int runs = 0;
  const auto fail_twice = [&] {
    if (++runs <= 2) throw std::runtime_error("again");
  };
  BOOST_TEST(throws([&] { retrying.call(fail_twice); }));
  BOOST_TEST(throws([&] { retrying.call(fail_twice); }));
  BOOST_TEST(!throws([&] { retrying.call(fail_twice); }));
  BOOST_TEST(!throws([&] { retrying.call(fail_twice); }));
  BOOST_TEST(runs == 3);
}

BOOST_AUTO_TEST_CASE(threads_that_wait_for_a_call_that_throws_try_in_turn) {
  for (int round = 0; round < 50; ++round) {
    heddle::retry_once once;
    heddle::atomic<int> runs;
    heddle::atomic<int> thrown;
    run_threads(5, [&](int) {
      if (throws([&] {
            once.call([&] {
              if (++runs <= 3) throw std::runtime_error("again");
            });
          })) {
        ++thrown;
      }
    });
    BOOST_TEST_REQUIRE(runs.load() == 4);
    BOOST_TEST_REQUIRE(thrown.load() == 3);
  }
}

BOOST_AUTO_TEST_CASE(a_value_is_computed_once_and_returned_by_every_call) {
  heddle::atomic<int> runs;
  auto value = heddle::once_value([&] {
    ++runs;
    return std::string("computed");
  });
  heddle::atomic<int> right;
  run_threads(5, [&](int) {
    if (value() == "computed") ++right;
  });
  BOOST_TEST(runs.load() == 1);
  BOOST_TEST(right.load() == 5);
  BOOST_TEST(&value() == &value());
}

BOOST_AUTO_TEST_CASE(every_call_throws_the_same_exception) {
  int runs = 0;
  auto value = heddle::once_value([&]() -> int {
    ++runs;
    throw std::runtime_error("no value");
  });
  std::string first;
  std::string second;
  try {
    (void)value();
  } catch (const std::runtime_error& error) {
    first = error.what();
  }
  try {
    (void)value();
  } catch (const std::runtime_error& error) {
    second = error.what();
  }
  BOOST_TEST(first == "no value");
  BOOST_TEST(second == "no value");
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(a_function_without_a_value_is_called_once_too) {
  int runs = 0;
  auto run = heddle::once_value([&] { ++runs; });
  run();
  run();
  BOOST_TEST(runs == 1);
  auto fail = heddle::once_value([] { throw std::runtime_error("always"); });
  BOOST_TEST(throws([&] { fail(); }));
  BOOST_TEST(throws([&] { fail(); }));
}

BOOST_AUTO_TEST_CASE(the_function_is_destroyed_after_its_call) {
  auto held = std::make_shared<int>(4);
  const std::weak_ptr<int> seen = held;
  auto value = heddle::once_value([held = std::move(held)] { return *held; });
  BOOST_TEST(!seen.expired());
  BOOST_TEST(value() == 4);
  BOOST_TEST(seen.expired());
}

BOOST_AUTO_TEST_SUITE_END()
