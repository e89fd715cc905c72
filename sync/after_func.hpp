// A function that runs once a context is done.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <heddle/sync/context.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_limit.hpp>
#include <heddle/sync/waiting.hpp>

namespace heddle {

/// Runs `body()` once, in a thread of its own, when the context is done; unless it is stopped, or
/// destroyed, before.  Destruction waits for a body that has begun.
///
/// The thread is started when the context is cancelled; where the context has a deadline, at once,
/// for somebody must wait for that.  If the system has no thread left, that ends the program.
///
/// Misuse: to destroy it within `body()`.
/// Order:  what makes the context done happens before `body()`.
template <class P, class F>
class basic_after_func final : detail::cancel_listener<P> {
 public:
  basic_after_func(const basic_context<P>& ctx, F body, location caller = location::here())
      : body_(std::move(body)), source_(ctx.limit().source), caller_(caller) {
    if (source_ == nullptr) return;
    if (ctx.deadline() == never) {
      if (!source_->attach(*this, caller)) cancelled(caller);
      return;
    }
    watch_.emplace(ctx, nullptr, caller);
    thread_ = P::spawn(
        [this] {
          watch_->wait(caller_);
          if (right_.take(caller_)) body_();
        },
        caller);
  }
  ~basic_after_func() {
    if (source_ == nullptr) return;
    stop(caller_);
    if (!watch_) source_->detach(*this, caller_);
    if (thread_.joinable()) thread_.join(caller_);
  }

  /// True if it is due to this call that the body does not run.
  bool stop(location caller = location::here()) {
    if (source_ == nullptr) return !std::exchange(stopped_, true);
    const bool stopped = right_.take(caller);
    if (stopped && watch_) watch_->cancel(caller);
    return stopped;
  }

 private:
  void cancelled(location caller) noexcept override {
    if (!right_.take(caller)) return;
    thread_ = P::spawn([this] { body_(); }, caller);
  }

  F body_;
  detail::cancel_source<P>* const source_;  ///< null of the background, which is never done
  const location caller_;
  bool stopped_ = false;  ///< only of the background
  detail::single_right<P> right_;
  std::optional<basic_cancel_context<P>> watch_;  ///< where there is a deadline
  typename P::thread_handle thread_;  ///< where there is none, guarded by the lock of the source
};

/// Runs `body()` in a thread of its own when `ctx` is done, if the result lives until then.
template <class P, class F>
[[nodiscard]] basic_after_func<P, std::decay_t<F>> after_func(const basic_context<P>& ctx, F&& body,
                                                              location caller = location::here()) {
  return basic_after_func<P, std::decay_t<F>>(ctx, std::forward<F>(body), caller);
}

}  // namespace heddle
