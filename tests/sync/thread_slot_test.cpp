#include <heddle/sync/thread_slot.hpp>

#include <array>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(thread_slot)

namespace {

using heddle_test::run_threads;

constinit heddle::thread_slot<int> first{10};
constinit heddle::thread_slot<int> second{20};
constinit heddle::atomic<int> alive;

struct counted {
  counted() = default;
  counted(const counted&) { ++alive; }
  counted& operator=(const counted&) = delete;
  // Uses another slot while the thread ends.
  ~counted() {
    if (++*second > 20) --alive;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_thread_has_its_own_value) {
  std::array<int, 3> ends{};
  run_threads(3, [&](int i) {
    *first += i;
    ++*second;
    ends[static_cast<std::size_t>(i)] = *first * 100 + *second;
  });
  BOOST_TEST(ends[0] == 1021);
  BOOST_TEST(ends[1] == 1121);
  BOOST_TEST(ends[2] == 1221);
  BOOST_TEST(first.get() == 10);
}

BOOST_AUTO_TEST_CASE(values_go_when_their_thread_ends) {
  const counted initial;
  static heddle::thread_slot<counted> slot{initial};
  const int before = alive.load();
  run_threads(4, [&](int) { (void)slot.get(); });
  BOOST_TEST(alive.load() == before);
}

BOOST_AUTO_TEST_CASE(two_slots_that_threads_meet_at_once_stay_apart) {
  heddle::atomic<int> wrong;
  for (int round = 0; round < 50; ++round) {
    heddle::thread_slot<int> a{1};
    heddle::thread_slot<int> b{2};
    run_threads(2, [&](int i) {
      if (i == 0) {
        *a = 3;
        if (*b != 2) ++wrong;
      } else {
        *b = 4;
        if (*a != 1) ++wrong;
      }
    });
  }
  BOOST_TEST(wrong.load() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
