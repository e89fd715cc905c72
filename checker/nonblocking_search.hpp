// The search for calls that do not end without other threads.  Of no platform;
// checker/nonblocking.hpp is what users include.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include <heddle/checker/options.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/view.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

/// Herlihy, Luchangco, Moir: Obstruction-free synchronization, ICDCS 2003; Herlihy, Shavit: On the
/// nature of progress, OPODIS 2011.
enum class progress_promise : std::uint8_t {
  obstruction_free,  ///< a call ends if from some moment on its thread runs alone
  lock_free,         ///< some call ends, whichever of the threads stop for ever, and wherever
};

namespace detail {

/// The calls of threads 1 to `threads` in the present execution; written by its body.
struct call_counts {
  unsigned threads = 0;
  std::array<std::uint32_t, max_threads> due{}, begun{}, ended{};
};

verdict explore_progress(std::string_view name, progress_promise promised,
                         const std::function<void()>& body, call_counts& counts,
                         const options& settings, location caller);

}  // namespace detail

}  // namespace heddle
