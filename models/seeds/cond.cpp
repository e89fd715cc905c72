// Waiting for something to become true.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

/// A number of items in store.
class store {
 public:
  void put() {
    const lock_guard guard(lock_);
    ++items_.write();
    arrived_.signal();
  }

  void take() {
    const lock_guard guard(lock_);
    while (items_.get() == 0) arrived_.wait(lock_);
    --items_.write();
  }

  // Broken: between the signal and the return of the wait another thread may take the item.
  void take_without_second_look() {
    const lock_guard guard(lock_);
    if (items_.get() == 0) arrived_.wait(lock_);
    expect(items_.get() > 0, "there is an item when the wait has returned");
    --items_.write();
  }

 private:
  mutex lock_{"store"};
  cond arrived_{"arrived"};
  shared<int> items_{0, "items"};
};

const model_registration loop{{
    .name = "seeds/cond_loop",
    .body =
        [] {
          store items;
          thread consumer([&] { items.take(); });
          thread other([&] { items.take(); });
          items.put();
          items.put();
          consumer.join();
          other.join();
        },
    .summary = "the condition is tested again after the wait",
}};

const model_registration if_instead_of_while{{
    .name = "seeds/cond_loop_is_an_if",
    .expected = finding_kind::assertion,
    .body =
        [] {
          store items;
          thread consumer([&] { items.take_without_second_look(); });
          thread other([&] { items.take_without_second_look(); });
          items.put();
          items.put();
          consumer.join();
          other.join();
        },
    .summary = "the condition is not tested again after the wait",
}};

/// Says once that something is ready.
class ready_flag {
 public:
  void set() {
    const lock_guard guard(lock_);
    ready_.store(true);
    changed_.signal();
  }

  // Broken: the flag changes outside of the lock.  A thread that has just seen it false, and is
  // about to wait, misses the signal.
  void set_without_lock() {
    ready_.store(true);
    changed_.signal();
  }

  void wait() {
    const lock_guard guard(lock_);
    while (!ready_.load()) changed_.wait(lock_);
  }

  // Broken: a signal is not remembered.  One that came before the wait is lost.
  void wait_for_the_signal() {
    const lock_guard guard(lock_);
    changed_.wait(lock_);
  }

 private:
  mutex lock_{"flag"};
  cond changed_{"changed"};
  atomic<bool> ready_{false, "ready"};
};

const model_registration signal{{
    .name = "seeds/cond_signal",
    .body =
        [] {
          ready_flag ready;
          thread other([&] { ready.set(); });
          ready.wait();
          other.join();
        },
    .summary = "the condition is tested and changed under the lock",
}};

const model_registration signal_before_wait{{
    .name = "seeds/cond_signal_before_wait",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          ready_flag ready;
          thread other([&] { ready.set(); });
          ready.wait_for_the_signal();
          other.join();
        },
    .summary = "the wait is for a signal, which may have been given before",
}};

const model_registration signal_without_lock{{
    .name = "seeds/cond_signal_without_lock",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          ready_flag ready;
          thread other([&] { ready.set_without_lock(); });
          ready.wait();
          other.join();
        },
    .summary = "the condition changes between the test and the wait",
}};

}  // namespace

}  // namespace heddle::seeds
