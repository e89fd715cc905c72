// What the table of docs/migrating.md says of heddle's types, as far as a compiler can tell.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <type_traits>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using namespace std::chrono_literals;

struct pair_of_words {
  long first;
  long second;
};

template <class T>
concept plain_lock_member = requires {
  static_cast<void (T::*)()>(&T::lock);
};
static_assert(plain_lock_member<std::mutex> && !plain_lock_member<heddle::mutex>);

template <class L, class T>
concept waits_until = requires(L& lock, T time) {
  (void)lock.try_lock_until(time);
};
static_assert(waits_until<heddle::mutex, std::chrono::steady_clock::time_point>);
static_assert(!waits_until<heddle::mutex, std::chrono::system_clock::time_point>);

template <class L, class T>
concept waits_for = requires(L& lock, T time) {
  (void)lock.try_lock_for(time);
};
static_assert(waits_for<heddle::mutex, std::chrono::milliseconds>);
static_assert(!waits_for<heddle::mutex, std::chrono::duration<double>>);

template <class C, class L>
concept waits_with = requires(C& cond, L& lock) {
  cond.wait(lock);
};
static_assert(waits_with<heddle::cond, heddle::mutex>);
static_assert(waits_with<heddle::cond, heddle::unique_lock<heddle::mutex>>);
static_assert(!waits_with<std::condition_variable, std::unique_lock<heddle::mutex>>);
static_assert(waits_with<std::condition_variable_any, heddle::mutex>);

static_assert(std::is_constructible_v<std::thread, void (*)(int), int>);
static_assert(!std::is_constructible_v<heddle::thread, void (*)(int), int>);
static_assert(std::is_constructible_v<heddle::thread, void (*)()>);

template <class T>
concept has_wait = requires(T& value) {
  value.wait(0);
};
static_assert(has_wait<std::atomic<int>> && !has_wait<heddle::atomic<int>>);

template <class T>
concept adds = requires(T& value) {
  value.fetch_add(1);
};
static_assert(adds<heddle::atomic<int>> && !adds<heddle::atomic<double>>);

template <class T>
concept can_be_atomic = requires {
  typename heddle::atomic<T>;
};
static_assert(can_be_atomic<double> && !can_be_atomic<pair_of_words>);

// Guards of the standard library fit.
[[maybe_unused]] void hold(heddle::mutex& one, heddle::mutex& other, heddle::rw_mutex& both) {
  const std::scoped_lock held(one, other);
  const std::shared_lock reading(both, 5ms);
}

}  // namespace
