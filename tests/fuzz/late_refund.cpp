// A fuzz target with a bug that a few bytes in the right order show: the clerk reads the balance,
// and both others must come by before he writes it.
#include <heddle/checker/fuzz.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

static void late_refund() {
  heddle::atomic<int> balance{0, "balance"};
  heddle::atomic<int> refunds{0, "refunds"};
  heddle::thread clerk([&] {
    const int before = balance.load();
    const int refunded = refunds.load();
    balance.store(before + 1);
    heddle::expect(refunded != 0 || refunds.load() != 2,
                   "no two refunds while a deposit is booked");
  });
  heddle::thread first([&] { refunds.fetch_add(1); });
  heddle::thread second([&] {
    refunds.fetch_add(1);
    balance.fetch_add(1);
  });
  clerk.join();
  first.join();
  second.join();
}

heddle_fuzz_target(late_refund)
