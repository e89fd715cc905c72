// The heap of an execution: leaks, double frees, uses after free, and addresses that do not depend
// on the interleaving.
#include <malloc.h>

#include <array>
#include <limits>
#include <locale>
#include <memory>
#include <new>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <heddle/scheduler/arena.hpp>
#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

std::string address_text(const void* address) {
  return std::to_string(reinterpret_cast<std::uintptr_t>(address));
}

// Kept from the optimiser.
void* volatile sink = nullptr;

}  // namespace

BOOST_AUTO_TEST_SUITE(heap)

BOOST_AUTO_TEST_CASE(a_leak_is_found_with_its_place_and_a_hint) {
  const explored all = explore([] {
    atomic<int> x{0};
    together([&] { sink = new long(7); }, [&] { x.store(1); });
  });
  BOOST_TEST(all.kind() == "memory_leak");
  BOOST_TEST(all.says("16 bytes, allocation 1 of thread 1, made at heap_test.cpp:"), all.text());
  BOOST_TEST(all.says("held by something outside the body? use heddle::outside or"));
  BOOST_TEST(explore([] { delete new long(7); }).kind() == "none");
}

BOOST_AUTO_TEST_CASE(a_set_outside_the_body_is_found_after_the_first_execution) {
  std::set<std::uint32_t> seen;
  const explored all = explore([&] { seen.insert(choose(3)); });
  BOOST_TEST(all.kind() == "memory_leak");
  BOOST_TEST(all.executions == 1U);
  // Its node lies in a heap that is gone.
  ::new (&seen) std::set<std::uint32_t>;
}

BOOST_AUTO_TEST_CASE(what_outside_allocates_outlives_the_execution) {
  std::set<std::uint32_t> seen;
  const explored all = explore([&] {
    const std::uint32_t n = choose(3);
    outside([&] { seen.insert(n); });
  });
  BOOST_TEST(all.kind() == "none");
  BOOST_TEST(seen.size() == 3U);
}

BOOST_AUTO_TEST_CASE(an_exception_passes_through_outside) {
  const explored all = explore([] {
    atomic<int> x{0};
    try {
      outside([] { throw std::runtime_error("a message that is too long for a short string"); });
    } catch (const std::runtime_error&) {
      x.store(1);
    }
    expect(x.load() == 1, "it was caught");
    delete new int;
  });
  BOOST_TEST(all.kind() == "none");
}

BOOST_AUTO_TEST_CASE(observations_count_values_over_all_executions) {
  const explored all = explore([] { observe("n", std::to_string(choose(3))); });
  BOOST_TEST(values_of(all, "n") == "0 1 2");
  BOOST_TEST(all.observed.at("n").at("1") == 1U);
}

BOOST_AUTO_TEST_CASE(a_double_free_is_found) {
  const explored all = explore([] {
    int* const p = new int(1);
    sink = p;
    delete p;
    delete static_cast<int*>(sink);
  });
  BOOST_TEST(all.kind() == "double_free");
  BOOST_TEST(all.says("double free of allocation 1 by thread 0"));
}

BOOST_AUTO_TEST_CASE(uses_after_free_of_objects_on_the_heap_are_found) {
  struct flag {
    atomic<int> value{0};
  };
  struct plain {
    shared<int> value{0};
  };
  struct lock {
    mutex value;
  };
  const auto freed = []<class T>(std::type_identity<T>, auto use) {
    return explore([use] {
             sink = new T;
             delete static_cast<T*>(sink);
             use(static_cast<T*>(sink)->value);
           })
        .kind();
  };
  BOOST_TEST(freed(std::type_identity<flag>{}, [](auto& v) { v.store(1); }) == "use_after_free");
  BOOST_TEST(freed(std::type_identity<flag>{}, [](auto& v) { (void)v.load(); }) ==
             "use_after_free");
  BOOST_TEST(freed(std::type_identity<plain>{}, [](auto& v) { (void)v.get(); }) ==
             "use_after_free");
  BOOST_TEST(freed(std::type_identity<plain>{}, [](auto& v) { v.set(1); }) == "use_after_free");
  BOOST_TEST(freed(std::type_identity<lock>{}, [](auto& v) { v.lock(); }) == "use_after_free");
  BOOST_TEST(freed(std::type_identity<lock>{}, [](auto& v) { v.unlock(); }) == "use_after_free");
}

BOOST_AUTO_TEST_CASE(uses_after_the_scope_of_objects_on_a_stack_are_found) {
  const explored all = explore([] {
    alignas(atomic<int>) std::array<std::byte, sizeof(atomic<int>)> place;
    auto* const x = ::new (place.data()) atomic<int>{0};
    x->store(1);
    x->~atomic<int>();
    (void)x->load();
  });
  BOOST_TEST(all.kind() == "use_after_free");
  // A thread uses what its parent's frame held.
  const explored outlived = explore([] {
    thread t;
    {
      atomic<int> x{0, "x"};
      t = thread([&] { x.store(1); });
    }
    t.join();
  });
  BOOST_TEST(outlived.kind() == "use_after_free");
}

BOOST_AUTO_TEST_CASE(addresses_depend_on_the_thread_and_its_allocations_alone) {
  std::set<std::string> seen;
  const explored all = explore([&] {
    const auto work = [&] {
      const std::unique_ptr<int> first(new int), second(new int);
      atomic<int> x{0};
      x.store(1);
      x.store(2);
      const std::unique_ptr<int> third(new int);
      const std::string text = address_text(first.get()) + address_text(third.get());
      outside([&] { seen.insert(text); });
    };
    together(work, work);
  });
  BOOST_TEST(all.kind() == "none");
  BOOST_TEST(all.executions > 10U);
  BOOST_TEST(seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(freed_blocks_come_back_only_on_request_and_only_in_order) {
  enum class how { unordered, before, joined };
  const auto body = [](how order) {
    return [order] {
      const auto* const first = new long(1);
      const std::string old = address_text(first);
      atomic<int> flag{0};
      thread t([&] {
        if (order == how::before) flag.store(1);
        delete first;
        if (order == how::unordered) flag.store(1, std::memory_order_relaxed);
      });
      if (order == how::joined) t.join();
      if (order == how::joined || flag.load() == 1) {
        const auto* const second = new long(2);
        observe("came back", address_text(second) == old ? "yes" : "no");
        delete second;
      }
      if (t.joinable()) t.join();
    };
  };
  BOOST_TEST(values_of(explore(body(how::joined)), "came back") == "no");
  BOOST_TEST(values_of(explore(body(how::joined), {.reuse = true}), "came back") == "no yes");
  BOOST_TEST(values_of(explore(body(how::before), {.reuse = true}), "came back") == "no");
  BOOST_TEST(values_of(explore(body(how::unordered), {.reuse = true}), "came back") == "no");
}

// The head is replaced, and yet a compare-exchange finds the pointer that it expects.
BOOST_AUTO_TEST_CASE(reuse_finds_aba) {
  const auto body = [] {
    atomic<long*> head{new long(1)};
    atomic<bool> replaced{false};
    together(
        [&] {
          delete head.exchange(nullptr);
          replaced.store(true);
          head.store(new long(2));
        },
        [&] {
          long* first = head.load();
          if (first == nullptr || replaced.load()) return;
          if (!replaced.load()) return;
          const bool swapped = head.compare_exchange_strong(first, first);
          observe("swapped", swapped ? "yes" : "no");
        });
    delete head.load();
  };
  BOOST_TEST(values_of(explore(body), "swapped") == "no");
  BOOST_TEST(values_of(explore(body, {.reuse = true}), "swapped") == "no yes");
}

BOOST_AUTO_TEST_CASE(memory_crosses_the_edge_in_both_directions) {
  std::unique_ptr<int> made_outside(new int(1));
  BOOST_TEST(explore_once([&] { made_outside.reset(); }).kind() == "none");
  int* made_inside = nullptr;
  const explored all = explore_once([&] { made_inside = new int(2); });
  BOOST_TEST(all.kind() == "memory_leak");
  BOOST_TEST(arena::holds(made_inside));
  delete made_inside;
  const explored through = explore([] {
    int* p = nullptr;
    outside([&] { p = new int(3); });
    delete p;
    p = new int(4);
    outside([&] { delete p; });
  });
  BOOST_TEST(through.kind() == "none");
}

BOOST_AUTO_TEST_CASE(every_form_of_new_works) {
  const explored all = explore([] {
    struct alignas(256) wide {
      char c[256];
    };
    const auto aligned = [](const void* p, std::size_t to) {
      return reinterpret_cast<std::uintptr_t>(p) % to == 0;
    };
    for (int i = 0; i < 3; ++i) {
      delete new char;
      auto* const one = new wide;
      expect(aligned(one, 256), "an over-aligned object is aligned");
      delete one;
      auto* const some = new wide[3];
      expect(aligned(some, 256), "an over-aligned array is aligned");
      delete[] some;
      auto* const none = new int[static_cast<std::size_t>(i * 0)];
      auto* const none_too = new int[static_cast<std::size_t>(i * 0)];
      expect(none != none_too, "arrays of nothing differ");
      delete[] none;
      delete[] none_too;
      auto* const quiet = new (std::nothrow) wide;
      expect(aligned(quiet, 256), "aligned without throwing, too");
      operator delete(quiet, std::align_val_t(256), std::nothrow);
    }
    delete static_cast<int*>(nullptr);
  });
  BOOST_TEST(all.kind() == "none", all.text());
}

BOOST_AUTO_TEST_CASE(too_large_an_allocation_is_bad_alloc) {
  const explored all = explore([] {
    volatile std::size_t huge = std::numeric_limits<std::size_t>::max() / 2;
    bool caught = false;
    try {
      sink = new char[huge];
    } catch (const std::bad_alloc&) {
      caught = true;
    }
    expect(caught, "it does not fit");
    sink = new (std::nothrow) char[huge];
    expect(sink == nullptr, "nor does it without throwing");
    huge = region_bytes / 2 + 1;
    sink = new (std::nothrow) char[huge];
    expect(sink == nullptr, "a region is not for one block");
    const std::vector<char> large(std::size_t{16} << 20);
    expect(large.back() == 0, "16 MiB fit");
  });
  BOOST_TEST(all.kind() == "none", all.text());
}

BOOST_AUTO_TEST_CASE(exceptions_streams_and_locales_leave_nothing_behind) {
  const explored all = explore([] {
    const std::uint32_t n = choose(2);
    try {
      throw std::runtime_error("a message that is certainly longer than any short string " +
                               std::to_string(n));
    } catch (const std::exception& e) {
      std::ostringstream out;
      out << e.what() << 1.25 << std::hex << 255 << true;
      std::istringstream in(out.str());
      std::string word;
      in >> word;
      expect(word == "a", "streams work");
    }
    std::ostringstream classic;
    classic.imbue(std::locale::classic());
    classic << 1234567 << std::fixed << 0.5;
  });
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(all.executions == 2U);
}

BOOST_AUTO_TEST_CASE(dropped_executions_leak_nothing) {
  runner runs({.spurious = 0});
  const auto body = [] {
    mutex a, b;
    const std::string text(100, 'x');
    const auto lock = [&](mutex& first, mutex& second) {
      try {
        throw std::runtime_error("a message that is certainly longer than any short string");
      } catch (const std::exception&) {
        first.lock();
        second.lock();
      }
    };
    together([&] { lock(a, b); }, [&] { lock(b, a); });
  };
  const auto walk = make_random_walk(1, 1);
  std::size_t before = 0;
  int deadlocks = 0;
  for (int i = 0; i < 20'000 && walk->begin(); ++i) {
    deadlocks += runs.run(body, *walk).end == ending::found ? 1 : 0;
    if (i == 1000) before = ::mallinfo2().uordblks;
  }
  BOOST_TEST(deadlocks > 5000);
  BOOST_TEST(::mallinfo2().uordblks <= before + 10'000);
}

BOOST_AUTO_TEST_SUITE_END()
