// An account, and a check of its balance once both bookings are made (SCTBench, account).
//
// All of it stands in static storage since nobody joins the threads.
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

constexpr int opening = 1, deposit = 2, withdrawal = 4;

constinit mutex lock{"account"};
constinit shared<int> balance{opening, "balance"};
constinit shared<bool> deposited{false, "deposited"}, withdrawn{false, "withdrawn"};

void check_balance(int expected) {
  const lock_guard guard(lock);
  if (!deposited.get() || !withdrawn.get()) return;
  expect(balance.get() == expected, "the balance is the sum of the bookings");
}

void run(int expected) {
  go([expected] { check_balance(expected); });
  go([] {
    const lock_guard guard(lock);
    balance.set(balance.get() + deposit);
    deposited.set(true);
  });
  go([] {
    const lock_guard guard(lock);
    balance.set(balance.get() - withdrawal);
    withdrawn.set(true);
  });
}

const model_registration repaired{{
    .name = "bugs/account",
    .body = [] { run(opening + deposit - withdrawal); },
    .summary = "the check adds the deposit and subtracts the withdrawal",
    .complaint = not_exhaustive,
}};

// Broken: nobody notices while the check comes before one of the bookings.
const model_registration wrong_sum{{
    .name = "bugs/account_wrong_sum",
    .expected = finding_kind::assertion,
    .body = [] { run(opening - deposit - withdrawal); },
    .summary = "the check subtracts the deposit, and comes last",
}};

}  // namespace

}  // namespace heddle::bugs
