#include <heddle/sync/parking.hpp>

#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/permits.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(parking)

namespace {

using heddle::detail::queue_end;
using heddle_test::run_threads;
using node = heddle::detail::parked<heddle::platform>;
using bucket = heddle::detail::parking_bucket<heddle::platform>;

constexpr auto here = heddle::location::unknown();

/// The nodes that wait for `key`, in order; they are taken out.
std::vector<node*> drain(bucket& queue, const void* key) {
  std::vector<node*> result;
  while (node* first = queue.find(key, here)) {
    queue.remove(*first, here);
    result.push_back(first);
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_queue_has_two_ends) {
  bucket queue;
  node a(&queue);
  node b(&queue);
  node c(&queue);
  queue.insert(a, queue_end::back, here);
  queue.insert(b, queue_end::back, here);
  queue.insert(c, queue_end::front, here);
  BOOST_TEST((drain(queue, &queue) == std::vector<node*>{&c, &a, &b}));
  queue.insert(b, queue_end::front, here);
  queue.insert(a, queue_end::back, here);
  BOOST_TEST((drain(queue, &queue) == std::vector<node*>{&b, &a}));
}

BOOST_AUTO_TEST_CASE(waiters_of_one_primitive_are_found_among_others) {
  bucket queue;
  int first_key = 0;
  int second_key = 0;
  node a(&first_key);
  node b(&second_key);
  node c(&first_key);
  for (node* each : {&a, &b, &c}) queue.insert(*each, queue_end::back, here);
  BOOST_TEST(queue.find(&second_key, here) == &b);
  BOOST_TEST((drain(queue, &first_key) == std::vector<node*>{&a, &c}));
  BOOST_TEST((drain(queue, &second_key) == std::vector<node*>{&b}));
  BOOST_TEST(queue.find(&first_key, here) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_waiter_leaves_from_any_place) {
  for (int gone = 0; gone < 3; ++gone) {
    bucket queue;
    node a(&queue);
    node b(&queue);
    node c(&queue);
    std::vector<node*> left{&a, &b, &c};
    for (node* each : left) queue.insert(*each, queue_end::back, here);
    queue.remove(*left[static_cast<std::size_t>(gone)], here);
    left.erase(left.begin() + gone);
    BOOST_TEST((drain(queue, &queue) == left));
  }
}

BOOST_AUTO_TEST_CASE(a_waiter_that_is_late_leaves_the_queue) {
  bucket queue;
  node late(&queue);
  queue.insert(late, queue_end::back, here);
  BOOST_TEST(!queue.sleep(late, heddle::now(), here));
  BOOST_TEST(queue.find(&queue, here) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_waiter_that_was_taken_is_woken_however_late) {
  bucket queue;
  node taken(&queue);
  queue.insert(taken, queue_end::back, here);
  queue.remove(taken, here);
  heddle::thread waker([&] {
    heddle::detail::woken_list<heddle::platform> woken;
    woken.append(taken, here);
    woken.wake(here);
  });
  BOOST_TEST(queue.sleep(taken, heddle::now(), here));
  waker.join();
}

BOOST_AUTO_TEST_CASE(permits_are_kept_for_those_to_come) {
  const heddle::platform::object owner(heddle::object_kind::mutex);
  heddle::detail::permits<heddle::platform> permits;
  permits.release(owner, 2, here);
  BOOST_TEST(permits.acquire(owner, queue_end::back, heddle::never, here));
  BOOST_TEST(permits.acquire(owner, queue_end::front, heddle::never, here));
  BOOST_TEST(!permits.acquire(owner, queue_end::back, heddle::now(), here));
}

BOOST_AUTO_TEST_CASE(each_permit_lets_one_thread_go) {
  const heddle::platform::object owner(heddle::object_kind::mutex);
  heddle::detail::permits<heddle::platform> permits;
  heddle::atomic<int> passed;
  run_threads(4, [&](int thread) {
    for (int i = 0; i < 300; ++i) {
      if (thread == 0) {
        permits.release(owner, 3, here);
      } else if (permits.acquire(owner, queue_end::back, heddle::never, here)) {
        ++passed;
      }
    }
  });
  BOOST_TEST(passed.load() == 900);
  BOOST_TEST(!permits.acquire(owner, queue_end::back, heddle::now(), here));
}

BOOST_AUTO_TEST_SUITE_END()
