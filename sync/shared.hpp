// A plain variable that threads share, with every access checked for races under control.
#pragma once

#include <type_traits>
#include <utility>

#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

/// A plain variable: something else must order its accesses.  Natively it is a bare T at no cost;
/// under control two unordered accesses of which one writes are the finding `data_race`.
template <class P, class T>
class basic_shared {
 public:
  using value_type = T;

  constexpr basic_shared() noexcept(
      std::is_nothrow_default_constructible_v<T>) requires std::is_default_constructible_v<T>
      : value_(), probe_(object_kind::shared) {}
  /// `name` is what reports call it.
  constexpr basic_shared(T initial, const char* name = nullptr) noexcept(
      std::is_nothrow_move_constructible_v<T>)
      : value_(std::move(initial)), probe_(object_kind::shared, name) {}
  basic_shared(const basic_shared&) = delete;
  basic_shared& operator=(const basic_shared&) = delete;

  [[nodiscard]] const T& read(location caller = location::here()) const {
    probe_.read(caller);
    return value_;
  }
  /// Counts as one write now; what is done later through the reference is not seen.
  [[nodiscard]] T& write(location caller = location::here()) {
    // Saved here alone: a value that is never written needs no restoring.
    probe_.preserve(value_);
    probe_.write(caller);
    return value_;
  }
  [[nodiscard]] T get(location caller = location::here()) const { return read(caller); }
  void set(T value, location caller = location::here()) { write(caller) = std::move(value); }

  // Operators cannot tell their caller.
  operator const T&() const { return read(location::unknown()); }
  basic_shared& operator=(T value) {
    set(std::move(value), location::unknown());
    return *this;
  }
  template <class D>
  basic_shared& operator+=(const D& delta) {
    T& value = modify();
    value = static_cast<T>(value + delta);
    return *this;
  }
  template <class D>
  basic_shared& operator-=(const D& delta) {
    T& value = modify();
    value = static_cast<T>(value - delta);
    return *this;
  }
  basic_shared& operator++() {
    ++modify();
    return *this;
  }
  T operator++(int) { return modify()++; }
  basic_shared& operator--() {
    --modify();
    return *this;
  }
  T operator--(int) { return modify()--; }

 private:
  // A read and then a write, so that a thread may come between them.
  T& modify() {
    probe_.read(location::unknown());
    return write(location::unknown());
  }

  T value_;
  [[no_unique_address]] typename P::probe probe_;
};

template <class T>
using shared = basic_shared<platform, T>;

static_assert(platform::controlled || sizeof(shared<char>) == 1);
static_assert(platform::controlled || sizeof(shared<void*>) == sizeof(void*));
static_assert(platform::controlled || std::is_trivially_destructible_v<shared<int>>);

}  // namespace heddle
