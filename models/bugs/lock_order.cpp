// Two locks that are taken in opposite orders (GoKer: cockroach_10214, hugo_3251).
#include <array>
#include <cstddef>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

// A store with a list of pending heartbeats, and two replicas of which one reports to the store.
struct replica_locks {
  mutex outer, inner;
};
mutex store("store");
std::array<replica_locks, 2> replicas{replica_locks{mutex("replica 1"), mutex("reports 1")},
                                      replica_locks{mutex("replica 2"), mutex("reports 2")}};
constexpr int rounds = 2;
shared<int> pending{rounds, "pending"};

void visit_replicas() {
  for (replica_locks& each : replicas) {
    each.outer.lock();
    each.outer.unlock();
  }
}

// Broken: the replicas are visited under the lock of the store.
void send_heartbeats(bool under_lock) {
  store.lock();
  const int count = pending.get();
  if (!under_lock) store.unlock();
  for (int i = 0; i < count; ++i) visit_replicas();
  if (under_lock) store.unlock();
}

void report_to_store() {
  const lock_guard replica(replicas[0].outer);
  const lock_guard reports(replicas[0].inner);
  for (int i = 0; i < rounds; ++i) {
    store.lock();
    store.unlock();
  }
}

void beat(bool under_lock) {
  go([under_lock] { send_heartbeats(under_lock); });
  go(report_to_store);
}

const model_registration copies_first{{
    .name = "bugs/cockroach_10214",
    .body = [] { beat(false); },
    .summary = "the list is copied, and the replicas are visited without the store's lock",
    .complaint = not_exhaustive,
}};

const model_registration visits_under_lock{{
    .name = "bugs/cockroach_10214_visits_under_lock",
    .expected = finding_kind::stuck_threads,
    .body = [] { beat(true); },
    .summary = "store and replica are locked in opposite orders",
}};

// A table of mutexes, of which one key is used; its mutex is made when it is first wanted.
class nested_locks {
 public:
  explicit nested_locks(bool locks_under_table) : locks_under_table_(locks_under_table) {}

  void enter() {
    table_.lock();
    made_.set(true);
    if (locks_under_table_) key_.lock();
    table_.unlock();
    if (!locks_under_table_) key_.lock();
  }
  void leave() {
    table_.lock_shared();
    expect(made_.get(), "who leaves has entered");
    key_.unlock();
    table_.unlock_shared();
  }

 private:
  bool locks_under_table_;
  rw_mutex table_{"table"};
  mutex key_{"key"};
  shared<bool> made_{false, "made"};
};

void work(std::size_t workers, int times, bool locks_under_table) {
  nested_locks locks(locks_under_table);
  wait_group all;
  std::vector<thread> threads;
  threads.reserve(workers);
  for (std::size_t i = 0; i < workers; ++i) {
    all.add(1);
    threads.emplace_back([&locks, &all, times] {
      for (int round = 0; round < times; ++round) {
        locks.enter();
        locks.leave();
      }
      all.done();
    });
  }
  all.wait();
  for (thread& each : threads) each.join();
}

const model_registration locks_after{{
    .name = "bugs/hugo_3251",
    .body = [] { work(2, 1, false); },
    .summary = "the key is locked once the table is not",
    .complaint = not_exhaustive,
}};

const model_registration locks_under{{
    .name = "bugs/hugo_3251_locks_under_table",
    .expected = finding_kind::deadlock,
    .body = [] { work(2, 1, true); },
    .summary = "who waits for the key holds the table that its owner needs",
}};

const large_model locks_after_large{{
    .name = "bugs/hugo_3251_3",
    .body = [] { work(3, 1, false); },
    .summary = "the same with three threads",
    .whole = true,
    .complaint = not_exhaustive,
}};

const large_model locks_under_large{{
    .name = "bugs/hugo_3251_3_locks_under_table",
    .expected = finding_kind::deadlock,
    .body = [] { work(3, 1, true); },
    .summary = "the same with three threads",
}};

}  // namespace

}  // namespace heddle::bugs
