// Checks that cannot be exhausted, for ctest to run with a time limit.
#include <heddle/checker/boost_test.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

namespace {

void many_orders() {
  heddle::atomic<int> count{0};
  const auto add = [&] {
    for (int i = 0; i < 8; ++i) count.fetch_add(1);
  };
  heddle::thread one(add), two(add), three(add);
  one.join(), two.join(), three.join();
  heddle::expect(count.load() == 24, "all count");
}

}  // namespace

BOOST_AUTO_TEST_CASE(alone) { heddle::check("large", many_orders); }

// Each has a budget of its own, and the time is out after the first.
BOOST_AUTO_TEST_CASE(the_second_of_two) {
  heddle::check("first", many_orders);
  heddle::check("second", many_orders);
}

BOOST_AUTO_TEST_CASE(two_with_budgets) {
  heddle::check("first", many_orders, {.budget = std::chrono::milliseconds(1200)});
  heddle::check("second", many_orders, {.budget = std::chrono::milliseconds(1200)});
}
