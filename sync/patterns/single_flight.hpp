// One computation for all who want its result at the same time.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle {

/// What came of a flight.
template <class T>
struct flight_result {
  T value;
  bool shared;  ///< others got the same value
};

/// Computations by key.  Who asks for a key while it is computed waits for that computation and
/// gets its result, or the exception that it threw.  Nothing is kept: who comes later computes
/// anew.  No lock is held during a computation.
///
/// A computation that asks for its own key waits for itself.
///
/// Order: a computation happens before the return of every call that gets its result.
template <class P, class Key, class T, class Hash = std::hash<Key>>
class basic_single_flight : immovable {
 public:
  /// `name` is what reports call its parts.
  explicit basic_single_flight(const char* name = nullptr)
      : name_(name), lock_(name), flights_({}, name) {}

  template <class F>
  flight_result<T> run(const Key& key, F&& function, location caller = location::here()) {
    const boarding place = board(key, caller);
    if (place.leads) return fly(key, *place.flight, std::forward<F>(function), caller);
    const seat own(place.flight, caller);
    place.flight->landed.wait(caller);
    return place.flight->result(true, caller);
  }

  /// As above, but gives up the wait for another's computation when `ctx` is done; nothing then.
  /// The computation itself goes on.
  template <class F>
  std::optional<flight_result<T>> run(const basic_context<P>& ctx, const Key& key, F&& function,
                                      location caller = location::here()) {
    const boarding place = board(key, caller);
    if (place.leads) return fly(key, *place.flight, std::forward<F>(function), caller);
    const seat own(place.flight, caller);
    if (!place.flight->landed.wait(ctx, caller)) return std::nullopt;
    return place.flight->result(true, caller);
  }

  /// Who asks for `key` from now on does not wait for a computation that has begun.
  void forget(const Key& key, location caller = location::here()) {
    const lock_guard guard(lock_, caller);
    flights_.write(caller).erase(key);
  }

 private:
  struct flight : immovable {
    explicit flight(const char* name) : landed(name) {}

    [[nodiscard]] flight_result<T> result(bool shared, location caller) const {
      const auto& what = outcome.read(caller);
      if (const auto* thrown = std::get_if<std::exception_ptr>(&what)) {
        std::rethrow_exception(*thrown);
      }
      return {std::get<1>(what), shared};
    }

    basic_wait_group<P> landed;
    basic_atomic<P, std::uint32_t> seats{1};  ///< who still uses it; the last one deletes it
    unsigned followers = 0;                   ///< guarded by the lock of the flights
    basic_shared<P, std::variant<std::monostate, T, std::exception_ptr>> outcome;
  };

  /// The right of one thread to use a flight.
  class seat : immovable {
   public:
    seat(flight* which, location caller) noexcept : flight_(which), caller_(caller) {}
    ~seat() {
      if (flight_->seats.fetch_sub(1, std::memory_order_acq_rel, caller_) == 1) delete flight_;
    }

   private:
    flight* flight_;
    location caller_;
  };

  struct boarding {
    basic_single_flight::flight* flight;
    bool leads;
  };

  boarding board(const Key& key, location caller) {
    const lock_guard guard(lock_, caller);
    auto& flights = flights_.write(caller);
    if (const auto at = flights.find(key); at != flights.end()) {
      at->second->seats.fetch_add(1, std::memory_order_relaxed, caller);
      ++at->second->followers;
      return {at->second, false};
    }
    auto fresh = std::make_unique<flight>(name_);
    flights.emplace(key, fresh.get());
    fresh->landed.add(1, caller);
    return {fresh.release(), true};
  }

  template <class F>
  flight_result<T> fly(const Key& key, flight& own, F&& function, location caller) {
    const seat first(&own, caller);
    try {
      T value = std::forward<F>(function)();
      own.outcome.write(caller).template emplace<1>(std::move(value));
    } catch (...) {
      own.outcome.write(caller).template emplace<2>(std::current_exception());
    }
    const bool shared = land(key, own, caller);
    own.landed.done(caller);
    return own.result(shared, caller);
  }

  /// Whether others follow.
  bool land(const Key& key, flight& own, location caller) {
    const lock_guard guard(lock_, caller);
    auto& flights = flights_.write(caller);
    const auto at = flights.find(key);
    if (at != flights.end() && at->second == &own) flights.erase(at);
    return own.followers != 0;
  }

  const char* const name_;
  basic_mutex<P> lock_;
  /// Guarded by the lock.
  basic_shared<P, std::unordered_map<Key, flight*, Hash>> flights_;
};

template <class Key, class T, class Hash = std::hash<Key>>
using single_flight = basic_single_flight<platform, Key, T, Hash>;

}  // namespace heddle
