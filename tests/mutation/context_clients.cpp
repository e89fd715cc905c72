// Clients of context, and of waits that a context or a deadline ends.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>
#include <exception>

#include <heddle/sync/after_func.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

void cancel_and_wait() {
  shared<int> data{0};
  auto ctx = with_cancel();
  thread user([&] {
    data.set(1);
    ctx.cancel();
  });
  ctx.wait();
  expect(ctx.err() == context_error::cancelled, "not cancelled");
  expect(data.get() == 1, "the cancel orders nothing");
  user.join();
}

// The one who cancels touches the context no more than it keeps it alive.
void context_goes_when_it_is_done() {
  thread user;
  {
    auto ctx = with_cancel();
    user = thread([&] { ctx.cancel(); });
    ctx.wait();
  }
  user.join();
}

void cancel_goes_down() {
  auto parent = with_cancel();
  auto child = with_cancel(parent);
  shared<bool> woken{false};
  thread waiter([&] {
    child.wait();
    woken.set(true);
  });
  parent.cancel(std::make_exception_ptr(1));
  waiter.join();
  expect(woken.get() && child.cause() == parent.cause(), "not the cause of the parent");
}

void cancels_cross() {
  auto parent = with_cancel();
  auto child = with_cancel(parent);
  shared<bool> first{false};
  thread up([&] { expect(parent.cancel(), "the parent was done"); });
  thread down([&] { first.set(child.cancel(std::make_exception_ptr(1))); });
  up.join();
  down.join();
  expect((child.cause() != nullptr) == first.get(), "the first does not count");
}

void child_leaves() {
  auto parent = with_cancel();
  thread user([&] { parent.cancel(); });
  {
    const auto child = with_cancel(parent);
    outcome_is(child.done() ? "done" : "open");
  }
  user.join();
  const auto late = with_cancel(parent);
  expect(late.done(), "born after the cancel and not done");
}

void deadline_ends_a_wait() {
  const auto outer = with_timeout(background(), 1ms);
  const auto inner = with_timeout(outer, 1h);
  inner.wait();
  mutex m;
  expect(!m.lock(outer), "the parent is not known to be done");
  expect(inner.err() == context_error::deadline_exceeded, "the child is not done");
  expect(outer.err() == context_error::deadline_exceeded, "the parent is not done");
}

void cancelled_lock() {
  mutex m;
  shared<int> inside{0};
  auto ctx = with_cancel();
  shared<bool> locked{false};
  const auto enter = [&] {
    ++inside;
    m.unlock();
  };
  m.lock();
  thread waiter([&] {
    locked.set(m.lock(ctx));
    if (locked.get()) enter();
  });
  thread user([&] { ctx.cancel(); });
  enter();
  waiter.join();
  user.join();
  expect(inside.get() == (locked.get() ? 2 : 1), "not what it was told");
  m.lock();
  m.unlock();
  outcome_is(locked.get() ? "locked" : "cancelled");
}

void cancelled_acquire() {
  semaphore s{1};
  auto ctx = with_cancel();
  s.acquire();
  shared<bool> taken{false};
  thread waiter([&] { taken.set(s.acquire(ctx)); });
  thread user([&] { ctx.cancel(); });
  s.release();
  waiter.join();
  user.join();
  expect(s.try_acquire() != taken.get(), "a permit is lost, or one too many");
  outcome_is(taken.get() ? "taken" : "cancelled");
}

void hopeless_acquire() {
  semaphore s{1};
  auto ctx = with_cancel();
  thread user([&] { ctx.cancel(); });
  expect(!s.acquire(ctx, 2), "more than there are");
  user.join();
}

void cancelled_group_wait() {
  wait_group group;
  auto ctx = with_cancel();
  shared<int> result{0};
  group.add(1);
  thread worker([&] {
    result.set(1);
    group.done();
  });
  thread user([&] { ctx.cancel(); });
  const bool done = group.wait(ctx);
  if (done) expect(result.get() == 1, "the done orders nothing");
  worker.join();
  user.join();
  group.wait();
  outcome_is(done ? "done" : "cancelled");
}

void group_wait_by_a_context_that_stays() {
  wait_group group;
  auto ctx = with_cancel();
  group.add(1);
  thread worker([&] { group.done(); });
  expect(group.wait(ctx), "given up for nothing");
  worker.join();
}

// The last one to be released may take the wait_group away.
void group_goes_after_a_timed_wait() {
  thread worker;
  bool done = false;
  {
    wait_group group;
    group.add(1);
    worker = thread([&] { group.done(); });
    done = group.wait_for(1ms);
    if (!done) group.wait();
  }
  worker.join();
  outcome_is(done ? "done" : "late");
}

void timed_wait_beside_a_plain_one() {
  wait_group group;
  shared<int> result{0};
  group.add(1);
  thread worker([&] {
    result.set(1);
    group.done();
  });
  thread other([&] {
    group.wait();
    expect(result.get() == 1, "the done orders nothing");
  });
  const bool done = group.wait_for(1ms);
  worker.join();
  other.join();
  outcome_is(done ? "done" : "late");
}

void cancelled_cond_wait() {
  mutex m;
  cond changed;
  shared<bool> ready{false};
  auto ctx = with_cancel();
  thread user([&] { ctx.cancel(); });
  thread signaller([&] {
    const lock_guard hold(m);
    ready.set(true);
    changed.signal();
  });
  bool seen = false;
  {
    unique_lock hold(m);
    seen = changed.wait(hold, ctx, [&] { return ready.get(); });
    expect(seen || ctx.done(), "woken for nothing");
  }
  user.join();
  signaller.join();
  outcome_is(seen ? "signalled" : "cancelled");
}

void function_after_cancel() {
  shared<int> runs{0};
  auto ctx = with_cancel();
  bool stopped = false;
  {
    auto later = after_func(ctx, [&] { ++runs; });
    thread user([&] { ctx.cancel(); });
    stopped = later.stop();
    user.join();
  }
  expect(runs.get() == (stopped ? 0 : 1), "not what it was told");
  outcome_is(stopped ? "stopped" : "ran");
}

void function_after_deadline() {
  shared<int> runs{0};
  const auto ctx = with_timeout(background(), 1ms);
  bool stopped = false;
  {
    auto later = after_func(ctx, [&] { ++runs; });
    stopped = later.stop();
  }
  expect(runs.get() == (stopped ? 0 : 1), "not what it was told");
  outcome_is(stopped ? "stopped" : "ran");
}

const client_set set({
    {.name = "context_cancel_and_wait", .body = cancel_and_wait},
    {.name = "context_goes_when_it_is_done", .body = context_goes_when_it_is_done},
    {.name = "context_cancel_goes_down", .body = cancel_goes_down},
    {.name = "context_cancels_cross", .body = cancels_cross},
    {.name = "context_child_leaves", .body = child_leaves, .outcomes = {"done", "open"}},
    {.name = "context_deadline_ends_a_wait", .body = deadline_ends_a_wait},
    {.name = "context_cancelled_lock",
     .body = cancelled_lock,
     .preemptions = 3,
     .outcomes = {"cancelled", "locked"}},
    {.name = "context_cancelled_acquire",
     .body = cancelled_acquire,
     .preemptions = 3,
     .outcomes = {"cancelled", "taken"}},
    {.name = "context_hopeless_acquire", .body = hopeless_acquire},
    {.name = "context_cancelled_group_wait",
     .body = cancelled_group_wait,
     .preemptions = 2,
     .outcomes = {"cancelled", "done"}},
    {.name = "context_group_wait_by_a_context_that_stays",
     .body = group_wait_by_a_context_that_stays},
    {.name = "context_group_goes_after_a_timed_wait",
     .body = group_goes_after_a_timed_wait,
     .outcomes = {"done", "late"}},
    {.name = "context_timed_wait_beside_a_plain_one",
     .body = timed_wait_beside_a_plain_one,
     .preemptions = 2,
     .outcomes = {"done", "late"}},
    {.name = "context_cancelled_cond_wait",
     .body = cancelled_cond_wait,
     .preemptions = 2,
     .outcomes = {"cancelled", "signalled"}},
    {.name = "context_function_after_cancel",
     .body = function_after_cancel,
     .outcomes = {"ran", "stopped"}},
    {.name = "context_function_after_deadline",
     .body = function_after_deadline,
     .outcomes = {"ran", "stopped"}},
});

}  // namespace

}  // namespace heddle::mutation
