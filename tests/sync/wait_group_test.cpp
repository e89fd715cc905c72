#include <heddle/sync/wait_group.hpp>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(wait_group)

namespace {

using heddle_test::run_threads;

static_assert(!std::is_copy_constructible_v<heddle::wait_group>);
static_assert(!std::is_move_constructible_v<heddle::wait_group>);
static_assert(std::is_trivially_destructible_v<heddle::wait_group>);
static_assert(sizeof(heddle::wait_group) == 16);

constinit heddle::wait_group constant{"constant"};

}  // namespace

BOOST_AUTO_TEST_CASE(wait_at_zero_returns_at_once) {
  constant.wait();
  constant.add(0);
  constant.add(3);
  constant.add(-2);
  constant.done();
  constant.wait();
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(sixteen_workers_and_eight_uses) {
  heddle::wait_group started;
  heddle::wait_group finished;
  for (int use = 0; use < 8; ++use) {
    heddle::atomic<int> done;
    started.add(16);
    finished.add(16);
    heddle::atomic<int> early;
    std::vector<heddle::thread> workers;
    for (int i = 0; i < 16; ++i) {
      workers.emplace_back([&] {
        started.done();
        finished.wait();
        if (done.load(std::memory_order_relaxed) != 16) ++early;
      });
    }
    started.wait();
    for (int i = 0; i < 16; ++i) {
      done.fetch_add(1, std::memory_order_relaxed);
      finished.done();
    }
    for (heddle::thread& worker : workers) worker.join();
    BOOST_TEST(early.load() == 0);
  }
}

BOOST_AUTO_TEST_CASE(wait_never_returns_early) {
  for (int round = 0; round < 300; ++round) {
    heddle::wait_group group;
    heddle::atomic<int> done;
    group.add(1);
    heddle::go([&] {
      done.fetch_add(1, std::memory_order_relaxed);
      group.done();
    });
    group.add(1);
    heddle::go([&] {
      done.fetch_add(1, std::memory_order_relaxed);
      group.done();
    });
    group.wait();
    BOOST_TEST_REQUIRE(done.load(std::memory_order_relaxed) == 2);
  }
}

BOOST_AUTO_TEST_CASE(wait_sees_what_the_tasks_wrote) {
  heddle::wait_group group;
  int first = 0;
  int second = 0;
  group.go([&] {
    group.go([&] { second = 2; });  // from inside a task
    first = 1;
  });
  group.wait();
  BOOST_TEST(first == 1);
  BOOST_TEST(second == 2);
}

BOOST_AUTO_TEST_CASE(several_threads_wait_at_once) {
  heddle::wait_group group;
  int written = 0;
  heddle::atomic<int> seen;
  group.add(1);
  run_threads(4, [&](int thread) {
    if (thread == 0) {
      written = 5;
      group.done();
    } else {
      group.wait();
      seen.fetch_add(written);
    }
  });
  BOOST_TEST(seen.load() == 15);
}

BOOST_AUTO_TEST_CASE(what_a_task_holds_is_gone_when_wait_returns) {
  heddle::wait_group group;
  std::vector<std::weak_ptr<int>> seen;
  for (int i = 0; i < 20; ++i) {
    auto held = std::make_shared<int>(i);
    seen.emplace_back(held);
    group.go([held = std::move(held)] { ++*held; });
  }
  group.wait();
  int alive = 0;
  for (const auto& each : seen) alive += each.expired() ? 0 : 1;
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(it_may_be_destroyed_when_wait_returns) {
  int rounds = 0;
  for (; rounds < 300; ++rounds) {
    auto group = std::make_unique<std::optional<heddle::wait_group>>(std::in_place);
    for (int i = 0; i < 2; ++i) (*group)->go([] {});
    (*group)->wait();
    group.reset();
  }
  BOOST_TEST(rounds == 300);
}

BOOST_AUTO_TEST_SUITE_END()
