// Guards as those of the standard library, which note the line that made them: through a standard
// guard a lock sees a line of the standard header as its caller.  They take any lock.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <mutex>
#include <tuple>
#include <utility>

#include <heddle/sync/config.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/lockable.hpp>

namespace heddle {

namespace detail {

/// What a guard that holds nothing excludes, for clang's analysis: it takes a scoped object into
/// account only if its constructor says something of a lock.
struct HEDDLE_THREAD_SAFETY(capability("nothing")) no_lock {};
inline constexpr no_lock nothing;

}  // namespace detail

/// Holds a lock from its construction to its destruction.
template <class L>
class HEDDLE_THREAD_SAFETY(scoped_lockable) lock_guard {
 public:
  using mutex_type = L;

  explicit lock_guard(L& lockable, location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_capability(lockable))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : lockable_(lockable), caller_(caller) {
    detail::lock_at(lockable, caller);
  }
  /// Takes over a lock that the thread holds.
  lock_guard(L& lockable, std::adopt_lock_t, location caller = location::here())
      HEDDLE_THREAD_SAFETY(requires_capability(lockable))
      : lockable_(lockable), caller_(caller) {}
  lock_guard(const lock_guard&) = delete;
  lock_guard& operator=(const lock_guard&) = delete;
  ~lock_guard() HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    detail::unlock_at(lockable_, caller_);
  }

 private:
  L& lockable_;
  location caller_;
};

/// Holds several locks.  It never waits for one while it holds another, so no order among them can
/// deadlock; and it begins with the one of the lowest address, so that two such guards of the same
/// locks do not keep each other trying for ever.
///
/// Clang's analysis follows up to three locks.
template <class... Ls>
class HEDDLE_THREAD_SAFETY(scoped_lockable) scoped_lock {
  // The attribute has no packs, so a constructor for each number names its locks.
  template <std::size_t number>
  using nth =
      std::tuple_element_t<number,
                           std::tuple<Ls..., detail::no_lock, detail::no_lock, detail::no_lock>>;

 public:
  explicit scoped_lock(nth<0>& a, location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_capability(a)) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : scoped_lock(caller, &a) {}
  explicit scoped_lock(nth<0>& a, nth<1>& b, location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_capability(a, b)) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : scoped_lock(caller, &a, &b) {}
  explicit scoped_lock(nth<0>& a, nth<1>& b, nth<2>& c, location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_capability(a, b, c))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : scoped_lock(caller, &a, &b, &c) {}
  template <bool many = sizeof...(Ls) == 0 || (sizeof...(Ls) > 3)>
  requires many explicit scoped_lock(Ls&... lockables, location caller = location::here())
      HEDDLE_THREAD_SAFETY(locks_excluded(detail::nothing))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : scoped_lock(caller, &lockables...) {}
  scoped_lock(const scoped_lock&) = delete;
  scoped_lock& operator=(const scoped_lock&) = delete;
  ~scoped_lock() HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    unlock_first(locks_.size());
  }

 private:
  struct lock {
    template <class L>
    explicit lock(L* lockable) noexcept
        : address(lockable),
          acquire([](void* it, location caller) { detail::lock_at(*static_cast<L*>(it), caller); }),
          attempt([](void* it, location caller) {
            return detail::try_lock_at(*static_cast<L*>(it), caller);
          }),
          release(
              [](void* it, location caller) { detail::unlock_at(*static_cast<L*>(it), caller); }) {}

    void* address;
    void (*acquire)(void*, location);
    bool (*attempt)(void*, location);
    void (*release)(void*, location);
  };

  explicit scoped_lock(location caller, Ls*... lockables)
      HEDDLE_THREAD_SAFETY(locks_excluded(detail::nothing))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : caller_(caller), locks_{lock(lockables)...} {
    sort();
    lock_all();
  }

  void sort() noexcept {
    for (std::size_t i = 1; i < locks_.size(); ++i) {
      for (std::size_t k = i; k > 0; --k) {
        if (!std::less<>{}(locks_[k].address, locks_[k - 1].address)) break;
        std::swap(locks_[k], locks_[k - 1]);
      }
    }
  }

  void lock_all() {
    if (locks_.empty()) return;
    for (;;) {
      locks_[0].acquire(locks_[0].address, caller_);
      std::size_t taken = 1;
      while (taken < locks_.size() && locks_[taken].attempt(locks_[taken].address, caller_)) {
        ++taken;
      }
      if (taken == locks_.size()) return;
      // Waits for the one that was held, with nothing in hand, and begins again.
      unlock_first(taken);
      locks_[taken].acquire(locks_[taken].address, caller_);
      locks_[taken].release(locks_[taken].address, caller_);
    }
  }

  void unlock_first(std::size_t count) {
    while (count > 0) {
      --count;
      locks_[count].release(locks_[count].address, caller_);
    }
  }

  location caller_;
  std::array<lock, sizeof...(Ls)> locks_;
};

template <class... Ls>
scoped_lock(Ls&...) -> scoped_lock<Ls...>;

namespace detail {

/// How unique_lock and shared_lock lock.
struct exclusive_mode {
  template <class L>
  static void lock(L& lockable, location caller) {
    lock_at(lockable, caller);
  }
  template <class L>
  static bool try_lock(L& lockable, location caller) {
    return try_lock_at(lockable, caller);
  }
  template <class L>
  static void unlock(L& lockable, location caller) {
    unlock_at(lockable, caller);
  }
};
struct shared_mode {
  template <class L>
  static void lock(L& lockable, location caller) {
    lock_shared_at(lockable, caller);
  }
  template <class L>
  static bool try_lock(L& lockable, location caller) {
    return try_lock_shared_at(lockable, caller);
  }
  template <class L>
  static void unlock(L& lockable, location caller) {
    unlock_shared_at(lockable, caller);
  }
};

/// A guard that can be moved, unlocked and locked again.
template <class L, class Mode>
class movable_guard {
 public:
  using mutex_type = L;

  movable_guard() noexcept = default;
  movable_guard(movable_guard&& other) noexcept
      : lockable_(std::exchange(other.lockable_, nullptr)),
        owns_(std::exchange(other.owns_, false)),
        caller_(other.caller_) {}
  movable_guard& operator=(movable_guard&& other) noexcept {
    if (owns_) unlock(caller_);
    lockable_ = std::exchange(other.lockable_, nullptr);
    owns_ = std::exchange(other.owns_, false);
    caller_ = other.caller_;
    return *this;
  }
  ~movable_guard() {
    if (owns_) Mode::unlock(*lockable_, caller_);
  }

  // Locking without a lock, or one that is held, and unlocking one that is not, throw what
  // std::unique_lock throws.
  void lock(location caller = location::here()) {
    require_unlocked();
    Mode::lock(*lockable_, caller);
    owns_ = true;
  }
  [[nodiscard]] bool try_lock(location caller = location::here()) {
    require_unlocked();
    owns_ = Mode::try_lock(*lockable_, caller);
    return owns_;
  }
  void unlock(location caller = location::here()) {
    if (!owns_) refuse(std::errc::operation_not_permitted);
    owns_ = false;
    Mode::unlock(*lockable_, caller);
  }

  /// Gives up the lock without unlocking it.
  L* release() noexcept {
    owns_ = false;
    return std::exchange(lockable_, nullptr);
  }
  [[nodiscard]] bool owns_lock() const noexcept { return owns_; }
  [[nodiscard]] explicit operator bool() const noexcept { return owns_; }
  [[nodiscard]] L* mutex() const noexcept { return lockable_; }

 protected:
  movable_guard(L& lockable, bool owns, location caller) noexcept
      : lockable_(&lockable), owns_(owns), caller_(caller) {}

 private:
  void require_unlocked() const {
    if (lockable_ == nullptr) refuse(std::errc::operation_not_permitted);
    if (owns_) refuse(std::errc::resource_deadlock_would_occur);
  }
  [[noreturn]] static void refuse(std::errc why) {
    throw std::system_error(std::make_error_code(why));
  }

  L* lockable_ = nullptr;
  bool owns_ = false;
  location caller_ = location::unknown();
};

}  // namespace detail

/// A guard that may hold its lock or not, and can be moved.
///
/// Clang's analysis follows lock, try_lock and unlock, but neither moves nor what an attempt of the
/// constructor came to.
template <class L>
class HEDDLE_THREAD_SAFETY(scoped_lockable) unique_lock
    : public detail::movable_guard<L, detail::exclusive_mode> {
  using base = detail::movable_guard<L, detail::exclusive_mode>;

 public:
  unique_lock() noexcept HEDDLE_THREAD_SAFETY(locks_excluded(detail::nothing))
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {}
  explicit unique_lock(L& lockable, location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_capability(lockable))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, false, caller) {
    base::lock(caller);
  }
  unique_lock(L& lockable, std::defer_lock_t, location caller = location::here()) noexcept
      HEDDLE_THREAD_SAFETY(locks_excluded(lockable)) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, false, caller) {}
  unique_lock(L& lockable, std::adopt_lock_t, location caller = location::here()) noexcept
      HEDDLE_THREAD_SAFETY(requires_capability(lockable))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, true, caller) {}
  unique_lock(L& lockable, std::try_to_lock_t, location caller = location::here())
      HEDDLE_THREAD_SAFETY(locks_excluded(lockable)) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, detail::try_lock_at(lockable, caller), caller) {}
  unique_lock(unique_lock&& other) noexcept HEDDLE_THREAD_SAFETY(locks_excluded(detail::nothing))
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(std::move(other)) {}
  unique_lock& operator=(unique_lock&& other) noexcept = default;
  ~unique_lock() HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {}

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    base::lock(caller);
  }
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return base::try_lock(caller);
  }
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    base::unlock(caller);
  }
};

/// As unique_lock, for a lock that is held by readers together.
template <class L>
class HEDDLE_THREAD_SAFETY(scoped_lockable) shared_lock
    : public detail::movable_guard<L, detail::shared_mode> {
  using base = detail::movable_guard<L, detail::shared_mode>;

 public:
  shared_lock() noexcept HEDDLE_THREAD_SAFETY(locks_excluded(detail::nothing))
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {}
  explicit shared_lock(L& lockable, location caller = location::here())
      HEDDLE_THREAD_SAFETY(acquire_shared_capability(lockable))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, false, caller) {
    base::lock(caller);
  }
  shared_lock(L& lockable, std::defer_lock_t, location caller = location::here()) noexcept
      HEDDLE_THREAD_SAFETY(locks_excluded(lockable)) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, false, caller) {}
  shared_lock(L& lockable, std::adopt_lock_t, location caller = location::here()) noexcept
      HEDDLE_THREAD_SAFETY(requires_shared_capability(lockable))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, true, caller) {}
  shared_lock(L& lockable, std::try_to_lock_t, location caller = location::here())
      HEDDLE_THREAD_SAFETY(locks_excluded(lockable)) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(lockable, detail::try_lock_shared_at(lockable, caller), caller) {}
  shared_lock(shared_lock&& other) noexcept HEDDLE_THREAD_SAFETY(locks_excluded(detail::nothing))
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis)
      : base(std::move(other)) {}
  shared_lock& operator=(shared_lock&& other) noexcept = default;
  ~shared_lock() HEDDLE_THREAD_SAFETY(release_generic_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {}

  void lock(location caller = location::here()) HEDDLE_THREAD_SAFETY(acquire_shared_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    base::lock(caller);
  }
  [[nodiscard]] bool try_lock(location caller = location::here())
      HEDDLE_THREAD_SAFETY(try_acquire_shared_capability(true))
          HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    return base::try_lock(caller);
  }
  void unlock(location caller = location::here()) HEDDLE_THREAD_SAFETY(release_generic_capability())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    base::unlock(caller);
  }
};

}  // namespace heddle
