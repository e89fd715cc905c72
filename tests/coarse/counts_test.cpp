// How many executions exhaustive search makes of a program over coarse primitives.  A call is a
// step, so these are the orders in which the calls can come.
#include <functional>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace {

// Of a body whose threads do nothing but `work`, each in its own thread.
void run_together(const std::vector<std::function<void()>>& work) {
  std::vector<heddle::thread> threads;
  for (const auto& each : work) threads.emplace_back(each);
  for (heddle::thread& each : threads) each.join();
}

void expect_executions(const char* name, std::uint64_t number, const std::function<void()>& body) {
  heddle::options settings;
  settings.strategy = "exhaustive";
  const heddle::verdict result = heddle::explore(name, body, settings);
  BOOST_TEST((result.status == heddle::verdict_status::ok), heddle::report_text(result));
  BOOST_TEST((result.kind == heddle::proof::exhaustive));
  BOOST_TEST(result.executions == number, name << ": " << result.line());
}

std::function<void()> locks(std::size_t threads, int times) {
  return [=] {
    heddle::mutex m;
    heddle::shared<int> count{0};
    const auto work = [&, times] {
      for (int i = 0; i < times; ++i) {
        const heddle::lock_guard hold(m);
        ++count.write();
      }
    };
    run_together(std::vector<std::function<void()>>(threads, work));
  };
}

void count_if_free(heddle::mutex& m, heddle::shared<int>& count) {
  if (!m.try_lock()) return;
  ++count.write();
  m.unlock();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(counts)

// The orders of the critical sections: (M * K)! / K!^M.
BOOST_AUTO_TEST_CASE(critical_sections_in_every_order) {
  expect_executions("lock_2x1", 2, locks(2, 1));
  expect_executions("lock_4x1", 24, locks(4, 1));
  expect_executions("lock_2x3", 20, locks(2, 3));
  expect_executions("lock_3x2", 90, locks(3, 2));
  expect_executions("lock_3x3", 1680, locks(3, 3));
}

BOOST_AUTO_TEST_CASE(tries_have_a_place_in_the_order_also_if_they_fail) {
  expect_executions("try_lock_3", 24, [] {
    heddle::mutex m;
    heddle::shared<int> count{0};
    const auto work = [&] { count_if_free(m, count); };
    run_together({work, work, work});
  });
  expect_executions("lock_and_try_lock", 3, [] {
    heddle::mutex m;
    heddle::shared<int> count{0};
    const auto add = [&] {
      const heddle::lock_guard hold(m);
      ++count.write();
    };
    const auto try_add = [&] { count_if_free(m, count); };
    run_together({add, try_add});
  });
}

// The lock and its failure by time, of each thread while the other holds it.
BOOST_AUTO_TEST_CASE(a_timed_lock_is_one_step) {
  expect_executions("timed_lock_2", 4, [] {
    heddle::mutex m;
    const auto work = [&] {
      if (m.try_lock_for(heddle::duration(5))) m.unlock();
    };
    run_together({work, work});
  });
}

BOOST_AUTO_TEST_CASE(waits_that_are_over_and_waits_that_are_not) {
  const auto wait = [](heddle::mutex& m, heddle::cond& c, heddle::shared<bool>& ready) {
    const heddle::lock_guard hold(m);
    while (!ready.get()) c.wait(m);
  };
  expect_executions("cond_signal", 2, [=] {
    heddle::mutex m;
    heddle::cond c;
    heddle::shared<bool> ready{false};
    const auto signal = [&] {
      const heddle::lock_guard hold(m);
      ready.set(true);
      c.signal();
    };
    run_together({[&] { wait(m, c, ready); }, signal});
  });
  expect_executions("cond_broadcast", 14, [=] {
    heddle::mutex m;
    heddle::cond c;
    heddle::shared<bool> ready{false};
    const auto broadcast = [&] {
      const heddle::lock_guard hold(m);
      ready.set(true);
      c.broadcast();
    };
    const auto waiter = [&] { wait(m, c, ready); };
    run_together({waiter, waiter, broadcast});
  });
}

BOOST_AUTO_TEST_CASE(tasks_that_are_done_in_either_order) {
  expect_executions("wait_group_2", 2, [] {
    heddle::wait_group group;
    group.add(2);
    const auto work = [&] { group.done(); };
    run_together({work, work, [&] { group.wait(); }});
  });
}

BOOST_AUTO_TEST_CASE(callers_of_a_once_in_every_order) {
  expect_executions("once_3", 6, [] {
    heddle::once first;
    const auto use = [&] { first.call([] {}); };
    run_together({use, use, use});
  });
}

BOOST_AUTO_TEST_SUITE_END()
