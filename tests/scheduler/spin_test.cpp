// Spin loops: spin_hint says that the thread looks again, and that this is of use only once another
// thread has written.
#include <boost/test/unit_test.hpp>

#include <heddle/tests/scheduler/explored.hpp>

namespace heddle {

namespace {

BOOST_AUTO_TEST_SUITE(spin)

// The write may come between the look and the spin_hint: the loop looks again all the same.
BOOST_AUTO_TEST_CASE(a_write_between_look_and_spin_is_not_missed) {
  const explored all = explore([] {
    atomic<bool> set{false};
    thread other([&] { set.store(true); });
    while (!set.load()) platform::spin_hint(location::here());
    other.join();
  });
  BOOST_TEST(all.kind() == "none");
  BOOST_TEST(all.executions > 1U);
}

// Nobody is left to write, and yet a loop with a bound on its rounds ends.
BOOST_AUTO_TEST_CASE(rounds_that_are_counted_end) {
  const explored all = explore([] {
    mutex m;
    m.lock();
    thread other([&] {
      for (int rounds = 0; rounds < 4; ++rounds) {
        if (m.try_lock()) m.unlock();
        platform::spin_hint(location::here());
      }
    });
    other.join();
    m.unlock();
  });
  BOOST_TEST(all.kind() == "none");
}

BOOST_AUTO_TEST_CASE(a_loop_whose_write_never_comes_is_a_deadlock) {
  const explored all = explore([] {
    atomic<bool> set{false};
    thread other([&] {
      while (!set.load()) platform::spin_hint(location::here());
    });
    other.join();
  });
  BOOST_TEST(all.kind() == "deadlock");
  BOOST_TEST(all.says("nobody is left to end it"));
}

// A loop that looks at the clock needs nobody to write.
BOOST_AUTO_TEST_CASE(a_loop_until_a_deadline_ends) {
  const explored all = explore([] {
    const time_point deadline = after(now(), std::chrono::milliseconds(1));
    while (!expired(deadline)) platform::spin_hint(location::here());
  });
  BOOST_TEST(all.kind() == "none");
}

// A yield outside of a loop is no promise that another thread goes first.
BOOST_AUTO_TEST_CASE(a_thread_that_yields_once_may_go_on_at_once) {
  const explored all = explore([] {
    atomic<int> x{0};
    thread reader([&] { observe("read", std::to_string(x.load())); });
    thread writer([&] {
      x.store(1);
      yield();
      x.store(2);
    });
    reader.join();
    writer.join();
  });
  BOOST_TEST(values_of(all, "read") == "0 1 2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

}  // namespace heddle
