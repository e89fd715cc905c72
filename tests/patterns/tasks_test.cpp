// worker_pool, task_group, task_manager, nested_group and run_batch against every platform.
#include <on_platform.hpp>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/batch.hpp>
#include <heddle/sync/patterns/nested_group.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/patterns/task_manager.hpp>
#include <heddle/sync/patterns/worker_pool.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace {

bool throws_seven(const std::exception_ptr& what) {
  if (what == nullptr) return false;
  try {
    std::rethrow_exception(what);
  } catch (int number) {
    return number == 7;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worker_pool)

BOOST_AUTO_TEST_CASE(every_task_runs_before_wait_returns) {
  cross::run("every_task_runs_before_wait_returns", [] {
    heddle::shared<int> first{0}, second{0};
    heddle::worker_pool pool(2);
    pool.submit([&] { first.set(1); });
    pool.submit([&] { second.set(1); });
    pool.wait();
    cross::require(first.get() + second.get() == 2, "both have run");
    pool.submit([&] { first.set(2); });
    pool.drain();
    cross::require(first.get() == 2, "and one later");
    cross::require(pool.workers() == 0, "nobody is left");
  });
}

BOOST_AUTO_TEST_CASE(a_task_may_be_moved_only_and_is_gone_before_wait_returns) {
  cross::run("a_task_may_be_moved_only_and_is_gone_before_wait_returns", [] {
    heddle::shared<int> destroyed{0};
    struct counting {
      explicit counting(heddle::shared<int>& into) : count(&into) {}
      counting(counting&& other) noexcept : count(std::exchange(other.count, nullptr)) {}
      counting& operator=(counting&&) = delete;
      ~counting() {
        if (count != nullptr) ++count->write();
      }
      heddle::shared<int>* count;
    };
    heddle::worker_pool pool(1);
    pool.submit([own = counting(destroyed)] {});
    pool.wait();
    cross::require(destroyed.get() == 1, "what it held is gone");
  });
}

BOOST_AUTO_TEST_CASE(a_full_queue_makes_who_submits_wait) {
  cross::run("a_full_queue_makes_who_submits_wait", [] {
    heddle::worker_pool pool({.workers = 1, .capacity = 1});
    heddle::channel<int> begun, gate;
    const auto hold = [&] {
      begun.send(1);
      (void)gate.receive();
    };
    heddle::shared<int> done{0};
    pool.submit(hold);
    (void)begun.receive();
    pool.submit([&] { ++done.write(); });
    cross::require(!pool.try_submit([] {}), "no room");
    heddle::cancel_context ctx;
    ctx.cancel();
    cross::require(!pool.submit(ctx, [] {}), "nor for who gives up");
    heddle::thread opener([&] { gate.send(1); });
    pool.submit([&] { ++done.write(); });
    pool.wait();
    cross::require(done.get() == 2, "room came");
    opener.join();
  });
}

BOOST_AUTO_TEST_CASE(who_gives_up_leaves_no_task) {
  cross::run("who_gives_up_leaves_no_task", [] {
    heddle::worker_pool pool({.workers = 1, .capacity = 1});
    heddle::channel<int> begun, gate;
    pool.submit([&] {
      begun.send(1);
      (void)gate.receive();
    });
    (void)begun.receive();
    heddle::atomic<int> ran{0};
    pool.submit([&] { ran.fetch_add(1); });
    heddle::cancel_context ctx;
    heddle::thread canceller([&] { ctx.cancel(); });
    cross::require(!pool.submit(ctx, [&] { ran.fetch_add(1); }), "gave up");
    cross::require(!pool.wait(ctx), "the wait too");
    gate.send(1);
    pool.drain();
    cross::require(ran.load() == 1, "it does not run");
    canceller.join();
  });
}

BOOST_AUTO_TEST_CASE(stop_drops_what_has_not_begun) {
  cross::run("stop_drops_what_has_not_begun", [] {
    heddle::worker_pool pool(1);
    heddle::channel<int> begun, gate;
    pool.submit([&] {
      begun.send(1);
      (void)gate.receive();
    });
    (void)begun.receive();
    heddle::atomic<int> ran{0};
    pool.submit([&] { ran.fetch_add(1); });
    pool.submit([&] { ran.fetch_add(1); });
    heddle::thread opener([&] { gate.send(1); });
    const std::size_t dropped = pool.stop();
    opener.join();
    cross::require(dropped + static_cast<std::size_t>(ran.load()) == 2, "each ran or was dropped");
  });
}

BOOST_AUTO_TEST_CASE(a_pool_grows_and_shrinks) {
  cross::run("a_pool_grows_and_shrinks", [] {
    heddle::worker_pool pool(1);
    heddle::channel<int> first, second;
    // The two meet only if they run at once.
    pool.submit([&] {
      first.send(1);
      (void)second.receive();
    });
    pool.submit([&] {
      (void)first.receive();
      second.send(1);
    });
    pool.resize(2);
    pool.wait();
    cross::require(pool.queued() == 0, "both have run");
    pool.resize(1);
    heddle::shared<int> result{0};
    pool.submit([&] { result.set(7); });
    pool.drain();
    cross::require(result.get() == 7, "one is left for the rest");
  });
}

BOOST_AUTO_TEST_CASE(a_worker_without_work_ends_after_its_patience) {
  cross::run("a_worker_without_work_ends_after_its_patience", [] {
    heddle::worker_pool pool({.workers = 1, .patience = std::chrono::microseconds(10)});
    heddle::shared<int> done{0};
    pool.submit([&] { ++done.write(); });
    pool.wait();
    pool.submit([&] { ++done.write(); });
    pool.wait();
    cross::require(done.get() == 2, "a task finds a worker, the old one or a new one");
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_group)

BOOST_AUTO_TEST_CASE(wait_throws_the_first_failure) {
  cross::run("wait_throws_the_first_failure", [] {
    heddle::task_group tasks;
    tasks.go([] { throw 7; });
    cross::require(throws_seven(tasks.wait_for_error()), "the exception is carried");
    tasks.go([] { throw 8; });
    cross::require(throws_seven(tasks.wait_for_error()), "the first stays");
    bool thrown = false;
    try {
      tasks.wait();
    } catch (int) {
      thrown = true;
    }
    cross::require(thrown, "wait throws it");
  });
}

BOOST_AUTO_TEST_CASE(one_of_two_failures_counts) {
  cross::run("one_of_two_failures_counts", [] {
    heddle::task_group tasks(heddle::background());
    tasks.go([] { throw 7; });
    tasks.go([] { throw 7; });
    cross::require(throws_seven(tasks.wait_for_error()), "one of them");
    cross::require(throws_seven(tasks.context().cause()), "and it is the cause");
  });
}

BOOST_AUTO_TEST_CASE(a_group_without_failures_gives_none_and_ends_its_context) {
  cross::run("a_group_without_failures_gives_none_and_ends_its_context", [] {
    heddle::shared<int> result{0};
    heddle::task_group tasks(heddle::background());
    tasks.go([&](const heddle::context& ctx) { result.set(ctx.done() ? 8 : 7); });
    tasks.wait();
    cross::require(result.get() == 7, "the task has run, with a context that was not done");
    cross::require(tasks.context().done(), "it is done after wait");
    cross::require(tasks.context().cause() == nullptr, "without a cause");
  });
}

BOOST_AUTO_TEST_CASE(the_first_failure_cancels_the_others) {
  cross::run("the_first_failure_cancels_the_others", [] {
    heddle::task_group tasks(heddle::background());
    tasks.go([](const heddle::context& ctx) { ctx.wait(); });
    tasks.go([] { throw 7; });
    cross::require(throws_seven(tasks.wait_for_error()), "wait has returned");
  });
}

BOOST_AUTO_TEST_CASE(no_more_tasks_run_at_once_than_the_limit) {
  cross::run("no_more_tasks_run_at_once_than_the_limit", [] {
    heddle::task_group tasks;
    tasks.set_limit(1);
    heddle::shared<int> runs{0};
    tasks.go([&] { ++runs.write(); });
    tasks.go([&] { ++runs.write(); });
    tasks.wait();
    cross::require(runs.get() == 2, "both have run, and never together");
  });
}

BOOST_AUTO_TEST_CASE(try_go_says_when_the_limit_is_reached) {
  cross::run("try_go_says_when_the_limit_is_reached", [] {
    heddle::task_group tasks;
    heddle::channel<int> gate;
    tasks.set_limit(0);
    cross::require(!tasks.try_go([] {}), "none at all");
    tasks.set_limit(1);
    cross::require(tasks.try_go([&] { (void)gate.receive(); }), "the first");
    cross::require(!tasks.try_go([] {}), "not the second");
    gate.send(1);
    tasks.wait();
    cross::require(tasks.try_go([] {}), "again one");
    tasks.wait();
    tasks.remove_limit();
    cross::require(tasks.try_go([] {}), "no limit");
    tasks.wait();
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_manager)

BOOST_AUTO_TEST_CASE(tasks_add_tasks_and_wait_waits_for_all) {
  cross::run("tasks_add_tasks_and_wait_waits_for_all", [] {
    heddle::shared<int> result{0};
    heddle::task_manager manager;
    bool added = manager.add([&] {
      if (!manager.add([&] { result.set(7); })) result.set(8);
    });
    manager.wait();
    cross::require(added && result.get() == 7, "both have run");
    cross::require(manager.started() == 2 && manager.running() == 0, "two in all");
    cross::require(!manager.add([] {}), "no more");
  });
}

BOOST_AUTO_TEST_CASE(who_comes_while_another_waits_is_waited_for_or_told) {
  cross::run("who_comes_while_another_waits_is_waited_for_or_told", [] {
    heddle::shared<int> result{0};
    heddle::task_manager manager;
    bool added = false;
    heddle::thread adder([&] { added = manager.add([&] { result.set(7); }); });
    manager.wait();
    const std::size_t started = manager.started();
    if (started == 1) cross::require(result.get() == 7, "it was waited for");
    adder.join();
    cross::require(added == (started == 1), "it knows");
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(nested_group)

BOOST_AUTO_TEST_CASE(who_waits_for_the_whole_waits_for_the_parts_of_parts) {
  cross::run("who_waits_for_the_whole_waits_for_the_parts_of_parts", [] {
    heddle::shared<int> part{0}, other_part{0};
    heddle::wait_group whole;
    heddle::nested_group outer(whole);
    heddle::nested_group inner(outer);
    inner.go([&] { part.set(1); });
    outer.go([&] { other_part.set(1); });
    inner.close();
    outer.close();
    whole.wait();
    cross::require(part.get() + other_part.get() == 2, "all parts are done");
  });
}

BOOST_AUTO_TEST_CASE(a_group_may_go_once_it_was_waited_for) {
  cross::run("a_group_may_go_once_it_was_waited_for", [] {
    heddle::shared<int> part{0};
    heddle::wait_group whole;
    {
      heddle::nested_group group(whole);
      group.go([&] { part.set(7); });
      group.close();
      group.wait();
      cross::require(part.get() == 7, "the part is done");
    }
    whole.wait();
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(batch)

BOOST_AUTO_TEST_CASE(outcomes_are_in_the_order_of_the_items) {
  cross::run("outcomes_are_in_the_order_of_the_items", [] {
    const std::array<int, 2> items{3, 4};
    const auto process = [](int item) {
      if (item == 4) throw 7;
      return item * 2;
    };
    const auto results = heddle::run_batch(items, process, {.threads = 2});
    cross::require(results.size() == 2, "one for each");
    cross::require(results[0].has_value() && results[0].value() == 6, "a value");
    cross::require(!results[1] && throws_seven(results[1].error()), "an error");
  });
}

BOOST_AUTO_TEST_CASE(items_after_the_cancellation_are_skipped) {
  cross::run("items_after_the_cancellation_are_skipped", [] {
    heddle::cancel_context ctx;
    std::vector<int> items{1, 2, 3};
    const auto cancel_at_two = [&](int& item) {
      if (item == 2) ctx.cancel();
      item = -item;
    };
    const auto results = heddle::run_batch(ctx, items, cancel_at_two, {.threads = 1});
    cross::require(results[0].has_value() && results[1].has_value(), "those before");
    cross::require(results[2].skipped() && items[2] == 3, "not the one after");
    cross::require(heddle::run_batch(std::vector<int>{}, [](int) {}).empty(), "nothing of nothing");
  });
}

BOOST_AUTO_TEST_SUITE_END()
