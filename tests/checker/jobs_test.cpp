// Searches by several processes.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::testing;

namespace {

// The sums with stale values; the accesses are weak only once a sum has become known, so that the
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

bool has_no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

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
  for (const std::string_view name : sampler_names()) {
    const options settings{.strategy = std::string(name), .seed = 5, .executions = 2000};
    const verdict alone = explored(4, observed_sum, settings);
    BOOST_TEST(alone.executions == 2000U, name);
    for (const std::uint32_t jobs : {2U, 3U}) {
      options more = settings;
      more.jobs = jobs;
      const verdict several = explored(4, observed_sum, more);
      BOOST_TEST(several.line().substr(0, 40) == alone.line().substr(0, 40));
      BOOST_TEST(several.executions == 2000U, name);
      BOOST_TEST(several.distinct == alone.distinct, name);
      BOOST_TEST(several.unseen.value() == alone.unseen.value(), name);
      BOOST_TEST(several.unseen.value() > 0, name);
      BOOST_TEST((several.observed == alone.observed), name);
    }
  }
}

// Some sums are found late in the order of visits, and often early by a process that has a later
// part.
BOOST_AUTO_TEST_CASE(the_finding_is_the_first_one_for_every_number_of_processes) {
  for (const char* const strategy : {"exhaustive", "random_walk", "portfolio"}) {
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
        BOOST_TEST(several.strategy == alone.strategy);
        BOOST_TEST((several.execution == alone.execution));
        BOOST_TEST(alone.execution.has_value() == (alone.found && alone.kind == proof::sampled));
        BOOST_REQUIRE(several.found.has_value() == alone.found.has_value());
        if (!alone.found) continue;
        BOOST_TEST(several.found->text == alone.found->text);
        BOOST_TEST(several.recording.steps.size() == alone.recording.steps.size());
        BOOST_TEST(several.recording.steps.back().text == alone.recording.steps.back().text);
      }
    }
  }
}

// The number in the verdict line is the one to run alone.
BOOST_AUTO_TEST_CASE(the_number_of_a_sampled_finding_makes_it_again) {
  const auto complain = [](unsigned sum) {
    if (sum % 23 == 6) heddle::expect(false, "sum");
  };
  for (const char* const strategy : {"random_walk", "pct", "portfolio"}) {
    options settings{.strategy = strategy, .seed = 2, .jobs = 3};
    const verdict several = explored(4, complain, settings);
    BOOST_REQUIRE(several.execution.has_value());
    const std::string text = " in execution " + std::to_string(*several.execution) + " (";
    BOOST_TEST(contains(several.line(), text), several.line());
    settings.jobs = 1;
    settings.execution = several.execution;
    const verdict alone = explored(4, complain, settings);
    BOOST_TEST(alone.token == several.token);
    BOOST_TEST(contains(alone.line(), text), alone.line());
  }
}

BOOST_AUTO_TEST_CASE(a_crash_in_the_first_execution_is_a_finding_in_execution_1) {
  const auto die = [](unsigned) { ::raise(SIGSEGV); };
  for (const char* const strategy : {"random_walk", "portfolio", "exhaustive", "automatic"}) {
    const verdict result = explored(2, die, {.strategy = strategy, .jobs = 2});
    BOOST_TEST((result.status == verdict_status::failed));
    BOOST_TEST(contains(result.line(), "failed: exception in execution 1 ("), result.line());
    BOOST_TEST(result.executions >= 1U);
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
  for (const bool quick : {false, true}) {
    const ended told = forked([quick] {
      (void)explored(3,
                     [quick](unsigned sum) {
                       if (sum % 2 == 0) quick ? std::quick_exit(7) : std::exit(7);
                     },
                     {.jobs = 3});
    });
    BOOST_TEST(told.code == exit_usage);
    BOOST_TEST(told.error == "heddle: exit() inside the body of a check; a body has to return\n");
  }
}

// Three threads, of which the third appears late; and a loop that waits.
void bounded_body() {
  heddle::atomic<unsigned> x{0, "x"}, go{0, "go"};
  heddle::thread first([&] {
    for (int i = 0; i < 3; ++i) x.fetch_add(1);
    heddle::thread third([&] { x.store(x.load() * 2); });
    go.store(1);
    third.join();
  });
  heddle::thread second([&] {
    while (go.load() == 0) heddle::yield();
    x.store(x.load() + 1);
  });
  first.join();
  second.join();
  heddle::observe("x", std::to_string(x.load()));
}

BOOST_AUTO_TEST_CASE(bounds_on_preemptions_are_divided) {
  for (const std::uint32_t bound : {0U, 1U, 2U, 9U}) {
    const options alone_settings{.strategy = "exhaustive", .preemptions = bound};
    const verdict alone = explore("bounded", bounded_body, alone_settings);
    BOOST_TEST((alone.status == verdict_status::ok), alone.line());
    for (const std::uint32_t jobs : {2U, 3U}) {
      options settings = alone_settings;
      settings.jobs = jobs;
      const verdict several = explore("bounded", bounded_body, settings);
      BOOST_TEST(several.line() == alone.line());
      BOOST_TEST((several.observed == alone.observed));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_keeps_no_bound) {
  const ended result = forked([] {
    (void)explored(2, observed_sum,
                   {.strategy = "exhaustive", .preemptions = 1, .checkpoint = "never.written"});
  });
  BOOST_TEST(result.code == exit_usage);
  BOOST_TEST(contains(result.error, "has a bound on preemptions"));
}

BOOST_AUTO_TEST_CASE(a_search_that_cannot_be_divided_is_refused) {
  const ended result =
      forked([] { (void)explored(2, observed_sum, {.strategy = "odometer", .jobs = 2}); });
  BOOST_TEST(result.code == exit_usage);
  BOOST_TEST(contains(result.error, "cannot be divided"));
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_all_processes) {
  const verdict result =
      explored(8, observed_sum,
               {.strategy = "exhaustive", .budget = std::chrono::milliseconds(200), .jobs = 2});
  BOOST_TEST((result.status == verdict_status::incomplete));
  BOOST_TEST(result.executions > 0U);
  BOOST_TEST(has_no_children());
}

BOOST_AUTO_TEST_SUITE_END()
