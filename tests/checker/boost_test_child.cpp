// A program whose test cases fail in known ways; boost_test_test.cpp runs them and reads the logs.
#define BOOST_TEST_MODULE child
#include <heddle/checker/boost_test.hpp>

#include <boost/test/output/compiler_log_formatter.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void lock_both(heddle::mutex& first, heddle::mutex& second) {
  first.lock();
  second.lock();
  second.unlock();
  first.unlock();
}

void two_lock_orders() {
  heddle::mutex from{"from"};
  heddle::mutex to{"to"};
  heddle::thread other([&] { lock_both(to, from); });
  lock_both(from, to);
  other.join();
}

void one_lock_order() {
  heddle::mutex from{"from"};
  heddle::mutex to{"to"};
  heddle::thread other([&] { lock_both(from, to); });
  lock_both(from, to);
  other.join();
}

}  // namespace

// The line after this one is the one to blame.
#define HEDDLE_NEXT_LINE_FAILS() BOOST_TEST_MESSAGE("the next line fails")

BOOST_AUTO_TEST_SUITE(suite)

BOOST_AUTO_TEST_CASE(passes) { heddle::check("one order", one_lock_order, {.preemptions = 1}); }

BOOST_AUTO_TEST_CASE(deadlocks) {
  HEDDLE_NEXT_LINE_FAILS();
  heddle::check("two orders", two_lock_orders, {.preemptions = 2, .corpus = ""});
}

BOOST_AUTO_TEST_CASE(asserts) {
  heddle::check("value",
                [] {
                  const int value = 1;
                  heddle::thread other([] { BOOST_TEST(true); });
                  other.join();
                  BOOST_TEST_CONTEXT("the outer context") {
                    BOOST_TEST_INFO("the inner one");
                    BOOST_TEST(value == 2);
                  }
                  BOOST_TEST(value == 3);
                },
                {.corpus = ""});
}

BOOST_AUTO_TEST_CASE(requires_in_a_thread) {
  heddle::check("required",
                [] {
                  heddle::thread other([] { BOOST_REQUIRE_EQUAL(1, 2); });
                  other.join();
                },
                {.corpus = ""});
}

BOOST_AUTO_TEST_CASE(asserts_outside) {
  heddle::check("outside", [] { heddle::outside([] { BOOST_TEST(1 == 2); }); }, {.corpus = ""});
}

BOOST_AUTO_TEST_CASE(runs_out_of_executions) {
  heddle::check("short", one_lock_order, {.executions = 1});
}

BOOST_AUTO_TEST_CASE(expects_another) {
  HEDDLE_NEXT_LINE_FAILS();
  HEDDLE_EXPECT(deadlock, [] { BOOST_TEST(1 == 2); });
}

BOOST_AUTO_TEST_CASE(expects_in_vain) {
  HEDDLE_EXPECT(assertion, [] { BOOST_TEST(1 == 1); });
}

BOOST_AUTO_TEST_CASE(goes_on_after_a_check) {
  BOOST_TEST_MESSAGE("before");
  BOOST_TEST_CONTEXT("the context of the case") {
    BOOST_TEST_INFO("for the next assertion");
    heddle::check("two orders", two_lock_orders, {.preemptions = 2, .corpus = ""});
    BOOST_TEST_MESSAGE("between");
    BOOST_TEST_INFO("for the last assertion");
    BOOST_TEST(1 == 2);
  }
  BOOST_TEST_MESSAGE("after");
}

BOOST_AUTO_TEST_CASE(has_a_formatter_of_its_own) {
  namespace utf = boost::unit_test;
  utf::unit_test_log.set_formatter(new utf::output::compiler_log_formatter);
  heddle::check("formatter",
                [] {
                  BOOST_TEST(true);
                  BOOST_TEST(1 == 2);
                },
                {.corpus = ""});
  BOOST_TEST(3 == 4);
}

// Has the name of the check in `asserts`, and does something else.
BOOST_AUTO_TEST_CASE(does_something_else) { heddle::check("value", one_lock_order); }

BOOST_AUTO_TEST_CASE(crashes) {
  heddle::check("crash", [] { std::abort(); });
}

BOOST_AUTO_TEST_CASE(takes_too_long, *boost::unit_test::timeout(1)) {
  heddle::check("long", [] {
    for (volatile bool on = true; on;) {
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
