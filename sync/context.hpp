// Contexts: a cancellation, or a deadline, that goes down a tree of tasks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/interior.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>
#include <heddle/sync/waiting.hpp>

namespace heddle {

/// Why a context is done.
enum class context_error : std::uint8_t {
  none,  ///< it is not
  cancelled,
  deadline_exceeded,
};

namespace detail {

// The state: a context_error, which changes once, with the lock held, from none.  Whoever changes
// it tells the listeners before it gives the lock back: children, whose locks are taken inside, and
// threads that wait.  So when a context is destroyed, which takes the lock once more, nobody is in
// the midst of cancelling it.
//
// Nobody watches the clock: that a deadline has passed is noticed by whoever asks, or whose wait
// ends by it.  A child takes over its parent's deadline if that is earlier, and who notices it
// cancels the ancestor that has it from nobody.
template <class P>
class context_node final : public cancel_source<P>, public cancel_listener<P> {
 public:
  context_node(context_node* parent, time_point deadline, const char* name, location caller)
      : deadline_(parent == nullptr ? deadline : std::min(deadline, parent->deadline_)),
        parent_(parent),
        lock_(name),
        state_(name),
        created_(caller),
        use_(object_kind::context, name),
        object_(object_kind::context, name) {
    if (parent_ != nullptr && !parent_->attach(*this, caller)) cancelled(caller);
  }
  ~context_node() {
    if (!P::running()) return;
    if (parent_ != nullptr) parent_->detach(*this, created_);
    lock_.lock(created_);
    const bool in_use = listeners_.read(created_).first != nullptr;
    lock_.unlock(created_);
    if (in_use) P::misuse("context is destroyed while in use", created_);
  }

  [[nodiscard]] time_point deadline() const noexcept { return deadline_; }
  [[nodiscard]] const typename P::object& object() const noexcept { return object_; }

  /// A call of the user's, which must be ordered before the destruction.
  void use(location caller) const { use_.read(caller); }

  [[nodiscard]] context_error state(location caller) const {
    return static_cast<context_error>(state_.get(caller));
  }

  /// As `state`, and looks at the clock.
  [[nodiscard]] context_error error(location caller) {
    const context_error found = state(caller);
    if (found != context_error::none || deadline_ == never || !P::expired(deadline_, caller)) {
      return found;
    }
    expire(caller);
    return state(caller);
  }

  /// Only of a context that is done.
  [[nodiscard]] std::exception_ptr cause(location caller) const { return cause_.read(caller); }

  /// False if it was done before.
  bool cancel(context_error why, std::exception_ptr cause, location caller) {
    lock_.lock(caller);
    const bool first = state(caller) == context_error::none;
    if (first) {
      cause_.write(caller) = std::move(cause);
      state_.set(static_cast<std::uint32_t>(why), caller);
      for (cancel_listener<P>* each = listeners_.read(caller).first; each != nullptr;) {
        cancel_listener<P>* const next = each->place.read(caller).next;
        each->cancelled(caller);
        each = next;
      }
    }
    lock_.unlock(caller);
    return first;
  }

  /// The deadline has passed.
  void expire(location caller) {
    context_node* origin = this;
    while (origin->parent_ != nullptr && origin->parent_->deadline_ == deadline_) {
      origin = origin->parent_;
    }
    origin->cancel(context_error::deadline_exceeded, nullptr, caller);
  }

  bool attach(cancel_listener<P>& listener, location caller) override {
    lock_.lock(caller);
    const bool open = state(caller) == context_error::none;
    if (open) {
      ends& all = listeners_.write(caller);
      auto& own = listener.place.write(caller);
      own = {nullptr, all.last, true};
      (all.last == nullptr ? all.first : all.last->place.write(caller).next) = &listener;
      all.last = &listener;
    }
    lock_.unlock(caller);
    return open;
  }

  void detach(cancel_listener<P>& listener, location caller) override {
    lock_.lock(caller);
    auto& own = listener.place.write(caller);
    if (own.attached) {
      ends& all = listeners_.write(caller);
      (own.previous == nullptr ? all.first : own.previous->place.write(caller).next) = own.next;
      (own.next == nullptr ? all.last : own.next->place.write(caller).previous) = own.previous;
      own = {};
    }
    lock_.unlock(caller);
  }

  /// The parent is done.
  void cancelled(location caller) override {
    cancel(parent_->state(caller), parent_->cause(caller), caller);
  }

 private:
  struct ends {
    cancel_listener<P>* first = nullptr;
    cancel_listener<P>* last = nullptr;
  };

  const time_point deadline_;
  context_node* const parent_;
  section<P> lock_;
  settled<P> state_;
  interior<P, ends> listeners_;  ///< in the order in which they came
  interior<P, std::exception_ptr> cause_;
  const location created_;
  [[no_unique_address]] typename P::probe use_;
  [[no_unique_address]] typename P::object object_;  // last: its destruction looks first
};

}  // namespace detail

/// What a task asks whether it is still wanted.  Waits that take a context give up when it is done,
/// and then nothing of them remains.
///
/// A context is done when it is cancelled, when its deadline has passed, or when its parent is
/// done.  No thread watches the clock: a deadline ends the waits that go by it, and whoever asks
/// sees that it has passed.
///
/// A context lives where it is made and is passed by reference.  Unlike Go's it must outlive its
/// children and all who wait by it.
///
/// Order: what makes a context done happens before all that find it so.
template <class P>
class basic_context : immovable {
 public:
  [[nodiscard]] bool done(location caller = location::here()) const {
    return err(caller) != context_error::none;
  }
  /// Why it is done; the reason does not change any more.
  [[nodiscard]] context_error err(location caller = location::here()) const {
    if (node_ == nullptr) return context_error::none;
    node_->use(caller);
    return node_->error(caller);
  }
  /// What was given as the cause when this context was cancelled, or else the ancestor by which it
  /// is done; null if nothing was, and while it is not done.
  [[nodiscard]] std::exception_ptr cause(location caller = location::here()) const {
    return err(caller) == context_error::none ? nullptr : node_->cause(caller);
  }
  /// The earliest of its own deadline and those of its ancestors; `never` if there is none.
  [[nodiscard]] time_point deadline() const noexcept {
    return node_ == nullptr ? never : node_->deadline();
  }

  /// Waits until it is done.
  void wait(location caller = location::here()) const { (void)wait_until(never, caller); }
  /// False if it is not done at the deadline given here.
  bool wait_until(time_point deadline, location caller = location::here()) const;
  bool wait_for(duration time, location caller = location::here()) const {
    return wait_until(after(P::now(), time), caller);
  }

  // For those who wait for something else too.

  /// Whether somebody has found it done.  One load, and no look at the clock.
  [[nodiscard]] bool known_done(location caller) const {
    if (node_ == nullptr) return false;
    node_->use(caller);
    return node_->state(caller) != context_error::none;
  }
  [[nodiscard]] detail::wait_limit<P> limit() const noexcept {
    return node_ == nullptr ? detail::wait_limit<P>(never)
                            : detail::wait_limit<P>(node_->deadline(), node_);
  }
  /// A wait by `limit()` has given up: it is done.
  void note_end(location caller) const {
    if (node_ != nullptr && !known_done(caller)) node_->expire(caller);
  }
  [[nodiscard]] detail::context_node<P>* node() const noexcept { return node_; }

  /// The root of all contexts, which is never done.
  [[nodiscard]] static const basic_context& background() noexcept { return background_; }

 protected:
  constexpr explicit basic_context(detail::context_node<P>* node) noexcept : node_(node) {}
  ~basic_context() = default;

 private:
  static const basic_context background_;

  detail::context_node<P>* const node_;  ///< null of the background
};

template <class P>
inline constinit const basic_context<P> basic_context<P>::background_{nullptr};

template <class P>
bool basic_context<P>::wait_until(time_point deadline, location caller) const {
  detail::sleeper<P> self;
  if (node_ == nullptr) {
    while (self.sleep(deadline, caller) != detail::roused::late) {
    }
    return false;
  }
  [[maybe_unused]] const typename P::call scope{node_->object(), "context::wait", caller};
  if (known_done(caller)) return true;
  bool late = false;
  {
    detail::nudger<P> cancellation(self);
    const detail::attachment<P> attached(node_, cancellation, caller);
    late = !attached.came_late() &&
           self.sleep(std::min(deadline, node_->deadline()), caller) == detail::roused::late;
  }
  if (late && node_->deadline() <= deadline) note_end(caller);
  return known_done(caller);
}

/// A context that can be cancelled.  It is no longer in the tree when it is destroyed.
///
/// Misuse: to destroy it before a child, or while somebody waits by it.
template <class P>
class basic_cancel_context : public basic_context<P> {
 public:
  explicit basic_cancel_context(const basic_context<P>& parent = basic_context<P>::background(),
                                const char* name = nullptr, location caller = location::here())
      : basic_cancel_context(parent, never, name, caller) {}
  basic_cancel_context(const basic_context<P>& parent, time_point deadline,
                       const char* name = nullptr, location caller = location::here())
      : basic_context<P>(&own_), own_(parent.node(), deadline, name, caller) {}

  /// Makes it done, and all contexts below it; wakes who waits by them.  The first call counts:
  /// false if it was done before.
  bool cancel(std::exception_ptr cause, location caller = location::here()) {
    [[maybe_unused]] const typename P::call scope{own_.object(), "context::cancel", caller};
    own_.use(caller);
    return own_.cancel(context_error::cancelled, std::move(cause), caller);
  }
  bool cancel(location caller = location::here()) { return cancel(nullptr, caller); }

 private:
  detail::context_node<P> own_;
};

using context = basic_context<platform>;
using cancel_context = basic_cancel_context<platform>;

/// The root of all contexts, which is never done.
template <class P = platform>
[[nodiscard]] const basic_context<P>& background() noexcept {
  return basic_context<P>::background();
}

/// A child of `parent` to be cancelled.  `name` is what reports call it.
template <class P = platform>
[[nodiscard]] basic_cancel_context<P> with_cancel(
    const basic_context<P>& parent = basic_context<P>::background(), const char* name = nullptr,
    location caller = location::here()) {
  return basic_cancel_context<P>(parent, name, caller);
}

/// A child of `parent` that is done at `deadline` at the latest.
template <class P = platform>
[[nodiscard]] basic_cancel_context<P> with_deadline(const basic_context<P>& parent,
                                                    time_point deadline, const char* name = nullptr,
                                                    location caller = location::here()) {
  return basic_cancel_context<P>(parent, deadline, name, caller);
}
template <class P = platform>
[[nodiscard]] basic_cancel_context<P> with_timeout(const basic_context<P>& parent, duration time,
                                                   const char* name = nullptr,
                                                   location caller = location::here()) {
  return basic_cancel_context<P>(parent, after(P::now(), time), name, caller);
}

}  // namespace heddle
