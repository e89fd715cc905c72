// Determinism, random walks, and what happens outside of executions.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include <heddle/scheduler/object.hpp>
#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

void two_increments() {
  mutex m;
  atomic<int> x{0};
  const auto add = [&] {
    for (int i = 0; i < 2; ++i) x.store(x.load() + 1);
    m.lock();
    m.unlock();
  };
  together(add, add);
}

// Over the fingerprints of executions 1 .. `count`.
std::uint64_t digest(std::uint64_t seed, int count) {
  runner runs({});
  const auto walk = make_random_walk(seed, 1);
  std::uint64_t all = 0;
  for (int i = 0; i < count && walk->begin(); ++i) {
    all = mix(all, runs.run(two_increments, *walk).fingerprint);
  }
  return all;
}

struct child_end {
  int code;
  std::string errors;
};

child_end run_child(const std::function<void()>& action) {
  std::array<int, 2> ends{};
  BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    action();
    ::_exit(0);
  }
  ::close(ends[1]);
  child_end result{0, {}};
  std::array<char, 256> some{};
  for (::ssize_t n = 0; (n = ::read(ends[0], some.data(), some.size())) > 0;) {
    result.errors.append(some.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_walk)

BOOST_AUTO_TEST_CASE(an_execution_alone_is_the_same_as_in_a_run_of_10000) {
  runner runs({});
  const auto walk = make_random_walk(7, 1);
  std::vector<std::uint64_t> fingerprints;
  recording in_the_run;
  for (int i = 1; i <= 10'000 && walk->begin(); ++i) {
    fingerprints.push_back(runs.run(two_increments, *walk).fingerprint);
    if (i == 4'711) in_the_run = record_again(runs, two_increments, *walk);
  }
  for (const std::size_t i : {1U, 2U, 4'711U, 10'000U}) {
    const auto alone = make_random_walk(7, i);
    BOOST_TEST(alone->begin());
    recording taken;
    BOOST_TEST(runs.run(two_increments, *alone).fingerprint == fingerprints.at(i - 1));
    if (i != 4'711) continue;
    taken = record_again(runs, two_increments, *alone);
    BOOST_TEST((taken.taken == in_the_run.taken));
  }
}

BOOST_AUTO_TEST_CASE(two_runs_agree_and_two_seeds_do_not) {
  BOOST_TEST(digest(1, 2000) == digest(1, 2000));
  BOOST_TEST(digest(1, 2000) != digest(2, 2000));
}

BOOST_AUTO_TEST_CASE(every_interleaving_is_met_in_the_end) {
  const auto body = [] {
    atomic<int> x{0};
    crowd(2, [&](unsigned) { x.fetch_add(1); });
  };
  runner runs({});
  const auto walk = make_random_walk(1, 1);
  BOOST_TEST(explore_by(runs, *walk, 100, body).traces.size() == 2U);
  BOOST_TEST(!walk->exhaustive());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(execution)

BOOST_AUTO_TEST_CASE(a_run_that_differs_from_its_log_is_nondeterminism) {
  static int runs_so_far = 0;
  const auto body = [] {
    atomic<int> x{0, "x"};
    x.store(1);
    x.store(++runs_so_far);
  };
  runner runs({});
  const auto choices = make_odometer(unbounded);
  BOOST_TEST(choices->begin());
  step_log log;
  (void)runs.run(body, *choices, {.log = &log});
  choices->again();
  BOOST_TEST((runs.run(body, *choices, {.expected = &log}).end == ending::found));
  BOOST_TEST((runs.found().kind == finding_kind::nondeterminism));
  BOOST_TEST(
      runs.found().text.find("step 2 is store \"x\" execution_test.cpp:") != std::string::npos,
      runs.found().text);
}

BOOST_AUTO_TEST_CASE(a_run_that_agrees_with_its_log_is_fine_and_a_shorter_one_is_not) {
  bool whole = true;
  const auto body = [&] {
    atomic<int> x{0};
    x.store(1);
    if (whole) x.store(2);
  };
  runner runs({});
  const auto choices = make_odometer(unbounded);
  BOOST_TEST(choices->begin());
  step_log log;
  (void)runs.run(body, *choices, {.log = &log});
  choices->again();
  BOOST_TEST((runs.run(body, *choices, {.expected = &log}).end == ending::completed));
  whole = false;
  choices->again();
  BOOST_TEST((runs.run(body, *choices, {.expected = &log}).end == ending::found));
  BOOST_TEST(runs.found().text.find("ended after 1 steps, after 2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_odometer_notices_a_body_that_asks_something_else) {
  std::uint32_t options = 4;
  const explored all = explore([&] { (void)choose(options--); });
  BOOST_TEST(all.kind() == "nondeterminism", all.text());
  int executions = 0;
  const explored threads = explore([&] {
    atomic<int> x{0};
    const bool third = ++executions == 3;
    const auto load = [&] { (void)x.load(); };
    crowd(third ? 1 : 3, [&](unsigned) { load(); });
  });
  BOOST_TEST(threads.kind() == "nondeterminism", threads.text());
}

BOOST_AUTO_TEST_CASE(objects_outside_of_a_body_end_the_process_with_one_line) {
  const auto ends = [](const std::function<void()>& action, const std::string& what) {
    const child_end end = run_child(action);
    BOOST_TEST(end.code == 2);
    BOOST_TEST(end.errors.find("heddle: " + what) == 0U, end.errors);
    BOOST_TEST(end.errors.find("used outside check(); build natively or move the code into a "
                               "body\n") != std::string::npos,
               end.errors);
  };
  ends([] { atomic<int>{0}.store(1); }, "atomic");
  ends([] { mutex{}.lock(); }, "mutex");
  ends([] { (void)shared<int>{0}.get(); }, "shared");
  ends([] { thread([] {}).join(); }, "thread");
  ends([] { yield(); }, "yield");
  ends([] { (void)choose(2); }, "choose");
  ends([] { observe("a", "b"); }, "observe");
  ends([] { expect(false, "never"); }, "expect");
  ends([] { (void)explore_once([] { outside([] { mutex{}.lock(); }); }); }, "mutex");
}

BOOST_AUTO_TEST_CASE(objects_may_be_made_and_destroyed_outside_of_a_body) {
  atomic<int> x{3, "x"};
  const explored all = explore([&] {
    expect(x.load() == 3, "each execution starts from the initial value");
    x.store(static_cast<int>(choose(3)));
  });
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(all.executions == 3U);
}

BOOST_AUTO_TEST_CASE(a_failed_expectation_is_an_assertion_at_the_callers_line) {
  const explored all = explore([] {
    atomic<int> x{0};
    together([&] { x.store(1); }, [&] { expect(x.load() == 0, "nobody was faster"); });
  });
  BOOST_TEST(all.kind() == "assertion");
  BOOST_TEST(all.says("nobody was faster: execution_test.cpp:"), all.text());
  BOOST_TEST(all.says("(thread 2)"));
}

BOOST_AUTO_TEST_CASE(threads_that_share_nothing_are_told_apart) {
  BOOST_TEST(!explore([] {
                atomic<int> x{0}, y{0};
                together([&] { x.store(1); }, [&] { y.store(1); });
              }).shared);
}

BOOST_AUTO_TEST_SUITE_END()
