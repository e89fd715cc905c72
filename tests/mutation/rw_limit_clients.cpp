// Clients of rw_mutex that may give up: by a deadline or a context.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>

#include <heddle/sync/context.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

void require_free(rw_mutex& m) {
  m.lock();
  m.unlock();
  m.lock_shared();
  m.unlock_shared();
  expect(m.try_lock() || m.try_lock(), "a lock that nobody holds is not free");
  m.unlock();
}

void timed_writer() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  bool got = false;
  thread writer([&] {
    got = m.try_lock_for(1ms);
    if (!got) return;
    ++sum;
    m.unlock();
  });
  (void)sum.get();
  m.unlock_shared();
  writer.join();
  outcome_is(got ? "locked" : "late");
  require_free(m);
}

void timed_reader() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock();
  bool got = false;
  thread reader([&] {
    got = m.try_lock_shared_for(1ms);
    if (!got) return;
    (void)sum.get();
    m.unlock_shared();
  });
  ++sum;
  m.unlock();
  reader.join();
  outcome_is(got ? "locked" : "late");
  require_free(m);
}

void cancelled_writer() {
  rw_mutex m;
  shared<int> sum{0};
  auto ctx = with_cancel();
  m.lock_shared();
  bool got = false;
  thread writer([&] {
    got = m.lock(ctx);
    if (!got) return;
    ++sum;
    m.unlock();
  });
  thread user([&] { ctx.cancel(); });
  (void)sum.get();
  m.unlock_shared();
  writer.join();
  user.join();
  outcome_is(got ? "locked" : "cancelled");
  require_free(m);
}

void cancelled_reader() {
  rw_mutex m;
  shared<int> sum{0};
  auto ctx = with_cancel();
  m.lock();
  bool got = false;
  thread reader([&] {
    got = m.lock_shared(ctx);
    if (!got) return;
    (void)sum.get();
    m.unlock_shared();
  });
  thread user([&] { ctx.cancel(); });
  ++sum;
  m.unlock();
  reader.join();
  user.join();
  outcome_is(got ? "locked" : "cancelled");
  require_free(m);
}

// A writer without a limit is beside it, and so is a reader.
void three_kinds() {
  rw_mutex m;
  shared<int> sum{0};
  const auto ctx = with_cancel();
  thread writer([&] {
    expect(m.lock(ctx), "given up, and nobody said so");
    ++sum;
    m.unlock();
  });
  thread other([&] {
    m.lock();
    ++sum;
    m.unlock();
  });
  m.lock_shared();
  (void)sum.get();
  m.unlock_shared();
  writer.join();
  other.join();
  expect(sum.get() == 2, "an addition is lost");
  require_free(m);
}

void two_limited_writers() {
  rw_mutex m;
  shared<int> sum{0};
  const auto ctx = with_cancel();
  const auto write = [&] {
    expect(m.lock(ctx), "given up, and nobody said so");
    ++sum;
    m.unlock();
  };
  m.lock_shared();
  thread first(write), second(write);
  yield();
  (void)sum.get();
  m.unlock_shared();
  first.join();
  second.join();
  expect(sum.get() == 2, "an addition is lost");
  require_free(m);
}

// Who comes while such a writer waits stands back, and goes on when it has given up.
void reader_stands_back() {
  rw_mutex m;
  auto ctx = with_cancel();
  m.lock_shared();
  thread writer([&] {
    if (m.lock(ctx)) m.unlock();
  });
  yield();
  expect(!m.try_lock_shared(), "a reader overtakes a writer that waits");
  thread reader([&] {
    m.lock_shared();
    m.unlock_shared();
  });
  yield();
  ctx.cancel();
  reader.join();
  m.unlock_shared();
  writer.join();
  require_free(m);
}

// The same, with a deadline, and the reader may give up as well.
void reader_stands_back_and_is_late() {
  rw_mutex m;
  m.lock_shared();
  thread writer([&] {
    if (m.try_lock_for(1ms)) m.unlock();
  });
  thread reader([&] {
    if (m.try_lock_shared_for(2ms)) m.unlock_shared();
  });
  m.unlock_shared();
  writer.join();
  reader.join();
  require_free(m);
}

// A reader stands back for a limited writer, and a writer without a limit goes first: its unlock
// lets the reader go on though the other still waits for a reader that holds the lock.
void unlock_lets_go_who_stands_back() {
  rw_mutex m;
  shared<int> stage{0};
  auto ctx = with_cancel();
  m.lock_shared();
  thread limited([&] {
    if (m.lock(ctx)) m.unlock();
  });
  yield();  // it waits for the body
  thread reader([&] {
    m.lock_shared();
    expect(stage.get() == 1, "a reader did not stand back");
    ctx.cancel();
    m.unlock_shared();
  });
  yield();  // it stands back
  thread writer([&] {
    m.lock();
    stage.set(1);
    m.downgrade();
    reader.join();
    m.unlock_shared();
  });
  yield();  // it waits for the body
  m.unlock_shared();
  writer.join();
  limited.join();
}

// The last unlock may be followed by the end of the lock, whatever gives up meanwhile.
void late_reader_and_end() {
  auto* const m = new rw_mutex;
  m->lock();
  thread reader([m] {
    bool const got = m->try_lock_shared_for(1ms);
    if (got) m->unlock_shared();
    m->lock();
    m->unlock();
    delete m;
  });
  m->unlock();
  reader.join();
}

void late_writer_and_end() {
  auto* const m = new rw_mutex;
  m->lock_shared();
  thread writer([m] {
    if (!m->try_lock_for(1ms)) m->lock();
    m->unlock();
    delete m;
  });
  m->unlock_shared();
  writer.join();
}

void assert_held() {
  rw_mutex m;
  m.lock();
  m.assert_held();
  m.assert_held_shared();
  m.downgrade();
  m.assert_held_shared();
  m.assert_held();
}

void assert_held_shared() {
  rw_mutex m;
  m.assert_held_shared();
}

const client_set clients({
    {.name = "rw_limit_timed_writer", .body = timed_writer, .outcomes = {"late", "locked"}},
    {.name = "rw_limit_timed_reader", .body = timed_reader, .outcomes = {"late", "locked"}},
    {.name = "rw_limit_cancelled_writer",
     .body = cancelled_writer,
     .preemptions = 2,
     .outcomes = {"cancelled", "locked"}},
    {.name = "rw_limit_cancelled_reader",
     .body = cancelled_reader,
     .preemptions = 2,
     .outcomes = {"cancelled", "locked"}},
    {.name = "rw_limit_three_kinds", .body = three_kinds, .preemptions = 2},
    {.name = "rw_limit_two_limited_writers", .body = two_limited_writers, .preemptions = 2},
    {.name = "rw_limit_reader_stands_back", .body = reader_stands_back, .preemptions = 0},
    {.name = "rw_limit_reader_stands_back_and_is_late",
     .body = reader_stands_back_and_is_late,
     .preemptions = 2},
    {.name = "rw_limit_unlock_lets_go_who_stands_back",
     .body = unlock_lets_go_who_stands_back,
     .preemptions = 0},
    {.name = "rw_limit_late_reader_and_end", .body = late_reader_and_end},
    {.name = "rw_limit_late_writer_and_end", .body = late_writer_and_end},
    {.name = "rw_limit_assert_held",
     .body = assert_held,
     .failures = {{finding_kind::misuse, "rw_mutex is not held by a writer"}}},
    {.name = "rw_limit_assert_held_shared",
     .body = assert_held_shared,
     .failures = {{finding_kind::misuse, "rw_mutex is not held"}}},
});

}  // namespace

}  // namespace heddle::mutation
