// What docs/conformance.md names of the patterns, of semaphores and of contexts, and nothing else
// tests.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/object_pool.hpp>
#include <heddle/sync/patterns/single_flight.hpp>
#include <heddle/sync/patterns/striped_map.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/sync/run_threads.hpp>

namespace {

using heddle_test::run_threads;
using namespace std::chrono_literals;

using int_map = heddle::striped_map<int, int>;

std::optional<int> found(const std::unordered_map<int, int>& in, int key) {
  const auto at = in.find(key);
  return at == in.end() ? std::nullopt : std::optional<int>(at->second);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(maps)

BOOST_AUTO_TEST_CASE(random_operations_do_what_they_do_to_a_reference) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    int_map map(3);
    std::unordered_map<int, int> reference;
    for (int i = 0; i < 200; ++i) {
      const int key = static_cast<int>(random() % 8);
      const int value = static_cast<int>(random() % 3);
      const std::optional<int> before = found(reference, key);
      switch (random() % 9) {
        case 0:
          BOOST_TEST((map.load(key) == before));
          break;
        case 1:
          BOOST_TEST(map.store(key, value) == !before.has_value());
          reference[key] = value;
          break;
        case 2: {
          const auto result = map.load_or_store(key, value);
          BOOST_TEST(result.loaded == before.has_value());
          BOOST_TEST(result.value == before.value_or(value));
          reference.try_emplace(key, value);
          break;
        }
        case 3:
          BOOST_TEST((map.load_and_erase(key) == before));
          reference.erase(key);
          break;
        case 4:
          BOOST_TEST(map.erase(key) == before.has_value());
          reference.erase(key);
          break;
        case 5:
          BOOST_TEST((map.exchange(key, value) == before));
          reference[key] = value;
          break;
        case 6:
          BOOST_TEST(map.compare_exchange(key, 1, value) == (before == 1));
          if (before == 1) reference[key] = value;
          break;
        case 7:
          BOOST_TEST(map.compare_erase(key, 1) == (before == 1));
          if (before == 1) reference.erase(key);
          break;
        default:
          if (random() % 20 != 0) break;
          map.clear();
          reference.clear();
      }
      BOOST_TEST(map.size() == reference.size());
    }
    std::unordered_map<int, int> all;
    map.for_each([&](int key, int value) { all.emplace(key, value); });
    BOOST_TEST((all == reference));
  }
}

BOOST_AUTO_TEST_CASE(each_key_comes_once_while_others_store) {
  constexpr int keys = 100;
  int_map map;
  for (int key = 0; key < keys; ++key) map.store(key, key);
  heddle::atomic<bool> over{false};
  heddle::thread writer([&] {
    for (int i = 0; !over.load(); ++i) map.store(i % keys, i);
  });
  int wrong = 0;
  for (int round = 0; round < 50; ++round) {
    std::multiset<int> seen;
    map.for_each([&](int key, int value) {
      seen.insert(key);
      if (value % keys != key) ++wrong;
    });
    for (int key = 0; key < keys; ++key) {
      if (seen.count(key) != 1) ++wrong;
    }
  }
  over.store(true);
  writer.join();
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(what_is_erased_is_destroyed) {
  heddle::striped_map<int, std::shared_ptr<int>> map;
  const auto value = std::make_shared<int>(7);
  for (int key = 0; key < 10; ++key) map.store(key, value);
  BOOST_TEST(value.use_count() == 11);
  for (int key = 0; key < 5; ++key) map.erase(key);
  BOOST_TEST(value.use_count() == 6);
  map.clear();
  BOOST_TEST(value.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_function_that_sees_the_map_may_use_it) {
  int_map map;
  for (int key = 0; key < 3; ++key) map.store(key, key);
  map.for_each([&](int key, int) {
    map.for_each([&](int inner, int) {
      (void)map.load_or_store(inner, 0);
      if (inner == key) map.erase(key);
    });
    map.store(10 + key, 1);
  });
  for (int key = 0; key < 3; ++key) BOOST_TEST(!map.load(key).has_value());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_there_is_not_exchanged) {
  int_map map;
  BOOST_TEST(!map.compare_exchange(1, 0, 7));
  BOOST_TEST(!map.compare_erase(1, 0));
  BOOST_TEST(map.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_map_is_empty_after_clears_beside_stores) {
  int_map map;
  run_threads(4, [&](int self) {
    for (int i = 0; i < 500; ++i) {
      if (self % 2 == 0) {
        map.store(i % 10, i);
      } else {
        map.clear();
      }
    }
  });
  map.clear();
  int left = 0;
  map.for_each([&](int, int) { ++left; });
  BOOST_TEST(left == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(groups)

BOOST_AUTO_TEST_CASE(no_more_than_ten_tasks_run_at_once) {
  heddle::task_group tasks;
  tasks.set_limit(10);
  heddle::atomic<int> active{0};
  heddle::atomic<int> wrong{0};
  for (int i = 0; i < 200; ++i) {
    tasks.go([&] {
      if (active.fetch_add(1) >= 10) wrong.fetch_add(1);
      heddle::yield();
      active.fetch_sub(1);
    });
  }
  tasks.wait();
  BOOST_TEST(wrong.load() == 0);
}

BOOST_AUTO_TEST_CASE(ten_callers_that_share_a_flight_know_it) {
  for (int round = 0; round < 20; ++round) {
    heddle::single_flight<int, int> flights;
    heddle::atomic<int> flown{0};
    std::vector<heddle::flight_result<int>> results(10);
    const auto fly = [&] {
      heddle::yield();
      return flown.fetch_add(1);
    };
    run_threads(10,
                [&](int self) { results[static_cast<std::size_t>(self)] = flights.run(1, fly); });
    std::multiset<int> values;
    for (const auto& each : results) values.insert(each.value);
    BOOST_TEST(std::set<int>(values.begin(), values.end()).size() ==
               static_cast<std::size_t>(flown.load()));
    for (const auto& each : results) BOOST_TEST(each.shared == (values.count(each.value) > 1));
  }
}

BOOST_AUTO_TEST_CASE(a_pool_under_load_gives_each_object_to_one) {
  struct counted {
    heddle::atomic<int> users{0};
  };
  heddle::object_pool<counted> pool({.per_cache = 2});
  heddle::atomic<int> wrong{0};
  run_threads(8, [&](int self) {
    for (int i = 0; i < 500; ++i) {
      const auto own = pool.get();
      if (own->users.fetch_add(1) != 0) wrong.fetch_add(1);
      own->users.fetch_sub(1);
      if (self == 0 && i % 100 == 0) (void)pool.trim();
    }
  });
  BOOST_TEST(wrong.load() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(contexts)

BOOST_AUTO_TEST_CASE(a_context_that_is_done_takes_no_permit_that_is_free) {
  heddle::semaphore permits(2);
  heddle::cancel_context ctx;
  ctx.cancel();
  BOOST_TEST(!permits.acquire(ctx));
  BOOST_TEST(permits.try_acquire(2));
  permits.release(2);
}

BOOST_AUTO_TEST_CASE(a_timeout_that_is_cancelled_before_was_cancelled) {
  heddle::cancel_context ctx(heddle::background(), heddle::after(heddle::now(), 1h));
  BOOST_TEST(!ctx.done());
  ctx.cancel();
  BOOST_TEST((ctx.err() == heddle::context_error::cancelled));
  BOOST_TEST((ctx.deadline() > heddle::now()));
}

BOOST_AUTO_TEST_CASE(many_cancel_at_once_and_one_is_first) {
  for (int round = 0; round < 50; ++round) {
    heddle::cancel_context ctx;
    heddle::atomic<int> first{0};
    run_threads(4, [&](int) {
      if (ctx.cancel()) first.fetch_add(1);
      if (!ctx.done()) first.fetch_add(100);
    });
    BOOST_TEST(first.load() == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_child_of_a_cancelled_parent_is_done_with_its_cause) {
  heddle::cancel_context parent;
  parent.cancel(std::make_exception_ptr(std::runtime_error("why")));
  const heddle::cancel_context child = heddle::with_cancel(parent);
  BOOST_TEST(child.done());
  BOOST_TEST((child.err() == heddle::context_error::cancelled));
  BOOST_TEST((child.cause() == parent.cause()));
}

// A cancel at any depth is seen below and not above; the deadline is the earliest so far.
BOOST_AUTO_TEST_CASE(layers_are_cancelled_downwards) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::unique_ptr<heddle::cancel_context>> layers;
    auto earliest = heddle::never;
    for (int i = 0; i < 8; ++i) {
      const heddle::context& parent =
          layers.empty() ? heddle::background() : static_cast<heddle::context&>(*layers.back());
      auto deadline = heddle::never;
      if (random() % 2 == 0) {
        deadline = heddle::after(heddle::now(), std::chrono::hours(1 + random() % 9));
      }
      layers.push_back(std::make_unique<heddle::cancel_context>(parent, deadline));
      earliest = std::min(earliest, deadline);
      BOOST_TEST((layers.back()->deadline() == earliest));
    }
    const std::size_t cancelled = random() % layers.size();
    layers[cancelled]->cancel();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      BOOST_TEST(layers[i]->done() == (i >= cancelled));
    }
    while (!layers.empty()) layers.pop_back();
  }
}

BOOST_AUTO_TEST_SUITE_END()
