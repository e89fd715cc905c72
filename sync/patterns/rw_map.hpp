// A map for many readers, whose values may be computed at their first use.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include <heddle/sync/guards.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/patterns/single_flight.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle {

/// A map under a lock that readers hold together.
///
/// Values are handed out as copies, or to a function that runs under the lock: such a function must
/// not use the map, not even to read, for a writer that came between would wait for it, and it for
/// the writer.
///
/// Order: each change synchronizes with every later operation.
template <class P, class Key, class T, class Hash = std::hash<Key>>
class basic_rw_map : immovable {
 public:
  /// `name` is what reports call its parts.
  explicit basic_rw_map(const char* name = nullptr)
      : lock_(name), entries_({}, name), flights_(name) {}

  [[nodiscard]] std::optional<T> load(const Key& key, location caller = location::here()) {
    const shared_lock guard(lock_, caller);
    const T* const known = find(key, caller);
    return known == nullptr ? std::nullopt : std::optional<T>(*known);
  }

  /// True if there was no value yet.
  bool store(const Key& key, T value, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return entries_.write(caller).insert_or_assign(key, std::move(value)).second;
  }
  bool erase(const Key& key, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return entries_.write(caller).erase(key) != 0;
  }

  /// The value of `key`, which is `compute()` if there is none yet.  It is computed once, with the
  /// map locked: everybody else waits.  What `compute` throws is thrown, and no value is there.
  template <class F>
  T load_or_compute(const Key& key, F&& compute, location caller = location::here()) {
    if (std::optional<T> known = load(key, caller)) return *std::move(known);
    const lock_guard guard(lock_, caller);
    // Another may have computed it between the two locks.
    if (const T* const known = find(key, caller)) return *known;
    return entries_.write(caller).emplace(key, std::forward<F>(compute)()).first->second;
  }

  /// As `load_or_compute`, but the map is not locked meanwhile: only those wait who ask for this
  /// key in this way, and they get what `compute` throws too.  A value that somebody stores
  /// meanwhile stays, and is the result.
  template <class F>
  T load_or_compute_aside(const Key& key, F&& compute, location caller = location::here()) {
    if (std::optional<T> known = load(key, caller)) return *std::move(known);
    const auto fetch = [&]() -> T {
      // A flight that has ended since has left its value here.
      if (std::optional<T> known = load(key, caller)) return *std::move(known);
      T value = std::forward<F>(compute)();
      const lock_guard guard(lock_, caller);
      return entries_.write(caller).try_emplace(key, std::move(value)).first->second;
    };
    return flights_.run(key, fetch, caller).value;
  }

  /// `function(entries)` under the lock for reading.
  template <class F>
  auto read(F&& function, location caller = location::here()) {
    const shared_lock guard(lock_, caller);
    return std::forward<F>(function)(entries_.read(caller));
  }
  /// `function(entries)` under the lock for writing.
  template <class F>
  auto write(F&& function, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    return std::forward<F>(function)(entries_.write(caller));
  }

  [[nodiscard]] std::size_t size(location caller = location::here()) {
    const shared_lock guard(lock_, caller);
    return entries_.read(caller).size();
  }

 private:
  [[nodiscard]] const T* find(const Key& key, location caller) const {
    const auto& entries = entries_.read(caller);
    const auto at = entries.find(key);
    return at == entries.end() ? nullptr : &at->second;
  }

  basic_rw_mutex<P> lock_;
  basic_shared<P, std::unordered_map<Key, T, Hash>> entries_;  ///< guarded by the lock
  basic_single_flight<P, Key, T, Hash> flights_;
};

template <class Key, class T, class Hash = std::hash<Key>>
using rw_map = basic_rw_map<platform, Key, T, Hash>;

}  // namespace heddle
