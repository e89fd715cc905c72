#include <heddle/sync/ordered.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(ordered)

namespace {

using heddle_test::run_threads;
using lock = heddle::ordered<heddle::mutex, true>;
using rw_lock = heddle::ordered<heddle::rw_mutex, true>;

static_assert(sizeof(heddle::ordered<heddle::mutex, false>) == sizeof(heddle::mutex));
static_assert(sizeof(heddle::ordered<std::mutex, false>) == sizeof(std::mutex));
static_assert(sizeof(heddle::leveled<heddle::rw_mutex, false>) == sizeof(heddle::rw_mutex));

// What was said of cycles, under a lock that takes no part.
heddle::mutex said_lock;
std::vector<std::string> said;

struct listening {
  listening() {
    said.clear();
    heddle::on_lock_cycle([](const heddle::lock_cycle& found) {
      const heddle::lock_guard hold(said_lock);
      said.push_back(found.text());
    });
  }
  listening(const listening&) = delete;
  listening& operator=(const listening&) = delete;
  ~listening() { heddle::on_lock_cycle(nullptr); }
};

template <class A, class B>
void nest(A& outer, B& inner) {
  const heddle::lock_guard first(outer);
  const heddle::lock_guard second(inner);
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(the_other_order_is_reported_with_both_places) {
  const listening here;
  lock a("a"), b("b");
  nest(a, b);
  nest(a, b);
  BOOST_TEST(said.empty());
  const auto line = [](heddle::location at = heddle::location::here()) { return at.line; };
  b.lock();
  const auto held = line() - 1;
  a.lock();
  const auto then = line() - 1;
  a.unlock();
  b.unlock();
  BOOST_TEST(said.size() == 1U);
  BOOST_TEST(has(said[0], "cycle of 2"));
  BOOST_TEST(has(said[0], ("a (ordered_test.cpp:" + std::to_string(then) + ")").c_str()));
  BOOST_TEST(has(said[0], ("b (ordered_test.cpp:" + std::to_string(held) + ") is held").c_str()));
  BOOST_TEST(has(said[0], "; before, b (ordered_test.cpp:"));
  nest(b, a);
  BOOST_TEST(said.size() == 1U);  // once
}

BOOST_AUTO_TEST_CASE(a_longer_cycle_is_found_across_threads) {
  const listening here;
  lock a("a"), b("b"), c("c");
  run_threads(1, [&](int) { nest(a, b); });
  run_threads(1, [&](int) { nest(b, c); });
  BOOST_TEST(said.empty());
  run_threads(1, [&](int) { nest(c, a); });
  BOOST_TEST(said.size() == 1U);
  BOOST_TEST(has(said[0], "cycle of 3"));
}

BOOST_AUTO_TEST_CASE(all_that_is_held_counts) {
  const listening here;
  lock a("a"), b("b"), c("c");
  {
    const heddle::lock_guard first(a);
    nest(b, c);
  }
  BOOST_TEST(said.empty());
  nest(c, a);
  BOOST_TEST(said.size() == 1U);
}

BOOST_AUTO_TEST_CASE(attempts_are_no_step_but_what_they_got_is_held) {
  const listening here;
  lock a("a"), b("b");
  nest(a, b);
  b.lock();
  BOOST_TEST(a.try_lock());
  BOOST_TEST(said.empty());
  b.unlock();
  a.unlock();
  BOOST_TEST(b.try_lock());
  a.lock();
  BOOST_TEST(said.size() == 1U);
  a.unlock();
  b.unlock();
}

BOOST_AUTO_TEST_CASE(several_at_once_have_no_order) {
  const listening here;
  lock a("a"), b("b");
  { const heddle::scoped_lock both(a, b); }
  { const heddle::scoped_lock both(b, a); }
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_gone_is_forgotten) {
  const listening here;
  lock a("a"), c("c");
  auto b = std::make_unique<lock>("b");
  nest(a, *b);
  nest(*b, c);
  b.reset();
  nest(c, a);
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(readers_have_their_place_too) {
  const listening here;
  rw_lock a("a"), b("b");
  a.lock_shared();
  b.lock_shared();
  b.unlock_shared();
  a.unlock_shared();
  b.lock_shared();
  a.lock();
  a.assert_held();
  a.unlock();
  b.unlock_shared();
  BOOST_TEST(said.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_condition_gives_the_place_up) {
  const listening here;
  lock m("m");
  heddle::cond changed;
  bool set = false;
  heddle::thread other([&] {
    const heddle::lock_guard hold(m);
    set = true;
    changed.signal();
  });
  {
    heddle::unique_lock hold(m);
    changed.wait(hold, [&] { return set; });
    m.assert_held();
  }
  other.join();
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(more_locks_than_are_looked_at) {
  const listening here;
  std::vector<std::unique_ptr<lock>> many;
  for (int i = 0; i < 40; ++i) many.push_back(std::make_unique<lock>("many"));
  for (int round = 0; round < 2; ++round) {
    for (const auto& each : many) each->lock();
    for (const auto& each : many) each->unlock();
  }
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(threads_that_keep_the_order_are_let_alone) {
  const listening here;
  lock a("a"), b("b"), c("c");
  int count = 0;
  run_threads(4, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const heddle::lock_guard first(thread % 2 == 0 ? a : b);
      const heddle::lock_guard second(c);
      ++count;
    }
  });
  BOOST_TEST(count == 800);
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(levels_ascend) {
  heddle::leveled<heddle::mutex, true> low(1, "low"), high(2, "high");
  for (int i = 0; i < 2; ++i) nest(low, high);
  const heddle::lock_guard hold(high);
  BOOST_TEST(low.try_lock());
  low.unlock();
}

BOOST_AUTO_TEST_SUITE_END()
