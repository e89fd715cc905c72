// Messages that are awaited by somebody who holds the lock that the other side needs (GoKer:
// grpc_1460, etcd_6873, etcd_5509, serving_2137, kubernetes_10182).
#include <array>
#include <cstddef>
#include <utility>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

struct keepalive {
  explicit keepalive(std::size_t capacity) : wake(capacity, "wake") {}
  mutex lock{"transport"};
  channel<int> wake;
  shared<int> streams{0, "streams"};
};

// Broken: waits for a stream, and holds the lock that it takes to open one.
void sleep_holding_lock(const owned<keepalive>& of) {
  const lock_guard guard(of->lock);
  if (of->streams.get() == 0) (void)of->wake.receive();
}

// The token that is there goes first; whoever opens a stream then brings another one.
void sleep_without_lock(const owned<keepalive>& of) {
  of->lock.lock();
  const bool idle = of->streams.get() == 0;
  if (idle) (void)of->wake.receive();
  of->lock.unlock();
  if (idle) (void)of->wake.receive();
}

void open_stream(const owned<keepalive>& of) {
  const lock_guard guard(of->lock);
  of->streams.set(of->streams.get() + 1);
  int token = 1;
  if (of->streams.get() == 1) select(on_send(of->wake, std::move(token)), otherwise());
}

void keep_alive(bool holds_lock) {
  const auto all = owned<keepalive>::make(std::size_t{holds_lock ? 0U : 1U});
  if (!holds_lock) all->wake.send(1);
  go([all, holds_lock] { holds_lock ? sleep_holding_lock(all) : sleep_without_lock(all); });
  go([all] { open_stream(all); });
}

const model_registration sleeps_without{{
    .name = "bugs/grpc_1460",
    .body = [] { keep_alive(false); },
    .summary = "a token is taken under the lock, and the next awaited without it",
    .complaint = not_exhaustive,
}};

const model_registration sleeps_with{{
    .name = "bugs/grpc_1460_holds_lock",
    .expected = finding_kind::stuck_threads,
    .body = [] { keep_alive(true); },
    .summary = "who waits to be woken holds the lock of who would wake",
}};

struct broadcasts {
  mutex lock{"broadcasts"};
  channel<int> updates{1, "updates"};
  channel<int> done{0, "done"};
};

void stop(const owned<broadcasts>& of, bool holds_lock) {
  of->lock.lock();
  of->updates.close();
  if (!holds_lock) of->lock.unlock();
  (void)of->done.receive();
  if (holds_lock) of->lock.unlock();
}

void coalesce(bool holds_lock) {
  const auto all = owned<broadcasts>::make();
  go([all] {
    while (all->updates.receive()) {
      all->lock.lock();
      all->lock.unlock();
    }
    all->done.close();
  });
  int update = 1;
  select(on_send(all->updates, std::move(update)), otherwise());
  go([all, holds_lock] { stop(all, holds_lock); });
}

const model_registration stops_without{{
    .name = "bugs/etcd_6873",
    .body = [] { coalesce(false); },
    .summary = "the end is awaited without the lock",
    .complaint = not_exhaustive,
}};

const model_registration stops_with{{
    .name = "bugs/etcd_6873_holds_lock",
    .expected = finding_kind::stuck_threads,
    .body = [] { coalesce(true); },
    .summary = "who waits for the end of a thread holds the lock that it needs",
}};

// In static storage, for it may still be held at the end.
rw_mutex client("client");

// A client that is closed while another thread uses it.  Broken: who finds it closed leaves with
// the lock.
void use_and_close(bool gives_back) {
  mutex use("use");
  shared<bool> open{true, "open"};
  cancel_context ctx(background(), "client");
  channel<int> done(0, "done");
  thread user([&] {
    constexpr int rounds = 2;
    bool over = false;
    for (int i = 0; i < rounds && !over; ++i) {
      client.lock_shared();
      over = !open.get();
      use.lock();
      use.unlock();
      if (!over || gives_back) client.unlock_shared();
    }
    done.close();
  });
  client.lock();
  if (open.get()) {
    ctx.cancel();
    open.set(false);
  }
  client.unlock();
  client.lock();
  client.unlock();
  (void)done.receive();
  user.join();
}

const model_registration gives_back{{
    .name = "bugs/etcd_5509",
    .body = [] { use_and_close(true); },
    .summary = "the lock is given back on every path",
    .complaint = not_exhaustive,
}};

const model_registration keeps_lock{{
    .name = "bugs/etcd_5509_keeps_lock",
    .expected = finding_kind::deadlock,
    .body = [] { use_and_close(false); },
    .summary = "who finds the client closed leaves with its read lock",
}};

// Two requests, of which one at a time is served.
struct request {
  mutex lock{"request"};
  channel<bool> result{1, "result"};
  wait_group started;
};

void collect(request& of) {
  const bool served = *of.result.receive();
  of.result.send(served);
}

// Broken: the first is waited for before the second may go on, which may be the one that is served.
void serve_two(bool unlocks_first) {
  channel<int> pending(2, "pending");
  channel<int> active(1, "active");
  std::array<request, 2> all;
  std::array<thread, 2> threads;
  for (std::size_t i = 0; i < all.size(); ++i) {
    request& mine = all.at(i);
    mine.lock.lock();
    mine.started.add(1);
    threads.at(i) = thread([&pending, &active, &mine] {
      mine.started.done();
      int token = 1;
      bool room = true;
      select(on_send(pending, std::move(token)), otherwise([&] { room = false; }));
      if (!room) return mine.result.send(false);
      active.send(1);
      mine.lock.lock();
      mine.lock.unlock();
      (void)active.receive();
      (void)pending.receive();
      mine.result.send(true);
    });
    mine.started.wait();
  }
  if (unlocks_first) {
    for (request& each : all) each.lock.unlock();
  }
  for (request& each : all) {
    if (!unlocks_first) each.lock.unlock();
    collect(each);
  }
  for (thread& each : threads) each.join();
}

const large_model unlocks_first{{
    .name = "bugs/serving_2137",
    .body = [] { serve_two(true); },
    .summary = "all requests may go on before the first is waited for",
    .complaint = not_exhaustive,
}};

const large_model one_by_one{{
    .name = "bugs/serving_2137_one_by_one",
    .expected = finding_kind::deadlock,
    .body = [] { serve_two(false); },
    .summary = "the request that is served waits for one that is not",
}};

struct statuses {
  rw_mutex lock{"statuses"};
  channel<int> updates{0, "updates"};
};

void clear(const owned<statuses>& of) {
  of->lock.lock();
  of->lock.unlock();
}

// Broken: the senders hold the lock.
void sync_statuses(bool under_lock) {
  const auto all = owned<statuses>::make();
  go([all] {
    go([all] {
      for (int i = 0; i < 2; ++i) {
        (void)all->updates.receive();
        clear(all);
      }
    });
  });
  for (int i = 0; i < 2; ++i) {
    go([all, under_lock] {
      all->lock.lock();
      if (!under_lock) all->lock.unlock();
      all->updates.send(1);
      if (under_lock) all->lock.unlock();
    });
  }
}

// Has 2070288 executions, which takes longer than a run of all models is to take.
const large_model sends_without{{
    .name = "bugs/kubernetes_10182",
    .body = [] { sync_statuses(false); },
    .summary = "the senders give the lock back before they send",
}};

const model_registration sends_with{{
    .name = "bugs/kubernetes_10182_holds_lock",
    .expected = finding_kind::stuck_threads,
    .body = [] { sync_statuses(true); },
    .summary = "a sender holds the lock that the receiver needs before it receives",
}};

}  // namespace

}  // namespace heddle::bugs
