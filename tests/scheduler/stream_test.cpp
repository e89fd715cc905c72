// Schedules from bytes: any string is one, the same string the same one, and zeros the simplest.
#include <heddle/scheduler/strategy/stream.hpp>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

using bytes = std::vector<std::uint8_t>;

thread_question asks(thread_set enabled, unsigned current, bool free = false) {
  return {enabled, current, free};
}

unsigned first_pick(const bytes& from, const thread_question& question) {
  stream_strategy choices;
  choices.assign(from);
  BOOST_TEST(choices.begin());
  return choices.pick(question);
}

// Locks, waits with a deadline, choices and weak operations: questions of all kinds.
void mixed_body() {
  mutex lock("lock");
  cond changed("changed");
  heddle::atomic<int> flag{0, "flag"};
  bool ready = false;
  heddle::thread waiter([&] {
    const lock_guard guard(lock);
    (void)changed.wait_for(lock, std::chrono::milliseconds(1), [&] { return ready; });
    (void)flag.load(std::memory_order_relaxed);
  });
  heddle::thread spinner([&] {
    for (int i = 0; i < 3 && flag.load(std::memory_order_acquire) == 0; ++i) heddle::yield();
  });
  if (choose(300) < 290) flag.store(1, std::memory_order_release);
  {
    const lock_guard guard(lock);
    ready = true;
    changed.signal();
  }
  flag.store(2, std::memory_order_relaxed);
  waiter.join();
  spinner.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stream)

BOOST_AUTO_TEST_CASE(zeros_go_on_with_the_present_thread_and_then_with_the_next_one) {
  BOOST_TEST(first_pick({}, asks(0b1011, 1)) == 1U);
  BOOST_TEST(first_pick({}, asks(0b1011, 2)) == 3U);
  BOOST_TEST(first_pick({}, asks(0b0011, 2)) == 0U);
  BOOST_TEST(first_pick({}, asks(0b1011, 1, true)) == 3U);  // it has yielded
  BOOST_TEST(first_pick({}, asks(thread_set{1} << 63 | 1, 63)) == 63U);
  BOOST_TEST(first_pick({}, asks(0b101, 63)) == 0U);
}

BOOST_AUTO_TEST_CASE(a_byte_names_the_other_threads_in_turn_and_wraps) {
  const thread_question question = asks(0b1011, 1);
  BOOST_TEST(first_pick({1}, question) == 3U);
  BOOST_TEST(first_pick({2}, question) == 0U);
  BOOST_TEST(first_pick({3}, question) == 1U);
  BOOST_TEST(first_pick({255}, question) == 1U);
  const thread_question yielded = asks(0b1011, 1, true);
  BOOST_TEST(first_pick({1}, yielded) == 0U);
  BOOST_TEST(first_pick({2}, yielded) == 1U);
}

BOOST_AUTO_TEST_CASE(large_questions_take_several_bytes_and_single_answers_none) {
  stream_strategy choices;
  choices.assign(bytes{7, 1, 9});
  BOOST_TEST(choices.begin());
  BOOST_TEST(choices.choose(choice_kind::random, 1) == 0U);
  BOOST_TEST(choices.choose(choice_kind::random, 300) == 7U + 256U);
  BOOST_TEST(choices.choose(choice_kind::random, 256) == 9U);
  BOOST_TEST(choices.choose(choice_kind::random, 2) == 0U);
  BOOST_TEST(choices.asked_for() == 4U);
  BOOST_TEST(!choices.begin());
}

BOOST_AUTO_TEST_CASE(a_write_is_one_of_those_allowed) {
  const std::vector<std::uint8_t> allowed{0, 1, 0, 1, 1};
  for (const auto& [byte, write] : {std::pair{0, 1U}, {1, 3U}, {2, 4U}, {3, 1U}}) {
    stream_strategy choices;
    choices.assign(bytes{static_cast<std::uint8_t>(byte)});
    BOOST_TEST(choices.begin());
    BOOST_TEST(choices.choose_write({choice_kind::read, allowed}) == write);
  }
}

// Strings end within executions, and go on behind them.
BOOST_AUTO_TEST_CASE(any_string_is_a_schedule_and_the_same_string_the_same_one) {
  std::mt19937_64 random(1);
  runner runs({});
  stream_strategy choices;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 2000; ++i) {
    bytes from(random() % 60);
    for (std::uint8_t& each : from) each = static_cast<std::uint8_t>(random());
    choices.assign(from);
    BOOST_TEST_REQUIRE(choices.begin());
    step_log log;
    const outcome first =
        runs.run(mixed_body, choices, {.log = &log, .memory = graph::memory::rc11});
    BOOST_TEST_REQUIRE((first.end != ending::found), runs.found().text);
    choices.again();
    const outcome second =
        runs.run(mixed_body, choices, {.expected = &log, .memory = graph::memory::rc11});
    BOOST_TEST_REQUIRE((second.end == first.end));
    BOOST_TEST_REQUIRE(second.fingerprint == first.fingerprint);
    seen.insert(first.fingerprint);
  }
  BOOST_TEST(seen.size() > 500U);
}

BOOST_AUTO_TEST_SUITE_END()
