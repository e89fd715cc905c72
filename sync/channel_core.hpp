// What a channel is, whatever its elements are: a lock, a ring of cells, and two queues of threads
// that wait, as in Go.
//
// Whoever finds the other side waiting serves it: the element goes from one to the other, or into
// the cell that has become free, and the other is told.  So a thread that is told has nothing left
// to do, and elements and threads keep their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/interior.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>
#include <heddle/sync/waiting.hpp>

namespace heddle::detail {

/// How elements of one type are moved.  Neither throws.
struct element_type {
  std::size_t size;
  std::size_t alignment;
  void (*move)(void* from, void* to) noexcept;  ///< constructs `to`; what `from` was remains there
  void (*destroy)(void* element) noexcept;
};

template <class P>
struct channel_case;

/// A thread that waits for one of its cases to be served.
template <class P>
class channel_waiter : immovable {
 public:
  /// With `several` cases, in the queues of several channels, whoever serves one of them needs the
  /// right to.  One case alone is served by whoever has taken it from its queue.
  explicit channel_waiter(bool several) noexcept : several_(several) {}

  [[nodiscard]] bool take_right(location caller) { return !several_ || right_.take(caller); }

  /// By whoever has the right.  The thread is to be told when the channel is unlocked.
  void serve(channel_case<P>& which, bool delivered, location caller) {
    served_.write(caller) = {&which, delivered};
  }
  void tell(location caller) { bed_.tell(caller); }

  /// Waits until a case has been served; or until the limit, if then `leave()` is true, which takes
  /// back all that might be served.
  template <class Leave>
  [[nodiscard]] bool wait(const wait_limit<P>& limit, Leave leave, location caller) {
    nudger<P> cancellation(bed_);
    const attachment<P> attached(limit.source, cancellation, caller);
    bool may_leave = true;
    for (bool leaves = attached.came_late();; leaves = may_leave) {
      if (leaves && leave()) return false;
      if (leaves) may_leave = false;
      if (bed_.sleep(may_leave ? limit.deadline : never, caller) == roused::told) return true;
    }
  }

  [[nodiscard]] channel_case<P>* served(location caller) const {
    return served_.read(caller).which;
  }
  /// False if the channel was closed instead.
  [[nodiscard]] bool delivered(location caller) const { return served_.read(caller).delivered; }

 private:
  struct service {
    channel_case<P>* which = nullptr;
    bool delivered = false;
  };

  const bool several_;
  single_right<P> right_;
  interior<P, service> served_;
  sleeper<P> bed_;
};

/// A send or a receive that waits in the queue of a channel; on the stack of its thread.
template <class P>
struct channel_case : immovable {
  struct links {
    channel_case* next = nullptr;
    channel_case* previous = nullptr;
    bool queued = false;
  };

  channel_case(channel_waiter<P>& whose, void* where) noexcept : waiter(whose), element(where) {}

  channel_waiter<P>& waiter;
  void* const element;       ///< to send; or room for what is received
  interior<P, links> place;  ///< guarded by the lock of the channel
  order_token<P> order;      ///< of what the thread did before
};

/// Cases in the order in which they came.
template <class P>
struct case_queue {
  channel_case<P>* first = nullptr;
  channel_case<P>* last = nullptr;

  void append(channel_case<P>& one, location caller) {
    one.place.write(caller) = {nullptr, last, true};
    (last == nullptr ? first : last->place.write(caller).next) = &one;
    last = &one;
  }
  void remove(channel_case<P>& one, location caller) {
    auto& own = one.place.write(caller);
    (own.previous == nullptr ? first : own.previous->place.write(caller).next) = own.next;
    (own.next == nullptr ? last : own.next->place.write(caller).previous) = own.previous;
    own = {};
  }
  /// Takes out the first that is still to be served, with the right to; null if there is none.
  [[nodiscard]] channel_case<P>* take(location caller) {
    while (channel_case<P>* const one = first) {
      remove(*one, caller);
      if (one->waiter.take_right(caller)) return one;
    }
    return nullptr;
  }
};

enum class direction : std::uint8_t { send, receive };

/// What has become of a send or a receive.
enum class passage : std::uint8_t {
  none,       ///< nothing: it would have to wait, or it gave up
  delivered,  ///< the element has changed hands
  closed,     ///< the channel is closed
};

template <class P>
class channel_core : immovable {
 public:
  using waiter = channel_waiter<P>;

  constexpr channel_core(const element_type& of, std::size_t capacity, const char* name)
      : of_(of),
        capacity_(capacity),
        lock_(name),
        order_(capacity),
        use_(object_kind::channel, name),
        object_(object_kind::channel, name) {
    if (capacity == 0) return;
    const std::align_val_t alignment{of.alignment};
    cells_ = static_cast<std::byte*>(::operator new(capacity* of.size, alignment));
  }
  ~channel_core() {
    if (cells_ == nullptr) return;
    const state& now = state_.read({});
    for (std::size_t i = now.received; i != now.sent; ++i) of_.destroy(cell(i));
    ::operator delete (cells_, std::align_val_t{of_.alignment});
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t size(location caller) {
    lock(caller);
    const state& now = state_.read(caller);
    const std::size_t result = now.sent - now.received;
    unlock(caller);
    return result;
  }
  [[nodiscard]] const typename P::object& object() const noexcept { return object_; }

  /// One send or receive of `element`, which waits if it has to.
  [[nodiscard]] passage perform(direction which, void* element, const wait_limit<P>& limit,
                                location caller) {
    lock(caller);
    waiter* other = nullptr;
    passage at_once = attempt(which, element, other, caller);
    for (unsigned round = 0; at_once == passage::none && may_linger(which, round, caller);
         ++round) {
      unlock(caller);
      linger(round, caller);
      lock(caller);
      at_once = attempt(which, element, other, caller);
    }
    if (at_once != passage::none) {
      unlock(caller);
      if (other != nullptr) other->tell(caller);
      return at_once;
    }
    waiter self(false);
    channel_case<P> own(self, element);
    enqueue(which, own, caller);
    unlock(caller);
    const auto leave = [&] { return remove(which, own, caller); };
    if (!self.wait(limit, leave, caller)) return passage::none;
    return self.delivered(caller) ? passage::delivered : passage::closed;
  }

  /// As `perform`, if that is possible without a wait.
  [[nodiscard]] passage try_perform(direction which, void* element, location caller) {
    lock(caller);
    waiter* other = nullptr;
    const passage at_once = attempt(which, element, other, caller);
    unlock(caller);
    if (other != nullptr) other->tell(caller);
    return at_once;
  }

  void close(location caller) {
    lock(caller);
    state& now = state_.write(caller);
    const bool twice = std::exchange(now.closed, true);
    channel_case<P>* ended = nullptr;
    if (!twice) {
      order_.close(caller);
      end(now.senders, ended, caller);
      end(now.receivers, ended, caller);
    }
    unlock(caller);
    if (twice) P::misuse("close of a closed channel", caller);
    for (channel_case<P>* each = ended; each != nullptr;) {
      channel_case<P>* const next = each->place.read(caller).next;
      each->waiter.tell(caller);
      each = next;
    }
  }

  // For select, which locks several channels.

  void lock(location caller) {
    use_.read(caller);
    lock_.lock(caller);
  }
  void unlock(location caller) { lock_.unlock(caller); }

  /// Whether `attempt` may succeed.
  [[nodiscard]] bool is_ready(direction which, location caller) const {
    const state& now = state_.read(caller);
    if (now.closed) return true;
    if (which == direction::send) {
      return now.receivers.first != nullptr || now.sent - now.received < capacity_;
    }
    return now.sent != now.received || now.senders.first != nullptr;
  }
  /// With the lock held: what is possible without a wait.  `other` is to be told without the lock.
  [[nodiscard]] passage attempt(direction which, void* element, waiter*& other, location caller) {
    state& now = state_.write(caller);
    return which == direction::send ? put(now, element, other, caller)
                                    : get(now, element, other, caller);
  }
  void enqueue(direction which, channel_case<P>& own, location caller) {
    own.order = order_token<P>::here(caller);
    queue_of(state_.write(caller), which).append(own, caller);
  }
  /// Takes the lock.  False if the case is no longer queued.
  bool remove(direction which, channel_case<P>& own, location caller) {
    lock_.lock(caller);
    const bool queued = own.place.read(caller).queued;
    if (queued) queue_of(state_.write(caller), which).remove(own, caller);
    lock_.unlock(caller);
    return queued;
  }

 private:
  // Who waits, by what is in the cells:
  //
  //   elements          senders       receivers
  //   none              none, or      none, or any      capacity 0: not both
  //   some              none          none
  //   all cells full    none, or any  none
  //
  // A closed channel has no one waiting.
  struct state {
    std::size_t sent = 0;      ///< elements that went into a cell, or past it to a receiver
    std::size_t received = 0;  ///< of them, those that are there no longer
    case_queue<P> senders;
    case_queue<P> receivers;
    bool closed = false;
  };

  [[nodiscard]] static case_queue<P>& queue_of(state& now, direction which) noexcept {
    return which == direction::send ? now.senders : now.receivers;
  }
  [[nodiscard]] std::size_t index(std::size_t number) const noexcept {
    return capacity_ == 0 ? 0 : number % capacity_;
  }
  [[nodiscard]] void* cell(std::size_t number) const noexcept {
    return cells_ + index(number) * of_.size;
  }

  // Who queues at once is handed each element by itself, and has to be woken for it; who lets a
  // little time pass finds some of them, or some room, and then both sides run for a while.  Only
  // the first in line does so, and nobody where threads cannot run at once.
  static constexpr unsigned lingering_rounds = P::controlled ? 1 : 2;
  static constexpr unsigned pauses = P::controlled ? 1 : 160;

  [[nodiscard]] bool may_linger(direction which, unsigned round, location caller) {
    return capacity_ != 0 && round < lingering_rounds && P::cpus() > 1 &&
           queue_of(state_.write(caller), which).first == nullptr;
  }

  static void linger(unsigned round, location caller) {
    if (round != 0) return P::yield(caller);  // the other side may share the processor
    for (unsigned i = 0; i < pauses; ++i) P::spin_hint(caller);
  }

  passage put(state& now, void* element, waiter*& other, location caller) {
    if (now.closed) return passage::closed;
    if (channel_case<P>* const receiver = now.receivers.take(caller)) {
      order_.pass(index(now.sent), std::move(receiver->order), caller);
      of_.move(element, receiver->element);
      ++now.sent;
      ++now.received;
      other = &receiver->waiter;
      other->serve(*receiver, true, caller);
      return passage::delivered;
    }
    if (now.sent - now.received == capacity_) return passage::none;
    order_.put(index(now.sent), caller);
    of_.move(element, cell(now.sent));
    ++now.sent;
    return passage::delivered;
  }

  passage get(state& now, void* element, waiter*& other, location caller) {
    const bool stored = now.sent != now.received;
    if (stored) {
      of_.move(cell(now.received), element);
      of_.destroy(cell(now.received));
    }
    if (channel_case<P>* const sender = now.senders.take(caller)) {
      order_.refill(index(now.received), std::move(sender->order), caller);
      of_.move(sender->element, stored ? cell(now.sent) : element);
      ++now.sent;
      ++now.received;
      other = &sender->waiter;
      other->serve(*sender, true, caller);
      return passage::delivered;
    }
    if (stored) {
      order_.take(index(now.received), caller);
      ++now.received;
      return passage::delivered;
    }
    if (!now.closed) return passage::none;
    order_.see_closed(caller);
    return passage::closed;
  }

  /// Takes out all of a queue; they are chained, but not queued.
  static void end(case_queue<P>& of, channel_case<P>*& ended, location caller) {
    while (channel_case<P>* const one = of.take(caller)) {
      one->waiter.serve(*one, false, caller);
      one->place.write(caller).next = std::exchange(ended, one);
    }
  }

  const element_type& of_;
  const std::size_t capacity_;
  std::byte* cells_ = nullptr;
  section<P> lock_;
  interior<P, state> state_;
  [[no_unique_address]] order_book<P> order_;
  [[no_unique_address]] typename P::probe use_;
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

}  // namespace heddle::detail
