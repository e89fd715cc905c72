// Objects that are used again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread_slot.hpp>

namespace heddle {

namespace detail {

/// Numbers for threads, in the order in which they first ask: 0, 1, ...
template <class P>
struct thread_numbers {
  static std::size_t mine(location caller) {
    std::size_t& known = number_.get();
    if (known == 0) known = last_.fetch_add(1, std::memory_order_relaxed, caller) + 1;
    return known - 1;
  }

 private:
  static inline constinit basic_thread_slot<P, std::size_t> number_{0};
  static inline constinit basic_atomic<P, std::size_t> last_{0};
};

}  // namespace detail

struct object_pool_options {
  std::size_t caches = 0;       ///< 0: twice as many as threads can run at once
  std::size_t per_cache = 128;  ///< objects that a cache keeps; what is too much is destroyed
  const char* name = nullptr;
};

/// Objects for those who need one for a while.  Each thread has a cache, as far as there are: it
/// gets the object that it gave back last, and without meeting others.  A thread whose cache is
/// empty looks at those of others before it makes an object.
///
/// An object is as it was given back.  The pool must outlive what was taken from it.
///
/// Order: giving an object back synchronizes with getting it.
template <class P, class T>
class basic_object_pool : immovable {
 public:
  using maker = std::function<std::unique_ptr<T>()>;

  explicit basic_object_pool(object_pool_options options = {})
      : basic_object_pool([] { return std::make_unique<T>(); }, options) {}
  explicit basic_object_pool(maker make, object_pool_options options = {})
      : make_(std::move(make)), per_cache_(options.per_cache) {
    const std::size_t count = options.caches == 0 ? 2 * std::size_t{P::cpus()} : options.caches;
    for (std::size_t i = 0; i < count; ++i) caches_.emplace_back(options.name);
  }

  class giving_back {
   public:
    explicit giving_back(basic_object_pool* to = nullptr,
                         location caller = location::unknown()) noexcept
        : pool_(to), caller_(caller) {}
    void operator()(T* object) const { pool_->put(std::unique_ptr<T>(object), caller_); }

   private:
    basic_object_pool* pool_;
    location caller_;
  };
  /// Gives the object back at its end.
  using handle = std::unique_ptr<T, giving_back>;

  [[nodiscard]] handle get(location caller = location::here()) {
    std::unique_ptr<T> found = take(caller);
    if (found == nullptr) found = make_();
    return handle(found.release(), giving_back(this, caller));
  }

  /// An object that was given back, or null.
  [[nodiscard]] std::unique_ptr<T> take(location caller = location::here()) {
    const std::size_t own = index_of_thread(caller);
    for (std::size_t i = 0; i < caches_.size(); ++i) {
      cache& from = caches_[(own + i) % caches_.size()];
      if (i == 0) {
        from.lock.lock(caller);
      } else if (!from.lock.try_lock(caller)) {
        continue;  // somebody is about to use what is there
      }
      const lock_guard guard(from.lock, std::adopt_lock, caller);
      if (from.kept.read(caller).objects.empty()) continue;
      std::unique_ptr<T> result = std::move(from.kept.write(caller).objects.back());
      from.kept.write(caller).objects.pop_back();
      return result;
    }
    return nullptr;
  }

  /// Keeps `object` for the next; or destroys it, if the thread's cache is full.
  void put(std::unique_ptr<T> object, location caller = location::here()) {
    cache& into = caches_[index_of_thread(caller)];
    const lock_guard guard(into.lock, caller);
    auto& objects = into.kept.write(caller).objects;
    if (objects.size() < per_cache_) objects.push_back(std::move(object));
  }

  /// Destroys what is kept; how many objects that were.
  std::size_t trim(location caller = location::here()) {
    std::size_t result = 0;
    for (cache& each : caches_) {
      std::vector<std::unique_ptr<T>> old;
      const lock_guard guard(each.lock, caller);
      std::swap(old, each.kept.write(caller).objects);
      result += old.size();
    }
    return result;
  }

 private:
  struct stack : immovable {
    std::vector<std::unique_ptr<T>> objects;
  };

  struct alignas(P::controlled ? alignof(void*) : 64) cache {
    explicit cache(const char* name) : lock(name) {}

    basic_mutex<P> lock;
    basic_shared<P, stack> kept;  ///< guarded by the lock
  };

  [[nodiscard]] std::size_t index_of_thread(location caller) const {
    return detail::thread_numbers<P>::mine(caller) % caches_.size();
  }

  const maker make_;
  const std::size_t per_cache_;
  std::deque<cache> caches_;
};

template <class T>
using object_pool = basic_object_pool<platform, T>;

}  // namespace heddle
