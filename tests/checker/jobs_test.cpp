// Searches by several processes, and searches that are interrupted and gone on with.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::ended;
using heddle::testing::forked;
namespace utf = boost::unit_test;

namespace {

using words = std::vector<std::string>;

// What happens with the last sum, which is different in many executions.
void fibonacci(int rounds, const std::function<void(unsigned)>& then) {
  heddle::atomic<unsigned> x{1, "x"}, y{1, "y"};
  heddle::thread other([&] {
    for (int i = 0; i < rounds; ++i) x.store(x.load() + y.load());
  });
  for (int i = 0; i < rounds; ++i) y.store(x.load() + y.load());
  other.join();
  then(x.load());
}

// The same with stale values; the accesses are weak only once a sum has become known, so that the
// search begins anew in the middle.
void weak_fibonacci() {
  heddle::atomic<unsigned> x{1, "x"}, y{1, "y"};
  std::memory_order order = std::memory_order_seq_cst;
  heddle::thread other([&] {
    for (int i = 0; i < 3; ++i) x.store(x.load() + y.load());
  });
  for (int i = 0; i < 3; ++i) {
    const unsigned seen = x.load(order) + y.load(order);
    if (seen == 5) order = std::memory_order_relaxed;
    y.store(seen, order);
  }
  other.join();
  heddle::observe("sum", std::to_string(x.load()) + " and " + std::to_string(y.load()));
}

void observed_sum(unsigned sum) { heddle::observe("sum", std::to_string(sum % 7)); }

verdict explored(int rounds, const std::function<void(unsigned)>& then, const options& settings) {
  return explore(
      "fibonacci", [&] { fibonacci(rounds, then); }, settings);
}

/// A file of this test, gone at its end.
class test_file {
 public:
  explicit test_file(const std::string& name)
      : name_((std::filesystem::temp_directory_path() /
               ("heddle_" + name + "_" + std::to_string(::getpid())))
                  .string()) {}
  ~test_file() { std::filesystem::remove(name_); }
  test_file(const test_file&) = delete;
  test_file& operator=(const test_file&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool exists() const { return std::filesystem::exists(name_); }
  [[nodiscard]] std::string content() const {
    std::ifstream file(name_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& content) const {
    std::ofstream(name_, std::ios::binary) << content;
  }

 private:
  std::string name_;
};

bool has_no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

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

BOOST_AUTO_TEST_SUITE(jobs_test)

BOOST_AUTO_TEST_CASE(totals_are_the_same_for_every_number_of_processes) {
  const verdict alone = explored(4, observed_sum, {});
  BOOST_TEST(alone.executions > 1000U);
  for (const std::uint32_t jobs : {2U, 3U, 5U}) {
    const verdict several = explored(4, observed_sum, {.jobs = jobs});
    BOOST_TEST((several.status == verdict_status::ok));
    BOOST_TEST((several.kind == proof::exhaustive));
    BOOST_TEST(several.executions == alone.executions);
    BOOST_TEST(several.blocked == alone.blocked);
    BOOST_TEST((several.observed == alone.observed));
    BOOST_TEST((several.hit == alone.hit));
    BOOST_TEST(has_no_children());
  }
}

BOOST_AUTO_TEST_CASE(weak_accesses_give_the_same_totals_for_every_number_of_processes) {
  const verdict alone = explore("weak", weak_fibonacci);
  const verdict strong = explore("weak", weak_fibonacci, {.memory = "sc"});
  BOOST_TEST(alone.executions > strong.executions);
  for (const std::uint32_t jobs : {2U, 3U}) {
    const verdict several = explore("weak", weak_fibonacci, {.jobs = jobs});
    BOOST_TEST(several.executions == alone.executions);
    BOOST_TEST((several.observed == alone.observed));
  }
  // A file that was written after the search had begun anew.
  const test_file file("weak");
  const verdict begun = explore("weak", weak_fibonacci,
                                {.executions = alone.executions / 2, .checkpoint = file.name()});
  BOOST_TEST((begun.status == verdict_status::incomplete));
  const verdict ended = explore("weak", weak_fibonacci, {.resume = file.name()});
  BOOST_TEST(ended.executions == alone.executions);
  BOOST_TEST((ended.observed == alone.observed));
}

BOOST_AUTO_TEST_CASE(samples_are_the_same_for_every_number_of_processes) {
  const options settings{.strategy = "random_walk", .seed = 5, .executions = 2000};
  const verdict alone = explored(4, observed_sum, settings);
  for (const std::uint32_t jobs : {2U, 3U}) {
    options more = settings;
    more.jobs = jobs;
    const verdict several = explored(4, observed_sum, more);
    BOOST_TEST(several.line().substr(0, 40) == alone.line().substr(0, 40));
    BOOST_TEST(several.executions == 2000U);
    BOOST_TEST(several.distinct == alone.distinct);
    BOOST_TEST((several.observed == alone.observed));
  }
}

// Some sums are found late in the order of visits, and often early by a process that has a later
// part.
BOOST_AUTO_TEST_CASE(the_finding_is_the_first_one_for_every_number_of_processes) {
  for (const char* const strategy : {"exhaustive", "random_walk"}) {
    for (unsigned rest = 0; rest < 23; rest += 3) {
      const auto complain = [=](unsigned sum) {
        if (sum % 23 == rest) heddle::expect(false, std::to_string(sum).c_str());
      };
      options settings{.strategy = strategy, .seed = 9};
      const verdict alone = explored(4, complain, settings);
      for (const std::uint32_t jobs : {2U, 3U}) {
        settings.jobs = jobs;
        const verdict several = explored(4, complain, settings);
        BOOST_TEST((several.status == alone.status));
        BOOST_TEST(several.token == alone.token);
        BOOST_REQUIRE(several.found.has_value() == alone.found.has_value());
        if (!alone.found) continue;
        BOOST_TEST(several.found->text == alone.found->text);
        BOOST_TEST(several.recording.steps.size() == alone.recording.steps.size());
        BOOST_TEST(several.recording.steps.back().text == alone.recording.steps.back().text);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_signal_in_a_body_is_a_finding) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE}) {
    const auto die = [=](unsigned sum) {
      if (sum % 11 == 3) ::raise(signal);
    };
    const verdict result = explored(4, die, {.jobs = 2});
    BOOST_REQUIRE(result.found.has_value());
    BOOST_TEST((result.found->kind == finding_kind::exception));
    BOOST_TEST(contains(result.found->text, "signal " + std::to_string(signal) + ", "));
    BOOST_TEST(result.token == "");
    BOOST_TEST(has_no_children());
  }
}

BOOST_AUTO_TEST_CASE(a_finding_before_a_crash_is_reported_and_one_behind_it_is_not) {
  const auto one = [](unsigned which, bool dies) {
    return [=](unsigned sum) {
      if (sum % 23 == which && dies) ::raise(SIGSEGV);
      if (sum % 23 == 22 - which) heddle::expect(false, "sum");
    };
  };
  for (const unsigned which : {1U, 2U, 4U, 18U, 20U, 21U}) {
    // Of two findings the first: it is the other one, or else the crash.
    const verdict other = explored(4, one(which, false), {});
    const auto both = [=](unsigned sum) {
      if (sum % 23 == which) heddle::expect(false, "crash");
      if (sum % 23 == 22 - which) heddle::expect(false, "sum");
    };
    const verdict first = explored(4, both, {});
    const bool crash_is_first = first.found && contains(first.found->text, "crash");
    const verdict result = explored(4, one(which, true), {.jobs = 2});
    BOOST_TEST(result.found.has_value() == (other.found.has_value() || crash_is_first));
    if (!result.found) continue;
    const bool crashed = result.found->kind == finding_kind::exception;
    BOOST_TEST(crashed == crash_is_first,
               which << ": " << result.found->text << ", but " << first.found->text);
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_ends_its_process_ends_the_search) {
  const ended result = forked([] {
    (void)explored(3,
                   [](unsigned sum) {
                     if (sum % 5 == 0) ::_exit(7);
                   },
                   {.jobs = 2});
  });
  BOOST_TEST(result.code == exit_usage);
  BOOST_TEST(result.error == "heddle: a body ended its process, with code 7\n");
}

BOOST_AUTO_TEST_CASE(a_search_that_cannot_be_divided_is_refused) {
  const ended result =
      forked([] { (void)explored(2, observed_sum, {.strategy = "odometer", .jobs = 2}); });
  BOOST_TEST(result.code == exit_usage);
  BOOST_TEST(contains(result.error, "cannot be divided"));
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_all_processes) {
  const verdict result =
      explored(8, observed_sum, {.budget = std::chrono::milliseconds(200), .jobs = 2});
  BOOST_TEST((result.status == verdict_status::incomplete));
  BOOST_TEST(result.executions > 0U);
  BOOST_TEST(has_no_children());
}

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
  altered[altered.find('\n') - 1] = '2';
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
    BOOST_TEST(!first.ends_within(100));
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
