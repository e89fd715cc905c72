// Channels: elements that go from thread to thread in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include <heddle/sync/channel_core.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

template <class P>
class basic_context;

namespace detail {

// An element changes hands in the midst of another thread's call, where it must not throw.  One
// whose move may throw goes in a box, which its own thread makes before.
template <class T>
inline constexpr bool moves_safely = std::is_nothrow_move_constructible_v<T>;

template <class T>
using carried = std::conditional_t<moves_safely<T>, T, std::unique_ptr<T>>;

template <class T>
inline constexpr element_type element_of{
    sizeof(carried<T>), alignof(carried<T>),
    [](void* from, void* to) noexcept {
      ::new (to) carried<T>(std::move(*static_cast<carried<T>*>(from)));
    },
    [](void* element) noexcept { static_cast<carried<T>*>(element)->~carried<T>(); }};

}  // namespace detail

enum class receive_status : std::uint8_t {
  received,
  closed,   ///< the channel is closed, and has nothing left
  gave_up,  ///< nothing came in time
};

/// What a receive has brought: an element, or the reason why there is none.
template <class T>
class received {
 public:
  received() noexcept = default;
  received(received&& other) noexcept : status_(other.status_) {
    if (has_value()) ::new (room()) detail::carried<T>(std::move(*other.carried()));
  }
  received& operator=(received&& other) noexcept {
    if (this == &other) return *this;
    this->~received();
    ::new (this) received(std::move(other));
    return *this;
  }
  ~received() {
    if (has_value()) std::destroy_at(carried());
  }

  [[nodiscard]] receive_status status() const noexcept { return status_; }
  [[nodiscard]] bool has_value() const noexcept { return status_ == receive_status::received; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Only where there is an element.
  [[nodiscard]] T& operator*() & noexcept { return value(); }
  [[nodiscard]] const T& operator*() const& noexcept {
    return const_cast<received*>(this)->value();
  }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(value()); }
  [[nodiscard]] T* operator->() noexcept { return std::addressof(value()); }
  [[nodiscard]] const T* operator->() const noexcept { return std::addressof(**this); }

  // For channels: room for an element, and then the word that it is there.
  [[nodiscard]] void* room() noexcept { return room_; }
  void settle(detail::passage how) noexcept {
    if (how == detail::passage::delivered) status_ = receive_status::received;
    if (how == detail::passage::closed) status_ = receive_status::closed;
  }

 private:
  [[nodiscard]] detail::carried<T>* carried() noexcept {
    return std::launder(reinterpret_cast<detail::carried<T>*>(room_));
  }
  [[nodiscard]] T& value() noexcept {
    if constexpr (detail::moves_safely<T>) {
      return *carried();
    } else {
      return **carried();
    }
  }

  alignas(detail::carried<T>) std::byte room_[sizeof(detail::carried<T>)];
  receive_status status_ = receive_status::gave_up;
};

namespace detail {

/// An element on its way into a channel.  Where it goes in a box and stays behind after all, it is
/// moved back.
template <class T>
class offered : immovable {
 public:
  explicit offered(T&& value) : value_(value) {
    if constexpr (!moves_safely<T>) box_ = std::make_unique<T>(std::move(value));
  }
  [[nodiscard]] void* element() noexcept {
    if constexpr (moves_safely<T>) {
      return std::addressof(value_);
    } else {
      return &box_;
    }
  }
  void take_back() {
    if constexpr (!moves_safely<T> && std::is_move_assignable_v<T>) value_ = std::move(*box_);
  }

 private:
  struct nothing {};

  T& value_;
  [[no_unique_address]] std::conditional_t<moves_safely<T>, nothing, std::unique_ptr<T>> box_;
};

}  // namespace detail

/// A queue of at most `capacity` elements between threads.  Of capacity 0, a send and a receive
/// wait for each other.
///
/// Threads are served in the order in which they came.  An element goes to exactly one receiver; a
/// send or a receive that gives up has had no effect.
///
/// T must be movable.  If its move may throw, each element costs an allocation, and what throws
/// throws out of the sender's call before anything is sent; or out of one that gives up, as the
/// element is moved back.
///
/// It must be empty at the start of an execution, so one with a capacity is built in the body.
///
/// Order: a send synchronizes with the return of the receive that gets its element; the receive of
/// the n-th element, with the return of the send of element n + capacity; close, with the return of
/// a receive that finds the channel closed.
template <class P, class T>
class basic_channel : immovable {
 public:
  using value_type = T;

  /// `name` is what reports call it.
  constexpr explicit basic_channel(std::size_t capacity = 0, const char* name = nullptr)
      : core_(detail::element_of<T>, capacity, name) {}

  /// Waits until there is room or a receiver.
  ///
  /// Misuse: the channel is closed, before the call or during it.
  void send(T value, location caller = location::here()) {
    (void)put(std::move(value), never, "channel::send", caller);
  }

  /// Gives up when `ctx` is done, and then `value` is as it was; without a wait, and whether or not
  /// there is room, if the context is known to be done.
  ///
  /// Misuse: as `send`.
  [[nodiscard]] bool send(const basic_context<P>& ctx, T&& value,
                          location caller = location::here()) {
    if (ctx.known_done(caller)) return false;
    if (put(std::move(value), ctx.limit(), "channel::send", caller)) return true;
    ctx.note_end(caller);
    return false;
  }
  [[nodiscard]] bool send(const basic_context<P>& ctx, const T& value,
                          location caller = location::here()) {
    return send(ctx, T(value), caller);
  }

  /// Sends if that is possible without a wait; if not, `value` is as it was.
  ///
  /// Misuse: as `send`.
  [[nodiscard]] bool try_send(T&& value, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{core_.object(), "channel::try_send", caller};
    detail::offered<T> offer(std::move(value));
    return settle(offer, core_.try_perform(detail::direction::send, offer.element(), caller),
                  caller);
  }
  [[nodiscard]] bool try_send(const T& value, location caller = location::here()) {
    return try_send(T(value), caller);
  }
  [[nodiscard]] bool try_send_until(time_point deadline, T&& value,
                                    location caller = location::here()) {
    return put(std::move(value), deadline, "channel::try_send_until", caller);
  }
  [[nodiscard]] bool try_send_until(time_point deadline, const T& value,
                                    location caller = location::here()) {
    return try_send_until(deadline, T(value), caller);
  }
  [[nodiscard]] bool try_send_for(duration time, T&& value, location caller = location::here()) {
    return try_send_until(after(P::now(), time), std::move(value), caller);
  }
  [[nodiscard]] bool try_send_for(duration time, const T& value,
                                  location caller = location::here()) {
    return try_send_for(time, T(value), caller);
  }

  /// Waits for an element; none comes any more once the channel is closed and empty.
  received<T> receive(location caller = location::here()) {
    return get(never, "channel::receive", caller);
  }
  /// Gives up when `ctx` is done; without a wait, and whether or not there is an element, if the
  /// context is known to be done.
  received<T> receive(const basic_context<P>& ctx, location caller = location::here()) {
    if (ctx.known_done(caller)) return {};
    received<T> result = get(ctx.limit(), "channel::receive", caller);
    if (result.status() == receive_status::gave_up) ctx.note_end(caller);
    return result;
  }
  [[nodiscard]] received<T> try_receive(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{core_.object(), "channel::try_receive", caller};
    received<T> result;
    result.settle(core_.try_perform(detail::direction::receive, result.room(), caller));
    return result;
  }
  [[nodiscard]] received<T> try_receive_until(time_point deadline,
                                              location caller = location::here()) {
    return get(deadline, "channel::try_receive_until", caller);
  }
  [[nodiscard]] received<T> try_receive_for(duration time, location caller = location::here()) {
    return try_receive_until(after(P::now(), time), caller);
  }

  /// Nothing more will be sent.  What was sent can still be received.
  ///
  /// Misuse: the channel is closed.
  void close(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{core_.object(), "channel::close", caller};
    core_.close(caller);
  }

  /// How many elements it holds now.
  [[nodiscard]] std::size_t len(location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{core_.object(), "channel::len", caller};
    return core_.size(caller);
  }
  [[nodiscard]] std::size_t cap() const noexcept { return core_.capacity(); }

  /// Receives until the channel is closed and empty: `for (T& element : channel)`.
  class iterator {
   public:
    explicit iterator(basic_channel& from, location caller)
        : from_(from), caller_(caller), now_(from.receive(caller)) {}
    [[nodiscard]] T& operator*() noexcept { return *now_; }
    iterator& operator++() {
      now_ = from_.receive(caller_);
      return *this;
    }
    [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept {
      return !now_.has_value();
    }

   private:
    basic_channel& from_;
    location caller_;
    received<T> now_;
  };
  [[nodiscard]] iterator begin(location caller = location::here()) {
    return iterator(*this, caller);
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  /// For select.
  [[nodiscard]] detail::channel_core<P>& core() noexcept { return core_; }

 private:
  bool put(T&& value, const detail::wait_limit<P>& limit, const char* name, location caller) {
    [[maybe_unused]] const typename P::call scope{core_.object(), name, caller};
    detail::offered<T> offer(std::move(value));
    return settle(offer, core_.perform(detail::direction::send, offer.element(), limit, caller),
                  caller);
  }
  static bool settle(detail::offered<T>& offer, detail::passage how, location caller) {
    if (how == detail::passage::delivered) return true;
    if (how == detail::passage::closed) P::misuse("send on a closed channel", caller);
    offer.take_back();
    return false;
  }

  received<T> get(const detail::wait_limit<P>& limit, const char* name, location caller) {
    [[maybe_unused]] const typename P::call scope{core_.object(), name, caller};
    received<T> result;
    result.settle(core_.perform(detail::direction::receive, result.room(), limit, caller));
    return result;
  }

  detail::channel_core<P> core_;
};

template <class T>
using channel = basic_channel<platform, T>;

}  // namespace heddle
