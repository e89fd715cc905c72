// Stages that pass elements on through channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

struct stage_options {
  unsigned threads = 1;      ///< with more than one, elements overtake each other
  std::size_t capacity = 0;  ///< how many elements wait for the next stage
  const char* name = nullptr;
};

namespace detail {

template <class P>
struct any_pipe : immovable {
  virtual ~any_pipe() = default;
};

}  // namespace detail

/// The elements between two stages.
template <class P, class T>
class basic_pipe final : public detail::any_pipe<P> {
 public:
  using value_type = T;

 private:
  template <class Q>
  friend class basic_pipeline;
  template <class Q, class U>
  friend class basic_outlet;

  explicit basic_pipe(const stage_options& of)
      : elements_(of.capacity, of.name), writers_(of.threads == 0 ? 1 : of.threads) {}

  basic_channel<P, T> elements_;
  basic_atomic<P, std::uint32_t> writers_;  ///< threads that have not left; the last one closes
};

/// Where a stage puts its elements.
template <class P, class T>
class basic_outlet {
 public:
  basic_outlet(basic_pipe<P, T>& into, const basic_context<P>& ctx) noexcept
      : into_(into), context_(ctx) {}

  /// Waits until there is room; false if the pipeline was cancelled, and the stage is to return.
  [[nodiscard]] bool put(T value, location caller = location::here()) {
    return into_.elements_.send(context_, std::move(value), caller);
  }

 private:
  basic_pipe<P, T>& into_;
  const basic_context<P>& context_;
};

/// Stages, each of one or several threads, that take elements from the one before and put elements
/// out for the next.  A stage that is slow makes those before it wait: a pipe holds no more than
/// its capacity.  A stage whose input has ended ends, and closes its output after its last thread.
///
/// What a stage throws cancels the pipeline, and so does its parent context: every stage then stops
/// at its next element, whatever waits in the pipes is dropped, and `wait` throws the exception.
///
/// Each pipe is the input of one stage, or of one call of `for_each`.  The destructor cancels the
/// pipeline and waits for its threads.
///
/// Order: what a stage does with an element happens before what the next does with it.
template <class P>
class basic_pipeline : immovable {
 public:
  explicit basic_pipeline(const basic_context<P>& parent = basic_context<P>::background(),
                          const char* name = nullptr, location caller = location::here())
      : created_(caller), context_(parent, name, caller), threads_(context_, name, caller) {}
  ~basic_pipeline() {
    context_.cancel(created_);
    (void)threads_.wait_for_error(created_);
  }

  [[nodiscard]] const basic_context<P>& context() const noexcept { return threads_.context(); }

  /// A first stage: `function(outlet)`, in one thread, puts out what there is and returns.
  template <class T, class F>
  basic_pipe<P, T>& source(F function, stage_options options = {},
                           location caller = location::here()) {
    options.threads = 1;
    basic_pipe<P, T>& out = make<T>(options);
    start(
        out,
        [this, &out, function = std::move(function)]() mutable {
          basic_outlet<P, T> outlet(out, context());
          function(outlet);
        },
        1, caller);
    return out;
  }

  /// A stage that puts out `function(element)` for each element.
  template <class T, class F>
  auto& stage(basic_pipe<P, T>& in, F function, stage_options options = {},
              location caller = location::here()) {
    using result = std::decay_t<std::invoke_result_t<F&, T&&>>;
    return expand<result>(
        in,
        [function = std::move(function)](T&& element, basic_outlet<P, result>& out) mutable {
          (void)out.put(function(std::move(element)));
        },
        options, caller);
  }

  /// A stage that puts out what it likes for each element: `function(element, outlet)`.
  template <class Result, class T, class F>
  basic_pipe<P, Result>& expand(basic_pipe<P, T>& in, F function, stage_options options = {},
                                location caller = location::here()) {
    if (options.threads == 0) options.threads = 1;
    basic_pipe<P, Result>& out = make<Result>(options);
    start(
        out,
        [this, &in, &out, function, caller]() mutable {
          basic_outlet<P, Result> outlet(out, context());
          while (received<T> next = in.elements_.receive(context(), caller)) {
            function(*std::move(next), outlet);
          }
        },
        options.threads, caller);
    return out;
  }

  /// The last stage, in the calling thread: `function(element)` for each element until the end or
  /// until the pipeline is cancelled.  Then as `wait`.
  template <class T, class F>
  void for_each(basic_pipe<P, T>& in, F function, location caller = location::here()) {
    try {
      while (received<T> next = in.elements_.receive(context(), caller)) {
        function(*std::move(next));
      }
    } catch (...) {
      context_.cancel(std::current_exception(), caller);
      throw;
    }
    wait(caller);
  }

  /// Every stage stops at its next element.
  void cancel(location caller = location::here()) { context_.cancel(caller); }

  /// Waits until every stage has ended; throws what the first that failed has thrown.  A last stage
  /// whose pipe nobody empties does not end.
  void wait(location caller = location::here()) { threads_.wait(caller); }

 private:
  template <class T>
  basic_pipe<P, T>& make(const stage_options& options) {
    std::unique_ptr<basic_pipe<P, T>> fresh(new basic_pipe<P, T>(options));
    basic_pipe<P, T>& result = *fresh;
    pipes_.push_back(std::move(fresh));
    return result;
  }

  template <class T, class F>
  void start(basic_pipe<P, T>& out, F body, unsigned threads, location caller) {
    for (unsigned i = 0; i < threads; ++i) {
      threads_.go(
          [&out, body, caller]() mutable {
            const writer<T> own(out, caller);
            body();
          },
          caller);
    }
  }

  /// One thread that puts elements out.
  template <class T>
  struct writer : immovable {
    writer(basic_pipe<P, T>& of, location where) noexcept : pipe(of), caller(where) {}
    ~writer() {
      if (pipe.writers_.fetch_sub(1, std::memory_order_acq_rel, caller) == 1) {
        pipe.elements_.close(caller);
      }
    }

    basic_pipe<P, T>& pipe;
    location caller;
  };

  const location created_;
  basic_cancel_context<P> context_;
  std::vector<std::unique_ptr<detail::any_pipe<P>>> pipes_;
  basic_task_group<P> threads_;
};

template <class T>
using pipe = basic_pipe<platform, T>;
template <class T>
using outlet = basic_outlet<platform, T>;
using pipeline = basic_pipeline<platform>;

}  // namespace heddle
