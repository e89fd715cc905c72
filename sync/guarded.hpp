// Data that can be reached only with its lock held.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <heddle/sync/config.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

template <class P>
class basic_context;

/// A value and the lock that guards it.  `Mutex` is any lock; with one that readers share, as
/// rw_mutex, the value can also be read by many at once.
///
/// What a function is given is good for as long as it runs, so its result must be no reference.
/// Under control each access counts as one of the whole value, and one that escaped the lock and
/// meets another is the finding `data_race`.
///
/// Order: as of the lock.
template <class P, class T, class Mutex>
class basic_guarded {
  template <class F, class... Args>
  static constexpr bool gives_a_value = !std::is_reference_v<std::invoke_result_t<F, Args...>>;

 public:
  using value_type = T;
  using mutex_type = Mutex;

  /// The value is made of `args`.
  template <class... Args>
  requires std::constructible_from<T, Args...>
  constexpr explicit(sizeof...(Args) == 1) basic_guarded(Args&&... args)
      : value_(std::forward<Args>(args)...), probe_(object_kind::shared) {}
  basic_guarded(const basic_guarded&) = delete;
  basic_guarded& operator=(const basic_guarded&) = delete;

  /// Calls `use` with the value while the lock is held, and returns what it returns.
  template <std::invocable<T&> F>
  auto with_lock(F&& use, location caller = location::here()) {
    static_assert(gives_a_value<F, T&>, "a reference would outlive the lock");
    const lock_guard<Mutex> hold(mutex_, caller);
    return std::forward<F>(use)(write(caller));
  }
  /// The same beside other readers.
  template <std::invocable<const T&> F>
  auto with_shared_lock(F&& use, location caller = location::here()) const {
    static_assert(gives_a_value<F, const T&>, "a reference would outlive the lock");
    const shared_lock<Mutex> hold(mutex_, caller);
    return std::forward<F>(use)(read(caller));
  }

  /// False, and `use` is not called, if the lock cannot be had at once.
  template <std::invocable<T&> F>
  [[nodiscard]] bool try_with_lock(F&& use, location caller = location::here())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!detail::try_lock_at(mutex_, caller)) return false;
    use_and_unlock(std::forward<F>(use), caller);
    return true;
  }
  /// False, and `use` is not called, if `ctx` was done before the lock could be had.
  template <std::invocable<T&> F>
  [[nodiscard]] bool with_lock(const basic_context<P>& ctx, F&& use,
                               location caller = location::here())
      HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    if (!mutex_.lock(ctx, caller)) return false;
    use_and_unlock(std::forward<F>(use), caller);
    return true;
  }

  /// The value with its lock, held from now to the end of the statement or of the variable.
  class [[nodiscard]] access {
   public:
    access(const access&) = delete;
    access& operator=(const access&) = delete;
    [[nodiscard]] T& operator*() const noexcept { return value_; }
    [[nodiscard]] T* operator->() const noexcept { return &value_; }

    /// Gives the lock up until `predicate(value)`: see cond::wait.
    template <class Cond, std::predicate<T&> F>
    void wait(Cond& changed, F predicate, location caller = location::here()) {
      changed.wait(
          whole_.mutex_, [&] { return predicate(whole_.write(caller)); }, caller);
    }

   private:
    friend class basic_guarded;
    access(basic_guarded& whole, location caller)
        : whole_(whole), hold_(whole.mutex_, caller), value_(whole.write(caller)) {}

    basic_guarded& whole_;
    const lock_guard<Mutex> hold_;
    T& value_;
  };
  [[nodiscard]] access lock(location caller = location::here()) { return access(*this, caller); }

 private:
  template <class F, class... Gs>
  friend auto with_locks(F&& use, Gs&... all);

  [[nodiscard]] T& write(location caller) {
    probe_.preserve(value_);
    probe_.write(caller);
    return value_;
  }
  [[nodiscard]] const T& read(location caller) const {
    probe_.read(caller);
    return value_;
  }

  template <class F>
  void use_and_unlock(F&& use, location caller) HEDDLE_THREAD_SAFETY(no_thread_safety_analysis) {
    const lock_guard<Mutex> hold(mutex_, std::adopt_lock, caller);
    (void)std::forward<F>(use)(write(caller));
  }

  mutable Mutex mutex_;
  T value_;
  [[no_unique_address]] typename P::probe probe_;
};

template <class T, class Mutex = mutex>
using guarded = basic_guarded<platform, T, Mutex>;

/// Calls `use` with the values of all of `all` while all their locks are held, which are taken as
/// scoped_lock takes them: in no order can this deadlock.
template <class F, class... Gs>
auto with_locks(F&& use, Gs&... all) {
  static_assert(!std::is_reference_v<std::invoke_result_t<F, typename Gs::value_type&...>>,
                "a reference would outlive the locks");
  const location caller = location::unknown();
  const scoped_lock<typename Gs::mutex_type...> hold(all.mutex_...);
  return std::forward<F>(use)(all.write(caller)...);
}

static_assert(platform::controlled || sizeof(guarded<int>) == 12);

}  // namespace heddle
