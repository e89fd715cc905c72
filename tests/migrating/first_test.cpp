// The first test of the queue under control.
#define BOOST_TEST_MODULE job_queue
#include <boost/test/unit_test.hpp>

#include <heddle/checker/boost_test.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/migrating/after.hpp>

BOOST_AUTO_TEST_CASE(workers_see_the_end) {
  heddle::check("workers_see_the_end", [] {
    job_queue queue(1);
    const auto work = [&] {
      int job = 0;
      (void)queue.pop(job);
    };
    heddle::thread worker(work);
    queue.close();
    worker.join();
  });
}

BOOST_AUTO_TEST_CASE(workers_see_the_end_under_the_lock) {
  heddle::check("workers_see_the_end_under_the_lock", [] {
    job_queue queue(1);
    int sums[2] = {};
    const auto work = [&](int& sum) {
      int job = 0;
      while (queue.pop(job)) sum += job;
    };
    heddle::thread one([&] { work(sums[0]); });
    heddle::thread other([&] { work(sums[1]); });
    queue.push(7);
    queue.push(8);
    queue.close_under_lock();
    one.join();
    other.join();
    BOOST_TEST(sums[0] + sums[1] == 15);
  });
}
