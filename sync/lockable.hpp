// Calls on any lock, which pass on the caller's place to those that take one.  Whoever calls these
// says in its own attributes what they do to the lock.
#pragma once

#include <heddle/sync/config.hpp>
#include <heddle/sync/location.hpp>

namespace heddle::detail {

template <class L>
void lock_at(L& lockable, location caller) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
  if constexpr (requires { lockable.lock(caller); }) {
    lockable.lock(caller);
  } else {
    lockable.lock();
  }
}

template <class L>
[[nodiscard]] bool try_lock_at(L& lockable, location caller)
    HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
  if constexpr (requires { lockable.try_lock(caller); }) {
    return lockable.try_lock(caller);
  } else {
    return lockable.try_lock();
  }
}

template <class L>
void unlock_at(L& lockable, location caller) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
  if constexpr (requires { lockable.unlock(caller); }) {
    lockable.unlock(caller);
  } else {
    lockable.unlock();
  }
}

template <class L>
void lock_shared_at(L& lockable, location caller) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
  if constexpr (requires { lockable.lock_shared(caller); }) {
    lockable.lock_shared(caller);
  } else {
    lockable.lock_shared();
  }
}

template <class L>
[[nodiscard]] bool try_lock_shared_at(L& lockable, location caller)
    HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
  if constexpr (requires { lockable.try_lock_shared(caller); }) {
    return lockable.try_lock_shared(caller);
  } else {
    return lockable.try_lock_shared();
  }
}

template <class L>
void unlock_shared_at(L& lockable, location caller)
    HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
  if constexpr (requires { lockable.unlock_shared(caller); }) {
    lockable.unlock_shared(caller);
  } else {
    lockable.unlock_shared();
  }
}

}  // namespace heddle::detail
