// Under which memory model a search goes on, and what the verdict says of it.
#include <atomic>
#include <string>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/tests/coarse/verdicts.hpp>

using namespace heddle;

BOOST_AUTO_TEST_SUITE(memory_models)

namespace {

// Store buffering, whose loads see nothing only if they are not seq_cst.
void buffer_stores(std::memory_order load_order) {
  atomic<int> x{0}, y{0};
  int seen_x = 0, seen_y = 0;
  together({[&] {
              x.store(1);
              seen_y = y.load(load_order);
            },
            [&] {
              y.store(1);
              seen_x = x.load(load_order);
            }});
  expect(seen_x + seen_y > 0, "one of them comes first");
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_seq_cst_holds_under_both) {
  const auto body = [] { buffer_stores(std::memory_order_seq_cst); };
  const verdict strong = passes("seq_cst", body);
  BOOST_TEST(strong.executions == 3U);
  BOOST_TEST(strong.memory == "rc11");
  options settings;
  settings.memory = "sc";
  const verdict asked = passes("seq_cst", body, settings);
  BOOST_TEST(asked.executions == 3U);
  BOOST_TEST(asked.memory == "sc");
}

// The first executions are all seq_cst.
BOOST_AUTO_TEST_CASE(a_relaxed_access_behind_a_rare_branch_is_explored_under_rc11) {
  const auto body = [] {
    const bool rare = choose(20) == 19;
    buffer_stores(rare ? std::memory_order_relaxed : std::memory_order_seq_cst);
  };
  const verdict found = whole("rare_branch", body);
  BOOST_REQUIRE(found.found.has_value());
  BOOST_TEST((found.found->kind == finding_kind::assertion));
  BOOST_TEST(found.memory == "rc11");
  options again;
  again.replay = found.token;
  const verdict replayed = explore("rare_branch", body, again);
  BOOST_REQUIRE(replayed.found.has_value());
  BOOST_TEST(replayed.found->text == found.found->text);
  BOOST_TEST(replayed.memory == "rc11");
  options settings;
  settings.memory = "sc";
  const verdict strong = passes("rare_branch", body, settings);
  BOOST_TEST(strong.executions == 60U);
  BOOST_TEST(strong.memory == "sc");
}

// That the lock is held is seen in one order of its calls, which is no order of anything else.
BOOST_AUTO_TEST_CASE(a_failed_try_orders_no_seq_cst_accesses_either) {
  const auto body = [] {
    mutex m;
    atomic<int> x{0};
    together({[&] {
                x.store(1);
                m.lock();
                m.unlock();
              },
              [&] {
                if (m.try_lock()) {
                  m.unlock();
                } else {
                  expect(x.load() == 1, "the store is seen");
                }
              }});
  };
  const verdict found = whole("failed_try_and_seq_cst", body);
  BOOST_REQUIRE(found.found.has_value());
  BOOST_TEST((found.found->kind == finding_kind::assertion));
  BOOST_TEST(found.memory == "rc11");
  options settings;
  settings.memory = "sc";
  passes("failed_try_and_seq_cst", body, settings);
}

BOOST_AUTO_TEST_SUITE_END()
