// Under which memory model a search goes on, and what the verdict says of it.
#include <atomic>
#include <string>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
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

// Message passing, with a plain variable for the message: it is read only if the flag is seen.
BOOST_AUTO_TEST_CASE(a_flag_orders_what_the_standard_says_it_does) {
  constexpr auto relaxed = std::memory_order_relaxed, acquire = std::memory_order_acquire,
                 release = std::memory_order_release, seq_cst = std::memory_order_seq_cst;
  struct orders {
    std::memory_order fence_before, store, add, load, fence_behind;
    bool races;
  };
  // An `add` by a third thread continues what the store has begun.
  const orders table[] = {
      {relaxed, relaxed, relaxed, acquire, relaxed, true},
      {relaxed, release, relaxed, relaxed, relaxed, true},
      {relaxed, release, relaxed, acquire, relaxed, false},
      {relaxed, seq_cst, relaxed, seq_cst, relaxed, false},
      {release, relaxed, relaxed, acquire, relaxed, false},
      {relaxed, release, relaxed, relaxed, acquire, false},
      {release, relaxed, relaxed, relaxed, acquire, false},
      {seq_cst, relaxed, relaxed, relaxed, seq_cst, false},
      {acquire, relaxed, relaxed, relaxed, release, true},
      {relaxed, relaxed, release, acquire, relaxed, true},
      {relaxed, relaxed, seq_cst, acquire, seq_cst, true},
  };
  for (const orders& each : table) {
    const auto body = [each] {
      shared<int> message{0};
      atomic<int> flag{0};
      together({[&] {
                  message.set(1);
                  fence(each.fence_before);
                  flag.store(2, each.store);
                },
                [&] { flag.fetch_add(1, each.add); },
                [&] {
                  const int seen = flag.load(each.load);
                  fence(each.fence_behind);
                  if (seen >= 2) (void)message.get();
                }});
    };
    const auto number = &each - table;
    for (const char* const strategy : {"exhaustive", "random_walk"}) {
      options settings;
      settings.strategy = strategy;
      const verdict result = explore("message", body, settings);
      BOOST_TEST((result.found && result.found->kind == finding_kind::data_race) == each.races,
                 number << " by " << strategy << ": " << result.line());
      BOOST_TEST((each.races || result.status == verdict_status::ok));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
