// The parts of channels and contexts under coarse control (sync/waiting.hpp): operations of small
// machines, which exhaustive search by graphs expresses.
//
// A section orders nothing, and what it guards is plain memory that is not checked: it is changed
// in the order in which the section is locked.  What happens before what is said by tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

struct coarse_platform;

namespace detail {

/// An object of which a part of a primitive consists.
class coarse_part : immovable {
 public:
  constexpr explicit coarse_part(const char* name = nullptr) noexcept
      : object_(object_kind::interior, name) {}

  std::uint64_t apply(const control::machine_call& call, location caller) const {
    return control::apply(object_.ref, call, caller).result;
  }

 private:
  mutable fine_platform::object object_;
};

template <class P, class T>
class interior;

template <class T>
class interior<coarse_platform, T> {
 public:
  constexpr interior() noexcept(std::is_nothrow_default_constructible_v<T>) : value_() {}
  constexpr interior(T initial) noexcept(std::is_nothrow_move_constructible_v<T>)
      : value_(std::move(initial)) {}
  interior(const interior&) = delete;
  interior& operator=(const interior&) = delete;

  [[nodiscard]] const T& read(location) const { return value_; }
  [[nodiscard]] T& write(location) {
    probe_.preserve(value_);
    return value_;
  }

 private:
  T value_;
  fine_platform::probe probe_{object_kind::interior};
};

template <class P>
class section;

template <>
class section<coarse_platform> : immovable {
 public:
  constexpr explicit section(const char* name) noexcept : part_(name) {}

  void lock(location caller) {
    part_.apply({.apply = [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) -> effect {
                   if (word != 0) return {.does = effect::what::block};
                   return {.does = effect::what::write, .next = 1};
                 },
                 .name = "enter",
                 .may_block = true},
                caller);
  }
  void unlock(location caller) {
    part_.apply({.apply = [](std::uint64_t, std::uint64_t, std::uint64_t, unsigned) -> effect {
                   return {.does = effect::what::write, .next = 0};
                 },
                 .name = "leave"},
                caller);
  }

 private:
  coarse_part part_;
};

enum class roused : std::uint8_t;
inline constexpr roused late_sleeper{2};

template <class P>
class sleeper;

// The word: 0 while there is nothing to wake for, 1 nudged, 2 told.
template <>
class sleeper<coarse_platform> : immovable {
 public:
  sleeper() noexcept = default;

  void tell(location caller) {
    part_.apply({.apply = [](std::uint64_t, std::uint64_t, std::uint64_t, unsigned) -> effect {
                   return {.does = effect::what::write, .next = 2, .releases = 1};
                 },
                 .name = "tell"},
                caller);
  }
  void nudge(location caller) {
    part_.apply({.apply = [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) -> effect {
                   return {.does = effect::what::write, .next = word == 0 ? 1 : word};
                 },
                 .name = "nudge"},
                caller);
  }
  [[nodiscard]] roused sleep(time_point deadline, location caller) {
    const std::uint64_t found = part_.apply(
        {.apply = [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned option) -> effect {
           if (word == 0 && option != specs::give_up) return {.does = effect::what::block};
           if (word == 2) {
             return {.does = effect::what::write, .next = 2, .acquires = 1, .result = 2};
           }
           return {.does = effect::what::write, .next = 0, .result = word};
         },
         .name = "sleep",
         .may_block = true,
         .deadline = deadline},
        caller);
    return static_cast<roused>(2 - found);
  }

 private:
  coarse_part part_;
};

template <class P>
class single_right;

template <>
class single_right<coarse_platform> : immovable {
 public:
  single_right() noexcept = default;
  [[nodiscard]] bool take(location caller) {
    return part_.apply(
               {.apply = [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) -> effect {
                  return {.does = effect::what::write,
                          .next = 1,
                          .result = word == 0 ? std::uint64_t{1} : 0};
                },
                .name = "take"},
               caller) != 0;
  }

 private:
  coarse_part part_;
};

template <class P>
class settled;

template <>
class settled<coarse_platform> : immovable {
 public:
  constexpr explicit settled(const char* name) noexcept : part_(name) {}

  [[nodiscard]] std::uint32_t get(location caller) const {
    return low_of(part_.apply(
        {.apply = [](std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) -> effect {
           const std::uint16_t clock = word != 0 ? 1 : 0;
           return {.does = effect::what::write, .next = word, .acquires = clock, .result = word};
         },
         .name = "look at"},
        caller));
  }
  void set(std::uint32_t value, location caller) {
    part_.apply({.apply = [](std::uint64_t, std::uint64_t next, std::uint64_t, unsigned) -> effect {
                   return {.does = effect::what::write, .next = next, .releases = 1};
                 },
                 .a = value,
                 .name = "set"},
                caller);
  }

 private:
  coarse_part part_;
};

template <class P>
struct order_token;

template <>
struct order_token<coarse_platform> {
  static order_token here(location caller) {
    order_token token;
    token.part_ = std::make_unique<coarse_part>();
    release(*token.part_, caller);
    return token;
  }
  /// Of an empty token: nothing.
  void acquire(location caller) const {
    if (part_ != nullptr) acquire(*part_, caller);
  }

  static void release(const coarse_part& part, location caller) {
    part.apply({.apply = [](std::uint64_t, std::uint64_t, std::uint64_t, unsigned) -> effect {
                  return {.does = effect::what::write, .releases = 1};
                },
                .name = "release"},
               caller);
  }
  static void acquire(const coarse_part& part, location caller) {
    part.apply({.apply = [](std::uint64_t, std::uint64_t, std::uint64_t, unsigned) -> effect {
                  return {.does = effect::what::write, .acquires = 1};
                },
                .name = "acquire"},
               caller);
  }

 private:
  std::unique_ptr<coarse_part> part_;
};

template <class P>
class order_book;

template <>
class order_book<coarse_platform> : immovable {
 public:
  constexpr explicit order_book(std::size_t capacity) : size_(capacity) {
    if (capacity != 0) cells_ = new cell[capacity];
  }
  ~order_book() { delete[] cells_; }

  void put(std::size_t at, location caller) {
    cells_[at].freed.acquire(caller);
    cells_[at].filled = order_token<coarse_platform>::here(caller);
  }
  void pass(std::size_t at, order_token<coarse_platform> receiver, location caller) {
    if (size_ == 0) return receiver.acquire(caller);
    cells_[at].freed.acquire(caller);
    cells_[at].freed = std::move(receiver);
  }
  void take(std::size_t at, location caller) {
    cells_[at].filled.acquire(caller);
    cells_[at].freed = order_token<coarse_platform>::here(caller);
  }
  void refill(std::size_t at, order_token<coarse_platform> sender, location caller) {
    if (size_ == 0) return sender.acquire(caller);
    cells_[at].filled.acquire(caller);
    cells_[at].filled = std::move(sender);
  }
  void close(location caller) { order_token<coarse_platform>::release(closed_, caller); }
  void see_closed(location caller) { order_token<coarse_platform>::acquire(closed_, caller); }

 private:
  struct cell {
    order_token<coarse_platform> freed;   ///< by the receiver of what was there
    order_token<coarse_platform> filled;  ///< by the sender of what is there
  };

  std::size_t size_;
  cell* cells_ = nullptr;
  coarse_part closed_;
};

}  // namespace detail
}  // namespace heddle
