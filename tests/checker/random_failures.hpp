// Random small programs that fail in some of their executions, for what happens after a finding.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/recording.hpp>

namespace heddle::testing {

/// One operation of a random program.
struct random_operation {
  enum class what : std::uint8_t { load, store, add, lock, unlock, choose } does;
  std::uint8_t object, value;
};

/// Threads that work on two atomics under two mutexes, and an outcome that counts as a failure.
struct random_program {
  std::vector<std::vector<random_operation>> threads;
  std::memory_order order = std::memory_order_seq_cst;
  /// Who judges what it has seen: a thread at its end, or, one past the last, the body of all.
  std::size_t judge = 0;
  std::optional<std::uint64_t> bad;  ///< what must not be seen; none: only deadlocks fail

  [[nodiscard]] std::function<void()> body() const;
};

/// A program that fails in few executions, and one of those that fail, by a random walk.
struct random_failure {
  random_program program;
  recording execution;
};

/// The failure of this number, always the same.
[[nodiscard]] random_failure make_random_failure(std::uint64_t number, graph::memory model);

/// The least number of preemptions with which the body fails as `found` says, by iterated bounds.
[[nodiscard]] std::optional<std::uint32_t> least_preemptions(const std::function<void()>& body,
                                                             const finding& found);

}  // namespace heddle::testing
