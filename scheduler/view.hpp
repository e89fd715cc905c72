// What a strategy may see of the threads of an execution without knowing its graph.
#pragma once

#include <array>
#include <cstdint>

#include <heddle/scheduler/operation.hpp>

namespace heddle {

/// Threads as bits; an execution has at most 64.
using thread_set = std::uint64_t;
inline constexpr unsigned max_threads = 64;

/// A thread, and what it has announced.
struct thread_view {
  std::uint64_t path = 0;    ///< its place in the tree of threads: the same in all executions
  std::uint64_t object = 0;  ///< the identity of the object, the same in all executions; 0 for none
  const char* file = nullptr;
  std::uint32_t line = 0;
  op_kind next = op_kind::yield;
  bool reads = false;     ///< only: it commutes with other reads of the object
  bool may_fail = false;  ///< it does nothing if the object's value is not the one hoped for
  // Where it was before it last spawned a thread.
  const char* lead_file = nullptr;
  std::uint32_t lead_line = 0;
};

/// Of an execution; valid while a strategy is asked.
struct execution_view {
  std::array<thread_view, max_threads> threads;
  thread_set spawning = 0;    ///< spawn a thread next, or do what came before that the last time
  std::uint32_t changes = 0;  ///< so often the value of an object has become another one
};

/// Whether the operations that two threads have announced depend on each other.
[[nodiscard]] inline bool conflict(const thread_view& a, const thread_view& b) noexcept {
  return a.object == b.object && a.object != 0 && !(a.reads && b.reads);
}

/// How much a strategy sees of an execution.
enum class sight : std::uint8_t {
  none,
  announced,  ///< `execution_view`, while it is asked who goes next
  steps       ///< and every step, also those before which nobody is asked
};

}  // namespace heddle
