#include <heddle/sync/thread.hpp>

#include <memory>
#include <type_traits>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(thread)

namespace {

static_assert(!std::is_copy_constructible_v<heddle::thread>);
static_assert(std::is_nothrow_move_constructible_v<heddle::thread>);

}  // namespace

BOOST_AUTO_TEST_CASE(join_sees_what_the_thread_wrote) {
  int written = 0;
  heddle::thread worker([&] { written = 7; });
  BOOST_TEST(worker.joinable());
  worker.join();
  BOOST_TEST(!worker.joinable());
  BOOST_TEST(written == 7);
}

BOOST_AUTO_TEST_CASE(a_handle_can_be_moved) {
  int written = 0;
  heddle::thread worker([held = std::make_unique<int>(3), &written] { written = *held; });
  heddle::thread other(std::move(worker));
  heddle::thread third;
  third = std::move(other);
  BOOST_TEST(!other.joinable());
  third.join();
  BOOST_TEST(written == 3);
}

BOOST_AUTO_TEST_CASE(live_threads_counts_those_that_have_not_ended) {
  const unsigned before = heddle::live_threads();
  heddle::atomic<bool> stop;
  heddle::thread worker([&] { heddle_test::await([&] { return stop.load(); }); });
  heddle::go([&] { heddle_test::await([&] { return stop.load(); }); });
  BOOST_TEST(heddle::live_threads() == before + 2);
  stop = true;
  worker.join();
  heddle_test::await([&] { return heddle::live_threads() == before; });
}

BOOST_AUTO_TEST_CASE(what_the_function_holds_is_gone_when_the_thread_is_not_live) {
  const unsigned before = heddle::live_threads();
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = held;
  heddle::go([held = std::move(held)] {});
  heddle_test::await([&] { return heddle::live_threads() == before; });
  BOOST_TEST(seen.expired());
}

BOOST_AUTO_TEST_CASE(a_detached_thread_goes_on) {
  heddle::atomic<bool> done;
  heddle::thread worker([&] { done = true; });
  worker.detach();
  BOOST_TEST(!worker.joinable());
  heddle_test::await([&] { return done.load(); });
}

BOOST_AUTO_TEST_CASE(the_clock_does_not_go_back_and_deadlines_pass) {
  const heddle::time_point start = heddle::now();
  heddle::sleep_until(start);
  BOOST_TEST(heddle::expired(start));
  BOOST_TEST(!heddle::expired(heddle::never));
  BOOST_TEST((heddle::now() >= start));
}

BOOST_AUTO_TEST_CASE(deadlines_do_not_overflow) {
  using heddle::after;
  BOOST_TEST((after(heddle::now(), heddle::duration::max()) == heddle::never));
  BOOST_TEST((after(heddle::never, heddle::duration(1)) == heddle::never));
  BOOST_TEST((after(heddle::time_point{}, heddle::duration(5)) ==
              heddle::time_point(heddle::duration(5))));
  BOOST_TEST((after(heddle::time_point{}, heddle::duration(-5)) ==
              heddle::time_point(heddle::duration(-5))));
}

BOOST_AUTO_TEST_SUITE_END()
