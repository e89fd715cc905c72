// What a fuzzer calls: executions from bytes, a token for each that fails, and an abort that makes
// the fuzzer keep the bytes.
#include <heddle/checker/fuzz.hpp>

#include <csignal>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::ended;
using heddle::testing::forked;

namespace {

// Both threads read, and one write is lost.
void lost_update() {
  heddle::atomic<int> balance{0, "balance"};
  const auto deposit = [&] { balance.store(balance.load() + 1); };
  heddle::thread other(deposit);
  deposit();
  other.join();
  expect(balance.load() == 2, "both deposits count");
}

std::vector<std::uint8_t> random_bytes(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> result(random() % 16);
  for (std::uint8_t& each : result) each = static_cast<std::uint8_t>(random());
  return result;
}

// The first of the pseudo-random strings that fails.
std::vector<std::uint8_t> failing_bytes() {
  for (std::uint64_t seed = 1; seed < 1000; ++seed) {
    const auto bytes = random_bytes(seed);
    if (explore_bytes("lost_update", lost_update, bytes).found) return bytes;
  }
  return {};
}

std::string token_in(const std::string& text) {
  const std::size_t begin = text.find("h1-");
  return text.substr(begin, text.find_first_of("\"\n ", begin) - begin);
}

}  // namespace

heddle_fuzz_target(lost_update);

BOOST_AUTO_TEST_SUITE(fuzz)

BOOST_AUTO_TEST_CASE(bytes_that_fail_give_a_token_that_replays_the_same_report) {
  const auto bytes = failing_bytes();
  BOOST_TEST_REQUIRE(!bytes.empty());
  const verdict first = explore_bytes("lost_update", lost_update, bytes);
  const verdict again = explore_bytes("lost_update", lost_update, bytes);
  BOOST_TEST((first.found->kind == finding_kind::assertion));
  BOOST_TEST(again.token == first.token);
  heddle::token what;
  BOOST_TEST_REQUIRE(decode(first.token, what) == "");
  const verdict replayed = run_replay("lost_update", lost_update, what);
  BOOST_TEST(report_text(replayed, "x") == report_text(first, "x"));
}

BOOST_AUTO_TEST_CASE(the_empty_input_is_the_schedule_without_preemptions) {
  const verdict result = explore_bytes("lost_update", lost_update, {});
  BOOST_TEST((result.status == verdict_status::ok));
  BOOST_TEST(result.executions == 1U);
}

// As a fuzzer does it, in a process that the target ends.
BOOST_AUTO_TEST_CASE(the_target_aborts_with_a_report_whose_token_replays) {
  const ended fuzzed = forked([] {
    ::signal(SIGABRT, SIG_DFL);
    for (std::uint64_t seed = 1; seed < 1000; ++seed) {
      const auto bytes = random_bytes(seed);
      if (LLVMFuzzerTestOneInput(bytes.data(), bytes.size()) != 0) ::_exit(98);
    }
  });
  BOOST_TEST(fuzzed.code == -SIGABRT);
  BOOST_TEST(fuzzed.error.find("both deposits count") != std::string::npos, fuzzed.error);
  BOOST_TEST(fuzzed.error.find("heddle: lost_update: failed: assertion") != std::string::npos,
             fuzzed.error);
  const std::string token = token_in(fuzzed.error);
  heddle::token what;
  BOOST_TEST_REQUIRE(decode(token, what) == "");
  const verdict replayed = run_replay("lost_update", lost_update, what);
  BOOST_TEST((replayed.found && replayed.found->kind == finding_kind::assertion));
  const ended crash_input = forked([] {
    ::signal(SIGABRT, SIG_DFL);
    const auto bytes = failing_bytes();
    (void)LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  });
  BOOST_TEST(crash_input.code == -SIGABRT);
  BOOST_TEST(token_in(crash_input.error) == token);
}

BOOST_AUTO_TEST_CASE(a_token_in_the_environment_is_replayed_whatever_the_bytes) {
  const verdict failing = explore_bytes("lost_update", lost_update, failing_bytes());
  const ended replayed = forked([&] {
    ::setenv("HEDDLE_PARAMS", ("replay=" + failing.token).c_str(), 1);
    (void)LLVMFuzzerTestOneInput(nullptr, 0);
  });
  BOOST_TEST(replayed.code == 1);
  BOOST_TEST(token_in(replayed.error) == failing.token);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_deterministic_is_told) {
  int calls = 0;
  const auto body = [&] {
    heddle::atomic<int> x{0};
    const bool fails = ++calls == 1;
    x.store(1);
    expect(!fails, "the first time only");
  };
  const verdict result = explore_bytes("moody", body, {});
  BOOST_TEST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == finding_kind::nondeterminism));
}

BOOST_AUTO_TEST_SUITE_END()
