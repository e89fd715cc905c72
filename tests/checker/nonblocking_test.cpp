// Progress of concurrent objects.
#include <memory>
#include <optional>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/checker/nonblocking.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::atomic;
using heddle::progress_promise;
using heddle::verdict;

// A counter: `perform` adds one and returns what there was.
struct counter_spec {
  using state = int;
  using operation = int;
  using result = int;
  static result apply(state& now, operation) { return now++; }
  template <class Counter>
  static result perform(Counter& counter, operation) {
    return counter->next();
  }
  static std::string text(operation) { return "next()"; }
};

struct lock_free_counter {
  int next() {
    int seen = value.load();
    while (!value.compare_exchange_strong(seen, seen + 1)) {
    }
    return seen;
  }
  atomic<int> value{0};
};

struct locked_counter {
  int next() {
    lock.lock();
    const int seen = value++;
    lock.unlock();
    return seen;
  }
  heddle::mutex lock;
  int value = 0;
};

struct spinning_counter {
  int next() {
    while (taken.exchange(1) == 1) {
    }
    const int seen = value++;
    taken.store(0);
    return seen;
  }
  atomic<int> taken{0};
  int value = 0;
};

// Who comes later has others begin again: alone a call ends, and two in lockstep never.
struct polite_counter {
  int next() {
    for (;;) {
      const int mine = comers.fetch_add(1) + 1;
      int seen = value.load();
      if (comers.load() == mine && value.compare_exchange_strong(seen, seen + 1)) return seen;
    }
  }
  atomic<int> comers{0}, value{0};
};

template <class Counter>
verdict explore(progress_promise promised, std::optional<std::uint64_t> execution = {},
                const std::string& replay = "") {
  heddle::options settings;
  settings.executions = 2000;
  settings.execution = execution;
  settings.replay = replay;
  return heddle::explore_progress<counter_spec>(
      "counter", promised, [] { return std::make_unique<Counter>(); },
      {.threads = {{0, 0}, {0, 0}}}, settings);
}

bool says(const verdict& of, const std::string& text) {
  return of.found && of.found->text.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(progress_of_calls)

BOOST_AUTO_TEST_CASE(a_retry_loop_is_lock_free) {
  for (const auto promised : {progress_promise::obstruction_free, progress_promise::lock_free}) {
    const verdict of = explore<lock_free_counter>(promised);
    BOOST_TEST((of.status == heddle::verdict_status::ok), heddle::report_text(of));
    BOOST_TEST(of.executions == 2000U);
  }
}

BOOST_AUTO_TEST_CASE(a_lock_is_not_obstruction_free) {
  const verdict of = explore<locked_counter>(progress_promise::obstruction_free);
  BOOST_TEST(says(of, "waits for another one"), heddle::report_text(of));
  // The report ends where the call waits, before the holder goes on.
  BOOST_TEST_REQUIRE(!of.recording.steps.empty());
  BOOST_TEST(of.recording.steps.back().text.find("sleeps") != std::string::npos,
             heddle::report_text(of));
  BOOST_TEST(!explore<locked_counter>(progress_promise::lock_free).found->text.empty());
}

BOOST_AUTO_TEST_CASE(nor_is_a_spin_lock) {
  const verdict of = explore<spinning_counter>(progress_promise::obstruction_free);
  BOOST_TEST(says(of, "not obstruction-free: alone, the call of thread"), heddle::report_text(of));
  BOOST_TEST(says(of, "has not ended after 2000 steps"));
}

BOOST_AUTO_TEST_CASE(beginning_again_for_each_other_is_obstruction_free_and_not_lock_free) {
  const verdict alone = explore<polite_counter>(progress_promise::obstruction_free);
  BOOST_TEST((alone.status == heddle::verdict_status::ok), heddle::report_text(alone));
  const verdict together = explore<polite_counter>(progress_promise::lock_free);
  BOOST_TEST(says(together, "not lock-free: no call of those that run ends"),
             heddle::report_text(together));
}

// The number of an execution gives it again.
BOOST_AUTO_TEST_CASE(an_execution_is_found_again_by_its_number) {
  const verdict of = explore<spinning_counter>(progress_promise::obstruction_free);
  BOOST_TEST_REQUIRE(of.execution.has_value());
  const verdict again = explore<spinning_counter>(progress_promise::obstruction_free, of.execution);
  BOOST_TEST_REQUIRE(again.found.has_value());
  BOOST_TEST(again.found->text == of.found->text);
}

// Byte for byte, though the token knows neither the seed nor the number.
template <class Counter>
void expect_replay(progress_promise promised) {
  const verdict of = explore<Counter>(promised);
  BOOST_TEST_REQUIRE(of.found.has_value(), of.line());
  BOOST_TEST_REQUIRE(!of.token.empty());
  const verdict again = explore<Counter>(promised, {}, of.token);
  BOOST_TEST((again.kind == heddle::proof::replayed));
  BOOST_TEST_REQUIRE(again.found.has_value(), again.line());
  BOOST_TEST(again.found->text == of.found->text);
  BOOST_TEST(again.token == of.token);
  // What differs is the verdict's line, which says that it was a replay.
  BOOST_TEST(heddle::report_text(again) == heddle::report_text(of));
}

BOOST_AUTO_TEST_CASE(a_token_leads_to_where_the_promise_is_broken) {
  expect_replay<locked_counter>(progress_promise::obstruction_free);
  expect_replay<locked_counter>(progress_promise::lock_free);
  expect_replay<spinning_counter>(progress_promise::obstruction_free);
  expect_replay<polite_counter>(progress_promise::lock_free);
}

// A race is none of the promise's.
BOOST_AUTO_TEST_CASE(a_token_of_another_finding_replays_it) {
  struct racing_counter {
    int next() { return value.write()++; }
    heddle::shared<int> value{0};
  };
  expect_replay<racing_counter>(progress_promise::lock_free);
}

BOOST_AUTO_TEST_CASE(check_progress_throws_what_is_found) {
  auto before = heddle::set_failure_handler({});
  BOOST_CHECK_THROW(heddle::check_progress<counter_spec>(
                        "counter", progress_promise::obstruction_free,
                        [] { return std::make_unique<locked_counter>(); }, {.threads = {{0}, {0}}}),
                    heddle::check_failed);
  heddle::set_failure_handler(std::move(before));
}

BOOST_AUTO_TEST_SUITE_END()
