// A program whose properties fail; rapidcheck_test.cpp runs it and reads its log.
#define BOOST_TEST_MODULE child
#include <heddle/checker/rapidcheck.hpp>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <vector>

#include <heddle/checker/rapidcheck_scenarios.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/histories.hpp>

namespace {

constexpr std::size_t lock_count = 3;
using lock_order = std::vector<int>;

// Takes the locks in the given order, each once, then releases them.
void lock_all(std::array<heddle::mutex, lock_count>& locks, const lock_order& order) {
  std::array<bool, lock_count> held{};
  for (const int each : order) {
    const auto i = static_cast<std::size_t>(each);
    if (!held.at(i)) locks.at(i).lock();
    held.at(i) = true;
  }
  for (std::size_t i = 0; i < locks.size(); ++i) {
    if (held.at(i)) locks.at(i).unlock();
  }
}

void run_program(const lock_order& here, const lock_order& there) {
  std::array<heddle::mutex, lock_count> locks;
  heddle::thread other([&] { lock_all(locks, there); });
  lock_all(locks, here);
  other.join();
}

lock_order draw_order() {
  return *rc::gen::resize(4, rc::gen::container<lock_order>(rc::gen::element(0, 1, 2)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(suite)

BOOST_AUTO_TEST_CASE(queue_in_shards) {
  using heddle::histories::queue;
  heddle::property("queue in shards",
                   heddle::linearizable<queue>([] { return heddle::histories::sharded_queue(); },
                                               heddle::scenarios<queue>(rc::gen::inRange(0, 3))));
}

BOOST_AUTO_TEST_CASE(queue_under_a_lock) {
  using heddle::histories::queue;
  heddle::property(
      "queue under a lock",
      heddle::linearizable<queue>(
          [] { return heddle::histories::locked_queue(); },
          heddle::scenarios<queue>(rc::gen::inRange(0, 3),
                                   {.threads = 2, .calls = 1, .before = 1, .after = 1}),
          {.strategy = "exhaustive"}));
}

BOOST_AUTO_TEST_CASE(lock_orders) {
  BOOST_TEST_MESSAGE("the next line fails");
  heddle::property("lock orders", [] {
    const lock_order here = draw_order();
    const lock_order there = draw_order();
    heddle::check("program", [&] { run_program(here, there); }, {.preemptions = 1});
  });
}

BOOST_AUTO_TEST_CASE(sorted_lock_orders) {
  heddle::property("sorted lock orders", [] {
    lock_order here = draw_order();
    lock_order there = draw_order();
    std::sort(here.begin(), here.end());
    std::sort(there.begin(), there.end());
    heddle::check("program", [&] { run_program(here, there); }, {.preemptions = 1});
  });
}

BOOST_AUTO_TEST_CASE(asserts_in_a_body) {
  heddle::property("in a body", [](unsigned value) {
    heddle::check("small", [&] {
      heddle::thread other([&] {
        RC_LOG() << "value is " << value << '\n';
        RC_ASSERT(value < 5U);
      });
      other.join();
    });
  });
}

BOOST_AUTO_TEST_CASE(asserts_in_the_property) {
  heddle::property("in the property", [](unsigned value) {
    heddle::check("nothing", [] {});
    RC_ASSERT(value < 5U);
  });
}

BOOST_AUTO_TEST_CASE(discards_in_a_body) {
  heddle::property("discards", [](unsigned value) {
    heddle::check("discarding", [&] { RC_PRE(value == 0U); });
  });
}

// Inputs below 5 pass, but only after far more executions than there are for a shrunk one.
BOOST_AUTO_TEST_CASE(shrinks_to_long_explorations) {
  heddle::property("long", [] {
    const auto value = *rc::gen::resize(100, rc::gen::arbitrary<unsigned>());
    heddle::check("counting",
                  [&] {
                    heddle::atomic<unsigned> count{0};
                    const auto add = [&] {
                      for (int i = 0; i < 8; ++i) count.fetch_add(1);
                    };
                    heddle::thread other(add);
                    heddle::expect(value < 5, "value < 5");
                    add();
                    other.join();
                  },
                  {.executions = 2000});
  });
}

BOOST_AUTO_TEST_SUITE_END()
