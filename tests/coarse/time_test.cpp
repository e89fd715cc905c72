// Virtual time, what waits without end means, and how many choices a thread may make.
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/coarse/verdicts.hpp>

using namespace heddle;

namespace {

constexpr duration ten{10};
constexpr auto relaxed = std::memory_order_relaxed;

time_point at_ten() { return time_point{} + ten; }

std::string values_of(const verdict& result, const char* key) {
  std::string text;
  const auto found = result.observed.find(key);
  if (found == result.observed.end()) return text;
  for (const auto& [value, times] : found->second) text += (text.empty() ? "" : " ") + value;
  return text;
}

void observe_pair(const char* key, int a, int b) {
  observe(key, std::to_string(a) + std::to_string(b));
}

bool hit(const verdict& result, const std::string& what) {
  for (const std::string& each : result.hit) {
    if (each == what) return true;
  }
  return false;
}

/// Waits for what is never given back: up to the deadline, or for ever.
void give_up(mutex& held) { (void)held.try_lock_for(ten); }

}  // namespace

BOOST_AUTO_TEST_SUITE(virtual_time)

// The time of a thread is what it has done and read, and nothing else.
BOOST_AUTO_TEST_CASE(now_tells_what_the_thread_knows_of) {
  passes("stale_clocks", [] {
    atomic<int> x{0};
    together({[&] {
                x.fetch_add(1);
                expect(now() == time_point{}, "nothing has passed");
                const bool late = expired(at_ten());
                expect((now() >= at_ten()) == late, "as it was told");
              },
              [&] {
                x.store(4);
                x.fetch_add(1);
                expect(now() == time_point{}, "nothing known has passed");
              }});
  });
  const verdict told = passes("time_travels_with_values", [] {
    atomic<int> x{0};
    together({[&] {
                if (expired(at_ten())) x.fetch_add(1);
              },
              [&] {
                const bool seen = x.fetch_add(2) % 2 == 1;
                expect((now() >= at_ten()) == seen, "time as the value");
                observe_pair("seen late", seen, expired(at_ten()));
              }});
  });
  BOOST_TEST(values_of(told, "seen late") == "00 01 11");
}

BOOST_AUTO_TEST_CASE(a_failed_try_tells_the_time_of_the_holder) {
  const verdict result = passes("failed_try_after_sleep", [] {
    mutex m;
    together({[&] {
                sleep_until(at_ten());
                m.lock();
                m.unlock();
              },
              [&] {
                if (m.try_lock()) {
                  m.unlock();
                } else {
                  expect(expired(at_ten()), "the holder has slept");
                }
              }});
  });
  BOOST_TEST(result.executions == 3U);
}

// That the store is late and its thread then looks at an earlier time is a graph, but no clock that
// the threads share can have shown it.
BOOST_AUTO_TEST_CASE(times_that_no_clock_shows_are_left_out_under_sc) {
  const auto body = [](std::memory_order order) {
    return [order] {
      atomic<int> x{0};
      int seen = 0;
      bool late = false;
      together({[&] {
                  sleep_until(at_ten());
                  seen = x.load(order);
                },
                [&] {
                  x.store(1, order);
                  late = expired(at_ten());
                }});
      observe_pair("seen late", seen, late);
    };
  };
  const verdict strong = passes("unreal", body(std::memory_order_seq_cst));
  BOOST_TEST(values_of(strong, "seen late") == "01 10 11");
  BOOST_TEST(strong.executions == 3U);
  const verdict weak = passes("unreal_relaxed", body(relaxed));
  BOOST_TEST(values_of(weak, "seen late") == "00 01 10 11");
  BOOST_TEST(weak.executions == 4U);
}

// The second lock comes before the other thread's first, behind its last unlock, or gives up in
// between: of 3 x 3 pairs, two have a cycle.  And both may wait, for the time-outs of the others.
BOOST_AUTO_TEST_CASE(second_locks_that_give_up) {
  const auto half = [](mutex& first, mutex& second) {
    first.lock();
    if (second.try_lock_for(ten)) second.unlock();
    first.unlock();
  };
  const verdict result = passes("timed_second_locks", [half] {
    mutex a, b;
    together({[&] { half(a, b); }, [&] { half(b, a); }});
  });
  BOOST_TEST(result.executions == 8U);
  BOOST_TEST(result.blocked == 1U);
}

// Besides, a first lock may give up while the other thread has it as its second; the second lock
// then gives up as well, or comes later.
BOOST_AUTO_TEST_CASE(locks_in_both_orders_that_give_up) {
  const auto half = [](mutex& first, mutex& second) {
    const bool locked = first.try_lock_for(ten);
    if (second.try_lock_for(ten)) second.unlock();
    if (locked) first.unlock();
  };
  const verdict result = passes("timed_ab_ba", [half] {
    mutex a, b;
    together({[&] { half(a, b); }, [&] { half(b, a); }});
  });
  BOOST_TEST(result.executions == 12U);
  BOOST_TEST(result.blocked == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(deadlocks_and_time)

BOOST_AUTO_TEST_CASE(a_cycle_that_somebody_else_can_end) {
  passes("cycle_with_a_way_out", [] {
    semaphore permits{2};
    mutex m, held;
    held.lock();
    together({[&] {
                permits.acquire();
                m.lock();
                m.unlock();
                permits.release();
              },
              [&] {
                m.lock();
                permits.acquire();
                permits.release();
                m.unlock();
              },
              [&] {
                permits.acquire();
                give_up(held);
                permits.release();
              }});
    held.unlock();
  });
}

// The other thread might signal, for all that is known, until its waits are over; of these only the
// first has its time-out explored.
BOOST_AUTO_TEST_CASE(waits_that_may_not_time_out_any_more_do_so_at_the_end) {
  options settings;
  settings.timeouts = 1;
  deadlocks(
      "overtime",
      [] {
        semaphore closed{1};
        mutex held;
        held.lock();
        closed.acquire();
        thread waits([&] { closed.acquire(); });
        thread gives_up([&] {
          for (int i = 0; i < 3; ++i) give_up(held);
        });
        gives_up.join();
        waits.join();
      },
      settings);
}

BOOST_AUTO_TEST_CASE(a_wait_that_has_timed_out_is_over) {
  deadlocks("timed_out_before", [] {
    semaphore gate{1}, closed{1};
    gate.acquire();
    closed.acquire();
    thread waits([&] {
      (void)gate.try_acquire_for(ten);
      (void)closed.try_acquire_for(ten);
      closed.acquire();
    });
    gate.release();
    waits.join();
  });
}

BOOST_AUTO_TEST_CASE(an_owner_that_has_finished_releases_nothing) {
  deadlocks("finished_owner", [] {
    mutex m, held;
    held.lock();
    together({[&] { m.lock(); }, [&] { m.lock(); }, [&] { give_up(held); }});
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(choices_per_thread)

namespace {

// The same under sc and under rc11.
void expect_executions(const char* name, std::uint64_t number, const options& settings,
                       const work& body) {
  const verdict strong = passes(name, body, settings);
  BOOST_TEST(strong.executions == number, name << ": " << strong.line());
  const verdict weak = passes(
      name,
      [body] {
        fence(std::memory_order_acq_rel);
        body();
      },
      settings);
  BOOST_TEST(weak.executions == number, name << " under rc11: " << weak.line());
}

}  // namespace

BOOST_AUTO_TEST_CASE(weak_compare_exchanges_fail_as_often_as_allowed) {
  const auto body = [] {
    atomic<int> x{0};
    thread other([&] {
      for (int i = 0; i < 3; ++i) {
        int expected = 0;
        (void)x.compare_exchange_weak(expected, 0);
      }
    });
    other.join();
  };
  // None fails, one of three, two of three, all.
  const std::uint64_t numbers[] = {1, 4, 7, 8};
  for (std::uint32_t most = 0; most <= 3; ++most) {
    options settings;
    settings.spurious = most;
    expect_executions("spurious", numbers[most], settings, body);
    BOOST_TEST(hit(whole("spurious", body, settings), "spurious " + std::to_string(most)) ==
               (most < 3));
  }
}

// With three of them: each wait is the one that does not end, or all give up.
BOOST_AUTO_TEST_CASE(waits_time_out_as_often_as_allowed) {
  const auto body = [] {
    mutex held;
    held.lock();
    thread other([&] {
      for (int i = 0; i < 3; ++i) give_up(held);
    });
    other.join();
    held.unlock();
  };
  for (std::uint32_t most = 1; most <= 3; ++most) {
    options settings;
    settings.timeouts = most;
    // Past the deadline a wait does not begin: only the first one of them has a choice.
    expect_executions("timeouts", most + 1, settings, body);
    BOOST_TEST(hit(whole("timeouts", body, settings), "timeouts " + std::to_string(most)) ==
               (most < 3));
  }
}

// The thread hears of the time after it has named its deadline: then there is nothing to wait for.
BOOST_AUTO_TEST_CASE(a_wait_that_begins_past_its_deadline_gives_up) {
  passes("begins_late", [] {
    semaphore permits{1};
    permits.acquire();
    thread other([&] {
      sleep_until(at_ten());
      expect(!permits.try_acquire(), "it is taken");
    });
    expect(!permits.try_acquire(), "it is taken");
    expect(!permits.try_acquire_until(at_ten()), "nobody gives it back");
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(clocks_say_not_yet_as_often_as_allowed) {
  const auto body = [] {
    thread other([] {
      bool late = false;
      for (int i = 0; i < 3; ++i) {
        const bool was_late = late;
        late = expired(at_ten());
        expect(late || !was_late, "time does not go back");
      }
    });
    other.join();
  };
  for (std::uint32_t most = 1; most <= 3; ++most) {
    options settings;
    settings.polls = most;
    expect_executions("polls", most + 1, settings, body);
    BOOST_TEST(hit(whole("polls", body, settings), "polls " + std::to_string(most)) == (most < 3));
  }
}

BOOST_AUTO_TEST_SUITE_END()
