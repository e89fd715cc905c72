// The odometer visits every interleaving once, and fingerprints tell traces apart: executions that
// differ in the order of independent steps only have the same.
#include <array>
#include <string>

#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

// What a program of threads alone shows: interleavings and, among them, traces.
std::string count(const test_body& body, std::uint32_t preemptions = unbounded) {
  const explored all = interleave(body, preemptions);
  return std::to_string(all.executions) + " " + std::to_string(all.traces.size()) +
         (all.found ? " " + all.text() : "");
}

std::size_t traces(const test_body& body, std::uint32_t preemptions = unbounded) {
  return interleave(body, preemptions).traces.size();
}

test_body fetch_adds(unsigned threads, unsigned times) {
  return [=] {
    atomic<int> x{0};
    crowd(threads, [&](unsigned) {
      for (unsigned i = 0; i < times; ++i) x.fetch_add(1);
    });
  };
}

test_body increments(unsigned threads, unsigned variables) {
  return [=] {
    std::array<atomic<int>, 3> x;
    crowd(threads, [&](unsigned) {
      for (unsigned i = 0; i < variables; ++i) x.at(i).fetch_add(1);
    });
  };
}

test_body lost_updates(unsigned threads, unsigned times) {
  return [=] {
    atomic<int> x{0};
    crowd(threads, [&](unsigned me) {
      for (unsigned i = 0; i < times; ++i) x.store(x.load() + (1 << me));
    });
  };
}

// Thread i: compare-exchange of x from `from(i)` to `to(i)`, then `after(i)`.
template <class Numbers, class After>
test_body exchanges(unsigned threads, Numbers from, Numbers to, After after) {
  return [=] {
    atomic<int> x{0};
    crowd(threads, [&](unsigned me) {
      int expected = from(static_cast<int>(me));
      (void)x.compare_exchange_strong(expected, to(static_cast<int>(me)));
      after(x, static_cast<int>(me));
    });
  };
}
using number = int (*)(int);
constexpr auto nothing = [](atomic<int>&, int) {};

test_body fibonacci(int times) {
  return [=] {
    atomic<int> x{1}, y{1};
    const auto add = [times](atomic<int>& to, atomic<int>& other) {
      for (int i = 0; i < times; ++i) {
        const int mine = to.load();
        to.store(mine + other.load());
      }
    };
    together([&] { add(x, y); }, [&] { add(y, x); });
  };
}

// One attempt to enter, then the flag is taken back.
void try_dekker() {
  std::array<atomic<int>, 2> flag;
  shared<int> inside{0};
  crowd(2, [&](unsigned me) {
    flag.at(me).store(1);
    if (flag.at(1 - me).load() == 0) ++inside;
    flag.at(me).store(0);
  });
}

void try_peterson() {
  std::array<atomic<int>, 2> flag;
  atomic<unsigned> turn{0};
  shared<int> inside{0};
  crowd(2, [&](unsigned me) {
    flag.at(me).store(1);
    turn.store(1 - me);
    if (flag.at(1 - me).load() == 0 || turn.load() == me) ++inside;
    flag.at(me).store(0);
  });
}

void reorder_4() {
  atomic<int> a{0}, b{0};
  crowd(4, [&](unsigned me) {
    if (me == 3) {
      (void)a.load();
      (void)b.load();
    } else {
      a.store(1);
      b.store(1);
    }
  });
}

test_body last_zero(unsigned writers) {
  return [=] {
    std::array<atomic<int>, 5> a;
    crowd(writers + 1, [&](unsigned me) {
      if (me > 0) return a.at(me).store(a.at(me - 1).load() + 1);
      for (unsigned i = writers + 1; i > 0 && a.at(i - 1).load() != 0; --i) {
      }
    });
  };
}

test_body coherence(unsigned writers) {
  return [=] {
    atomic<int> x{0}, y{0}, z{0};
    crowd(writers + 1, [&](unsigned me) {
      if (me < 2) {
        x.store(static_cast<int>(me) + 1);
        (void)(me == 0 ? y : z).load();
        (void)x.load();
      } else {
        y.store(1);
        z.store(1);
      }
    });
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(odometer)

// The body spawns (S1, S2) and joins (J1, J2) two threads of one step each, A and B.  After S1 come
// A, S2, B, J1 with S2 < B, S2 < J1, A < J1, and J2 at the end.  A first: S2, then B and J1 in two
// orders; S2 first: A, B, J1 with A < J1 in three.
BOOST_AUTO_TEST_CASE(two_threads_of_one_step_have_five_interleavings_with_their_body) {
  const explored all = explore([] {
    atomic<int> x{0}, y{0};
    together([&] { x.store(1); }, [&] { y.store(1); });
  });
  BOOST_TEST(all.executions == 5U);
  BOOST_TEST(all.traces.size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_thread_has_one_interleaving) {
  const explored all = explore([] {
    atomic<int> x{0};
    thread([&] { x.store(x.load() + 1); }).join();
  });
  BOOST_TEST(all.executions == 1U);
}

BOOST_AUTO_TEST_CASE(each_answer_is_visited_once) {
  const explored all = explore([] {
    const std::uint32_t first = choose(3);
    observe("pair", std::to_string(first) + std::to_string(choose(first + 1)));
  });
  // 1 + 2 + 3.
  BOOST_TEST(all.executions == 6U);
  BOOST_TEST(values_of(all, "pair") == "00 10 11 20 21 22");
}

// (M K)! / (K!)^M interleavings, each a trace of its own.
BOOST_AUTO_TEST_CASE(fetch_adds_of_one_variable_never_commute) {
  BOOST_TEST(count(fetch_adds(2, 1)) == "2 2");
  BOOST_TEST(count(fetch_adds(4, 1)) == "24 24");
  BOOST_TEST(count(fetch_adds(6, 1)) == "720 720");
  BOOST_TEST(count(fetch_adds(2, 2)) == "6 6");
  BOOST_TEST(count(fetch_adds(2, 3)) == "20 20");
  BOOST_TEST(count(fetch_adds(3, 2)) == "90 90");
  BOOST_TEST(count(fetch_adds(3, 3)) == "1680 1680");
  BOOST_TEST(count(fetch_adds(4, 2)) == "2520 2520");
  BOOST_TEST(count(fetch_adds(2, 8)) == "12870 12870");
}

// Of each variable the N fetch_adds have N! orders, and every combination is possible.
BOOST_AUTO_TEST_CASE(fetch_adds_of_different_variables_commute) {
  BOOST_TEST(count(increments(2, 2)) == "6 4");
  BOOST_TEST(count(increments(3, 2)) == "90 36");
  BOOST_TEST(count(increments(4, 2)) == "2520 576");
  BOOST_TEST(count(increments(2, 3)) == "20 8");
  BOOST_TEST(count(increments(3, 3)) == "1680 216");
}

// N! orders of the stores, and for each of them as many of the loads among them.
BOOST_AUTO_TEST_CASE(loads_of_one_variable_commute) {
  BOOST_TEST(count(lost_updates(2, 1)) == "6 4");
  BOOST_TEST(count(lost_updates(3, 1)) == "90 36");
  BOOST_TEST(count(lost_updates(4, 1)) == "2520 576");
  const auto readers = [](unsigned number) {
    return [=] {
      atomic<int> x{0};
      crowd(number + 1, [&](unsigned me) { me == 0 ? x.store(1) : void(x.load()); });
    };
  };
  // Each reader is before or after the one store.
  BOOST_TEST(count(readers(2)) == "6 4");
  BOOST_TEST(count(readers(6)) == "5040 64");
  const auto writers = [] {
    atomic<int> x{0};
    crowd(6, [&](unsigned me) { me == 0 ? void(x.load()) : x.store(static_cast<int>(me)); });
  };
  BOOST_TEST(count(writers) == "720 720");
}

BOOST_AUTO_TEST_CASE(a_failed_compare_exchange_is_a_load) {
  const auto winners = [](unsigned n) {
    return traces(exchanges<number>(
        n, [](int) { return 0; }, [](int) { return 1; }, nothing));
  };
  BOOST_TEST(winners(2) == 2U);
  BOOST_TEST(winners(3) == 3U);
  BOOST_TEST(winners(5) == 5U);
  const auto chain = [](unsigned n) {
    return traces(exchanges<number>(
        n, [](int i) { return i; }, [](int i) { return i + 1; }, nothing));
  };
  BOOST_TEST(chain(2) == 2U);
  BOOST_TEST(chain(3) == 5U);
  BOOST_TEST(chain(4) == 14U);
  BOOST_TEST(chain(5) == 43U);
  BOOST_TEST(chain(6) == 144U);
  BOOST_TEST(chain(7) == 523U);
  const auto overwritten = [](unsigned n) {
    return traces(exchanges<number>(
        n, [](int) { return 0; }, [](int) { return 1; },
        [](atomic<int>& x, int i) { x.store(i + 3); }));
  };
  BOOST_TEST(overwritten(2) == 6U);
  BOOST_TEST(overwritten(3) == 66U);
  BOOST_TEST(overwritten(4) == 1200U);
  const auto after_a_store = [](unsigned n) {
    return traces([n] {
      atomic<int> x{0};
      crowd(n + 1, [&](unsigned me) {
        if (me == 0) return x.store(2);
        int expected = 2;
        (void)x.compare_exchange_strong(expected, 3);
      });
    });
  };
  BOOST_TEST(after_a_store(2) == 5U);
  BOOST_TEST(after_a_store(3) == 13U);
  BOOST_TEST(after_a_store(6) == 193U);
}

BOOST_AUTO_TEST_CASE(traces_of_loads_and_stores_are_exact) {
  BOOST_TEST(count(fibonacci(1)) == "20 3");
  BOOST_TEST(count(fibonacci(2)) == "924 19");
  BOOST_TEST(count(fibonacci(3)) == "48620 141");
  BOOST_TEST(traces(lost_updates(2, 2)) == 34U);
  BOOST_TEST(traces(try_dekker) == 7U);
  BOOST_TEST(traces(try_peterson) == 14U);
  // (N + 3) 2^(N - 2).
  BOOST_TEST(traces(last_zero(2)) == 5U);
  BOOST_TEST(traces(last_zero(3)) == 12U);
  BOOST_TEST(traces(coherence(1)) == 4U);
  BOOST_TEST(traces(coherence(2)) == 15U);
  BOOST_TEST(traces(coherence(3)) == 130U);
}

BOOST_AUTO_TEST_CASE(large_programs_have_exact_numbers_of_traces_too,
                     *boost::unit_test::label("slow")) {
  BOOST_TEST(traces(fetch_adds(2, 9)) == 48620U);
  BOOST_TEST(traces(increments(4, 3)) == 13824U);
  BOOST_TEST(traces(coherence(4)) == 2028U);
}

// A poll sees the flag the k-th time, k = 1 .. 41, or never.
BOOST_AUTO_TEST_CASE(a_publication_polled_41_times_has_42_traces) {
  const explored all = interleave([] {
    shared<int> data{0};
    atomic<bool> flag{false};
    together(
        [&] {
          data.set(1);
          flag.store(true, std::memory_order_release);
        },
        [&] {
          for (int i = 0; i < 41; ++i) {
            if (!flag.load(std::memory_order_acquire)) continue;
            expect(data.get() == 1, "the data is published");
            return;
          }
        });
  });
  BOOST_TEST(all.kind() == "none");
  BOOST_TEST(all.traces.size() == 42U);
}

// Only leaving a thread that could go on is a preemption.
BOOST_AUTO_TEST_CASE(a_bound_keeps_the_traces_that_need_no_more_preemptions) {
  const auto table = [](const test_body& body, unsigned last) {
    std::string text;
    for (unsigned k = 0; k <= last; ++k) text += std::to_string(traces(body, k)) + " ";
    return text + std::to_string(traces(body));
  };
  BOOST_TEST(table(fibonacci(2), 3) == "2 8 18 19 19");
  BOOST_TEST(table(fibonacci(3), 3) == "2 12 50 102 141");
  BOOST_TEST(table(fetch_adds(2, 3), 3) == "2 6 14 18 20");
  BOOST_TEST(table(fetch_adds(3, 2), 2) == "6 24 60 90");
  BOOST_TEST(table(try_dekker, 3) == "2 6 7 7 7");
  BOOST_TEST(table(try_peterson, 3) == "2 8 14 14 14");
  BOOST_TEST(table(lost_updates(2, 2), 2) == "2 8 22 34");
  BOOST_TEST(table(reorder_4, 2) == "24 168 432 576");
}

BOOST_AUTO_TEST_CASE(the_steps_of_the_body_cost_no_trace_of_a_bound) {
  for (unsigned k = 0; k < 3; ++k) {
    BOOST_TEST(explore_bounded(k, fetch_adds(2, 2)).traces.size() == traces(fetch_adds(2, 2), k));
    BOOST_TEST(explore_bounded(k, try_dekker).traces.size() == traces(try_dekker, k));
  }
}

BOOST_AUTO_TEST_CASE(a_bound_that_leaves_nothing_out_says_so) {
  BOOST_TEST(interleave(fetch_adds(2, 2), 0).pruned);
  // The worst of the 6 orders changes threads three times, and the last change is free.
  BOOST_TEST(interleave(fetch_adds(2, 2), 1).pruned);
  BOOST_TEST(!interleave(fetch_adds(2, 2), 2).pruned);
  BOOST_TEST(!interleave(fetch_adds(2, 2)).pruned);
}

BOOST_AUTO_TEST_SUITE_END()
