// Makes threads wait for a lock until `hold_the_lock` has been charged with a wait and
// `wait_for_the_lock` has slept; to be run with HEDDLE_MUTEXPROFILE and HEDDLE_BLOCKPROFILE.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include <heddle/sync/mutex.hpp>
#include <heddle/sync/profile.hpp>
#include <heddle/sync/thread.hpp>

namespace {

heddle::mutex lock;
volatile int turns = 0;  // keeps the calls below from being the last of their functions

}  // namespace

[[gnu::noinline]] void hold_the_lock() {
  lock.lock();
  heddle::sleep_for(std::chrono::milliseconds(1));
  lock.unlock();
  turns = turns + 1;
}

[[gnu::noinline]] void wait_for_the_lock() {
  lock.lock();
  lock.unlock();
}

int main() {
  using heddle::profile_kind;
  for (int i = 0; i < 1000; ++i) {
    heddle::thread waiter([] {
      for (int k = 0; k < 20; ++k) wait_for_the_lock();
    });
    hold_the_lock();
    hold_the_lock();
    waiter.join();
    if (!heddle::profile_records(profile_kind::contention).empty() &&
        !heddle::profile_records(profile_kind::blocking).empty()) {
      return 0;
    }
  }
  std::puts("nobody ever waited");
  return 1;
}
