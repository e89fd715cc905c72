// The mean weight of walks over coarse primitives, some of which wait, is the number of executions.
#include <chrono>
#include <functional>
#include <vector>

#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/walks.hpp>

#include <boost/test/unit_test.hpp>

using heddle::testing::expect_mean;

namespace {

std::function<void()> locks(std::size_t threads, int times) {
  return [=] {
    heddle::mutex m;
    heddle::shared<int> sum{0};
    const auto work = [&] {
      for (int i = 0; i < times; ++i) {
        const heddle::lock_guard hold(m);
        ++sum.write();
      }
    };
    std::vector<heddle::thread> all;
    for (std::size_t i = 0; i < threads; ++i) all.emplace_back(work);
    for (heddle::thread& each : all) each.join();
  };
}

// A wait that may time out, and a loop that waits for it to be over.
void waits() {
  heddle::mutex m;
  heddle::cond changed;
  heddle::shared<bool> set{false};
  const auto wait = [&] {
    const heddle::lock_guard hold(m);
    while (!set.get()) {
      if (!changed.wait_for(m, std::chrono::milliseconds(10))) return;
    }
  };
  heddle::thread one(wait);
  m.lock();
  set.write() = true;
  changed.broadcast();
  m.unlock();
  one.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(estimate)

BOOST_AUTO_TEST_CASE(of_locks, *boost::unit_test::label("slow")) {
  expect_mean("mutex 2x1", locks(2, 1), 2, 2000);
  expect_mean("mutex 2x2", locks(2, 2), 6, 4000);
  expect_mean("mutex 2x3", locks(2, 3), 20, 4000);
  expect_mean("mutex 3x1", locks(3, 1), 6, 4000);
  expect_mean("mutex 3x2", locks(3, 2), 90, 3000);
  expect_mean("mutex 3x3", locks(3, 3), 1680, 2000);
}

BOOST_AUTO_TEST_CASE(of_waits_with_a_deadline) { expect_mean("waits", waits, 4, 4000); }

BOOST_AUTO_TEST_SUITE_END()
