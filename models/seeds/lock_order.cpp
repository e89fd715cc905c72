// Two accounts, each with a lock, and transfers that need both.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/thread_slot.hpp>

namespace heddle::seeds {

namespace {

struct account {
  explicit account(const char* name) : lock(name) {}
  mutex lock;
  shared<int> balance{0, "balance"};
};

// Broken: each transfer locks its source first.  Two in opposite directions hold one lock each and
// wait for the other.
void transfer_source_first(account& from, account& to, int amount) {
  const lock_guard first(from.lock);
  const lock_guard second(to.lock);
  from.balance.write() -= amount;
  to.balance.write() += amount;
}

thread_slot<int> highest_level_held{0};

/// A mutex with a level.  A thread that holds one may lock only higher ones, so that no circle of
/// waiting threads can close; and a thread that breaks the rule is told so in every execution, not
/// only in the one that deadlocks.
class leveled_mutex {
 public:
  leveled_mutex(int level, const char* name) : lock_(name), level_(level) {}

  [[nodiscard]] int level() const { return level_; }

  void lock() {
    expect(level_ > *highest_level_held, "locks are taken in the order of their levels");
    lock_.lock();
    below_ = *highest_level_held;
    *highest_level_held = level_;
  }
  void unlock() {
    *highest_level_held = below_;
    lock_.unlock();
  }

 private:
  mutex lock_;
  const int level_;
  int below_ = 0;  // What the holder held before.
};

struct leveled_account {
  leveled_account(int level, const char* name) : lock(level, name) {}
  leveled_mutex lock;
  shared<int> balance{0, "balance"};
};

void leveled_transfer(leveled_account& from, leveled_account& to, int amount) {
  const bool rising = from.lock.level() < to.lock.level();
  const lock_guard first(rising ? from.lock : to.lock);
  const lock_guard second(rising ? to.lock : from.lock);
  from.balance.write() -= amount;
  to.balance.write() += amount;
}

// Broken: the levels are there, and are not kept.
void leveled_transfer_source_first(leveled_account& from, leveled_account& to, int amount) {
  const lock_guard first(from.lock);
  const lock_guard second(to.lock);
  from.balance.write() -= amount;
  to.balance.write() += amount;
}

const model_registration repaired{{
    .name = "seeds/lock_order",
    .body =
        [] {
          leveled_account cash(1, "cash");
          leveled_account bank(2, "bank");
          thread other([&] { leveled_transfer(bank, cash, 5); });
          leveled_transfer(cash, bank, 7);
          other.join();
          expect(cash.balance.get() == -2, "5 came and 7 went");
        },
    .summary = "each lock has a level, and levels rise",
}};

const model_registration inconsistent{{
    .name = "seeds/lock_order_inconsistent",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          account cash("cash");
          account bank("bank");
          thread other([&] { transfer_source_first(bank, cash, 5); });
          transfer_source_first(cash, bank, 7);
          other.join();
        },
    .summary = "two transfers lock in opposite orders",
}};

const model_registration level_ignored{{
    .name = "seeds/lock_order_level_ignored",
    .expected = finding_kind::assertion,
    .body =
        [] {
          leveled_account cash(1, "cash");
          leveled_account bank(2, "bank");
          thread other([&] { leveled_transfer_source_first(bank, cash, 5); });
          leveled_transfer_source_first(cash, bank, 7);
          other.join();
        },
    .summary = "a lock of a lower level is taken while a higher one is held",
}};

}  // namespace

}  // namespace heddle::seeds
