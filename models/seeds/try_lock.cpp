// Taking a lock only if it is free.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

// Broken: what somebody who has no try_lock makes for himself, by a compare-and-swap on what he
// takes for the state of the mutex.  The mutex does not know of it: its own word, its waiters and
// their wake-ups stand elsewhere.
class mutex_with_a_flag {
 public:
  void lock() {
    lock_.lock();
    locked_.store(1);
  }
  void unlock() {
    locked_.store(0);
    lock_.unlock();
  }
  [[nodiscard]] bool try_lock() {
    int free = 0;
    return locked_.compare_exchange_strong(free, 1);
  }
  void unlock_after_try_lock() { locked_.store(0); }

 private:
  mutex lock_{"lock"};
  atomic<int> locked_{0, "locked"};
};

const model_registration repaired{{
    .name = "seeds/try_lock",
    .body =
        [] {
          mutex lock{"lock"};
          shared<int> count{0, "count"};
          const auto increment = [&] {
            const lock_guard guard(lock);
            ++count.write();
          };
          thread other(increment);
          int skipped = 1;
          if (lock.try_lock()) {
            skipped = 0;
            ++count.write();
            lock.unlock();
          }
          other.join();
          expect(count.get() + skipped == 2, "each increment counts or is skipped");
        },
    .summary = "try_lock is an operation of the mutex",
}};

const model_registration beside_the_mutex{{
    .name = "seeds/try_lock_by_compare_and_swap",
    .expected = finding_kind::data_race,
    .body =
        [] {
          mutex_with_a_flag lock;
          shared<int> count{0, "count"};
          const auto increment = [&] {
            const lock_guard guard(lock);
            ++count.write();
          };
          thread other(increment);
          if (lock.try_lock()) {
            ++count.write();
            lock.unlock_after_try_lock();
          }
          other.join();
        },
    .summary = "the flag is taken, and the mutex still lets others in",
}};

const model_registration unlocked{{
    .name = "seeds/try_lock_by_compare_and_swap_then_unlock",
    .expected = finding_kind::misuse,
    .body =
        [] {
          mutex_with_a_flag lock;
          thread other([&] { const lock_guard guard(lock); });
          if (lock.try_lock()) lock.unlock();
          other.join();
        },
    .summary = "the mutex is unlocked though only the flag was taken",
}};

}  // namespace

}  // namespace heddle::seeds
