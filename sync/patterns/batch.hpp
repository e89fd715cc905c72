// A function applied to many items at once, with an outcome for each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle {

/// What came of one item of a batch.
template <class T>
class batch_outcome {
 public:
  /// The context was done before the item's turn.
  [[nodiscard]] bool skipped() const noexcept { return !value_ && thrown_ == nullptr; }
  [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// What the function has thrown; null if it has not.
  [[nodiscard]] std::exception_ptr error() const noexcept { return thrown_; }
  /// Throws what the function has thrown, or std::bad_optional_access of an item that was skipped.
  [[nodiscard]] T& value() {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
    return value_.value();
  }
  [[nodiscard]] const T& value() const { return const_cast<batch_outcome*>(this)->value(); }

  // For who runs the batch.
  template <class... Args>
  void succeed(Args&&... args) {
    value_.emplace(std::forward<Args>(args)...);
  }
  void fail(std::exception_ptr thrown) noexcept { thrown_ = std::move(thrown); }

 private:
  std::optional<T> value_;
  std::exception_ptr thrown_;
};

struct batch_options {
  unsigned threads = 0;  ///< at most that many at once; 0: as many as can run
  const char* name = nullptr;
};

/// `function(item)` for each of `items`, in several threads, the calling one among them; the
/// outcomes in the order of the items.  An item that fails is no matter of the others.  Once `ctx`
/// is done no further item is begun.
///
/// Order: everything that is done for the items happens before the return.
template <class P = platform, class Items, class F>
auto run_batch(const basic_context<P>& ctx, Items&& items, F function, batch_options options = {},
               location caller = location::here()) {
  using result = std::decay_t<std::invoke_result_t<F&, decltype(*std::begin(items))>>;
  using item_outcome =
      batch_outcome<std::conditional_t<std::is_void_v<result>, std::monostate, result>>;
  using slot = basic_shared<P, item_outcome>;

  const auto size = static_cast<std::size_t>(std::distance(std::begin(items), std::end(items)));
  std::deque<slot> slots;
  for (std::size_t i = 0; i < size; ++i) slots.emplace_back(item_outcome(), options.name);
  basic_atomic<P, std::size_t> next(0, options.name);

  const auto run_one = [&](std::size_t i) {
    auto&& item = *std::next(std::begin(items), static_cast<std::ptrdiff_t>(i));
    try {
      if constexpr (std::is_void_v<result>) {
        function(item);
        slots[i].write(caller).succeed();
      } else {
        slots[i].write(caller).succeed(function(item));
      }
    } catch (...) {
      slots[i].write(caller).fail(std::current_exception());
    }
  };
  const auto work = [&] {
    while (!ctx.done(caller)) {
      const std::size_t i = next.fetch_add(1, std::memory_order_relaxed, caller);
      if (i >= size) return;
      run_one(i);
    }
  };

  basic_wait_group<P> others(options.name);
  const unsigned most = options.threads == 0 ? P::cpus() : options.threads;
  try {
    for (std::size_t i = 1; i < std::min<std::size_t>(most, size); ++i) others.go(work, caller);
  } catch (...) {  // The system has no thread left; those there are do the work.
  }
  work();
  others.wait(caller);

  std::vector<item_outcome> results;
  results.reserve(size);
  for (slot& each : slots) results.push_back(std::move(each.write(caller)));
  return results;
}

template <class P = platform, class Items, class F>
requires(!std::is_base_of_v<basic_context<P>, std::remove_cvref_t<Items>>) auto run_batch(
    Items&& items, F function, batch_options options = {}, location caller = location::here()) {
  return run_batch<P>(basic_context<P>::background(), std::forward<Items>(items),
                      std::move(function), options, caller);
}

}  // namespace heddle
