// Searches that are interrupted and gone on with.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::testing;
namespace utf = boost::unit_test;

namespace {

using words = std::vector<std::string>;

/// The program jobs_child, from its start to its end.
class child {
 public:
  explicit child(const words& arguments) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      std::vector<char*> all{const_cast<char*>(HEDDLE_JOBS_CHILD)};
      for (const std::string& each : arguments) all.push_back(const_cast<char*>(each.c_str()));
      all.push_back(nullptr);
      ::execv(HEDDLE_JOBS_CHILD, all.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~child() {
    if (pid_ > 0) (void)end(SIGKILL);
    ::close(output_);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  /// True if it ended by itself within `most`.
  bool ends_within(int most) {
    while (true) {
      pollfd one{output_, POLLIN, 0};
      if (::poll(&one, 1, most) == 0) return false;
      std::array<char, 4096> part;
      const ssize_t n = ::read(output_, part.data(), part.size());
      if (n <= 0) return true;
      text_.append(part.data(), static_cast<std::size_t>(n));
    }
  }
  /// Sends it a signal, or none, and waits for its end: its exit code, or less the signal.
  int end(int signal = 0) {
    if (signal != 0) ::kill(pid_, signal);
    (void)ends_within(-1);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  pid_t pid_ = 0;
  int output_ = -1;
  std::string text_;
};

std::string output_of(const words& arguments) {
  child one(arguments);
  BOOST_TEST(one.end() == 0);
  return one.text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint_test)

BOOST_AUTO_TEST_CASE(a_search_goes_on_where_a_bound_has_left_it) {
  const verdict whole = explored(4, observed_sum, {});
  const test_file file("bound");
  options settings{.executions = 300, .jobs = 2, .checkpoint = file.name()};
  verdict result = explored(4, observed_sum, settings);
  int runs = 1;
  while (result.status == verdict_status::incomplete) {
    BOOST_REQUIRE(result.executions < whole.executions);
    settings.resume = file.name();
    settings.executions = result.executions + 300;
    settings.jobs = 1 + static_cast<std::uint32_t>(runs) % 3;
    result = explored(4, observed_sum, settings);
    BOOST_REQUIRE(++runs < 10);
  }
  BOOST_TEST(runs > 1);
  BOOST_TEST((result.status == verdict_status::ok));
  BOOST_TEST(result.executions == whole.executions);
  BOOST_TEST((result.observed == whole.observed));
  // What is finished stays so.
  result = explored(4, observed_sum, {.resume = file.name()});
  BOOST_TEST(result.executions == whole.executions);
}

BOOST_AUTO_TEST_CASE(a_finding_is_kept_in_the_file) {
  const auto complain = [](unsigned sum) { heddle::expect(sum % 23 != 3, "sum"); };
  const test_file file("finding");
  const verdict first = explored(4, complain, {.checkpoint = file.name()});
  BOOST_REQUIRE(first.found.has_value());
  const verdict again = explored(4, complain, {.resume = file.name()});
  BOOST_REQUIRE(again.found.has_value());
  BOOST_TEST(again.token == first.token);
  BOOST_TEST(again.executions == first.executions);
}

BOOST_AUTO_TEST_CASE(files_that_do_not_fit_are_refused_with_a_line) {
  const test_file file("refused");
  (void)explored(3, observed_sum, {.checkpoint = file.name()});
  const std::string good = file.content();
  const auto refusal = [&](const options& settings) {
    const ended result = forked([&] { (void)explored(3, observed_sum, settings); });
    BOOST_TEST(result.code == exit_usage);
    BOOST_TEST(result.error.rfind("heddle: resume: " + file.name() + " ", 0) == 0U);
    BOOST_TEST(result.error.find('\n') == result.error.size() - 1);
    return result.error;
  };
  const options resumed{.resume = file.name()};
  for (const std::size_t length : {std::size_t{20}, good.size() / 2, good.size() - 1}) {
    file.write(good.substr(0, length));
    BOOST_TEST(contains(refusal(resumed), "torn or altered"));
  }
  std::string altered = good;
  altered[good.size() / 2] = static_cast<char>(altered[good.size() / 2] ^ 4);
  file.write(altered);
  BOOST_TEST(contains(refusal(resumed), "torn or altered"));
  file.write("anything else");
  BOOST_TEST(contains(refusal(resumed), "is no checkpoint"));
  file.write("");
  BOOST_TEST(contains(refusal(resumed), "is no checkpoint"));
  altered = good;
  altered[altered.find('\n') - 1] = '9';
  file.write(altered);
  BOOST_TEST(contains(refusal(resumed), "another version"));
  file.write(good);
  BOOST_TEST(contains(refusal({.steps = 77, .resume = file.name()}), "other options"));
  const ended other = forked([&] {
    (void)explore(
        "other", [] {}, resumed);
  });
  BOOST_TEST(other.code == exit_usage);
  BOOST_TEST(contains(other.error, "is of another check, fibonacci"));
  // Written by this program, and so of no use to another.
  child foreign({"3", "--resume", file.name()});
  BOOST_TEST(foreign.end() == exit_usage);
  BOOST_TEST(contains(foreign.text(), "is of another build of the program"));
  std::filesystem::remove(file.name());
  BOOST_TEST(contains(refusal(resumed), "cannot be read"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_an_error) {
  const ended result =
      forked([] { (void)explored(3, observed_sum, {.checkpoint = "/nowhere/at/all"}); });
  BOOST_TEST(result.code == exit_environment);
  BOOST_TEST(contains(result.error, "checkpoint: /nowhere/at/all cannot be written"));
}

BOOST_AUTO_TEST_CASE(what_lies_outside_of_the_body_cannot_be_kept) {
  const test_file file("outside");
  const ended result = forked([&] {
    heddle::atomic<int> outside{0, "outside"};
    (void)explore("outside",
                  [&] {
                    heddle::thread other([&] { outside.fetch_add(1); });
                    outside.fetch_add(1);
                    other.join();
                  },
                  {.checkpoint = file.name()});
  });
  BOOST_TEST(result.code == exit_usage);
  BOOST_TEST(contains(result.error, "built outside of it"));
  BOOST_TEST(!file.exists());
}

BOOST_AUTO_TEST_CASE(an_interrupt_writes_the_file_and_ends_all) {
  const std::string whole = output_of({"5"});
  for (const int signal : {SIGINT, SIGTERM}) {
    const test_file file("interrupt");
    child first({"7", "--jobs", "2", "--checkpoint", file.name()});
    BOOST_TEST(!first.ends_within(400));
    BOOST_TEST(first.end(signal) == -signal);
    BOOST_TEST(file.exists());
    child next({"7", "--resume", file.name(), "--budget", "1ms"});
    BOOST_TEST(next.end() == 0);
    BOOST_TEST(contains(next.text(), "incomplete"));
    const test_file other("interrupted");
    child small({"5", "--jobs", "2", "--checkpoint", other.name()});
    if (!small.ends_within(20)) (void)small.end(signal);
    if (other.exists()) BOOST_TEST(output_of({"5", "--resume", other.name()}) == whole);
  }
}

// HEDDLE_KILLS=N makes it N times.
BOOST_AUTO_TEST_CASE(a_search_killed_at_random_moments_comes_to_the_same_totals,
                     *utf::timeout(600)) {
  const std::string whole = output_of({"6"});
  const char* const wanted = std::getenv("HEDDLE_KILLS");
  const int most = wanted != nullptr ? std::atoi(wanted) : 20;
  std::mt19937 random(static_cast<unsigned>(most));
  int kills = 0, searches = 0, resumed = 0;
  while (kills < most) {
    const test_file file("killed");
    ++searches;
    while (true) {
      words arguments{"6",
                      "--jobs",
                      std::to_string(1 + random() % 3),
                      "--checkpoint",
                      file.name(),
                      "--checkpoint-every",
                      "5ms"};
      if (file.exists()) {
        arguments.insert(arguments.end(), {"--resume", file.name()});
        ++resumed;
      }
      child one(arguments);
      if (one.ends_within(10 + static_cast<int>(random() % 200))) {
        BOOST_TEST(one.end() == 0);
        BOOST_REQUIRE_EQUAL(one.text(), whole);
        break;
      }
      BOOST_TEST(one.end(SIGKILL) == -SIGKILL);
      ++kills;
    }
  }
  std::cout << kills << " kills in " << searches << " searches, resumed " << resumed
            << " times: the same totals" << std::endl;
}

BOOST_AUTO_TEST_SUITE_END()
