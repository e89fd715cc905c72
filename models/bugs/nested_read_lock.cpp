// A thread that read-locks twice, and a writer that comes between (GoKer: cockroach_6181,
// kubernetes_62464).
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

rw_mutex cache("cache");
shared<int> ranges{0, "ranges"};
wait_group lookups;

int size_locked() { return ranges.get(); }

int size() {
  cache.lock_shared();
  const int result = size_locked();
  cache.unlock_shared();
  return result;
}

// Broken: the message asks for a size that is read under the lock that is held already.
void look_up(bool message_locks) {
  cache.lock_shared();
  (void)(message_locks ? size() : size_locked());
  cache.unlock_shared();
  cache.lock();
  ranges.set(ranges.get() + 1);
  cache.unlock();
  lookups.done();
}

void look_up_in_three_threads(bool message_locks) {
  go([message_locks] {
    for (int i = 0; i < 3; ++i) {
      lookups.add(1);
      go([message_locks] { look_up(message_locks); });
    }
    lookups.wait();
  });
}

const model_registration message_relies{{
    .name = "bugs/cockroach_6181",
    .body = [] { look_up_in_three_threads(false); },
    .summary = "the message relies on the lock that is held",
    .complaint = not_exhaustive,
}};

const model_registration message_locks{{
    .name = "bugs/cockroach_6181_message_locks",
    .expected = finding_kind::stuck_threads,
    .body = [] { look_up_in_three_threads(true); },
    .summary = "a second read lock waits for a writer that waits for the first one",
}};

rw_mutex assignments("assignments");

// Whether there was something; nobody knows beforehand.
bool get() {
  const shared_lock guard(assignments);
  return choose(2) == 1;
}

void get_default() { const shared_lock guard(assignments); }

// Broken: the state is held for reading while its parts lock for themselves.
void handle(bool outer_lock) {
  if (outer_lock) assignments.lock_shared();
  if (!get()) get_default();
  if (outer_lock) assignments.unlock_shared();
}

void reconcile(bool outer_lock) {
  go([outer_lock] { handle(outer_lock); });
  go([] {
    get_default();
    assignments.lock();
    assignments.unlock();
  });
}

const model_registration no_outer_lock{{
    .name = "bugs/kubernetes_62464",
    .body = [] { reconcile(false); },
    .summary = "each part locks for itself, and nobody around them",
    .complaint = not_exhaustive,
}};

const model_registration outer_lock{{
    .name = "bugs/kubernetes_62464_outer_lock",
    .expected = finding_kind::stuck_threads,
    .body = [] { reconcile(true); },
    .summary = "a read lock inside another one, and a writer between the two",
}};

}  // namespace

}  // namespace heddle::bugs
