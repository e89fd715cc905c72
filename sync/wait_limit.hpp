// When a thread that waits gives up: at a deadline, or when somebody says so.
#pragma once

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/interior.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/time.hpp>

namespace heddle::detail {

/// Who is told of a cancellation.  It lies where it is used, mostly on the stack of a thread that
/// waits, in the list of a source.
template <class P>
class cancel_listener : immovable {
 public:
  struct links {
    cancel_listener* next = nullptr;
    cancel_listener* previous = nullptr;
    bool attached = false;
  };

  constexpr cancel_listener() noexcept = default;

  /// Called once, with the lock of the source held.
  virtual void cancelled(location caller) = 0;

  interior<P, links> place;  ///< guarded by the lock of the source

 protected:
  ~cancel_listener() = default;
};

/// What may be cancelled.
template <class P>
class cancel_source : immovable {
 public:
  constexpr cancel_source() noexcept = default;

  /// False if the source is cancelled already; then nothing is attached.
  [[nodiscard]] virtual bool attach(cancel_listener<P>& listener, location caller) = 0;
  /// When this returns, `listener` is in no use any more.
  virtual void detach(cancel_listener<P>& listener, location caller) = 0;

 protected:
  ~cancel_source() = default;
};

/// What a wait goes by.
template <class P>
struct wait_limit {
  constexpr wait_limit(time_point until) noexcept : deadline(until) {}
  constexpr wait_limit(time_point until, cancel_source<P>* by) noexcept
      : deadline(until), source(by) {}

  time_point deadline;
  cancel_source<P>* source = nullptr;
};

/// Keeps a listener attached for a while.
template <class P>
class attachment : immovable {
 public:
  /// Of no source: nothing is attached, and nothing is ever cancelled.
  attachment(cancel_source<P>* source, cancel_listener<P>& listener, location caller)
      : source_(source), listener_(listener), caller_(caller) {
    if (source_ != nullptr && !source_->attach(listener_, caller_)) {
      source_ = nullptr;
      cancelled_ = true;
    }
  }
  ~attachment() {
    if (source_ != nullptr) source_->detach(listener_, caller_);
  }

  /// Whether the source was cancelled before.
  [[nodiscard]] bool came_late() const noexcept { return cancelled_; }

 private:
  cancel_source<P>* source_;
  cancel_listener<P>& listener_;
  location caller_;
  bool cancelled_ = false;
};

}  // namespace heddle::detail
