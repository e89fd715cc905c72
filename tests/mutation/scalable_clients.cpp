// Clients of scalable_rw_mutex.
#include <heddle/tests/mutation/clients.hpp>

#include <chrono>
#include <optional>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/scalable_rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

void add_locked(scalable_rw_mutex& m, shared<int>& sum) {
  m.lock();
  ++sum;
  m.unlock();
}

int read_locked(scalable_rw_mutex& m, shared<int>& sum) {
  m.lock_shared();
  const int seen = sum.get();
  m.unlock_shared();
  return seen;
}

void reader_writer() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  outcome_is(read_locked(m, sum) == 0 ? "before" : "after");
  other.join();
  expect(read_locked(m, sum) == 1, "an addition is lost");
}

void two_writers() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  thread other([&] { add_locked(m, sum); });
  add_locked(m, sum);
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

void two_readers_and_writer() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  thread first([&] { (void)read_locked(m, sum); });
  thread second([&] { (void)read_locked(m, sum); });
  add_locked(m, sum);
  first.join();
  second.join();
  expect(sum.get() == 1, "an addition is lost");
}

// Each reader stays until the other is in.
void meet(scalable_rw_mutex& m, atomic<int>& inside) {
  m.lock_shared();
  inside.fetch_add(1);
  while (inside.load() != 2) yield();
  m.unlock_shared();
}

void readers_together() {
  scalable_rw_mutex m;
  atomic<int> inside{0};
  thread other([&] { meet(m, inside); });
  meet(m, inside);
  other.join();
}

// Readers open the lock again; then the next writer has to close it once more.
void opened_again() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  add_locked(m, sum);
  thread reader([&] {
    (void)read_locked(m, sum);
    (void)read_locked(m, sum);
    (void)read_locked(m, sum);
  });
  add_locked(m, sum);
  reader.join();
  expect(read_locked(m, sum) == 2, "an addition is lost");
}

void opened_again_alone() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  add_locked(m, sum);
  (void)read_locked(m, sum);
  (void)read_locked(m, sum);
  thread writer([&] { add_locked(m, sum); });
  (void)read_locked(m, sum);
  writer.join();
  expect(read_locked(m, sum) == 2, "an addition is lost");
}

// Who finds the lock opened again by another is ordered after the writer.
void opened_by_another() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  thread writer([&] { add_locked(m, sum); });
  thread opener([&] {
    (void)read_locked(m, sum);
    (void)read_locked(m, sum);
  });
  (void)read_locked(m, sum);
  writer.join();
  opener.join();
}

// The reader holds the lock when the writer comes, and the body waits for nobody.
void writer_sleeps() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  thread writer([&] { add_locked(m, sum); });
  (void)sum.get();
  m.unlock_shared();
  writer.join();
}

void another_unlocks() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  thread other([&] {
    (void)sum.get();
    m.unlock_shared();
  });
  add_locked(m, sum);
  other.join();
  expect(read_locked(m, sum) == 1, "an addition is lost");
}

// The entry for which there is a debt still stands when its thread reads again.
void another_unlocks_and_it_reads_again() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  {
    thread other([&] { m.unlock_shared(); });
    other.join();
  }
  thread writer([&] { add_locked(m, sum); });
  (void)read_locked(m, sum);
  (void)read_locked(m, sum);
  writer.join();
  expect(read_locked(m, sum) == 1, "an addition is lost");
  expect(m.try_lock(), "a lock that nobody holds is not free");
  m.unlock();
}

// One reader by its record, one by a share, and each unlocks what the other has locked.
void readers_swap() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  m.lock_shared();
  m.lock_shared();  // a record has room for two
  thread first([&] {
    (void)sum.get();
    m.unlock_shared();
  });
  thread second([&] {
    (void)sum.get();
    m.unlock_shared();
  });
  (void)sum.get();
  m.unlock_shared();
  add_locked(m, sum);
  first.join();
  second.join();
  expect(sum.get() == 1, "an addition is lost");
}

// The thread is gone, and what it has locked is not.
void reader_ends_locked() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  {
    thread reader([&] { m.lock_shared(); });
    reader.join();
  }
  thread writer([&] { add_locked(m, sum); });
  (void)sum.get();
  m.unlock_shared();
  writer.join();
}

// What another has unlocked stands in the record until the lock is gone, and not longer.
void address_is_used_again() {
  std::optional<scalable_rw_mutex> place;
  scalable_rw_mutex& first = place.emplace();
  first.lock_shared();
  thread other([&] { first.unlock_shared(); });
  other.join();
  place.reset();
  scalable_rw_mutex& second = place.emplace();
  expect(second.try_lock(), "a new lock is not free");
  second.unlock();
}

void writer_destroys() {
  auto* const m = new scalable_rw_mutex;
  m->lock_shared();
  thread reader([m] { m->unlock_shared(); });
  m->lock();
  m->unlock();
  delete m;
  reader.join();
}

// The same where the body's entry is unlocked by a debt.
void writer_destroys_after_debt() {
  auto* const m = new scalable_rw_mutex;
  m->lock_shared();
  thread reader([m] { m->unlock_shared(); });
  thread writer([m] {
    m->lock();
    m->unlock();
    delete m;
  });
  reader.join();
  writer.join();
}

void downgrade() {
  scalable_rw_mutex m;
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

void try_lock_against_reader() {
  scalable_rw_mutex m;
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
  add_locked(m, sum);
}

void timed_writer() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  m.lock_shared();
  thread writer([&] {
    if (m.try_lock_for(1ms)) {
      ++sum;
      m.unlock();
      outcome_is("locked");
    } else {
      outcome_is("late");
      add_locked(m, sum);  // the reader may still be in
    }
  });
  (void)sum.get();
  m.unlock_shared();
  writer.join();
  (void)read_locked(m, sum);
  add_locked(m, sum);
}

void cancelled_writer() {
  scalable_rw_mutex m;
  shared<int> sum{0};
  auto ctx = with_cancel();
  m.lock_shared();
  thread writer([&] {
    if (!m.lock(ctx)) return;
    ++sum;
    m.unlock();
  });
  ctx.cancel();
  (void)sum.get();
  m.unlock_shared();
  writer.join();
  add_locked(m, sum);
}

void unlock_shared_of_unlocked() {
  scalable_rw_mutex m;
  m.unlock_shared();
  m.lock();
}

const client_set clients({
    {.name = "scalable_reader_writer", .body = reader_writer, .outcomes = {"after", "before"}},
    {.name = "scalable_two_writers", .body = two_writers},
    {.name = "scalable_two_readers_and_writer", .body = two_readers_and_writer, .preemptions = 2},
    {.name = "scalable_readers_together", .body = readers_together},
    {.name = "scalable_opened_again", .body = opened_again, .preemptions = 2},
    {.name = "scalable_opened_again_alone", .body = opened_again_alone},
    {.name = "scalable_opened_by_another", .body = opened_by_another, .preemptions = 2},
    {.name = "scalable_writer_sleeps", .body = writer_sleeps},
    {.name = "scalable_another_unlocks", .body = another_unlocks},
    {.name = "scalable_another_unlocks_and_it_reads_again",
     .body = another_unlocks_and_it_reads_again,
     .preemptions = 3},
    {.name = "scalable_readers_swap", .body = readers_swap, .preemptions = 2},
    {.name = "scalable_reader_ends_locked", .body = reader_ends_locked},
    {.name = "scalable_address_is_used_again", .body = address_is_used_again},
    {.name = "scalable_writer_destroys", .body = writer_destroys},
    {.name = "scalable_writer_destroys_after_debt", .body = writer_destroys_after_debt},
    {.name = "scalable_downgrade", .body = downgrade},
    {.name = "scalable_try_lock_against_reader",
     .body = try_lock_against_reader,
     .outcomes = {"refused", "taken"}},
    {.name = "scalable_timed_writer", .body = timed_writer, .outcomes = {"late", "locked"}},
    {.name = "scalable_cancelled_writer", .body = cancelled_writer},
    {.name = "scalable_unlock_shared_of_unlocked",
     .body = unlock_shared_of_unlocked,
     .failures = {{finding_kind::misuse, "unlock_shared of unlocked rw_mutex"}}},
});

}  // namespace

}  // namespace heddle::mutation
