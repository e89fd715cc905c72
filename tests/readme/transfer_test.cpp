// README's first example: what stands between the rules is in README.md, letter by letter.
// ---------------------------------------------------------------------------------------------
#include <boost/test/unit_test.hpp>

#include <heddle/checker/boost_test.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

struct account {
  explicit account(const char* name) : lock(name) {}
  heddle::mutex lock;
  heddle::shared<int> balance{100};
};

void transfer(account& from, account& to, int amount) {
  const heddle::lock_guard first(from.lock);
  const heddle::lock_guard second(to.lock);
  from.balance.write() -= amount;
  to.balance.write() += amount;
}

BOOST_AUTO_TEST_CASE(transfers_may_meet) {
  HEDDLE_EXPECT(deadlock, [] {
    account cash("cash"), bank("bank");
    heddle::thread other([&] { transfer(bank, cash, 10); });
    transfer(cash, bank, 20);
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(transfers_that_take_both_locks_at_once_do_not) {
  heddle::check("scoped_transfers", [] {
    account cash("cash"), bank("bank");
    const auto move = [](account& from, account& to, int amount) {
      const heddle::scoped_lock both(from.lock, to.lock);
      from.balance.write() -= amount;
      to.balance.write() += amount;
    };
    heddle::thread other([&] { move(bank, cash, 10); });
    move(cash, bank, 20);
    other.join();
    BOOST_TEST(cash.balance.get() + bank.balance.get() == 200);
  });
}
// ---------------------------------------------------------------------------------------------
