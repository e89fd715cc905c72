#include <nsync.h>

#include <heddle/bench/sync/locks.hpp>
#include <heddle/bench/sync/waiting.hpp>

namespace bench {

namespace {

class both_locks {
 public:
  void lock() { nsync::nsync_mu_lock(&mutex_); }
  void unlock() { nsync::nsync_mu_unlock(&mutex_); }
  void lock_shared() { nsync::nsync_mu_rlock(&mutex_); }
  void unlock_shared() { nsync::nsync_mu_runlock(&mutex_); }

 private:
  nsync::nsync_mu mutex_{};
};

class room {
 public:
  void lock() { nsync::nsync_mu_lock(&mutex_); }
  void unlock() { nsync::nsync_mu_unlock(&mutex_); }
  void wait(unsigned which) { nsync::nsync_cv_wait(&conditions_[which], &mutex_); }
  void notify(unsigned which) { nsync::nsync_cv_signal(&conditions_[which]); }

 private:
  nsync::nsync_mu mutex_{};
  nsync::nsync_cv conditions_[2]{};
};

const bool added = [] {
  add_mutex<both_locks>("nsync_mu");
  add_rw_mutex<both_locks>("nsync_mu");
  add_room<room>("nsync_cv");
  return true;
}();

}  // namespace

}  // namespace bench
