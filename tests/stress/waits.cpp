// What threads wait for: nothing that was handed over is lost, and nothing comes twice.
#include <heddle/tests/stress/torture.hpp>

#include <atomic>
#include <memory>
#include <optional>

#include <heddle/sync/channel.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/wait_group.hpp>

namespace stress {

namespace {

// The waiter destroys the group as soon as it is let go.
void groups(const round& now) {
  for (unsigned i = 0; i < 20; ++i) {
    dice own(now.seed() * 32 + i);
    auto group = std::make_unique<heddle::wait_group>();
    const auto tasks = 1 + own.below(3);
    std::atomic<std::uint64_t> done{0};
    group->add(static_cast<std::int32_t>(2 * tasks));
    for (std::uint32_t task = 0; task < tasks; ++task) {
      std::thread([&done, it = group.get(), at_once = own.below(2) != 0] {
        done.fetch_add(2, std::memory_order_relaxed);
        if (!at_once) it->done();
        it->done(at_once ? 2 : 1);
      }).detach();
    }
    auto ctx = heddle::with_timeout(heddle::background(), own.moment());
    const bool early = own.below(2) != 0 ? group->wait(ctx) : group->wait_for(own.moment());
    if (!early) group->wait();
    const std::uint64_t seen = done.load(std::memory_order_relaxed);
    group.reset();
    require_equal(seen, 2 * tasks, "tasks that are done");
  }
}

// Tickets that are put and taken; waits that are late or cancelled take none.
void conds(const round& now) {
  constexpr unsigned tickets = 200;
  heddle::mutex lock;
  heddle::cond filled;
  auto ctx = heddle::with_cancel();
  unsigned there = 0, taken = 0;
  crew(4, now, [&](unsigned thread, dice& own) {
    if (thread == 0) {
      for (unsigned i = 0; i < tickets; ++i) {
        if (i == tickets / 2) ctx.cancel();
        const heddle::lock_guard hold(lock);
        ++there;
        own.below(8) == 0 ? filled.broadcast() : filled.signal();
      }
      const heddle::lock_guard hold(lock);
      filled.broadcast();
      return;
    }
    heddle::unique_lock hold(lock);
    const auto ready = [&] { return there != 0 || taken == tickets; };
    while (taken != tickets) {
      const auto way = own.below(4);
      if (way == 0 && !filled.wait_for(hold, own.moment(), ready)) continue;
      if (way == 1 && !filled.wait(hold, ctx, ready)) {
        hold.unlock();
        hold.lock();
        continue;
      }
      filled.wait(hold, ready);
      if (there == 0) continue;
      --there;
      if (++taken == tickets) filled.broadcast();
    }
  });
  require_equal(taken, tickets, "tickets");
  require_equal(there, 0, "tickets that are left");
}

void onces(const round& now) {
  for (unsigned i = 0; i < 20; ++i) {
    heddle::retry_once first;
    std::atomic<std::uint64_t> calls{0}, failures{0};
    std::uint64_t value = 0;
    crew(3, now, [&](unsigned, dice& own) {
      for (;;) {
        const bool throws = own.below(3) == 0;
        try {
          first.call([&] {
            calls.fetch_add(1);
            if (throws) throw 1;
            ++value;
          });
        } catch (int) {
          failures.fetch_add(1);
          continue;
        }
        require_equal(value, 1, "what was made once");
        return;
      }
    });
    require_equal(calls - failures, 1, "calls that came to an end");
  }
}

void semaphores(const round& now) {
  constexpr std::uint32_t size = 3;
  heddle::semaphore permits{size};
  auto ctx = heddle::with_cancel();
  std::atomic<std::uint32_t> inside{0};
  crew(5, now, [&](unsigned thread, dice& own) {
    for (unsigned turn = 0; turn < 150; ++turn) {
      if (thread == 0 && turn == 75) ctx.cancel();
      const std::uint32_t number = 1 + own.below(size);
      const auto way = own.below(5);
      bool got = true;
      if (way == 0) got = permits.try_acquire(number);
      if (way == 1) got = permits.try_acquire_for(own.moment(), number);
      if (way == 2) got = permits.acquire(ctx, number);
      if (way > 2) permits.acquire(number);
      if (!got) continue;
      if (inside.fetch_add(number) + number > size) fail("permits in use", inside, size);
      inside.fetch_sub(number);
      permits.release(number);
    }
  });
  if (!permits.try_acquire(size)) fail("permits that are left", 0, size);
}

// Senders, and receivers that give up now and then.  The last sender closes.
void channels(const round& now) {
  constexpr unsigned senders = 2;
  constexpr unsigned elements = 150;
  dice own(now.seed());
  auto numbers = std::make_unique<heddle::channel<std::uint64_t>>(own.below(4));
  auto ctx = heddle::with_cancel();
  std::atomic<std::uint64_t> sent{0}, got{0};
  std::atomic<unsigned> open{senders};
  crew(senders + 2, now, [&](unsigned thread, dice& self) {
    if (thread < senders) {
      for (std::uint64_t i = 1; i <= elements; ++i) {
        if (thread == 0 && i == elements / 2) ctx.cancel();
        const auto way = self.below(5);
        bool done = true;
        if (way == 0) done = numbers->try_send(i);
        if (way == 1) done = numbers->try_send_for(self.moment(), i);
        if (way == 2) done = numbers->send(ctx, i);
        if (way > 2) numbers->send(i);
        if (done) sent += i;
      }
      if (--open == 0) numbers->close();
      return;
    }
    for (;;) {
      const auto way = self.below(4);
      auto element = way == 0   ? numbers->try_receive()
                     : way == 1 ? numbers->try_receive_for(self.moment())
                     : way == 2 ? numbers->receive(ctx)
                                : numbers->receive();
      if (element) {
        got += *element;
      } else if (element.status() == heddle::receive_status::closed) {
        return;
      }
    }
  });
  numbers.reset();
  require_equal(got, sent, "sum of the elements");
}

void selects(const round& now) {
  constexpr unsigned elements = 150;
  dice own(now.seed());
  heddle::channel<std::uint64_t> left(own.below(3)), right(own.below(3)), stop;
  std::atomic<std::uint64_t> sent{0}, got{0};
  std::atomic<unsigned> open{2};
  crew(4, now, [&](unsigned thread, dice& self) {
    if (thread < 2) {
      for (std::uint64_t i = 1; i <= elements; ++i) {
        const std::size_t which = heddle::select(heddle::on_send(left, std::uint64_t{i}),
                                                 heddle::on_send(right, std::uint64_t{i}),
                                                 heddle::on_timeout(self.moment()));
        if (which < 2) sent += i;
      }
      if (--open == 0) stop.close();
      return;
    }
    for (bool stopped = false; !stopped;) {
      heddle::select(
          heddle::on_receive(left, [&](auto&& element) { got += element ? *element : 0U; }),
          heddle::on_receive(right, [&](auto&& element) { got += element ? *element : 0U; }),
          heddle::on_receive(stop, [&](auto&&) { stopped = true; }));
    }
    for (auto* each : {&left, &right}) {
      while (auto element = each->try_receive()) got += *element;
    }
  });
  require_equal(got, sent, "sum of the selected elements");
}

// Trees of contexts that are cancelled from all sides, while others wait by them and come and go.
void contexts(const round& now) {
  for (unsigned i = 0; i < 10; ++i) {
    auto root = heddle::with_cancel();
    std::atomic<std::uint64_t> ended{0}, first{0};
    crew(4, now, [&](unsigned thread, dice& own) {
      for (unsigned turn = 0; turn < 5; ++turn) {
        auto child = own.below(2) != 0 ? heddle::with_cancel(root)
                                       : heddle::with_timeout(root, own.moment());
        auto inner = heddle::with_cancel(child);
        if (own.below(2) != 0) child.cancel();
        if (thread == 0 && turn == 3 && root.cancel()) ++first;
        if (own.below(3) == 0) (void)inner.wait_for(own.moment());
        if (thread == 0 || turn < 3) continue;
        inner.wait();
        if (inner.done() && child.done()) ++ended;
      }
    });
    require_equal(first, 1, "cancels that counted");
    require_equal(ended, 3 * 2, "waits that ended by a context");
  }
}

const bool added = [] {
  add({"wait_group", groups});
  add({"cond", conds});
  add({"once", onces});
  add({"semaphore", semaphores});
  add({"channel", channels});
  add({"select", selects});
  add({"context", contexts});
  return true;
}();

}  // namespace

}  // namespace stress
