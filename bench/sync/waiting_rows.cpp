#include <array>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <new>

#include <heddle/bench/sync/waiting.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/wait_group.hpp>

namespace bench {

void put_waiting_rows(std::vector<sync_row>& into) {
  into.push_back({"wait_group",
                  "add, done and wait, one thread",
                  "ns",
                  better::less,
                  false,
                  "std::latch",
                  {{"heddle::wait_group", 0.75}}});
  into.push_back({"fork-join 4",
                  "wake four parked workers and wait for each of them",
                  "us",
                  better::less,
                  false,
                  "std::latch",
                  {{"heddle::wait_group", 1.1}}});
  into.push_back({"cond under lock",
                  "two threads in turn, each notifies while it holds the lock",
                  "us",
                  better::less,
                  false,
                  "std::condition_variable",
                  {{"heddle::cond", 0.55}}});
  into.push_back({"once done",
                  "a call that has nothing left to do",
                  "ns",
                  better::less,
                  false,
                  "std::call_once",
                  {{"heddle::once", 0.25}}});
}

namespace {

// A latch serves once.  The last few are kept, for a worker may be in the call that let the main
// thread go on.
class latches {
 public:
  void begin(std::ptrdiff_t number) {
    where_ = (where_ + 1) % std::size(room_);
    current_ = ::new (room_[where_].data()) std::latch(number);
  }
  void done() { current_->count_down(); }
  void wait() { current_->wait(); }

 private:
  using place = std::array<std::byte, sizeof(std::latch)>;
  alignas(std::latch) place room_[8]{};
  std::size_t where_ = 0;
  std::latch* current_ = nullptr;
};

class groups {
 public:
  void begin(std::int32_t number) { group_.add(number); }
  void done() { group_.done(); }
  void wait() { group_.wait(); }

 private:
  heddle::wait_group group_;
};

class std_room {
 public:
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }
  void wait(unsigned which) {
    std::unique_lock<std::mutex> held(mutex_, std::adopt_lock);
    conditions_[which].wait(held);
    held.release();
  }
  void notify(unsigned which) { conditions_[which].notify_one(); }

 private:
  std::mutex mutex_;
  std::condition_variable conditions_[2];
};

class own_room {
 public:
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }
  void wait(unsigned which) { conditions_[which].wait(mutex_); }
  void notify(unsigned which) { conditions_[which].signal(); }

 private:
  heddle::mutex mutex_;
  heddle::cond conditions_[2];
};

// Not constants: the compiler must not know that they are done.
std::once_flag std_flag;
heddle::once own_once;
heddle::retry_once own_retry_once;

sample std_once_done() {
  return {.value = least_cpu_ns([] { std::call_once(std_flag, [] { barrier(); }); })};
}
sample own_once_done() {
  return {.value = least_cpu_ns([] { own_once.call([] { barrier(); }); })};
}
sample own_retry_once_done() {
  return {.value = least_cpu_ns([] { own_retry_once.call([] { barrier(); }); })};
}

const bool added = [] {
  add_group<latches>("std::latch");
  add_group<groups>("heddle::wait_group");
  add_room<std_room>("std::condition_variable");
  add_room<own_room>("heddle::cond");
  add_subject("once done", "std::call_once", std_once_done);
  add_subject("once done", "heddle::once", own_once_done);
  add_subject("once done", "heddle::retry_once", own_retry_once_done);
  return true;
}();

}  // namespace

}  // namespace bench
