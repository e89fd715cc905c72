// What clang's analysis knows of the guards, of several locks at once, and of the waits that may
// give up.
#include <heddle/sync/asymmetric_mutex.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>

#define GUARDED_BY(lock) __attribute__((guarded_by(lock)))

class accounts {
 public:
  void right_guards() {
    heddle::unique_lock hold(m_);
    ++first_;
    hold.unlock();
    hold.lock();
    ++first_;
    heddle::unique_lock later(a_, std::defer_lock);
    if (later.try_lock()) ++second_;
    const heddle::shared_lock read(rw_);
    seen_ = third_;
  }
  void right_together() {
    const heddle::scoped_lock all(m_, a_, rw_);
    ++first_;
    ++second_;
    ++third_;
  }
  static heddle::unique_lock<heddle::mutex> right_return(heddle::mutex& m) {
    return heddle::unique_lock(m);
  }
  static void right_move(heddle::mutex& m) {
    heddle::unique_lock<heddle::mutex> none;
    heddle::unique_lock hold(m);
    heddle::unique_lock moved(std::move(hold));
  }
  void right_limits(const heddle::context& ctx, heddle::duration patience) {
    if (m_.lock(ctx)) {
      ++first_;
      m_.unlock();
    }
    if (rw_.lock(ctx)) {
      ++third_;
      rw_.unlock();
    }
    if (rw_.try_lock_for(patience)) {
      ++third_;
      rw_.unlock();
    }
    if (rw_.try_lock_shared_for(patience)) {
      seen_ = third_;
      rw_.unlock_shared();
    }
    if (rw_.lock_shared(ctx)) {
      seen_ = third_;
      rw_.unlock_shared();
    }
  }
  void right_assertion() {
    m_.assert_held();
    ++first_;
  }
  void right_shared_assertion() {
    rw_.assert_held_shared();
    seen_ = third_;
  }

  // clang-format would move these comments off their lines.
  // clang-format off
  void unlocked() { heddle::unique_lock hold(m_); hold.unlock(); ++first_; }  // must not compile
  void deferred() { heddle::unique_lock hold(m_, std::defer_lock); ++first_; }  // must not compile
  void not_got() { heddle::unique_lock g(a_, std::try_to_lock); ++second_; }  // must not compile
  void other_lock() { const heddle::unique_lock hold(a_); ++first_; }  // must not compile
  void read_only() { const heddle::shared_lock read(rw_); ++third_; }  // must not compile
  void of_two() { const heddle::scoped_lock both(m_, a_); ++third_; }  // must not compile
  void of_three() { const heddle::scoped_lock all(m_, a_, rw_); m_.lock(); }  // must not compile
  void late(heddle::context& c) { if (m_.lock(c)) m_.unlock(); ++first_; }  // must not compile
  void kept(heddle::duration d) { (void)rw_.try_lock_for(d); ++third_; }  // must not compile
  void kept2(heddle::context& c) { if (rw_.lock_shared(c)) seen_ = third_; }  // must not compile
  void asserted_shared() { rw_.assert_held_shared(); ++third_; }  // must not compile
  void asymmetric() { ++second_; }  // must not compile
  // clang-format on

 private:
  heddle::mutex m_;
  heddle::asymmetric_mutex a_;
  heddle::rw_mutex rw_;
  int first_ GUARDED_BY(m_) = 0;
  int second_ GUARDED_BY(a_) = 0;
  int third_ GUARDED_BY(rw_) = 0;
  int seen_ = 0;
};
