// What docs/conformance.md names that only a scheduler can test, and nothing else tests.
#include <chrono>

#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/finding.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using namespace std::chrono_literals;

heddle::finding_kind kind_of(const heddle::verdict& result) {
  BOOST_TEST_REQUIRE(result.found.has_value());
  return result.found->kind;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(sleeps_that_end_together_go_on_in_either_order) {
  int seen[2] = {};  // no container: its memory would be that of an execution
  const heddle::verdict result = heddle::explore("either_order", [&] {
    heddle::mutex lock;
    heddle::shared<int> order{0};
    const auto until = heddle::after(heddle::now(), 1s);
    const auto sleep_and_note = [&](int self) {
      heddle::sleep_until(until);
      lock.lock();
      order.set(order.get() * 10 + self);
      lock.unlock();
    };
    heddle::thread first([&] { sleep_and_note(1); });
    heddle::thread second([&] { sleep_and_note(2); });
    first.join();
    second.join();
    ++seen[order.get() == 12 ? 0 : 1];
    heddle::expect(order.get() == 12 || order.get() == 21, "both have run");
  });
  BOOST_TEST((result.status == heddle::verdict_status::ok), heddle::report_text(result));
  BOOST_TEST((seen[0] != 0 && seen[1] != 0));
}

BOOST_AUTO_TEST_CASE(a_main_thread_that_waits_for_nobody_deadlocks) {
  const heddle::verdict result = heddle::explore("nobody_sends", [] {
    heddle::channel<int> numbers;
    (void)numbers.receive();
  });
  BOOST_TEST((kind_of(result) == heddle::finding_kind::deadlock));
}

BOOST_AUTO_TEST_CASE(threads_that_are_left_for_ever_are_found_when_main_ends) {
  const heddle::verdict result = heddle::explore("nobody_receives", [] {
    static constinit heddle::channel<int> numbers{0, "numbers"};
    heddle::go([] { numbers.send(1); });
  });
  BOOST_TEST((kind_of(result) == heddle::finding_kind::stuck_threads));
}

// The cancel comes before the release, or after, or while the permit is under way.
BOOST_AUTO_TEST_CASE(a_grant_beside_a_cancel_is_neither_lost_nor_doubled) {
  int seen[2] = {};
  const heddle::verdict result = heddle::explore("grant_and_cancel", [&] {
    heddle::semaphore permits(1);
    heddle::cancel_context ctx;
    permits.acquire();
    bool got = false;
    heddle::thread waiter([&] { got = permits.acquire(ctx); });
    heddle::thread canceller([&] { ctx.cancel(); });
    permits.release();
    waiter.join();
    canceller.join();
    ++seen[got ? 1 : 0];
    heddle::expect(permits.try_acquire() == !got, "one permit, with the waiter or free");
  });
  BOOST_TEST((result.status == heddle::verdict_status::ok), heddle::report_text(result));
  BOOST_TEST((seen[0] != 0 && seen[1] != 0));
}

BOOST_AUTO_TEST_SUITE_END()
