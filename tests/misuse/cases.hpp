// Each misuse of a primitive and what is said about it, the same on every platform.
#pragma once

#include <ostream>

#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/ordered.hpp>
#include <heddle/sync/patterns/nested_group.hpp>
#include <heddle/sync/patterns/striped_map.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/patterns/worker_pool.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace misuse_cases {

struct misuse_case {
  const char* name;
  void (*body)();
  const char* message;

  friend std::ostream& operator<<(std::ostream& out, const misuse_case& which) {
    return out << which.name;
  }
};

template <class T>
T& fresh() {
  static T it;
  return it;
}

inline heddle::semaphore& pair_of_permits() {
  static heddle::semaphore it{2};
  return it;
}

inline const misuse_case cases[] = {
    {"mutex_unlock", [] { fresh<heddle::mutex>().unlock(); }, "unlock of unlocked mutex"},
    {"mutex_unlock_twice",
     [] {
       auto& m = fresh<heddle::mutex>();
       m.lock();
       m.unlock();
       m.unlock();
     },
     "unlock of unlocked mutex"},
    {"rw_unlock", [] { fresh<heddle::rw_mutex>().unlock(); }, "unlock of unlocked rw_mutex"},
    {"rw_unlock_of_a_reader",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.unlock();
     },
     "unlock of unlocked rw_mutex"},
    {"rw_unlock_twice",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock();
       rw.unlock();
       rw.unlock();
     },
     "unlock of unlocked rw_mutex"},
    {"rw_unlock_shared", [] { fresh<heddle::rw_mutex>().unlock_shared(); },
     "unlock_shared of unlocked rw_mutex"},
    {"rw_unlock_shared_of_a_writer",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock();
       rw.unlock_shared();
     },
     "unlock_shared of unlocked rw_mutex"},
    {"rw_unlock_shared_twice",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.unlock_shared();
       rw.unlock_shared();
     },
     "unlock_shared of unlocked rw_mutex"},
    {"rw_downgrade",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.downgrade();
     },
     "downgrade of unlocked rw_mutex"},
    {"mutex_assert_held", [] { fresh<heddle::mutex>().assert_held(); }, "mutex is not held"},
    {"rw_assert_held",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.assert_held();
     },
     "rw_mutex is not held by a writer"},
    {"rw_assert_held_shared", [] { fresh<heddle::rw_mutex>().assert_held_shared(); },
     "rw_mutex is not held"},
    {"wait_group_done_of_a_batch",
     [] {
       auto& group = fresh<heddle::wait_group>();
       group.add(1);
       group.done(2);
     },
     "wait_group counter is negative"},
    {"ordered_unlock", [] { fresh<heddle::ordered<heddle::mutex, true>>().unlock(); },
     "lock is unlocked by a thread that does not hold it"},
    {"ordered_assert_held", [] { fresh<heddle::ordered<heddle::mutex, true>>().assert_held(); },
     "lock is not held by this thread"},
    {"leveled_lock",
     [] {
       heddle::leveled<heddle::mutex, true> low(1, "low");
       heddle::leveled<heddle::mutex, true> high(2, "high");
       high.lock();
       low.lock();
     },
     "low of level 1 is locked while high of level 2 is held"},
    {"wait_group_done", [] { fresh<heddle::wait_group>().done(); },
     "wait_group counter is negative"},
    {"wait_group_add",
     [] {
       auto& group = fresh<heddle::wait_group>();
       group.add(2);
       group.add(-3);
     },
     "wait_group counter is negative"},
    {"semaphore_release", [] { pair_of_permits().release(); }, "semaphore released more than held"},
    {"semaphore_release_two",
     [] {
       auto& s = pair_of_permits();
       s.acquire();
       s.release(2);
     },
     "semaphore released more than held"},
    {"channel_send",
     [] {
       heddle::channel<int> numbers(1);
       numbers.close();
       numbers.send(1);
     },
     "send on a closed channel"},
    {"channel_try_send",
     [] {
       heddle::channel<int> numbers;
       numbers.close();
       (void)numbers.try_send(1);
     },
     "send on a closed channel"},
    {"channel_close_twice",
     [] {
       heddle::channel<int> numbers;
       numbers.close();
       numbers.close();
     },
     "close of a closed channel"},
    {"select_of_a_send",
     [] {
       heddle::channel<int> numbers;
       numbers.close();
       heddle::select(heddle::on_send(numbers, 1), heddle::otherwise());
     },
     "send on a closed channel"},
    {"context_destroyed",
     [] {
       auto* const parent = new heddle::cancel_context;
       const auto child = heddle::with_cancel(*parent);
       delete parent;
     },
     "context is destroyed while in use"},
    {"thread_join",
     [] {
       heddle::thread none;
       none.join();
     },
     "join of a thread that is not joinable"},
    {"thread_detach_twice",
     [] {
       heddle::thread worker([] {});
       worker.detach();
       worker.detach();
     },
     "detach of a thread that is not joinable"},
    {"thread_destroyed", [] { const heddle::thread worker([] {}); },
     "thread is destroyed while joinable"},
    {"thread_assigned",
     [] {
       heddle::thread worker([] {});
       worker = heddle::thread();
     },
     "thread is assigned over while joinable"},
    {"striped_map_without_stripes", [] { const heddle::striped_map<int, int> map(0); },
     "striped_map without a stripe"},
    {"worker_pool_submit_after_drain",
     [] {
       heddle::worker_pool pool(1U);
       pool.drain();
       pool.submit([] {});
     },
     "submit to a worker pool that is closed"},
    {"task_group_limit_while_a_task_runs",
     [] {
       heddle::channel<int> never;
       heddle::task_group tasks;
       tasks.go([&] { (void)never.receive(); });
       tasks.set_limit(1);
     },
     "limit of a task_group is changed while a task runs"},
    {"nested_group_done",
     [] {
       heddle::wait_group whole;
       heddle::nested_group group(whole);
       group.close();
       group.done();
     },
     "nested_group done without a part"},
    {"nested_group_add",
     [] {
       heddle::wait_group whole;
       heddle::nested_group group(whole);
       group.close();
       group.add();
     },
     "nested_group add after its end"},
};

}  // namespace misuse_cases
