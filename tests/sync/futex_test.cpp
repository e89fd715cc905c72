// Both ways to sleep, whichever the platform uses.
#include <heddle/sync/platform/futex.hpp>

#include <chrono>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <heddle/sync/config.hpp>
#include <heddle/sync/thread.hpp>

BOOST_AUTO_TEST_SUITE(futex)

namespace {

using heddle::wait_result;
using word = std::atomic<std::uint32_t>;
using namespace std::chrono_literals;

struct way {
  const char* name;
  wait_result (*wait)(const word*, std::uint32_t, heddle::time_point) noexcept;
  void (*wake_all)(const word*) noexcept;

  friend std::ostream& operator<<(std::ostream& out, const way& which) { return out << which.name; }
};

const way ways[] = {
    {"linux", heddle::detail::linux_wait,
     [](const word* at) noexcept { heddle::detail::linux_wake(at, 1000); }},
    {"portable", heddle::detail::portable_wait, heddle::detail::portable_wake},
};

}  // namespace

BOOST_DATA_TEST_CASE(a_word_that_has_changed_is_not_waited_for, ways, how) {
  const word at{1};
  BOOST_TEST((how.wait(&at, 0, heddle::never) == wait_result::changed));
}

BOOST_DATA_TEST_CASE(a_deadline_ends_the_wait, ways, how) {
  const word at{0};
  BOOST_TEST((how.wait(&at, 0, heddle::now()) == wait_result::timed_out));
  BOOST_TEST((how.wait(&at, 0, heddle::now() + 1ms) == wait_result::timed_out));
  BOOST_TEST((how.wait(&at, 0, heddle::time_point::min()) == wait_result::timed_out));
}

BOOST_DATA_TEST_CASE(a_wake_ends_the_wait_with_and_without_deadline, ways, how) {
  for (int round = 0; round < 100; ++round) {
    word at{0};
    const auto deadline = round % 2 == 0 ? heddle::never : heddle::now() + 1h;
    heddle::thread sleeper([&] {
      while (at.load() == 0) (void)how.wait(&at, 0, deadline);
    });
    at.store(1);
    how.wake_all(&at);
    sleeper.join();
    BOOST_TEST_REQUIRE(at.load() == 1U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
