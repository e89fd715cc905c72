#include <heddle/sync/guarded.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/asymmetric_mutex.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(guarded)

namespace {

using heddle_test::run_threads;

static_assert(!std::is_copy_constructible_v<heddle::guarded<int>>);
static_assert(!std::is_move_constructible_v<heddle::guarded<int>>);

constinit heddle::guarded<int> constant{1};

}  // namespace

BOOST_AUTO_TEST_CASE(the_value_is_made_in_place) {
  heddle::guarded<std::vector<int>> filled(3U, 7);
  BOOST_TEST(filled.with_lock([](const auto& v) { return v.size(); }) == 3U);
  heddle::guarded<std::unique_ptr<int>> pointer(std::make_unique<int>(5));
  const auto taken = pointer.with_lock([](auto& p) { return std::move(p); });
  BOOST_TEST(*taken == 5);
  BOOST_TEST(constant.with_lock([](int& value) { return ++value; }) == 2);
}

BOOST_AUTO_TEST_CASE(additions_are_not_lost_under_any_lock) {
  heddle::guarded<int> one(0);
  heddle::guarded<int, heddle::asymmetric_mutex> two(0);
  heddle::guarded<int, std::mutex> three(0);
  heddle::guarded<int, heddle::rw_mutex> four(0);
  run_threads(4, [&](int) {
    for (int i = 0; i < 500; ++i) {
      one.with_lock([](int& value) { ++value; });
      two.with_lock([](int& value) { ++value; });
      three.with_lock([](int& value) { ++value; });
      *four.lock() += 1;
    }
  });
  BOOST_TEST(one.with_lock([](int& value) { return value; }) == 2000);
  BOOST_TEST(two.with_lock([](int& value) { return value; }) == 2000);
  BOOST_TEST(three.with_lock([](int& value) { return value; }) == 2000);
  BOOST_TEST(four.with_shared_lock([](const int& value) { return value; }) == 2000);
}

BOOST_AUTO_TEST_CASE(readers_are_in_together) {
  heddle::guarded<int, heddle::rw_mutex> number(1);
  heddle::atomic<int> inside;
  run_threads(2, [&](int) {
    number.with_shared_lock([&](const int&) {
      ++inside;
      heddle_test::await([&] { return inside.load() == 2; });
    });
  });
  BOOST_TEST(inside.load() == 2);
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_held_is_not_had) {
  heddle::guarded<std::string> text("a");
  const auto append = [](std::string& value) { value += "b"; };
  {
    const auto held = text.lock();
    BOOST_TEST(*held == "a");
    BOOST_TEST(held->size() == 1U);
    BOOST_TEST(!text.try_with_lock(append));
    auto ctx = heddle::with_cancel();
    heddle::thread user([&] { ctx.cancel(); });
    BOOST_TEST(!text.with_lock(ctx, append));
    user.join();
  }
  BOOST_TEST(text.try_with_lock(append));
  BOOST_TEST(text.with_lock(heddle::background(), append));
  BOOST_TEST(*text.lock() == "abb");
}

BOOST_AUTO_TEST_CASE(an_exception_gives_the_lock_back) {
  heddle::guarded<int> number(1);
  BOOST_CHECK_THROW(number.with_lock([](int& value) { throw value; }), int);
  BOOST_TEST(number.try_with_lock([](int& value) { value = 2; }));
}

BOOST_AUTO_TEST_CASE(a_condition_of_the_value_is_waited_for) {
  heddle::guarded<std::vector<int>> queue;
  heddle::cond filled;
  heddle::thread producer([&] {
    queue.with_lock([](auto& q) { q.push_back(3); });
    filled.signal();
  });
  int taken = 0;
  {
    auto q = queue.lock();
    q.wait(filled, [](const auto& items) { return !items.empty(); });
    taken = q->back();
  }
  producer.join();
  BOOST_TEST(taken == 3);
}

BOOST_AUTO_TEST_CASE(several_values_in_any_order) {
  heddle::guarded<int> a(100), b(100);
  heddle::guarded<int, heddle::rw_mutex> c(100);
  run_threads(3, [&](int thread) {
    const auto move = [](int& from, int& to) {
      --from;
      ++to;
    };
    for (int i = 0; i < 400; ++i) {
      if (thread == 0) heddle::with_locks(move, a, b);
      if (thread == 1) heddle::with_locks(move, b, c);
      if (thread == 2) heddle::with_locks(move, c, a);
    }
  });
  const int sum = heddle::with_locks(
      [](const int& x, const int& y, const int& z) { return x + y + z; }, c, b, a);
  BOOST_TEST(sum == 300);
}

BOOST_AUTO_TEST_SUITE_END()
