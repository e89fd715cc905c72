// Whether the calls of a concurrent object end without the help of other threads.
//
//   heddle::check_progress<stack_spec>("stack", heddle::progress_promise::lock_free,
//                                      [] { return my_stack(); },
//                                      {.threads = {{push_1, pop}, {push_2, pop}}});
//
// docs/monitors.md says more.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <heddle/checker/conclude.hpp>
#include <heddle/checker/history.hpp>
#include <heddle/checker/nonblocking_search.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle {

namespace detail {

template <class Spec, class Make>
void run_counted(const Make& make_object, const scenario<Spec>& what, call_counts& counts,
                 location caller) {
  auto object = make_object();
  counts = {};
  counts.threads = static_cast<unsigned>(what.threads.size());
  for (const auto& each : what.before) (void)Spec::perform(object, each);
  std::vector<thread> threads;
  threads.reserve(what.threads.size());
  for (unsigned t = 0; t < what.threads.size(); ++t) {
    counts.due[t + 1] = static_cast<std::uint32_t>(what.threads[t].size());
  }
  for (unsigned t = 0; t < what.threads.size(); ++t) {
    threads.emplace_back(
        [&, t] {
          for (const auto& each : what.threads[t]) {
            ++counts.begun[t + 1];
            (void)Spec::perform(object, each);
            ++counts.ended[t + 1];
          }
        },
        caller);
  }
  for (thread& each : threads) each.join(caller);
  for (const auto& each : what.after) (void)Spec::perform(object, each);
}

}  // namespace detail

/// Runs the calls of `what` on an object of `make_object()` under sc, at random up to some moment.
/// From there on one thread that is within a call runs alone (`obstruction_free`), or some threads
/// are stopped and the others run on, at random or in lockstep (`lock_free`); that goes on until a
/// call has ended, or as many steps as `settings.steps`, 2000 if more, were made.  A call that has
/// not ended then, or waits, breaks the promise: `assertion`.  So does one that yields or calls
/// spin_hint(), for it says that it waits.
///
/// Of the options, `executions`, `execution`, `seed`, `budget`, `steps` and `replay` count.  The
/// token of a broken promise leads to where nobody can tell any more that the calls will end.
template <class Spec, class Make>
[[nodiscard]] verdict explore_progress(std::string_view name, progress_promise promised,
                                       Make make_object, scenario<Spec> what,
                                       const options& settings = {},
                                       location caller = location::here()) {
  detail::call_counts counts;
  return detail::explore_progress(
      name, promised, [&] { detail::run_counted<Spec>(make_object, what, counts, caller); }, counts,
      settings, caller);
}

/// As explore_progress(), and anything but a pass is a failure, as of check().
template <class Spec, class Make>
void check_progress(std::string_view name, progress_promise promised, Make make_object,
                    scenario<Spec> what, const options& settings = {},
                    location caller = location::here()) {
  detail::conclude(explore_progress<Spec>(name, promised, std::move(make_object), std::move(what),
                                          settings, caller),
                   caller);
}

}  // namespace heddle
