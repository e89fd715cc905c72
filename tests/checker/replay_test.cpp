// Every finding replays: one token, the same report.
#include <heddle/checker/replay.hpp>

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::ended;
using heddle::testing::forked;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

void race() {
  shared<int> balance{0, "balance"};
  heddle::thread other([&] { balance.set(1); });
  balance.set(2);
  other.join();
}

void deadlock() {
  mutex a{"a"};
  mutex b{"b"};
  heddle::thread other([&] {
    b.lock();
    a.lock();
  });
  a.lock();
  b.lock();
  other.join();
}

void stuck() {
  auto* never = new mutex("never");
  never->lock();
  heddle::go([never] { never->lock(); });
}

void misuse() {
  mutex m{"m"};
  heddle::thread other([&] { m.unlock(); });
  other.join();
}

void assertion() {
  heddle::atomic<int> value{0};
  heddle::thread other([&] { value.store(1); });
  heddle::expect(value.load() == 0, "not yet");
  other.join();
}

void exception() {
  heddle::atomic<int> value{0};
  heddle::thread other([&] {
    if (value.load() == 1) throw std::runtime_error("one");
  });
  value.store(1);
  other.join();
}

int* volatile lost = nullptr;  // kept from the optimiser

void leak() {
  heddle::atomic<int> value{0};
  heddle::thread other([&] { value.store(1); });
  if (value.load() == 1) lost = new int(7);
  other.join();
}

void twice() {
  heddle::atomic<int> value{0};
  int* volatile block = new int(7);  // kept from the optimiser
  heddle::thread other([&] { value.store(1); });
  if (value.load() == 1) delete block;
  other.join();
  delete block;
}

void after_free() {
  auto* value = new heddle::atomic<int>(0);
  heddle::thread other([=] { value->store(1); });
  delete value;
  other.join();
}

void long_way() {
  heddle::atomic<int> value{0};
  heddle::thread other([&] { value.store(1); });
  for (int i = 0; i < 5000; ++i) value.store(2);
  heddle::expect(value.load() == 1, "the end");
  other.join();
}

void random_choice() {
  heddle::atomic<int> value{0};
  heddle::thread other([&] { value.store(1); });
  heddle::expect(heddle::choose(5) != 3 || value.load() == 0, "three");
  other.join();
}

struct broken {
  const char* name;
  finding_kind kind;
  void (*body)();
};

constexpr broken all_broken[] = {
    {"race", finding_kind::data_race, race},
    {"deadlock", finding_kind::deadlock, deadlock},
    {"stuck", finding_kind::stuck_threads, stuck},
    {"misuse", finding_kind::misuse, misuse},
    {"assertion", finding_kind::assertion, assertion},
    {"exception", finding_kind::exception, exception},
    {"leak", finding_kind::memory_leak, leak},
    {"twice", finding_kind::double_free, twice},
    {"after_free", finding_kind::use_after_free, after_free},
    {"random_choice", finding_kind::assertion, random_choice},
};

std::string token_of_deadlock() { return explore("deadlock", deadlock).token; }

}  // namespace

BOOST_AUTO_TEST_SUITE(replay_test)

BOOST_AUTO_TEST_CASE(every_finding_replays_to_the_same_report) {
  for (const broken& each : all_broken) {
    const verdict first = explore(each.name, each.body, {.steps = 200});
    BOOST_REQUIRE_MESSAGE(first.found.has_value(), each.name << ": " << first.line());
    BOOST_TEST(to_string(first.found->kind) == to_string(each.kind), each.name);
    const verdict again = explore(each.name, each.body, {.replay = first.token});
    BOOST_TEST((again.kind == proof::replayed));
    BOOST_TEST(report_text(again) == report_text(first));
    BOOST_TEST(again.token == first.token);
    BOOST_TEST(again.line() == "failed: " + std::string(to_string(each.kind)) + " (replay)");
  }
}

BOOST_AUTO_TEST_CASE(random_findings_replay_too) {
  for (const broken& each : all_broken) {
    const verdict first =
        explore(each.name, each.body, {.strategy = "random_walk", .seed = 5, .steps = 200});
    BOOST_REQUIRE_MESSAGE(first.found.has_value(), each.name << ": " << first.line());
    const verdict again = explore(each.name, each.body, {.replay = first.token});
    BOOST_TEST(report_text(again) == report_text(first));
  }
}

BOOST_AUTO_TEST_CASE(a_token_brings_the_limits_that_it_was_found_with) {
  const verdict first = explore("race", race, {.steps = 77, .timeouts = 3});
  token read;
  BOOST_TEST(decode(first.token, read) == "");
  BOOST_TEST(read.limits.steps == 77U);
  BOOST_TEST(read.limits.timeouts == 3U);
  const verdict again = explore("race", race, {.steps = 1, .replay = first.token});
  BOOST_TEST(report_text(again) == report_text(first));
}

BOOST_AUTO_TEST_CASE(a_long_schedule_replays_from_its_file) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("heddle_replay_test_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  const verdict first = explore("long_way", long_way);
  BOOST_TEST(first.token.rfind("h1@heddle-", 0) == 0U);
  const verdict again = explore("long_way", long_way, {.replay = first.token});
  BOOST_TEST(report_text(again) == report_text(first));
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(the_environment_replays_only_the_check_that_the_token_names) {
  const std::string text = token_of_deadlock();
  const ended result = forked([&] {
    ::setenv("HEDDLE_PARAMS", ("replay=" + text).c_str(), 1);
    const verdict other = explore("race", race);
    const verdict named = explore("deadlock", deadlock);
    const bool good = other.found && other.kind == proof::exhaustive && named.found &&
                      named.kind == proof::replayed;
    std::exit(good ? 0 : 1);
  });
  BOOST_TEST(result.code == 0);
  BOOST_TEST(contains(result.error, "heddle: race: replay= is for another check"));
}

BOOST_AUTO_TEST_CASE(a_token_that_meets_no_check_is_an_error_at_the_end) {
  const std::string text = token_of_deadlock();
  const ended result = forked([&] {
    static_cast<void>(explore("race", race, {.replay = text}));
    std::exit(0);
  });
  BOOST_TEST(result.code == 2);
  BOOST_TEST(contains(result.error, "heddle: no check of this run has the name that replay=h1-"));
}

BOOST_AUTO_TEST_CASE(a_wrong_token_ends_the_process_with_one_line) {
  const std::string text = token_of_deadlock();
  const ended result = forked([&] {
    static_cast<void>(explore("deadlock", deadlock, {.replay = text.substr(0, text.size() - 4)}));
  });
  BOOST_TEST(result.code == 2);
  BOOST_TEST(result.error == "heddle: replay: the token is truncated\n");
}

BOOST_AUTO_TEST_CASE(a_body_that_asks_other_questions_is_told_where) {
  const std::string text = token_of_deadlock();
  const ended result =
      forked([&] { static_cast<void>(explore("deadlock", random_choice, {.replay = text})); });
  BOOST_TEST(result.code == 2);
  BOOST_TEST(result.error.rfind("heddle: replay: ", 0) == 0U, result.error);
  BOOST_TEST(contains(result.error, "step "));
  BOOST_TEST(result.error.find('\n') == result.error.size() - 1);
}

// One thread stores and loads `x`; what comes behind `edited` differs from what was recorded.
void edited_body(int edited) {
  heddle::atomic<int> x{0, "x"}, y{0, "y"};
  heddle::thread other([&] {
    x.store(1);
    if (edited == 1) y.store(1);
    x.store(2);
    if (edited == 2) static_cast<void>(choose(2));
  });
  if (edited != 3) heddle::thread([] {}).join();
  other.join();
  static_cast<void>(y.load());
  if (edited == 4) static_cast<void>(y.load());
  heddle::expect(edited == 5, "always");
}

BOOST_AUTO_TEST_CASE(the_first_difference_is_named_with_thread_operation_object_and_place) {
  const std::string token = explore("edited", [] { edited_body(0); }).token;
  const auto error_of = [&](int edited) {
    const ended result = forked([&] {
      static_cast<void>(explore("edited", [=] { edited_body(edited); }, {.replay = token}));
    });
    BOOST_TEST(result.code == 2);
    BOOST_TEST(contains(result.error, "not the recorded one: "), result.error);
    return result.error;
  };
  BOOST_TEST(contains(error_of(1), " is store \"y\" replay_test.cpp:"), error_of(1));
  BOOST_TEST(contains(error_of(1), " by thread 1, its operation 2, and was another"), error_of(1));
  BOOST_TEST(contains(error_of(2), "thread 1"), error_of(2));
  BOOST_TEST(contains(error_of(3), "replay_test.cpp:"), error_of(3));
  BOOST_TEST(contains(error_of(4), "load \"y\" replay_test.cpp:"), error_of(4));
}

BOOST_AUTO_TEST_CASE(a_repaired_assertion_replays_without_a_finding) {
  static bool repaired = false;
  const auto body = [] {
    heddle::atomic<int> value{0};
    heddle::thread other([&] { value.store(1); });
    heddle::expect(value.load() == 0 || repaired, "not yet");
    other.join();
  };
  const verdict first = explore("repaired", body);
  BOOST_REQUIRE(first.found.has_value());
  repaired = true;
  const ended result = forked([&] {
    const verdict again = explore("repaired", body, {.replay = first.token});
    std::exit(again.status == verdict_status::ok ? 0 : 1);
  });
  // It goes on behind the schedule's end, so it is another body than the recorded one.
  BOOST_TEST(result.code == 2);
  BOOST_TEST(contains(result.error, "goes on after"));
}

BOOST_AUTO_TEST_SUITE_END()
