// A map in stripes, each with a lock of its own, so that threads at different keys rarely meet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <heddle/sync/guards.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle {

/// A map that many threads read and write.  A key belongs to the stripe that its hash says; an
/// operation locks the stripes of its keys and no other.
///
/// Values are handed out as copies, or to a function that runs under the lock: such a function must
/// not use the map.
///
/// Order: each operation synchronizes with the later ones on keys of the same stripe.
template <class P, class Key, class T, class Hash = std::hash<Key>>
class basic_striped_map : immovable {
 public:
  static constexpr std::size_t default_stripes = 16;

  /// `name` is what reports call its locks and its stripes.
  ///
  /// Misuse: no stripe at all.
  explicit basic_striped_map(std::size_t stripes = default_stripes, const char* name = nullptr,
                             Hash hash = Hash(), location caller = location::here())
      : hash_(std::move(hash)) {
    if (stripes == 0) P::misuse("striped_map without a stripe", caller);
    for (std::size_t i = 0; i < stripes; ++i) stripes_.emplace_back(name);
  }

  [[nodiscard]] std::size_t stripes() const noexcept { return stripes_.size(); }
  [[nodiscard]] std::size_t stripe_of(const Key& key) const {
    // Multiplied, since the hash of a number may be the number, and those of users often are all
    // multiples of something.
    const auto bits = static_cast<std::uint64_t>(hash_(key)) * 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>((bits >> 32) % stripes_.size());
  }

  [[nodiscard]] std::optional<T> load(const Key& key, location caller = location::here()) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    const auto& entries = of.entries.read(caller);
    const auto at = entries.find(key);
    return at == entries.end() ? std::nullopt : std::optional<T>(at->second);
  }

  /// True if there was no value yet.
  bool store(const Key& key, T value, location caller = location::here()) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    return of.entries.write(caller).insert_or_assign(key, std::move(value)).second;
  }

  /// Stores `value`; what was there before.
  std::optional<T> exchange(const Key& key, T value, location caller = location::here()) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    auto& entries = of.entries.write(caller);
    const auto at = entries.find(key);
    if (at == entries.end()) {
      entries.emplace(key, std::move(value));
      return std::nullopt;
    }
    return std::exchange(at->second, std::move(value));
  }

  struct loaded_or_stored {
    T value;      ///< what is in the map now
    bool loaded;  ///< it was there before
  };
  /// The value of `key`, which is `value` if there is none yet.
  loaded_or_stored load_or_store(const Key& key, T value, location caller = location::here()) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    const auto [at, is_new] = of.entries.write(caller).try_emplace(key, std::move(value));
    return {at->second, !is_new};
  }

  bool erase(const Key& key, location caller = location::here()) {
    return load_and_erase(key, caller).has_value();
  }
  std::optional<T> load_and_erase(const Key& key, location caller = location::here()) {
    return erase_if(
        key, [](const T&) { return true; }, caller);
  }

  /// Stores `desired` if the value is `expected`; false if not, or if there is none.
  bool compare_exchange(const Key& key, const T& expected, T desired,
                        location caller = location::here()) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    auto& entries = of.entries.write(caller);
    const auto at = entries.find(key);
    if (at == entries.end() || !(at->second == expected)) return false;
    at->second = std::move(desired);
    return true;
  }
  bool compare_erase(const Key& key, const T& expected, location caller = location::here()) {
    return erase_if(
               key, [&](const T& value) { return value == expected; }, caller)
        .has_value();
  }

  /// `function(value)` under the lock; a value that is not there is made first.
  template <class F>
  auto with(const Key& key, F&& function, location caller = location::here()) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    return std::forward<F>(function)(of.entries.write(caller)[key]);
  }

  /// `function(value of a, value of b)` with both stripes locked, in the order of the stripes: two
  /// such calls do not wait for each other, whatever their keys.
  template <class F>
  auto with_both(const Key& a, const Key& b, F&& function, location caller = location::here()) {
    stripe& of_a = stripes_[stripe_of(a)];
    stripe& of_b = stripes_[stripe_of(b)];
    if (&of_a == &of_b) {
      const lock_guard guard(of_a.lock, caller);
      auto& entries = of_a.entries.write(caller);
      T& value_of_a = entries[a];
      return std::forward<F>(function)(value_of_a, entries[b]);
    }
    const bool in_order = stripe_of(a) < stripe_of(b);
    const lock_guard first(in_order ? of_a.lock : of_b.lock, caller);
    const lock_guard second(in_order ? of_b.lock : of_a.lock, caller);
    return std::forward<F>(function)(of_a.entries.write(caller)[a], of_b.entries.write(caller)[b]);
  }

  /// `function(key, value)` for what is there, as stripe after stripe is copied: no key twice, and
  /// each that was there all the time; of changes meanwhile some may show.  Called without a lock,
  /// so the function may use the map.
  template <class F>
  void for_each(F function, location caller = location::here()) {
    for (stripe& each : stripes_) {
      std::unordered_map<Key, T, Hash> copy(0, hash_);
      {
        const lock_guard guard(each.lock, caller);
        copy = each.entries.read(caller);
      }
      for (const auto& [key, value] : copy) function(key, value);
    }
  }

  /// As `for_each` sees it.
  [[nodiscard]] std::size_t size(location caller = location::here()) {
    std::size_t result = 0;
    for (stripe& each : stripes_) {
      const lock_guard guard(each.lock, caller);
      result += each.entries.read(caller).size();
    }
    return result;
  }

  /// Erases everything at once.
  void clear(location caller = location::here()) {
    for (stripe& each : stripes_) each.lock.lock(caller);
    for (stripe& each : stripes_) each.entries.write(caller).clear();
    for (stripe& each : stripes_) each.lock.unlock(caller);
  }

 private:
  struct alignas(P::controlled ? alignof(void*) : 64) stripe {
    explicit stripe(const char* name) : lock(name), entries({}, name) {}

    basic_mutex<P> lock;
    basic_shared<P, std::unordered_map<Key, T, Hash>> entries;  ///< guarded by the lock
  };

  template <class F>
  std::optional<T> erase_if(const Key& key, F condition, location caller) {
    stripe& of = stripes_[stripe_of(key)];
    const lock_guard guard(of.lock, caller);
    auto& entries = of.entries.write(caller);
    const auto at = entries.find(key);
    if (at == entries.end() || !condition(at->second)) return std::nullopt;
    std::optional<T> result(std::move(at->second));
    entries.erase(at);
    return result;
  }

  const Hash hash_;
  std::deque<stripe> stripes_;
};

template <class Key, class T, class Hash = std::hash<Key>>
using striped_map = basic_striped_map<platform, Key, T, Hash>;

}  // namespace heddle
