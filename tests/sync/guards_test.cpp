#include <heddle/sync/guards.hpp>

#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(guards)

namespace {

using heddle_test::run_threads;

/// A lock that notes who called it.
struct noting_lock {
  bool held = false;
  std::uint32_t locked_at = 0;
  std::uint32_t unlocked_at = 0;

  void lock(heddle::location caller) {
    held = true;
    locked_at = caller.line;
  }
  bool try_lock(heddle::location caller) {
    if (held) return false;
    lock(caller);
    return true;
  }
  void unlock(heddle::location caller) {
    held = false;
    unlocked_at = caller.line;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_guard_passes_on_the_line_that_made_it) {
  noting_lock a;
  noting_lock b;
  {
    const heddle::lock_guard guard(a);
    BOOST_TEST(a.locked_at == __LINE__ - 1);
  }
  BOOST_TEST(a.unlocked_at == a.locked_at);
  {
    const heddle::scoped_lock guard(a, b);
    BOOST_TEST(a.locked_at == __LINE__ - 1);
    BOOST_TEST(b.locked_at == a.locked_at);
  }
  {
    heddle::unique_lock guard(a);
    BOOST_TEST(a.locked_at == __LINE__ - 1);
    guard.unlock();
    BOOST_TEST(a.unlocked_at == __LINE__ - 1);
    BOOST_TEST(guard.try_lock());
    BOOST_TEST(a.locked_at == __LINE__ - 1);
  }
  BOOST_TEST(!a.held);
  BOOST_TEST(!b.held);
}

BOOST_AUTO_TEST_CASE(lock_guard_holds_for_its_scope_and_adopts) {
  heddle::mutex m;
  {
    const heddle::lock_guard guard(m);
    BOOST_TEST(!m.try_lock());
  }
  BOOST_TEST(m.try_lock());
  { const heddle::lock_guard guard(m, std::adopt_lock); }
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(unique_lock_knows_whether_it_holds) {
  heddle::mutex m;
  heddle::unique_lock first(m, std::defer_lock);
  BOOST_TEST(!first.owns_lock());
  first.lock();
  BOOST_TEST(static_cast<bool>(first));
  heddle::unique_lock second(m, std::try_to_lock);
  BOOST_TEST(!second.owns_lock());
  second = std::move(first);
  BOOST_TEST(second.owns_lock());
  BOOST_TEST(first.mutex() == nullptr);
  BOOST_TEST(second.release() == &m);
  BOOST_TEST(!second.owns_lock());
  heddle::unique_lock third(m, std::adopt_lock);
  heddle::unique_lock fourth(std::move(third));
  fourth.unlock();
  BOOST_TEST(m.try_lock());
  m.unlock();
}

BOOST_AUTO_TEST_CASE(unique_lock_refuses_as_the_standard_one) {
  heddle::mutex m;
  heddle::unique_lock<heddle::mutex> none;
  heddle::unique_lock held(m);
  BOOST_CHECK_THROW(none.lock(), std::system_error);
  BOOST_CHECK_THROW(none.unlock(), std::system_error);
  BOOST_CHECK_THROW(held.lock(), std::system_error);
  BOOST_CHECK_THROW((void)held.try_lock(), std::system_error);
}

BOOST_AUTO_TEST_CASE(shared_lock_holds_with_other_readers) {
  heddle::rw_mutex rw;
  heddle::shared_lock first(rw);
  heddle::shared_lock second(rw, std::try_to_lock);
  BOOST_TEST(second.owns_lock());
  BOOST_TEST(!rw.try_lock());
  first.unlock();
  second.unlock();
  const heddle::lock_guard writer(rw);
  heddle::shared_lock third(rw, std::try_to_lock);
  BOOST_TEST(!third.owns_lock());
}

BOOST_AUTO_TEST_CASE(scoped_locks_in_any_order_do_not_deadlock) {
  heddle::mutex a;
  heddle::rw_mutex b;
  std::mutex c;
  int count = 0;
  run_threads(4, [&](int thread) {
    for (int i = 0; i < 300; ++i) {
      if (thread == 0) {
        const heddle::scoped_lock guard(a, b, c);
        ++count;
      } else if (thread == 1) {
        const heddle::scoped_lock guard(c, a, b);
        ++count;
      } else if (thread == 2) {
        const heddle::scoped_lock guard(b, c, a);
        ++count;
      } else {  // one by one, in an order of its own
        const heddle::lock_guard last(c);
        const heddle::lock_guard middle(b);
        const heddle::lock_guard first(a);
        ++count;
      }
    }
  });
  BOOST_TEST(count == 1200);
}

BOOST_AUTO_TEST_SUITE_END()
