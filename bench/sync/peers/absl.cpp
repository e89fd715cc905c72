#include <absl/synchronization/mutex.h>

#include <absl/base/call_once.h>

#include <heddle/bench/sync/locks.hpp>
#include <heddle/bench/sync/waiting.hpp>

namespace bench {

namespace {

class both_locks {
 public:
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Lock(); }
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Unlock(); }
  void lock_shared() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.ReaderLock(); }
  void unlock_shared() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.ReaderUnlock(); }

 private:
  absl::Mutex mutex_;
};

class room {
 public:
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Lock(); }
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Unlock(); }
  void wait(unsigned which) ABSL_NO_THREAD_SAFETY_ANALYSIS { conditions_[which].Wait(&mutex_); }
  void notify(unsigned which) { conditions_[which].Signal(); }

 private:
  absl::Mutex mutex_;
  absl::CondVar conditions_[2];
};

absl::once_flag flag;

sample once_done() {
  return {.value = least_cpu_ns([] { absl::call_once(flag, [] { barrier(); }); })};
}

const bool added = [] {
  add_mutex<both_locks>("absl::Mutex");
  add_rw_mutex<both_locks>("absl::Mutex");
  add_room<room>("absl::CondVar");
  add_subject("once done", "absl::call_once", once_done);
  return true;
}();

}  // namespace

}  // namespace bench
