// A variable of which each thread has its own.
#pragma once

#include <type_traits>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

/// A value for each thread: a copy of the initial one, made at the thread's first use and destroyed
/// when the thread ends.  Under control it starts anew in each execution, which `thread_local` does
/// not.  Meant for static storage: natively the values of a slot that is gone stay until their
/// threads end.
template <class P, class T>
class basic_thread_slot : immovable {
 public:
  constexpr explicit basic_thread_slot(T initial = T{}) noexcept(
      std::is_nothrow_copy_constructible_v<T>)
      : local_(initial) {}

  [[nodiscard]] T& get() { return local_.get(); }
  T& operator*() { return get(); }
  T* operator->() { return &get(); }

 private:
  typename P::template local<T> local_;
};

template <class T>
using thread_slot = basic_thread_slot<platform, T>;

}  // namespace heddle
