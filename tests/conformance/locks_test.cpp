// What docs/conformance.md names of locks, wait_group, once and atomics, and nothing else tests.
#include <cstddef>
#include <cstdint>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/profile.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/wait_group.hpp>
#include <heddle/tests/conformance/allocations.hpp>
#include <heddle/tests/sync/run_threads.hpp>

namespace {

using heddle_test::run_threads;

}  // namespace

BOOST_AUTO_TEST_SUITE(locks)

BOOST_AUTO_TEST_CASE(ten_threads_hammer_a_mutex_while_it_is_profiled) {
  heddle::set_contention_fraction(1);
  heddle::mutex lock;
  int sum = 0;
  int tries = 0;
  run_threads(10, [&](int) {
    for (int i = 0; i < 1000; ++i) {
      if (i % 3 == 0) {
        if (!lock.try_lock()) continue;
        ++tries;
        lock.unlock();
        continue;
      }
      const heddle::lock_guard guard(lock);
      ++sum;
    }
  });
  heddle::set_contention_fraction(0);
  heddle::clear_profile(heddle::profile_kind::contention);
  BOOST_TEST(sum == 6660);
  BOOST_TEST(tries <= 3340);
}

// Go's RLocker: something that is locked, for who expects that, and locks for reading.
BOOST_AUTO_TEST_CASE(a_view_for_readers_respects_the_writer) {
  heddle::rw_mutex lock;
  heddle::shared_lock first(lock, std::defer_lock), second(lock, std::defer_lock);
  for (int i = 0; i < 10; ++i) {
    first.lock();
    second.lock();
    BOOST_TEST(!lock.try_lock());
    second.unlock();
    BOOST_TEST(!lock.try_lock());
    first.unlock();
    BOOST_TEST_REQUIRE(lock.try_lock());
    BOOST_TEST(!first.try_lock());
    lock.unlock();
  }
}

BOOST_AUTO_TEST_CASE(a_wait_group_works_behind_a_member_of_one_byte) {
  struct shifted {
    char before = 0;
    heddle::wait_group tasks;
  } subject;
  int result = 0;
  subject.tasks.add(1);
  run_threads(1, [&](int) {
    result = 7;
    subject.tasks.done();
  });
  subject.tasks.wait();
  BOOST_TEST(result == 7);
}

BOOST_AUTO_TEST_CASE(later_calls_of_a_once_allocate_nothing) {
  auto function = heddle::once_value([] { return 1; });
  auto value = heddle::once_value([] { return 7; });
  auto values = heddle::once_value([] { return std::pair(7, 8); });
  (void)function();
  (void)value();
  (void)values();
  int wrong = 0;
  const std::size_t before = heddle_test::allocations();
  for (int i = 0; i < 100; ++i) {
    (void)function();
    if (value() != 7 || values() != std::pair(7, 8)) ++wrong;
  }
  BOOST_TEST(heddle_test::allocations() == before);
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_null_pointer_that_is_thrown_is_thrown_by_every_call) {
  int calls = 0;
  auto value = heddle::once_value([&]() -> int {
    ++calls;
    throw nullptr;
  });
  int caught = 0;
  for (int i = 0; i < 2; ++i) {
    try {
      (void)value();
    } catch (std::nullptr_t) {
      ++caught;
    }
  }
  BOOST_TEST(calls == 1);
  BOOST_TEST(caught == 2);
}

namespace {

constexpr std::uint64_t magic = 0xDEDDEADBEEFBEEFU;

template <class T>
void neighbours() {
  struct {
    std::uint64_t before = magic;
    heddle::atomic<T> x{0};
    T next = static_cast<T>(magic);
    std::uint64_t behind = magic;
  } all;
  static_assert(alignof(heddle::atomic<T>) >= sizeof(T));
  const T ones = static_cast<T>(~T{0});
  (void)all.x.exchange(ones);
  (void)all.x.fetch_add(1);
  (void)all.x.fetch_sub(1);
  (void)all.x.fetch_and(static_cast<T>(5));
  (void)all.x.fetch_or(ones);
  (void)all.x.fetch_xor(static_cast<T>(3));
  T expected = all.x.load();
  BOOST_TEST(all.x.compare_exchange_strong(expected, T{1}));
  all.x.store(ones);
  BOOST_TEST((all.x.load() == ones));
  BOOST_TEST((all.before == magic && all.behind == magic));
  BOOST_TEST((all.next == static_cast<T>(magic)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_atomic_leaves_its_neighbours_alone_and_is_aligned) {
  neighbours<std::int32_t>();
  neighbours<std::uint32_t>();
  neighbours<std::int64_t>();
  neighbours<std::uint64_t>();
  neighbours<std::uintptr_t>();
}

BOOST_AUTO_TEST_CASE(exchanges_conserve_the_sum) {
  heddle::atomic<std::uint64_t> value{0};
  std::uint64_t sums[4] = {};
  run_threads(4, [&](int self) {
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::uint64_t own = static_cast<std::uint64_t>(self) * 1000 + i;
      sums[self] += value.exchange(own);
    }
  });
  BOOST_TEST(sums[0] + sums[1] + sums[2] + sums[3] + value.load() == 3999U * 4000 / 2);
}

BOOST_AUTO_TEST_CASE(each_step_of_a_compare_exchange_is_made_once) {
  heddle::atomic<int> value{0};
  heddle::atomic<int> steps{0};
  run_threads(4, [&](int) {
    for (int i = 0; i < 1000; ++i) {
      int expected = i;
      if (value.compare_exchange_strong(expected, i + 1)) steps.fetch_add(1);
      while (value.load() <= i) heddle::yield();
    }
  });
  BOOST_TEST(value.load() == 1000);
  BOOST_TEST(steps.load() == 1000);
}

BOOST_AUTO_TEST_SUITE_END()
