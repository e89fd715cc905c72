// Statics: those of heddle's types start every execution anew, and the initialisation of
// function-local ones is controlled.
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

constinit atomic<int> counter{5, "counter"};
constinit mutex lock{"lock"};
shared<int> number{7, "number"};
shared<std::vector<int>> numbers{{1, 2, 3}, "numbers"};

// The one-time body of a test: each has a type of its own, hence a static of its own.
template <class Tag>
atomic<int>& local_atomic(int initial) {
  static atomic<int> made{initial};
  return made;
}

template <class Tag, class Make>
int& local_value(Make make) {
  static int made = make();
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statics)

BOOST_AUTO_TEST_CASE(static_objects_start_every_execution_anew) {
  const explored all = explore(
      [] {
        expect(counter.load() == 5, "the atomic is as it was initialised");
        const auto add = [] {
          lock.lock();
          counter.fetch_add(1);
          number.set(number.get() + 1);
          numbers.write().push_back(4);
          lock.unlock();
        };
        expect(number.get() == 7, "the variable is as it was initialised");
        expect(numbers.read().size() == 3, "so is the container");
        together(add, add);
        expect(counter.load() == 7 && number.get() == 9, "both have added");
        expect(numbers.read().size() == 5, "to the container, too");
      },
      {}, 2);
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(all.executions > 2U);
}

BOOST_AUTO_TEST_CASE(static_objects_survive_abandoned_executions) {
  runner runs({.spurious = 0});
  const auto walk = make_random_walk(1, 1);
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(walk->begin());
    const outcome out = runs.run(
        [] {
          expect(counter.load() == 5 && number.get() == 7, "numbers are as initialised");
          expect(numbers.read() == std::vector<int>{1, 2, 3}, "so is the container");
          counter.store(1);
          number.set(1);
          numbers.write() = {9, 9, 9, 9};
          lock.lock();
          lock.lock();
        },
        *walk);
    BOOST_TEST((out.end == ending::found));
    BOOST_TEST((runs.found().kind == finding_kind::deadlock), runs.found().text);
  }
}

BOOST_AUTO_TEST_CASE(a_static_mutex_that_stays_locked_is_free_in_the_next_execution) {
  const explored all = explore([] {
    (void)choose(2);
    lock.lock();
  });
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(all.executions == 2U);
}

// Whoever finds it initialised takes no part in the guard's order, and yet is ordered.
BOOST_AUTO_TEST_CASE(an_object_in_a_local_static_is_for_every_thread) {
  struct tag;
  const explored all = explore([] {
    const auto add = [] { local_atomic<tag>(3).fetch_add(1); };
    together(add, add);
    observe("value", std::to_string(local_atomic<tag>(3).load()));
  });
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(values_of(all, "value") == "5");
}

BOOST_AUTO_TEST_CASE(two_threads_meet_in_the_initialization_of_a_local_static) {
  struct tag;
  // In the first execution only: it stays initialised.
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    runner runs({});
    const auto walk = make_random_walk(seed, 1);
    int made = 0;
    BOOST_TEST(walk->begin());
    const outcome out = runs.run(
        [&] {
          atomic<int> turns{0};
          const auto use = [&] {
            const int value = local_value<tag>([&] {
              for (int i = 0; i < 5; ++i) turns.fetch_add(1);
              ++made;
              return turns.load();
            });
            expect(value == 5, "it is initialised by one of them");
          };
          together(use, use, use);
        },
        *walk);
    BOOST_TEST((out.end == ending::completed), runs.found().text);
    BOOST_TEST(made == (seed == 0 ? 1 : 0));
  }
}

BOOST_AUTO_TEST_CASE(an_initializer_that_throws_leaves_the_static_to_the_next) {
  struct tag;
  runner runs({});
  const auto walk = make_random_walk(3, 1);
  BOOST_TEST(walk->begin());
  int tries = 0, caught = 0;
  const outcome out = runs.run(
      [&] {
        atomic<int> turns{0};
        const auto use = [&] {
          try {
            const int value = local_value<tag>([&] {
              const int mine = ++tries;
              turns.fetch_add(1);
              turns.fetch_add(1);
              if (mine == 1) throw std::runtime_error("a message longer than short strings are");
              return mine;
            });
            expect(value == 2, "the second has initialised it");
          } catch (const std::runtime_error&) {
            ++caught;
          }
        };
        together(use, use, use);
      },
      *walk);
  BOOST_TEST((out.end == ending::completed), runs.found().text);
  BOOST_TEST(tries == 2);
  BOOST_TEST(caught == 1);
}

BOOST_AUTO_TEST_CASE(an_initialization_that_waits_for_itself_is_a_deadlock) {
  struct tag;
  const explored all = explore_once([] {
    atomic<bool> begun{false};
    mutex m{"m"};
    m.lock();
    const std::function<int()> make = [&] {
      begun.store(true);
      m.lock();
      return 1;
    };
    thread t([&] { (void)local_value<tag>(make); });
    while (!begun.load()) yield();
    (void)local_value<tag>(make);
    m.unlock();
    t.join();
  });
  BOOST_TEST(all.kind() == "deadlock");
  BOOST_TEST(all.says("thread 0  waits for the initialization of a static  done by thread 1"),
             all.text());
}

// What it allocates belongs to the program, as it stays initialised.
BOOST_AUTO_TEST_CASE(what_an_initializer_allocates_is_no_leak) {
  struct tag;
  const explored all = explore([] {
    (void)choose(2);
    static const std::string text(100, 'x');
    expect(text.size() == 100, "it is there");
  });
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(all.executions == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(lifetimes)

BOOST_AUTO_TEST_CASE(destroying_what_somebody_holds_is_misuse) {
  const explored own = explore([] {
    mutex m{"m"};
    m.lock();
  });
  BOOST_TEST(own.kind() == "misuse");
  BOOST_TEST(own.says("\"m\" is destroyed while thread 0 holds it since guard_test.cpp:"),
             own.text());
  const explored other = explore([] {
    mutex m{"m"};
    thread([&] { m.lock(); }).join();
  });
  BOOST_TEST(other.kind() == "misuse");
  BOOST_TEST(other.says("holds it since guard_test.cpp:"), other.text());
}

BOOST_AUTO_TEST_CASE(destroying_what_somebody_waits_for_is_misuse) {
  const explored all = explore_once([] {
    auto* const m = new mutex("m");
    m->lock();
    thread t([&] { m->lock(); });
    for (int i = 0; i < 20; ++i) yield();
    m->unlock();
    delete m;
    t.join();
  });
  BOOST_TEST((all.kind() == "misuse" || all.kind() == "use_after_free"), all.text());
}

BOOST_AUTO_TEST_CASE(a_destruction_must_be_ordered_after_every_use) {
  const auto body = [](bool joined) {
    return [joined] {
      auto* const x = new atomic<int>(0, "x");
      thread t([=] { x->store(1); });
      if (joined) t.join();
      delete x;
      if (!joined) t.join();
    };
  };
  BOOST_TEST(explore(body(true)).kind() == "none");
  const explored broken = explore(body(false));
  BOOST_TEST(broken.kind() == "use_after_free");
  BOOST_TEST(broken.says("\"x\" is "), broken.text());
}

BOOST_AUTO_TEST_SUITE_END()
