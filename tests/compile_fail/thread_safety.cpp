// What clang's analysis refuses of the attributes that the locks carry, and that it refuses nothing
// else.
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>

#define GUARDED_BY(lock) __attribute__((guarded_by(lock)))

class account {
 public:
  void right(heddle::duration patience) {
    m_.lock();
    ++balance_;
    m_.unlock();
    if (m_.try_lock()) {
      const heddle::lock_guard guard(m_, std::adopt_lock);
      ++balance_;
    }
    if (m_.try_lock_for(patience)) {
      ++balance_;
      m_.unlock();
    }
    const heddle::lock_guard guard(m_);
    ++balance_;
  }

  void right_shared() {
    rw_.lock_shared();
    seen_ = limit_;
    rw_.unlock_shared();
    if (rw_.try_lock_shared()) {
      seen_ = limit_;
      rw_.unlock_shared();
    }
    rw_.lock();
    ++limit_;
    rw_.downgrade();
    seen_ = limit_;
    rw_.unlock_shared();
    const heddle::lock_guard guard(rw_);
    ++limit_;
  }

  // clang-format would move these comments off their lines.
  // clang-format off
  void not_locked() { ++balance_; }  // must not compile
  void try_failed() { if (!m_.try_lock()) ++balance_; else m_.unlock(); }  // must not compile
  void never_unlocked() { m_.lock(); }  // must not compile
  void never_locked() { m_.unlock(); }  // must not compile
  void locked_twice() { const heddle::lock_guard guard(m_); m_.lock(); }  // must not compile
  void adopted() { const heddle::lock_guard guard(m_, std::adopt_lock); }  // must not compile
  void unlocked_as_reader() { rw_.lock(); rw_.unlock_shared(); }  // must not compile
  void read_lock() { rw_.lock_shared(); ++limit_; rw_.unlock_shared(); }  // must not compile
  void late() { rw_.lock(); rw_.downgrade(); ++limit_; rw_.unlock_shared(); }  // must not compile
  // clang-format on

 private:
  heddle::mutex m_;
  heddle::rw_mutex rw_;
  int balance_ GUARDED_BY(m_) = 0;
  int limit_ GUARDED_BY(rw_) = 0;
  int seen_ = 0;
};
