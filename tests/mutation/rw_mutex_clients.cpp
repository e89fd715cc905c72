// Clients of rw_mutex.
#include <heddle/tests/mutation/clients.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

void add_locked(rw_mutex& m, shared<int>& sum) {
  m.lock();
  ++sum;
  m.unlock();
}

int read_locked(rw_mutex& m, shared<int>& sum) {
  m.lock_shared();
  const int seen = sum.get();
  m.unlock_shared();
  return seen;
}

void reader_writer() {
  rw_mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  outcome_is(read_locked(m, sum) == 0 ? "before" : "after");
  other.join();
  expect(read_locked(m, sum) == 1, "an addition is lost");
}

void two_writers() {
  rw_mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  add_locked(m, sum);
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

void two_readers_and_writer() {
  rw_mutex m;
  shared<int> sum{0};
  thread first([&] { (void)read_locked(m, sum); });
  thread second([&] { (void)read_locked(m, sum); });
  add_locked(m, sum);
  first.join();
  second.join();
  expect(sum.get() == 1, "an addition is lost");
}

void two_writers_and_reader() {
  rw_mutex m;
  shared<int> sum{0};
  thread first([&] { add_locked(m, sum); });
  thread second([&] { add_locked(m, sum); });
  (void)read_locked(m, sum);
  first.join();
  second.join();
  expect(sum.get() == 2, "an addition is lost");
}

// Each reader stays until the other is in.
void meet(rw_mutex& m, atomic<int>& inside) {
  m.lock_shared();
  inside.fetch_add(1);
  while (inside.load() != 2) yield();
  m.unlock_shared();
}

void readers_together() {
  rw_mutex m;
  atomic<int> inside{0};
  thread other([&] { meet(m, inside); });
  meet(m, inside);
  other.join();
}

// Both readers wait for the writer, and are let in both.
void readers_after_writer() {
  rw_mutex m;
  atomic<int> inside{0};
  m.lock();
  thread first([&] { meet(m, inside); });
  thread second([&] { meet(m, inside); });
  yield();
  m.unlock();
  first.join();
  second.join();
}

// A writer that has to wait for two readers goes after the second.
void writer_after_readers() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  m.lock_shared();
  thread writer([&] { add_locked(m, sum); });
  thread reader([&] {
    (void)sum.get();
    m.unlock_shared();
  });
  (void)sum.get();
  m.unlock_shared();
  writer.join();
  reader.join();
  expect(sum.get() == 1, "an addition is lost");
}

// Two rounds, so that what a writer waits for is counted anew.
void rounds() {
  rw_mutex m;
  shared<int> sum{0};
  thread writer([&] {
    add_locked(m, sum);
    add_locked(m, sum);
  });
  (void)read_locked(m, sum);
  (void)read_locked(m, sum);
  writer.join();
  expect(sum.get() == 2, "an addition is lost");
}

// Without preemption a thread comes to wait when the body yields.  The writer waits for the body,
// and keeps newcomers out meanwhile.
void waiting_writer_is_preferred() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  thread writer([&] { add_locked(m, sum); });
  yield();
  expect(!m.try_lock_shared(), "a reader overtakes a writer that waits");
  expect(!m.try_lock(), "a writer overtakes a writer that waits");
  expect(sum.get() == 0, "a writer is in beside a reader");
  m.unlock_shared();
  writer.join();
}

// The readers that came while a writer was in go before the next writer.
void waiting_readers_are_next() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock();
  thread reader([&] { expect(read_locked(m, sum) == 1, "a writer overtakes a reader"); });
  yield();
  thread writer([&] { add_locked(m, sum); });
  yield();
  ++sum;
  m.unlock();
  m.lock();
  ++sum;
  m.unlock();
  reader.join();
  writer.join();
}

// A reader that was let in and has not gone on yet gives its place to nobody who comes later.
void let_in_is_let_in() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock();
  thread reader([&] { (void)read_locked(m, sum); });
  yield();
  m.unlock();
  thread writer([&] { add_locked(m, sum); });
  yield();
  if (!m.try_lock_shared()) {
    m.lock_shared();
    expect(sum.get() == 1, "a reader overtakes a writer that waits");
  }
  m.unlock_shared();
  writer.join();
  reader.join();
}

// Readers of two turns sleep at once; a writer wakes those of the first alone.
void turns_are_told_apart() {
  rw_mutex m;
  shared<int> sum{0};
  m.lock();
  thread first([&] { (void)read_locked(m, sum); });
  yield();
  thread writer([&] { add_locked(m, sum); });
  thread second([&] { (void)read_locked(m, sum); });
  m.unlock();
  first.join();
  writer.join();
  second.join();
  expect(sum.get() == 1, "an addition is lost");
}

void try_alone() {
  rw_mutex m;
  expect(m.try_lock(), "try_lock of a free lock failed");
  expect(!m.try_lock(), "two writers are in");
  expect(!m.try_lock_shared(), "a reader is in beside a writer");
  m.unlock();
  expect(m.try_lock_shared(), "try_lock_shared of a free lock failed");
  expect(m.try_lock_shared(), "a second reader is kept out");
  expect(!m.try_lock(), "a writer is in beside a reader");
  m.unlock_shared();
  expect(!m.try_lock(), "a writer is in beside a reader");
  m.unlock_shared();
  expect(m.try_lock(), "try_lock of a free lock failed");
  m.unlock();
}

void try_lock_against_reader() {
  rw_mutex m;
  shared<int> sum{0};
  thread other([&] { (void)read_locked(m, sum); });
  if (m.try_lock()) {
    ++sum;
    m.unlock();
    outcome_is("taken");
  } else {
    outcome_is("refused");
  }
  other.join();
  expect(m.try_lock(), "a lock that nobody holds is not free");
  m.unlock();
}

void try_lock_shared_against_writer() {
  rw_mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  if (m.try_lock_shared()) {
    outcome_is(sum.get() == 0 ? "before" : "after");
    m.unlock_shared();
  } else {
    outcome_is("refused");
  }
  other.join();
  expect(m.try_lock(), "a lock that nobody holds is not free");
  m.unlock();
}

// What the writer wrote is still there when it has become a reader.
void downgrade() {
  rw_mutex m;
  shared<int> value{0};
  thread other([&] {
    m.lock();
    value.set(2);
    m.unlock();
  });
  m.lock();
  value.set(1);
  m.downgrade();
  expect(value.get() == 1, "a writer came between");
  m.unlock_shared();
  other.join();
  expect(m.try_lock(), "a lock that nobody holds is not free");
  m.unlock();
}

// The reader that waited gets in beside the one that was the writer.
void downgrade_lets_readers_in() {
  rw_mutex m;
  atomic<int> inside{0};
  m.lock();
  thread other([&] { meet(m, inside); });
  m.downgrade();
  inside.fetch_add(1);
  while (inside.load() != 2) yield();
  m.unlock_shared();
  other.join();
}

// The last reader lets the writer go, who destroys the lock; the reader must not touch it then.
void writer_destroys() {
  auto* const m = new rw_mutex;
  m->lock_shared();
  thread reader([m] { m->unlock_shared(); });
  m->lock();
  m->unlock();
  delete m;
  reader.join();
}

void writers_destroy() {
  struct counted {
    rw_mutex m;
    shared<int> owners{2};
  };
  auto* const object = new counted;
  const auto leave = [object] {
    object->m.lock();
    const bool last = --object->owners == 0;
    object->m.unlock();
    if (last) delete object;
  };
  thread other(leave);
  leave();
  other.join();
}

void unlock_of_unlocked() {
  rw_mutex m;
  m.unlock();
}

void unlock_of_read_locked() {
  rw_mutex m;
  m.lock_shared();
  m.unlock();
}

void unlock_shared_of_unlocked() {
  rw_mutex m;
  m.unlock_shared();
}

void unlock_shared_of_write_locked() {
  rw_mutex m;
  m.lock();
  m.unlock_shared();
}

void downgrade_of_unlocked() {
  rw_mutex m;
  m.downgrade();
}

void recursive_read() {
  rw_mutex m;
  thread writer([&] {
    m.lock();
    m.unlock();
  });
  m.lock_shared();
  m.lock_shared();
  m.unlock_shared();
  m.unlock_shared();
  writer.join();
}

void upgrade() {
  rw_mutex m;
  m.lock_shared();
  m.lock();
}

const std::vector<failure> deadlock = {{finding_kind::deadlock, "deadlock"}};
std::vector<failure> misuse(const char* text) { return {{finding_kind::misuse, text}}; }

const client_set clients({
    {.name = "rw_reader_writer", .body = reader_writer, .outcomes = {"after", "before"}},
    {.name = "rw_two_writers", .body = two_writers},
    {.name = "rw_two_readers_and_writer", .body = two_readers_and_writer, .preemptions = 2},
    {.name = "rw_two_writers_and_reader", .body = two_writers_and_reader, .preemptions = 2},
    {.name = "rw_readers_together", .body = readers_together, .preemptions = 3},
    {.name = "rw_readers_after_writer", .body = readers_after_writer, .preemptions = 2},
    {.name = "rw_writer_after_readers", .body = writer_after_readers, .preemptions = 2},
    {.name = "rw_rounds", .body = rounds, .preemptions = 3},
    {.name = "rw_waiting_writer_is_preferred",
     .body = waiting_writer_is_preferred,
     .preemptions = 0},
    {.name = "rw_waiting_readers_are_next", .body = waiting_readers_are_next, .preemptions = 0},
    {.name = "rw_let_in_is_let_in", .body = let_in_is_let_in, .preemptions = 2},
    {.name = "rw_turns_are_told_apart", .body = turns_are_told_apart, .preemptions = 1},
    {.name = "rw_spinning_rounds", .body = rounds, .preemptions = 3, .processors = 2},
    {.name = "rw_spinning", .body = two_readers_and_writer, .preemptions = 2, .processors = 2},
    {.name = "rw_try_alone", .body = try_alone},
    {.name = "rw_try_lock_against_reader",
     .body = try_lock_against_reader,
     .outcomes = {"refused", "taken"}},
    {.name = "rw_try_lock_shared_against_writer",
     .body = try_lock_shared_against_writer,
     .outcomes = {"after", "before", "refused"}},
    {.name = "rw_downgrade", .body = downgrade, .preemptions = 3},
    {.name = "rw_downgrade_lets_readers_in", .body = downgrade_lets_readers_in, .preemptions = 3},
    {.name = "rw_writer_destroys", .body = writer_destroys},
    {.name = "rw_writers_destroy", .body = writers_destroy},
    {.name = "rw_unlock_of_unlocked",
     .body = unlock_of_unlocked,
     .failures = misuse("unlock of unlocked rw_mutex")},
    {.name = "rw_unlock_of_read_locked",
     .body = unlock_of_read_locked,
     .failures = misuse("unlock of unlocked rw_mutex")},
    {.name = "rw_unlock_shared_of_unlocked",
     .body = unlock_shared_of_unlocked,
     .failures = misuse("unlock_shared of unlocked rw_mutex")},
    {.name = "rw_unlock_shared_of_write_locked",
     .body = unlock_shared_of_write_locked,
     .failures = misuse("unlock_shared of unlocked rw_mutex")},
    {.name = "rw_downgrade_of_unlocked",
     .body = downgrade_of_unlocked,
     .failures = misuse("downgrade of unlocked rw_mutex")},
    {.name = "rw_recursive_read", .body = recursive_read, .failures = deadlock},
    {.name = "rw_upgrade", .body = upgrade, .failures = deadlock},
});

}  // namespace

}  // namespace heddle::mutation
