// Scenarios made up by RapidCheck: in a test case of Boost.Test,
//
//   heddle::property("queue", heddle::linearizable<queue_spec>(
//                                 [] { return my_queue(); },
//                                 heddle::scenarios<queue_spec>(rc::gen::inRange(0, 3))));
//
// A scenario that fails is shrunk: threads and calls are left out, and calls made simpler.
#pragma once

#include <cstddef>
#include <functional>
#include <tuple>
#include <utility>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/history.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/checker/rapidcheck.hpp>

namespace heddle {

/// The largest scenarios to make up.
struct scenario_size {
  int threads = 3;
  int calls = 2;   ///< of each thread
  int before = 2;  ///< the threads
  int after = 2;
  consistency kind = consistency::linearizable;
};

namespace detail {

/// Up to `most` of them; each is made up as large as one alone would be.
template <class T>
rc::Gen<std::vector<T>> up_to(int most, rc::Gen<T> each) {
  return rc::gen::withSize([most, each = std::move(each)](int size) {
    return rc::gen::resize(most, rc::gen::container<std::vector<T>>(rc::gen::resize(size, each)));
  });
}

}  // namespace detail

/// Scenarios of calls out of `calls`.
template <class Spec>
[[nodiscard]] rc::Gen<scenario<Spec>> scenarios(rc::Gen<typename Spec::operation> calls,
                                                scenario_size most = {}) {
  using call = typename Spec::operation;
  using some = std::vector<call>;
  const auto of_thread = detail::up_to<call>(most.calls, calls);
  return rc::gen::map(rc::gen::tuple(detail::up_to<call>(most.before, calls),
                                     detail::up_to<some>(most.threads, of_thread),
                                     detail::up_to<call>(most.after, calls)),
                      [kind = most.kind](std::tuple<some, std::vector<some>, some> drawn) {
                        return scenario<Spec>{.before = std::move(std::get<0>(drawn)),
                                              .threads = std::move(std::get<1>(drawn)),
                                              .after = std::move(std::get<2>(drawn)),
                                              .kind = kind};
                      });
}

/// For `property`: draws a scenario, and checks the object with it as linearizable() does.
template <class Spec, class Make>
[[nodiscard]] std::function<void()> linearizable(Make make_object,
                                                 rc::Gen<scenario<Spec>> generator,
                                                 options settings = {},
                                                 location caller = location::here()) {
  return [make_object = std::move(make_object), generator = std::move(generator),
          settings = std::move(settings), caller] {
    const scenario<Spec> what = *generator;
    check("scenario", linearizable<Spec>(make_object, what, caller), settings, caller);
  };
}

}  // namespace heddle
