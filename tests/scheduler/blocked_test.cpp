// When no thread can go on: deadlocks, threads that are stuck, waits that time out in another
// execution; and the virtual clock.
#include <chrono>
#include <string>

#include <heddle/sync/semaphore.hpp>
#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace std::chrono_literals;

namespace {

using word = platform::cell<std::uint32_t>;

wait_result wait(word& w, time_point deadline = never) {
  return platform::futex_wait(w, 0, deadline, location::here());
}
void wake(word& w, std::uint32_t number = 1) {
  platform::futex_wake(platform::key_of(w), number, location::here());
}
std::string now_text() {
  return std::to_string(std::chrono::nanoseconds(now().time_since_epoch()).count());
}
time_point at(int time) { return time_point{} + std::chrono::nanoseconds(time); }

constexpr execution_limits calm{.spurious = 0};

}  // namespace

BOOST_AUTO_TEST_SUITE(blocked)

BOOST_AUTO_TEST_CASE(two_lock_orders_deadlock_and_the_report_names_who_waits_for_what) {
  const auto body = [](bool same) {
    return [same] {
      mutex from{"from"}, to{"to"};
      const auto lock = [](mutex& first, mutex& second) {
        first.lock();
        second.lock();
        second.unlock();
        first.unlock();
      };
      together([&] { lock(from, to); }, [&] { same ? lock(from, to) : lock(to, from); });
    };
  };
  BOOST_TEST(explore(body(true), calm, 1).kind() == "none");
  const explored broken = explore(body(false), calm, 1);
  BOOST_TEST(broken.kind() == "deadlock");
  BOOST_TEST(broken.says("deadlock after "));
  BOOST_TEST(broken.says("thread 1  waits in mutex::lock  blocked_test.cpp:"), broken.text());
  BOOST_TEST(broken.says("for \"to\", held by thread 2 since blocked_test.cpp:"), broken.text());
  BOOST_TEST(broken.says("for \"from\", held by thread 1 since blocked_test.cpp:"));
  BOOST_TEST(broken.says("thread 0  waits in thread::join  "));
}

BOOST_AUTO_TEST_CASE(threads_that_outlive_the_body_for_ever_are_stuck) {
  const explored all = explore(
      [] {
        static word w{0};
        go([] { (void)wait(w); });
      },
      calm);
  BOOST_TEST(all.kind() == "stuck_threads");
  BOOST_TEST(all.says("1 thread is blocked for ever"));
  BOOST_TEST(all.says("thread 1  waits in futex_wait  blocked_test.cpp:"), all.text());
}

BOOST_AUTO_TEST_CASE(a_lost_wake_up_is_a_deadlock) {
  const auto body = [](bool checked) {
    return [checked] {
      word w{0};
      together([&] { (void)wait(w); },
               [&] {
                 if (checked) w.store(1, std::memory_order_release, location::here());
                 wake(w);
               });
    };
  };
  BOOST_TEST(explore(body(true), calm).kind() == "none");
  BOOST_TEST(explore(body(false), calm).kind() == "deadlock");
}

// With nobody to wake it, a timed wait times out, and that is no deadlock.
BOOST_AUTO_TEST_CASE(a_timed_wait_times_out) {
  const explored all = explore(
      [] {
        word w{0};
        const wait_result how = wait(w, at(10));
        observe("result", how == wait_result::timed_out ? "late" : "early");
        observe("now", now_text());
      },
      calm);
  BOOST_TEST(all.kind() == "none");
  BOOST_TEST(all.executions == 1U);
  BOOST_TEST(values_of(all, "result") == "late");
  BOOST_TEST(values_of(all, "now") == "10");
  BOOST_TEST(!all.hit_timeouts);
}

BOOST_AUTO_TEST_CASE(time_outs_are_bounded_and_the_bound_is_named) {
  const auto body = [](int times) {
    return [times] {
      word w{0};
      for (int i = 1; i <= times; ++i) (void)wait(w, at(i));
      observe("now", now_text());
    };
  };
  BOOST_TEST(!explore(body(2), calm).hit_timeouts);
  // The third goes on in overtime.
  const explored more = explore(body(3), calm);
  BOOST_TEST(more.kind() == "none");
  BOOST_TEST(more.hit_timeouts);
  BOOST_TEST(values_of(more, "now") == "3");
}

// Two permits: a cycle, and yet no deadlock, for any of the owners suffices.
BOOST_AUTO_TEST_CASE(a_semaphore_waits_for_any_of_its_owners) {
  const explored all = explore(
      [] {
        semaphore s{2, "s"};
        mutex m{"m"};
        together(
            [&] {
              s.acquire();
              m.lock();
              m.unlock();
              s.release();
            },
            [&] {
              m.lock();
              s.acquire();
              s.release();
              m.unlock();
            },
            [&] {
              s.acquire();
              word w{0};
              (void)wait(w, at(10));
              s.release();
            });
      },
      calm, 1);
  BOOST_TEST(all.kind() == "none", all.text());
}

// The waiter has used up its time-outs; in overtime it ends, and the other waits for ever.
BOOST_AUTO_TEST_CASE(overtime_finds_what_the_bound_on_time_outs_would_hide) {
  const explored all = explore(
      [] {
        word w{0}, empty{0};
        together([&] { (void)wait(empty); },
                 [&] {
                   for (int i = 1; i <= 3; ++i) (void)wait(w, at(i));
                 });
      },
      {.timeouts = 1, .spurious = 0});
  BOOST_TEST(all.kind() == "deadlock");
  BOOST_TEST(all.says("thread 1  waits in futex_wait"), all.text());
  BOOST_TEST(!all.says("thread 2"), all.text());
}

// Earlier timed waits do not count: nobody waits for a time-out now.
BOOST_AUTO_TEST_CASE(a_wait_after_time_outs_is_a_deadlock) {
  const explored all = explore(
      [] {
        word w{0}, empty{0};
        (void)wait(w, at(1));
        (void)wait(w, at(2));
        (void)wait(empty);
      },
      calm);
  BOOST_TEST(all.kind() == "deadlock");
}

BOOST_AUTO_TEST_CASE(a_mutex_held_by_a_thread_that_has_ended_is_a_deadlock) {
  const explored all = explore(
      [] {
        mutex m{"m"};
        word w{0};
        together([&] { m.lock(); }, [&] { m.lock(); }, [&] { (void)wait(w, at(10)); });
      },
      calm, 1);
  BOOST_TEST(all.kind() == "deadlock");
  BOOST_TEST(all.says("for \"m\", held by thread"), all.text());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(virtual_time)

// now() is what the thread can know: its fetch_add comes before the other's deadline.
BOOST_AUTO_TEST_CASE(a_deadline_of_another_thread_does_not_reach_back) {
  const explored all = explore([] {
    atomic<int> l{0};
    together(
        [&] {
          l.fetch_add(1);
          observe("first", now_text());
          const bool late = expired(at(10));
          observe(late ? "late" : "soon", now_text());
        },
        [&] {
          l.store(5);
          l.fetch_add(1);
          observe("second", now_text());
        });
  });
  BOOST_TEST(values_of(all, "first") == "0");
  BOOST_TEST(values_of(all, "second") == "0");
  BOOST_TEST(values_of(all, "late") == "10");
  BOOST_TEST(values_of(all, "soon") == "0");
}

BOOST_AUTO_TEST_CASE(time_flows_along_what_is_read_woken_and_joined) {
  const explored all = explore(
      [] {
        atomic<int> l{0};
        word w{0};
        thread t([&] {
          sleep_until(at(10));
          l.store(1);
          w.store(1, std::memory_order_relaxed, location::here());
          wake(w);
        });
        const wait_result how = wait(w);
        observe(how == wait_result::woken ? "woken" : "changed", now_text());
        observe(l.load() == 1 ? "seen" : "unseen", now_text());
        t.join();
        observe("joined", now_text());
      },
      calm);
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(values_of(all, "woken") == "10");
  BOOST_TEST(values_of(all, "changed") == "10");
  BOOST_TEST(values_of(all, "seen") == "10");
  BOOST_TEST(values_of(all, "joined") == "10");
}

// Who fails to take the lock of a thread that has slept until 10 cannot find 10 in the future.
BOOST_AUTO_TEST_CASE(a_failed_try_lock_tells_the_time_of_the_holder) {
  const explored all = explore(
      [] {
        mutex m;
        thread t([&] {
          sleep_until(at(10));
          m.lock();
        });
        if (!m.try_lock()) {
          observe("expired", expired(at(10)) ? "yes" : "no");
        } else {
          m.unlock();
        }
        t.join();
        m.unlock();
      },
      calm);
  BOOST_TEST(values_of(all, "expired") == "yes");
}

// There is one clock: x is read as 0 after 10, so the store and what follows it come later.
BOOST_AUTO_TEST_CASE(no_answer_contradicts_a_clock_that_all_share) {
  const explored all = explore([] {
    atomic<int> x{0};
    atomic<int> read{-1};
    bool late = false;
    together(
        [&] {
          sleep_until(at(10));
          read.store(x.load());
        },
        [&] {
          x.store(1);
          late = expired(at(10));
        });
    observe("seen", std::to_string(read.load()) + (late ? " late" : " soon"));
  });
  BOOST_TEST(values_of(all, "seen") == "0 late 1 late 1 soon");
}

BOOST_AUTO_TEST_CASE(a_loop_until_a_deadline_ends_by_the_bound_on_polls) {
  const auto body = [](int deadlines) {
    return [deadlines] {
      for (bool late = false; !late;) {
        late = true;
        for (int i = 1; i <= deadlines; ++i) late = expired(at(10 * i)) && late;
      }
      observe("now", now_text());
    };
  };
  const explored one = explore(body(1));
  BOOST_TEST(one.kind() == "none", one.text());
  // "Not yet" twice, once, or not at all.
  BOOST_TEST(one.executions == 3U);
  BOOST_TEST(one.hit_polls);
  const explored two = explore(body(2));
  BOOST_TEST(two.kind() == "none", two.text());
  BOOST_TEST(values_of(two, "now") == "20");
}

BOOST_AUTO_TEST_CASE(loops_that_yield_or_spin_end_and_others_meet_the_bound_on_steps) {
  enum class how { yields, spins, neither };
  const auto body = [](how way, unsigned waiters) {
    return [=] {
      atomic<bool> flag{false};
      crowd(waiters + 1, [&](unsigned me) {
        if (me == 0) return flag.store(true);
        while (!flag.load()) {
          if (way == how::yields) yield();
          if (way == how::spins) platform::spin_hint(location::here());
        }
      });
    };
  };
  BOOST_TEST(explore(body(how::yields, 1)).kind() == "none");
  BOOST_TEST(explore(body(how::spins, 1)).kind() == "none");
  BOOST_TEST(explore(body(how::spins, 2), {}, 2).kind() == "none");
  const explored endless = explore(body(how::neither, 1), {.steps = 500});
  BOOST_TEST(endless.kind() == "step_limit");
  BOOST_TEST(endless.says("the execution did not end within 500 steps"), endless.text());
}

BOOST_AUTO_TEST_CASE(several_threads_that_yield_in_turn_do_not_starve_another) {
  const explored all = explore(
      [] {
        atomic<bool> flag{false};
        crowd(3, [&](unsigned me) {
          if (me == 2) return flag.store(true);
          while (!flag.load()) yield();
        });
      },
      {.steps = 500}, 2);
  BOOST_TEST(all.kind() == "none", all.text());
}

BOOST_AUTO_TEST_CASE(a_spin_that_nobody_ends_is_a_deadlock) {
  const explored all = explore([] {
    atomic<bool> flag{false};
    thread([&] {
      while (!flag.load()) platform::spin_hint(location::here());
    }).join();
  });
  BOOST_TEST(all.kind() == "deadlock");
  BOOST_TEST(all.says("thread 1  spins  blocked_test.cpp:"), all.text());
}

BOOST_AUTO_TEST_CASE(spin_locks_that_write_what_is_there_end) {
  const auto body = [](bool exchange) {
    return [exchange] {
      atomic<bool> locked{false};
      shared<int> inside{0};
      crowd(3, [&](unsigned) {
        for (bool free = false;; free = false) {
          if (exchange ? !locked.exchange(true) : locked.compare_exchange_strong(free, true)) {
            break;
          }
          platform::spin_hint(location::here());
        }
        ++inside;
        locked.store(false);
      });
    };
  };
  BOOST_TEST(explore(body(false), {.steps = 500}, 2).kind() == "none");
  BOOST_TEST(explore(body(true), {.steps = 500}, 2).kind() == "none");
}

BOOST_AUTO_TEST_SUITE_END()
