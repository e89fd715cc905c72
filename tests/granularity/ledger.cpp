// A user's program: a queue under one lock, a total under another, a wait_group, and three threads.
// It is linked coarse and fine; each explores the program as it should be and with mistakes in it,
// and prints a line for each: its name, what was found, what was proved, and executions.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace {

enum class mistake : std::uint8_t {
  none,
  opposite_orders,  ///< the second worker takes the locks in the other order
  done_too_early,   ///< before the amount is in the total
  nobody_waits,     ///< the total is read at once
  one_task_short,   ///< the wait_group counts one task of two
  no_locks,         ///< the second worker takes none
};

class ledger {
 public:
  explicit ledger(mistake made) : made_(made) {
    open_.add(made == mistake::one_task_short ? 1 : 2);
  }

  /// Takes an amount from the queue and adds it to the total.
  void work(bool second) {
    if (made_ == mistake::done_too_early) open_.done();
    if (second && made_ == mistake::opposite_orders) {
      const heddle::lock_guard total(total_lock_);
      const heddle::lock_guard queue(queue_lock_);
      transfer();
    } else if (second && made_ == mistake::no_locks) {
      transfer();
    } else {
      const heddle::lock_guard queue(queue_lock_);
      const heddle::lock_guard total(total_lock_);
      transfer();
    }
    if (made_ != mistake::done_too_early) open_.done();
  }

  /// Waits for both and looks at the total.
  void audit() {
    if (made_ != mistake::nobody_waits) open_.wait();
    const heddle::lock_guard total(total_lock_);
    heddle::expect(total_.read() == 7, "something is missing");
  }

 private:
  void transfer() { total_.write() += queue_.read()[taken_.write()++]; }

  mistake made_;
  heddle::mutex queue_lock_{"queue"}, total_lock_{"total"};
  heddle::shared<std::array<int, 2>> queue_{{3, 4}};
  heddle::shared<std::size_t> taken_{0};
  heddle::shared<int> total_{0};
  heddle::wait_group open_{"open"};
};

void run(mistake made) {
  ledger all(made);
  heddle::thread first([&] { all.work(false); });
  heddle::thread second([&] { all.work(true); });
  heddle::thread auditor([&] { all.audit(); });
  first.join();
  second.join();
  auditor.join();
}

void show(const char* name, mistake made) {
  heddle::options settings;
  settings.strategy = "exhaustive";
  settings.budget = std::chrono::seconds(60);
  settings.shrink = {};
  settings.explain = false;
  const heddle::verdict result = heddle::explore(
      name, [=] { run(made); }, settings);
  const std::string found =
      result.found ? std::string(to_string(result.found->kind)) : std::string("nothing");
  const bool whole =
      result.status == heddle::verdict_status::ok && result.kind == heddle::proof::exhaustive;
  std::printf("%s;%s;%s;%llu\n", name, found.c_str(), whole ? "exhaustive" : "-",
              static_cast<unsigned long long>(result.executions));
}

}  // namespace

int main() {
  show("right", mistake::none);
  show("opposite_orders", mistake::opposite_orders);
  show("done_too_early", mistake::done_too_early);
  show("nobody_waits", mistake::nobody_waits);
  show("one_task_short", mistake::one_task_short);
  show("no_locks", mistake::no_locks);
}
