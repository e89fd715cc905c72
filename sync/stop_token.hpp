// Contexts beside std::stop_token: one follows from the other, either way.
//
// The standard's own types are no objects of heddle's: under control what they order is not seen,
// and a stop must be requested in order with the destruction of what it reaches.
#pragma once

#include <stop_token>

#include <heddle/sync/after_func.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

/// A context that is cancelled when a stop is requested, within that request.
template <class P>
class basic_stop_token_context final : public basic_cancel_context<P> {
 public:
  basic_stop_token_context(const basic_context<P>& parent, std::stop_token token,
                           const char* name = nullptr, location caller = location::here())
      : basic_cancel_context<P>(parent, name, caller),
        request_(std::move(token), canceller{this, caller}) {}

 private:
  struct canceller {
    basic_cancel_context<P>* whom;
    location caller;
    void operator()() const noexcept { whom->cancel(caller); }
  };
  std::stop_callback<canceller> request_;
};

using stop_token_context = basic_stop_token_context<platform>;

/// A child of `parent` that is cancelled when a stop is requested of `token`.
template <class P = platform>
[[nodiscard]] basic_stop_token_context<P> with_stop_token(const basic_context<P>& parent,
                                                          std::stop_token token,
                                                          const char* name = nullptr,
                                                          location caller = location::here()) {
  return basic_stop_token_context<P>(parent, std::move(token), name, caller);
}

/// A stop that is requested when a context is done, in a thread of its own (see after_func).
template <class P>
class basic_context_stop {
 public:
  explicit basic_context_stop(const basic_context<P>& ctx, location caller = location::here())
      : request_(ctx, requester{source_}, caller) {}

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }

 private:
  struct requester {
    std::stop_source source;
    void operator()() noexcept { source.request_stop(); }
  };
  std::stop_source source_;
  basic_after_func<P, requester> request_;
};

using context_stop = basic_context_stop<platform>;

}  // namespace heddle
