// A check that passes, and one that finds a deadlock and writes it to a file.
#define BOOST_TEST_MODULE checks
#include <boost/test/unit_test.hpp>

#include <heddle/checker/boost_test.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

BOOST_AUTO_TEST_CASE(increments) {
  heddle::check("increments", [] {
    heddle::atomic<int> count{0};
    heddle::thread other([&] { count.fetch_add(1); });
    count.fetch_add(1);
    other.join();
    heddle::expect(count.load() == 2, "both count");
  });
}

BOOST_AUTO_TEST_CASE(joins_who_waits) {
  const auto body = [] {
    heddle::mutex lock{"lock"};
    lock.lock();
    heddle::thread other([&] { lock.lock(); });
    other.join();
  };
  heddle::check("joins", body, {.corpus = "", .report = "found & %.json"});
}
