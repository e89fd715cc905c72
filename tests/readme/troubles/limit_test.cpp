// Two checks, and a time limit of the test that is over after the first.
#define BOOST_TEST_MODULE limit
#include <boost/test/unit_test.hpp>

#include <heddle/checker/boost_test.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void many_orders() {
  heddle::atomic<int> count{0, "count"};
  const auto add = [&] {
    for (int i = 0; i < 8; ++i) count.fetch_add(1);
  };
  heddle::thread one(add);
  heddle::thread two(add);
  add();
  one.join();
  two.join();
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_checks) {
  heddle::check("first", many_orders);
  heddle::check("second", many_orders);
}
