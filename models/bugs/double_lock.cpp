// A thread that locks a mutex which it has locked before (GoKer: cockroach_584, moby_36114).
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

// What threads share stands in static storage: the body returns before they do.
mutex gossip("gossip");
shared<bool> closed{true, "closed"};

// Serves until it is closed.  Broken: it leaves with the lock.
void serve(bool gives_back) {
  for (;;) {
    gossip.lock();
    if (closed.get()) {
      if (gives_back) gossip.unlock();
      return;
    }
    gossip.unlock();
  }
}

void serve_twice(bool gives_back) {
  go([gives_back] {
    serve(gives_back);
    serve(gives_back);
  });
}

const model_registration unlocks{{
    .name = "bugs/cockroach_584",
    .body = [] { serve_twice(true); },
    .summary = "both routines unlock on every path",
    .complaint = not_exhaustive,
}};

const model_registration leaves_locked{{
    .name = "bugs/cockroach_584_leaves_locked",
    .expected = finding_kind::stuck_threads,
    .body = [] { serve_twice(false); },
    .summary = "a routine that is over early keeps the lock, and the next one wants it",
}};

mutex container("container");
shared<bool> running{false, "running"};

void set_running_locked() { running.set(true); }

void set_running() {
  container.lock();
  set_running_locked();
  container.unlock();
}

// Broken: the helper locks what its caller has locked.
void restart(bool helper_locks) {
  go([helper_locks] {
    container.lock();
    helper_locks ? set_running() : set_running_locked();
    container.unlock();
  });
}

const model_registration relies_on_caller{{
    .name = "bugs/moby_36114",
    .body = [] { restart(false); },
    .summary = "the helper relies on the caller's lock",
    .complaint = not_exhaustive,
}};

const model_registration helper_locks{{
    .name = "bugs/moby_36114_helper_locks",
    .expected = finding_kind::stuck_threads,
    .body = [] { restart(true); },
    .summary = "the helper locks what its caller holds",
}};

}  // namespace

}  // namespace heddle::bugs
