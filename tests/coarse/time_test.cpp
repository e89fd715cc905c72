// Virtual time, what waits without end means, and how many choices a thread may make.
#include <functional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using heddle::finding_kind;
using work = std::function<void()>;

constexpr heddle::duration ten{10};
constexpr auto relaxed = std::memory_order_relaxed;

heddle::time_point at_ten() { return heddle::time_point{} + ten; }

void together(const std::vector<work>& each) {
  std::vector<heddle::thread> threads;
  for (const work& one : each) threads.emplace_back(one);
  for (heddle::thread& one : threads) one.join();
}

heddle::verdict whole(const char* name, const work& body, heddle::options settings = {}) {
  settings.strategy = "exhaustive";
  return heddle::explore(name, body, settings);
}

heddle::verdict passes(const char* name, const work& body, const heddle::options& settings = {}) {
  heddle::verdict result = whole(name, body, settings);
  BOOST_TEST((result.status == heddle::verdict_status::ok), heddle::report_text(result));
  BOOST_TEST((result.kind == heddle::proof::exhaustive));
  return result;
}

void deadlocks(const char* name, const work& body, const heddle::options& settings = {}) {
  const heddle::verdict result = whole(name, body, settings);
  BOOST_TEST((result.found && result.found->kind == finding_kind::deadlock),
             name << ": " << result.line() << heddle::report_text(result));
}

std::string values_of(const heddle::verdict& result, const char* key) {
  std::string text;
  const auto found = result.observed.find(key);
  if (found == result.observed.end()) return text;
  for (const auto& [value, times] : found->second) text += (text.empty() ? "" : " ") + value;
  return text;
}

void observe_pair(const char* key, int a, int b) {
  heddle::observe(key, std::to_string(a) + std::to_string(b));
}

bool hit(const heddle::verdict& result, const std::string& what) {
  for (const std::string& each : result.hit) {
    if (each == what) return true;
  }
  return false;
}

/// Sees 1 from its own wait, by which it gives up.
void give_up(heddle::mutex& held) { (void)held.try_lock_for(ten); }

}  // namespace

BOOST_AUTO_TEST_SUITE(virtual_time)

// The time of a thread is what it has done and read, and nothing else.
BOOST_AUTO_TEST_CASE(now_tells_what_the_thread_knows_of) {
  passes("stale_clocks", [] {
    heddle::atomic<int> x{0};
    together({[&] {
                x.fetch_add(1);
                heddle::expect(heddle::now() == heddle::time_point{}, "nothing has passed");
                const bool late = heddle::expired(at_ten());
                heddle::expect((heddle::now() >= at_ten()) == late, "as it was told");
              },
              [&] {
                x.store(4);
                x.fetch_add(1);
                heddle::expect(heddle::now() == heddle::time_point{}, "nothing known has passed");
              }});
  });
  const heddle::verdict told = passes("time_travels_with_values", [] {
    heddle::atomic<int> x{0};
    together({[&] {
                if (heddle::expired(at_ten())) x.fetch_add(1);
              },
              [&] {
                const bool seen = x.fetch_add(2) % 2 == 1;
                heddle::expect((heddle::now() >= at_ten()) == seen, "time as the value");
                observe_pair("seen late", seen, heddle::expired(at_ten()));
              }});
  });
  BOOST_TEST(values_of(told, "seen late") == "00 01 11");
}

BOOST_AUTO_TEST_CASE(a_failed_try_tells_the_time_of_the_holder) {
  const heddle::verdict result = passes("failed_try_after_sleep", [] {
    heddle::mutex m;
    together({[&] {
                heddle::sleep_until(at_ten());
                m.lock();
                m.unlock();
              },
              [&] {
                if (m.try_lock()) {
                  m.unlock();
                } else {
                  heddle::expect(heddle::expired(at_ten()), "the holder has slept");
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
      heddle::atomic<int> x{0};
      int seen = 0;
      bool late = false;
      together({[&] {
                  heddle::sleep_until(at_ten());
                  seen = x.load(order);
                },
                [&] {
                  x.store(1, order);
                  late = heddle::expired(at_ten());
                }});
      observe_pair("seen late", seen, late);
    };
  };
  const heddle::verdict strong = passes("unreal", body(std::memory_order_seq_cst));
  BOOST_TEST(values_of(strong, "seen late") == "01 10 11");
  BOOST_TEST(strong.executions == 3U);
  const heddle::verdict weak = passes("unreal_relaxed", body(relaxed));
  BOOST_TEST(values_of(weak, "seen late") == "00 01 10 11");
  BOOST_TEST(weak.executions == 4U);
}

// The second lock comes before the other thread's first, behind its last unlock, or gives up in
// between: of 3 x 3 pairs, two have a cycle.  And both may wait, for the time-outs of the others.
BOOST_AUTO_TEST_CASE(second_locks_that_give_up) {
  const auto half = [](heddle::mutex& first, heddle::mutex& second) {
    first.lock();
    if (second.try_lock_for(ten)) second.unlock();
    first.unlock();
  };
  const heddle::verdict result = passes("timed_second_locks", [half] {
    heddle::mutex a, b;
    together({[&] { half(a, b); }, [&] { half(b, a); }});
  });
  BOOST_TEST(result.executions == 8U);
  BOOST_TEST(result.blocked == 1U);
}

// Besides, a first lock may give up while the other thread has it as its second.
BOOST_AUTO_TEST_CASE(locks_in_both_orders_that_give_up) {
  const auto half = [](heddle::mutex& first, heddle::mutex& second) {
    if (!first.try_lock_for(ten)) return;
    if (second.try_lock_for(ten)) second.unlock();
    first.unlock();
  };
  const heddle::verdict result = passes("timed_ab_ba", [half] {
    heddle::mutex a, b;
    together({[&] { half(a, b); }, [&] { half(b, a); }});
  });
  BOOST_TEST(result.executions == 10U);
  BOOST_TEST(result.blocked == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(deadlocks_and_time)

BOOST_AUTO_TEST_CASE(a_cycle_that_somebody_else_can_end) {
  passes("cycle_with_a_way_out", [] {
    heddle::semaphore permits{2};
    heddle::mutex m, held;
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
  heddle::options settings;
  settings.timeouts = 1;
  deadlocks(
      "overtime",
      [] {
        heddle::semaphore closed{1};
        heddle::mutex held;
        held.lock();
        closed.acquire();
        heddle::thread waits([&] { closed.acquire(); });
        heddle::thread gives_up([&] {
          for (int i = 0; i < 3; ++i) give_up(held);
        });
        gives_up.join();
        waits.join();
      },
      settings);
}

BOOST_AUTO_TEST_CASE(a_wait_that_has_timed_out_is_over) {
  deadlocks("timed_out_before", [] {
    heddle::semaphore gate{1}, closed{1};
    gate.acquire();
    closed.acquire();
    heddle::thread waits([&] {
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
    heddle::mutex m, held;
    held.lock();
    together({[&] { m.lock(); }, [&] { m.lock(); }, [&] { give_up(held); }});
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(choices_per_thread)

namespace {

// The same under sc and under rc11.
void expect_executions(const char* name, std::uint64_t number, const heddle::options& settings,
                       const work& body) {
  const heddle::verdict strong = passes(name, body, settings);
  BOOST_TEST(strong.executions == number, name << ": " << strong.line());
  const heddle::verdict weak = passes(
      name,
      [body] {
        heddle::fence(std::memory_order_acq_rel);
        body();
      },
      settings);
  BOOST_TEST(weak.executions == number, name << " under rc11: " << weak.line());
}

}  // namespace

BOOST_AUTO_TEST_CASE(weak_compare_exchanges_fail_as_often_as_allowed) {
  const auto body = [] {
    heddle::atomic<int> x{0};
    heddle::thread other([&] {
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
    heddle::options settings;
    settings.spurious = most;
    expect_executions("spurious", numbers[most], settings, body);
    BOOST_TEST(hit(whole("spurious", body, settings), "spurious " + std::to_string(most)) ==
               (most < 3));
  }
}

// With three of them: each wait is the one that does not end, or all give up.
BOOST_AUTO_TEST_CASE(waits_time_out_as_often_as_allowed) {
  const auto body = [] {
    heddle::mutex held;
    held.lock();
    heddle::thread other([&] {
      for (int i = 0; i < 3; ++i) give_up(held);
    });
    other.join();
    held.unlock();
  };
  for (std::uint32_t most = 1; most <= 3; ++most) {
    heddle::options settings;
    settings.timeouts = most;
    // Past the deadline a wait does not begin: only the first one of them has a choice.
    expect_executions("timeouts", most + 1, settings, body);
    BOOST_TEST(hit(whole("timeouts", body, settings), "timeouts " + std::to_string(most)) ==
               (most < 3));
  }
}

BOOST_AUTO_TEST_CASE(clocks_say_not_yet_as_often_as_allowed) {
  const auto body = [] {
    heddle::thread other([] {
      bool late = false;
      for (int i = 0; i < 3; ++i) {
        const bool was_late = late;
        late = heddle::expired(at_ten());
        heddle::expect(late || !was_late, "time does not go back");
      }
    });
    other.join();
  };
  for (std::uint32_t most = 1; most <= 3; ++most) {
    heddle::options settings;
    settings.polls = most;
    expect_executions("polls", most + 1, settings, body);
    BOOST_TEST(hit(whole("polls", body, settings), "polls " + std::to_string(most)) == (most < 3));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(memory_models)

namespace {

// Store buffering, whose loads see nothing only if they are not seq_cst.
void buffer_stores(std::memory_order load_order) {
  heddle::atomic<int> x{0}, y{0};
  int seen_x = 0, seen_y = 0;
  together({[&] {
              x.store(1);
              seen_y = y.load(load_order);
            },
            [&] {
              y.store(1);
              seen_x = x.load(load_order);
            }});
  heddle::expect(seen_x + seen_y > 0, "one of them comes first");
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_seq_cst_holds_under_both) {
  const auto body = [] { buffer_stores(std::memory_order_seq_cst); };
  const heddle::verdict strong = passes("seq_cst", body);
  BOOST_TEST(strong.executions == 3U);
  BOOST_TEST(strong.memory == "rc11");
  heddle::options settings;
  settings.memory = "sc";
  const heddle::verdict asked = passes("seq_cst", body, settings);
  BOOST_TEST(asked.executions == 3U);
  BOOST_TEST(asked.memory == "sc");
}

// The first executions are all seq_cst.
BOOST_AUTO_TEST_CASE(a_relaxed_access_behind_a_rare_branch_is_explored_under_rc11) {
  const auto body = [] {
    const bool rare = heddle::choose(20) == 19;
    buffer_stores(rare ? relaxed : std::memory_order_seq_cst);
  };
  const heddle::verdict found = whole("rare_branch", body);
  BOOST_REQUIRE(found.found.has_value());
  BOOST_TEST((found.found->kind == finding_kind::assertion));
  BOOST_TEST(found.memory == "rc11");
  heddle::options again;
  again.replay = found.token;
  const heddle::verdict replayed = heddle::explore("rare_branch", body, again);
  BOOST_REQUIRE(replayed.found.has_value());
  BOOST_TEST(replayed.found->text == found.found->text);
  BOOST_TEST(replayed.memory == "rc11");
  heddle::options settings;
  settings.memory = "sc";
  const heddle::verdict strong = passes("rare_branch", body, settings);
  BOOST_TEST(strong.executions == 60U);
  BOOST_TEST(strong.memory == "sc");
}

BOOST_AUTO_TEST_SUITE_END()
