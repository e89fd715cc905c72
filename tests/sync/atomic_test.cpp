#include <heddle/sync/atomic.hpp>

#include <array>
#include <cstdint>
#include <type_traits>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(atomic)

namespace {

using heddle_test::run_threads;
using integers = boost::mpl::list<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
                                  std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>;

enum class color : std::uint8_t { red, green };
struct point {
  float x, y;
};
struct three_bytes {
  std::uint8_t a, b, c;
};

static_assert(!std::is_copy_constructible_v<heddle::atomic<int>>);
static_assert(!std::is_move_constructible_v<heddle::atomic<int>>);
static_assert(!std::is_copy_assignable_v<heddle::atomic<int>>);
static_assert(std::is_trivially_destructible_v<heddle::atomic<int>>);
static_assert(heddle::atomic<std::uint64_t>::is_always_lock_free);
template <class T>
concept adds = requires(heddle::atomic<T>& a) {
  a.fetch_add(1);
};
static_assert(adds<int> && adds<char*> && !adds<bool> && !adds<color> && !adds<point>);

constinit heddle::atomic<int> constant{7, "constant"};
constinit heddle::atomic<int*> null_pointer{nullptr};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(every_operation_of_an_integer_returns_what_std_atomic_returns, T,
                              integers) {
  struct guarded {
    std::uint64_t before = 0xFEEDFACECAFEBEEF;
    heddle::atomic<T> value{T{12}};
    std::uint64_t after = 0xDEADBEEFF00DBABE;
  } it;
  auto& a = it.value;
  BOOST_TEST(a.load() == T{12});
  a.store(T{3});
  BOOST_TEST(a.exchange(T{5}) == T{3});
  BOOST_TEST(a.fetch_add(T{4}) == T{5});
  BOOST_TEST(a.fetch_sub(T{1}) == T{9});
  BOOST_TEST(a.fetch_and(T{12}) == T{8});
  BOOST_TEST(a.fetch_or(T{3}) == T{8});
  BOOST_TEST(a.fetch_xor(T{1}) == T{11});
  BOOST_TEST(a.load() == T{10});
  BOOST_TEST(++a == T{11});
  BOOST_TEST(a++ == T{11});
  BOOST_TEST(--a == T{11});
  BOOST_TEST(a-- == T{11});
  BOOST_TEST((a += T{5}) == T{15});
  BOOST_TEST((a -= T{1}) == T{14});
  BOOST_TEST((a &= T{7}) == T{6});
  BOOST_TEST((a |= T{9}) == T{15});
  BOOST_TEST((a ^= T{3}) == T{12});
  BOOST_TEST((a = T{2}) == T{2});
  BOOST_TEST(static_cast<T>(a) == T{2});
  BOOST_TEST(it.before == 0xFEEDFACECAFEBEEF);
  BOOST_TEST(it.after == 0xDEADBEEFF00DBABE);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(compare_exchange_tells_what_it_found, T, integers) {
  heddle::atomic<T> a{T{1}};
  T expected{2};
  BOOST_TEST(!a.compare_exchange_strong(expected, T{3}));
  BOOST_TEST(expected == T{1});
  BOOST_TEST(a.compare_exchange_strong(expected, T{3}, std::memory_order_acq_rel));
  BOOST_TEST(a.load() == T{3});
  BOOST_TEST(!a.compare_exchange_weak(expected, T{4}, std::memory_order_release));
  BOOST_TEST(expected == T{3});
  while (!a.compare_exchange_weak(expected, T{4}, std::memory_order_release,
                                  std::memory_order_relaxed)) {
  }
  BOOST_TEST(a.load(std::memory_order_acquire) == T{4});
}

BOOST_AUTO_TEST_CASE(integers_wrap) {
  heddle::atomic<std::uint8_t> a{255};
  BOOST_TEST(++a == 0);
  BOOST_TEST(--a == 255);
  heddle::atomic<std::int32_t> b{INT32_MAX};
  BOOST_TEST(b.fetch_add(1) == INT32_MAX);
  BOOST_TEST(b.load() == INT32_MIN);
}

BOOST_AUTO_TEST_CASE(pointers_move_by_elements) {
  std::array<int, 4> numbers{};
  heddle::atomic<int*> a{numbers.data()};
  BOOST_TEST(a.fetch_add(2) == numbers.data());
  BOOST_TEST(a-- == &numbers[2]);
  BOOST_TEST((a += 2) == &numbers[3]);
  BOOST_TEST(a.fetch_sub(3) == &numbers[3]);
  BOOST_TEST(a.load() == numbers.data());
}

BOOST_AUTO_TEST_CASE(bools_enums_and_small_structures_are_atomic) {
  heddle::atomic<bool> flag;
  BOOST_TEST(!flag.exchange(true));
  BOOST_TEST(flag.load());
  heddle::atomic<color> paint{color::red};
  color expected = color::red;
  BOOST_TEST(paint.compare_exchange_strong(expected, color::green));
  BOOST_TEST((paint.load() == color::green));
  heddle::atomic<point> place{point{1, 2}};
  point where = place.exchange(point{3, 4});
  BOOST_TEST(where.y == 2);
  BOOST_TEST(!place.compare_exchange_strong(where, point{5, 6}));
  BOOST_TEST(where.x == 3);
  BOOST_TEST(place.compare_exchange_strong(where, point{5, 6}));
  BOOST_TEST(place.load().y == 6);
  heddle::atomic<three_bytes> odd{three_bytes{1, 2, 3}};
  BOOST_TEST(odd.exchange(three_bytes{4, 5, 6}).c == 3);
  BOOST_TEST(odd.load().b == 5);
}

BOOST_AUTO_TEST_CASE(statics_are_constant_initialised) {
  BOOST_TEST(constant.load() == 7);
  BOOST_TEST(null_pointer.load() == nullptr);
}

BOOST_AUTO_TEST_CASE(concurrent_additions_are_all_counted) {
  heddle::atomic<std::uint64_t> sum;
  heddle::atomic<std::uint32_t> by_compare;
  run_threads(4, [&](int) {
    for (int i = 0; i < 10'000; ++i) {
      sum.fetch_add((std::uint64_t{1} << 32) + 1, std::memory_order_relaxed);
      std::uint32_t seen = by_compare.load(std::memory_order_relaxed);
      while (!by_compare.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) {
      }
    }
  });
  BOOST_TEST(sum.load() == ((std::uint64_t{40'000} << 32) + 40'000));
  BOOST_TEST(by_compare.load() == 40'000U);
}

BOOST_AUTO_TEST_CASE(no_load_sees_half_a_store) {
  heddle::atomic<std::uint64_t> value;
  heddle::atomic<int> torn;
  run_threads(2, [&](int i) {
    for (std::uint64_t n = 0; n < 20'000; ++n) {
      if (i == 0) {
        value.store(n << 32 | n, std::memory_order_relaxed);
      } else {
        const std::uint64_t seen = value.load(std::memory_order_relaxed);
        if (seen >> 32 != (seen & 0xFFFFFFFF)) ++torn;
      }
    }
  });
  BOOST_TEST(torn.load() == 0);
}

BOOST_AUTO_TEST_CASE(two_threads_that_store_and_then_load_do_not_both_miss) {
  int both_missed = 0;
  for (int round = 0; round < 200; ++round) {
    std::array<heddle::atomic<int>, 2> flags;
    std::array<int, 2> seen{};
    run_threads(2, [&](int i) {
      const auto self = static_cast<std::size_t>(i);
      flags[self].store(1);
      seen[self] = flags[1 - self].load();
    });
    if (seen[0] + seen[1] == 0) ++both_missed;
  }
  BOOST_TEST(both_missed == 0);
}

BOOST_AUTO_TEST_CASE(an_acquire_load_sees_what_came_before_the_release_store) {
  int message = 0;
  int received = 0;
  heddle::atomic<bool> ready;
  run_threads(2, [&](int i) {
    if (i == 0) {
      message = 42;
      ready.store(true, std::memory_order_release);
    } else {
      heddle_test::await([&] { return ready.load(std::memory_order_acquire); });
      received = message;
    }
  });
  BOOST_TEST(received == 42);
}

BOOST_AUTO_TEST_SUITE_END()
