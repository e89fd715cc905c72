// Contexts, and waits that they end, against every platform.
#include <on_platform.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>

#include <heddle/sync/after_func.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/stop_token.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace {

using heddle::context_error;
using namespace std::chrono_literals;

const char* message_of(const std::exception_ptr& cause) {
  try {
    if (cause) std::rethrow_exception(cause);
  } catch (const char* text) {
    return text;
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(context)

BOOST_AUTO_TEST_CASE(the_background_is_never_done) {
  cross::run("the_background_is_never_done", [] {
    const heddle::context& root = heddle::background();
    cross::require(!root.done() && !root.cause() && root.deadline() == heddle::never, "open");
    heddle::mutex m;
    cross::require(m.lock(root), "a wait by it is a plain one");
    m.unlock();
  });
}

BOOST_AUTO_TEST_CASE(cancel_wakes_and_publishes) {
  cross::run("cancel_wakes_and_publishes", [] {
    heddle::shared<int> data{0};
    auto ctx = heddle::with_cancel(heddle::background(), "request");
    heddle::thread user([&] {
      data.set(42);
      ctx.cancel();
    });
    ctx.wait();
    cross::require(ctx.err() == context_error::cancelled, "the reason");
    cross::require(data.get() == 42, "what was before the cancel is seen");
    user.join();
  });
}

BOOST_AUTO_TEST_CASE(a_cancel_goes_down_with_its_cause_and_not_up) {
  cross::run("a_cancel_goes_down_with_its_cause_and_not_up", [] {
    auto root = heddle::with_cancel();
    auto child = heddle::with_cancel(root);
    {
      auto grandchild = heddle::with_cancel(child);
      cross::require(child.cancel(std::make_exception_ptr("tired")), "the first counts");
      cross::require(!child.cancel(std::make_exception_ptr("late")), "the second does not");
      cross::require(message_of(grandchild.cause()) == std::string("tired"), "the cause");
      cross::require(grandchild.err() == context_error::cancelled, "done");
    }
    cross::require(!root.done(), "the parent is not");
    const auto late = heddle::with_cancel(child);
    cross::require(late.done() && message_of(late.cause()) == std::string("tired"), "born done");
  });
}

BOOST_AUTO_TEST_CASE(cancels_of_parent_and_child_cross) {
  cross::run("cancels_of_parent_and_child_cross", [] {
    auto parent = heddle::with_cancel();
    auto child = heddle::with_cancel(parent);
    heddle::thread up([&] { parent.cancel(std::make_exception_ptr("parent")); });
    child.cancel(std::make_exception_ptr("child"));
    const std::string cause = message_of(child.cause());
    cross::require(cause == "parent" || cause == "child", "one of them");
    up.join();
    cross::require(message_of(child.cause()) == cause, "and that stays");
    cross::require(message_of(parent.cause()) == std::string("parent"), "the parent has its own");
  });
}

BOOST_AUTO_TEST_CASE(a_child_leaves_while_its_parent_is_cancelled) {
  cross::run("a_child_leaves_while_its_parent_is_cancelled", [] {
    auto parent = heddle::with_cancel();
    heddle::thread user([&] { parent.cancel(); });
    {
      const auto child = heddle::with_cancel(parent);
      (void)child.done();
    }
    user.join();
    cross::require(parent.done(), "cancelled");
  });
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_a_wait_and_says_so) {
  cross::run("a_deadline_ends_a_wait_and_says_so", [] {
    auto outer = heddle::with_timeout(heddle::background(), 100us);
    auto inner = heddle::with_timeout(outer, 1h);
    cross::require(inner.deadline() == outer.deadline(), "the earlier one counts");
    inner.wait();
    cross::require(inner.err() == context_error::deadline_exceeded, "of the child");
    cross::require(outer.err() == context_error::deadline_exceeded, "and of the parent");
    cross::require(!inner.cause(), "no cause");
  });
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_given_up_takes_nothing) {
  cross::run("a_lock_that_is_given_up_takes_nothing", [] {
    heddle::mutex m;
    heddle::shared<int> inside{0};
    auto ctx = heddle::with_cancel();
    const auto enter = [&] {
      inside.set(inside.get() + 1);
      m.unlock();
    };
    m.lock();
    heddle::shared<bool> locked{false};
    heddle::thread waiter([&] {
      locked.set(m.lock(ctx));
      if (locked.get()) enter();
    });
    heddle::thread user([&] { ctx.cancel(); });
    enter();
    waiter.join();
    user.join();
    cross::require(inside.get() == (locked.get() ? 2 : 1), "locked or given up");
    cross::require(m.lock(heddle::background()), "the lock is free");
    m.unlock();
    cross::require(!m.lock(ctx), "a context that is done locks nothing");
  });
}

BOOST_AUTO_TEST_CASE(a_permit_beside_a_cancel_is_not_lost) {
  cross::run("a_permit_beside_a_cancel_is_not_lost", [] {
    heddle::semaphore permits{1};
    auto ctx = heddle::with_cancel();
    permits.acquire();
    heddle::shared<bool> taken{false};
    heddle::thread waiter([&] { taken.set(permits.acquire(ctx)); });
    heddle::thread user([&] { ctx.cancel(); });
    permits.release();
    waiter.join();
    user.join();
    cross::require(permits.try_acquire() != taken.get(), "one permit, taken or not");
  });
}

BOOST_AUTO_TEST_CASE(a_request_that_is_cancelled_lets_those_behind_go_on) {
  cross::run("a_request_that_is_cancelled_lets_those_behind_go_on", [] {
    heddle::semaphore permits{2};
    auto ctx = heddle::with_cancel();
    permits.acquire();
    heddle::thread large([&] {
      if (permits.acquire(ctx, 2)) permits.release(2);
    });
    heddle::thread user([&] { ctx.cancel(); });
    permits.acquire();  // perhaps behind the large one, which waits for ours
    permits.release(2);
    large.join();
    user.join();
    cross::require(permits.try_acquire(2), "all are free");
  });
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_for_tasks_leaves_the_count) {
  cross::run("a_cancelled_wait_for_tasks_leaves_the_count", [] {
    heddle::wait_group group;
    auto ctx = heddle::with_cancel();
    heddle::shared<int> result{0};
    group.add(1);
    heddle::thread worker([&] {
      result.set(7);
      group.done();
    });
    heddle::thread user([&] { ctx.cancel(); });
    if (group.wait(ctx)) {
      cross::require(result.get() == 7, "the task is done");
    } else {
      cross::require(ctx.err() == context_error::cancelled, "the reason");
    }
    group.wait();
    cross::require(result.get() == 7, "the task is done now");
    worker.join();
    user.join();
  });
}

BOOST_AUTO_TEST_CASE(tasks_or_a_timeout) {
  cross::run("tasks_or_a_timeout", [] {
    heddle::wait_group group;
    heddle::shared<int> result{0};
    group.add(1);
    heddle::thread worker([&] {
      result.set(7);
      group.done();
    });
    if (group.wait_for(20us)) cross::require(result.get() == 7, "the task is done");
    worker.join();
    cross::require(group.wait_for(0us), "it is done");
  });
}

BOOST_AUTO_TEST_CASE(a_signal_beside_a_cancel_wakes_somebody) {
  cross::run("a_signal_beside_a_cancel_wakes_somebody", [] {
    heddle::mutex m;
    heddle::cond changed;
    heddle::shared<bool> ready{false};
    auto ctx = heddle::with_cancel();
    heddle::thread user([&] { ctx.cancel(); });
    heddle::thread signaller([&] {
      const heddle::lock_guard hold(m);
      ready.set(true);
      changed.signal();
    });
    {
      heddle::unique_lock hold(m);
      const bool seen = changed.wait(hold, ctx, [&] { return ready.get(); });
      cross::require(seen == ready.get(), "what the predicate said last");
      cross::require(seen || ctx.done(), "or it is cancelled");
    }
    user.join();
    signaller.join();
  });
}

BOOST_AUTO_TEST_CASE(a_function_runs_after_the_cancel_or_is_stopped) {
  cross::run("a_function_runs_after_the_cancel_or_is_stopped", [] {
    heddle::shared<int> runs{0};
    auto ctx = heddle::with_cancel();
    bool stopped = false;
    {
      auto later = heddle::after_func(ctx, [&] { runs.set(runs.get() + 1); });
      heddle::thread user([&] { ctx.cancel(); });
      stopped = later.stop();
      cross::require(!later.stop(), "only once");
      user.join();
    }
    cross::require(runs.get() == (stopped ? 0 : 1), "it ran, or was stopped");
  });
}

BOOST_AUTO_TEST_CASE(a_function_runs_at_once_after_a_context_that_is_done) {
  cross::run("a_function_runs_at_once_after_a_context_that_is_done", [] {
    heddle::wait_group ran;
    ran.add(1);
    auto ctx = heddle::with_cancel();
    ctx.cancel();
    const auto later = heddle::after_func(ctx, [&] { ran.done(); });
    ran.wait();
  });
}

BOOST_AUTO_TEST_CASE(a_function_runs_after_a_deadline) {
  cross::run("a_function_runs_after_a_deadline", [] {
    heddle::wait_group ran;
    ran.add(1);
    const auto ctx = heddle::with_timeout(heddle::background(), 20us);
    const auto later = heddle::after_func(ctx, [&] { ran.done(); });
    ran.wait();
    cross::require(ctx.err() == context_error::deadline_exceeded, "the deadline");
  });
}

BOOST_AUTO_TEST_CASE(contexts_and_stop_tokens_follow_from_each_other) {
  cross::run("contexts_and_stop_tokens_follow_from_each_other", [] {
    std::stop_source source;
    const auto ctx = heddle::with_stop_token(heddle::background(), source.get_token());
    cross::require(!ctx.done(), "not yet");
    {
      heddle::wait_group stopped;
      stopped.add(1);
      const heddle::context_stop stop(ctx);
      const std::stop_callback on_stop(stop.token(), [&] { stopped.done(); });
      source.request_stop();
      cross::require(ctx.err() == context_error::cancelled, "the context follows the token");
      stopped.wait();
      cross::require(stop.token().stop_requested(), "the token follows the context");
    }
  });
}

BOOST_AUTO_TEST_CASE(a_cancelled_writer_leaves_the_readers_alone) {
  cross::run("a_cancelled_writer_leaves_the_readers_alone", [] {
    heddle::rw_mutex m;
    heddle::shared<int> value{1};
    auto ctx = heddle::with_cancel();
    m.lock_shared();
    bool got = false;
    heddle::thread writer([&] {
      got = m.lock(ctx);
      if (!got) return;
      value.set(2);
      m.unlock();
    });
    heddle::thread reader([&] {
      m.lock_shared();
      cross::require(value.get() == 1 || value.get() == 2, "a reader sees a whole value");
      m.unlock_shared();
    });
    ctx.cancel();
    reader.join();
    writer.join();
    cross::require(!got, "a reader holds the lock all the time");
    m.unlock_shared();
    cross::require(m.try_lock(), "nothing is left behind");
    m.unlock();
  });
}

BOOST_AUTO_TEST_CASE(a_cancelled_reader_leaves_the_writer_alone) {
  cross::run("a_cancelled_reader_leaves_the_writer_alone", [] {
    heddle::rw_mutex m;
    heddle::shared<int> value{1};
    auto ctx = heddle::with_cancel();
    m.lock();
    bool got = false;
    int seen = 2;
    heddle::thread reader([&] {
      got = m.lock_shared(ctx);
      if (!got) return;
      seen = value.get();
      m.unlock_shared();
    });
    heddle::thread user([&] { ctx.cancel(); });
    value.set(2);
    m.unlock();
    reader.join();
    user.join();
    cross::require(seen == 2, "the writer was before");
    cross::require(m.try_lock(), "nothing is left behind");
    m.unlock();
  });
}

BOOST_AUTO_TEST_CASE(a_reader_or_writer_may_be_late) {
  cross::run("a_reader_or_writer_may_be_late", [] {
    heddle::rw_mutex m;
    heddle::shared<int> value{0};
    heddle::thread other([&] {
      if (!m.try_lock_for(1us)) return;
      ++value;
      m.unlock();
    });
    if (m.try_lock_shared_for(1us)) {
      cross::require(value.get() <= 1, "a whole value");
      m.unlock_shared();
    }
    other.join();
    m.lock();
    m.assert_held();
    m.downgrade();
    m.assert_held_shared();
    m.unlock_shared();
  });
}

BOOST_AUTO_TEST_SUITE_END()
