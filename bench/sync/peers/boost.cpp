#include <boost/thread/condition_variable.hpp>
#include <boost/thread/mutex.hpp>
#include <boost/thread/shared_mutex.hpp>

#include <heddle/bench/sync/locks.hpp>
#include <heddle/bench/sync/waiting.hpp>

namespace bench {

namespace {

class room {
 public:
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }
  void wait(unsigned which) {
    boost::unique_lock<boost::mutex> held(mutex_, boost::adopt_lock);
    conditions_[which].wait(held);
    held.release();
  }
  void notify(unsigned which) { conditions_[which].notify_one(); }

 private:
  boost::mutex mutex_;
  boost::condition_variable conditions_[2];
};

const bool added = [] {
  add_mutex<boost::mutex>("boost::mutex");
  add_rw_mutex<boost::shared_mutex>("boost::shared_mutex");
  add_room<room>("boost::condition_variable");
  return true;
}();

}  // namespace

}  // namespace bench
