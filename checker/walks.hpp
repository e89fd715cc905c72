// The walks that tell how many executions there are, as many and as wide as a time allows.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <heddle/checker/size_estimate.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

struct walks_request {
  const std::function<void()>& body;
  runner& runs;
  graph::memory model;   ///< to begin with
  graph::memory wanted;  ///< what walks change to if the body has something weaker than sc
  graph::rules rules;
  std::uint64_t seed;
  std::chrono::steady_clock::time_point until;  ///< if enough were made by then
  std::chrono::steady_clock::time_point latest;
};

struct walks_result {
  /// None if walks cannot express the body, if one has found something, or if there was no time.
  std::optional<size_estimate> size;
  /// What has found something, of which the latest run was it.
  std::unique_ptr<estimating_strategy> found;
  graph::memory model;
};

[[nodiscard]] walks_result make_walks(const walks_request& what);

}  // namespace heddle::detail
