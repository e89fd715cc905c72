// Conditions that are to become true.
#include <functional>
#include <stdexcept>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/eventually.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::atomic;
using heddle::eventually;
using heddle::leads_to;
using heddle::thread;
using heddle::verdict;

// By graphs, and by samples that are fair.
constexpr const char* strategies[] = {"exhaustive", "random_walk"};

verdict explore(const std::function<void()>& body, const char* strategy) {
  heddle::options settings;
  settings.strategy = strategy;
  settings.memory = "sc";
  settings.executions = settings.strategy == "exhaustive" ? 100000 : 500;
  return heddle::explore("eventually", body, settings);
}

void expect_pass(const std::function<void()>& body) {
  for (const char* const strategy : strategies) {
    const verdict of = explore(body, strategy);
    BOOST_TEST(!of.found.has_value(), heddle::report_text(of));
    BOOST_TEST((of.status == heddle::verdict_status::ok), of.line());
  }
}

void expect_finding(const std::function<void()>& body, const std::string& text) {
  for (const char* const strategy : strategies) {
    const verdict of = explore(body, strategy);
    BOOST_TEST_REQUIRE(of.found.has_value(), strategy);
    BOOST_TEST((of.found->kind == heddle::finding_kind::assertion));
    BOOST_TEST(of.found->text.starts_with(text + ": eventually_test.cpp:"), of.found->text);
  }
}

// A server that takes a request; a hasty one looks once, and may have looked too early.
void serve(bool hasty) {
  atomic<int> request{0}, answer{0};
  const eventually answered([&] { return answer.load() == 1; });
  thread client([&] { request.store(1); });
  thread server([&] {
    while (!hasty && request.load() == 0) heddle::spin_hint();
    if (request.load() == 1) answer.store(1);
  });
  client.join();
  server.join();
}

// Each of two clients raises its flag twice; the server lowers what it sees.  A forgetful one stops
// once it has lowered it.
void lower(bool forgetful) {
  atomic<int> raised{0}, ended{0};
  const leads_to lowered([&] { return raised.load() == 1; }, [&] { return raised.load() == 0; });
  thread client([&] {
    raised.store(1);
    raised.store(1);
    ended.store(1);
  });
  thread server([&] {
    for (;;) {
      const bool last = ended.load() == 1;
      const bool lowers = raised.exchange(0) == 1;
      if (last || (forgetful && lowers)) return;
      heddle::spin_hint();
    }
  });
  client.join();
  server.join();
}

// The first thread wants to enter once, the other one enters twice; with a turn it waits in between
// for the first.
void enter(bool takes_turns) {
  atomic<int> wants{0}, entered{0};
  const leads_to not_overtaken_twice(
      [&] {
        (void)entered.load();  // Its writes are counted.
        return wants.load() == 1;
      },
      [&] { return wants.load() == 0; }, 2);
  thread first([&] {
    wants.store(1);
    wants.store(0);
  });
  thread other([&] {
    for (int i = 1; i <= 2; ++i) {
      while (takes_turns && wants.load() == 1) heddle::spin_hint();
      entered.store(i);
    }
  });
  first.join();
  other.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(eventually_comes)

BOOST_AUTO_TEST_CASE(what_comes_in_every_execution_passes) {
  expect_pass([] { serve(false); });
  expect_pass([] {
    atomic<int> x{1};
    const eventually at_once([&] { return x.load() == 1; });
    x.store(0);
  });
}

BOOST_AUTO_TEST_CASE(what_may_not_come_is_found) {
  expect_finding([] { serve(true); }, "eventually: the condition was never true");
}

// A moment between two writes of different threads, which only other orders show.
BOOST_AUTO_TEST_CASE(a_moment_is_one_of_all_orders) {
  expect_finding(
      [] {
        atomic<int> x{0}, y{0};
        const eventually alone([&] {
          const int first = x.load();
          const int second = y.load();
          return first == 1 && second == 0;
        });
        thread one([&] { x.store(1); });
        thread two([&] { y.store(1); });
        one.join();
        two.join();
      },
      "eventually: the condition was never true");
}

BOOST_AUTO_TEST_CASE(an_effect_follows_each_cause) {
  expect_pass([] { lower(false); });
  expect_finding([] { lower(true); }, "leads_to: the effect never came after the cause");
}

BOOST_AUTO_TEST_CASE(an_effect_may_have_to_come_in_time) {
  expect_pass([] { enter(true); });
  expect_finding([] { enter(false); }, "leads_to: the effect did not come in time after the cause");
}

// The exception is what is wrong with the body.
BOOST_AUTO_TEST_CASE(an_exception_goes_first) {
  const verdict of = explore(
      [] {
        atomic<int> x{0};
        const eventually never([&] { return x.load() == 1; });
        throw std::runtime_error("thrown");
      },
      "exhaustive");
  BOOST_TEST_REQUIRE(of.found.has_value());
  BOOST_TEST((of.found->kind == heddle::finding_kind::exception), of.found->text);
}

BOOST_AUTO_TEST_CASE(misuse_is_called_by_the_name_of_the_monitor) {
  const auto expect_misuse = [](const std::function<void()>& body, const std::string& text) {
    const verdict of = explore(body, "exhaustive");
    BOOST_TEST_REQUIRE(of.found.has_value(), of.line());
    BOOST_TEST((of.found->kind == heddle::finding_kind::misuse));
    BOOST_TEST(of.found->text.starts_with(text), of.found->text);
  };
  expect_misuse(
      [] {
        atomic<int> x{0};
        thread other([] {});
        const eventually late([&] { return x.load() == 0; });
        other.join();
      },
      "`eventually` after another thread was started");
  expect_misuse(
      [] {
        atomic<int> x{0};
        const eventually writes([&] { return x.fetch_add(1) == 0; });
      },
      "a condition of `eventually` that does more than load atomics");
  expect_misuse(
      [] {
        atomic<int> x{0};
        const eventually large([&] { return x.load() == 8192; });
        x.store(8192);
      },
      "a value that `eventually` has no room for");
  expect_misuse(
      [] {
        atomic<int> x{0}, y{0};
        const leads_to others([&] { return x.load() == 1 && y.load() == 1; }, [] { return true; });
        x.store(1);
      },
      "a condition of `leads_to` that loads other atomics than at first");
}

BOOST_AUTO_TEST_SUITE_END()
