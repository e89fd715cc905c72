// The objects of an execution: what the current execution knows of each atomic, plain variable and
// primitive.  The object itself, in the user's memory, holds only a slot number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <heddle/scheduler/graph/graph.hpp>
#include <heddle/scheduler/vector_clock.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle {

/// The state of an object within one execution.
struct object_state {
  object_kind kind;
  bool alive;
  bool preserved;               ///< its static storage will be restored at the end
  bool released;                ///< `clock` holds what an acquirer gets
  const char* name;             ///< the user's, or null
  const char* complaint;        ///< of a probe
  std::uint64_t id;             ///< a hash of its name: independent of the interleaving
  std::uint64_t identity;       ///< distinct from every other object's, the same in all executions
  bool portable;                ///< the identity is the same in all runs of the program, too
  std::uint32_t creator;        ///< thread that built it, or `elsewhere`
  std::uint32_t ordinal;        ///< among the creator's objects, from 1
  std::uint32_t built;          ///< the creator's step count plus one then
  std::int32_t graph_location;  ///< its number in a graph, or nowhere
  std::uint64_t initial;
  std::uint64_t value;
  std::uint32_t version;  ///< number of writes so far
  thread_set touched;     ///< by whom

  // An atomic: `clock` is the release clock of the value.  A plain variable: for each thread, its
  // step count plus one at its latest read since the latest write (an epoch), 0 for none.
  vector_clock clock;
  vector_clock accessed;        ///< for each thread, the step that orders its latest access
  std::uint32_t futex;          ///< slot of what threads sleep in that wait for it, or `none`
  std::uint32_t history;        ///< index into the engine's histories, or `none`
  std::uint32_t machine_clock;  ///< the first of its clocks in the engine's, or `none`

  // The latest write of a plain variable.
  std::uint32_t writer;       ///< or `none`
  std::uint32_t write_epoch;  ///< the writer's step count plus one then
  location written;
  time_point bound;              ///< the virtual time of the writer
  time_point sc_bound, sc_read;  ///< along modification order: of the writer, and of its readers

  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t elsewhere = none;
};

/// One holder of a primitive.
struct holding {
  std::uint32_t object;
  std::uint32_t thread;
  ownership mode;
  location since;
};

/// Spreads the bits of `x`; a bijection.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93U;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93U;
  x ^= x >> 32;
  return x;
}
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  return mix(a + 0x9e3779b97f4a7c15U * (b + 1));
}

[[nodiscard]] std::string_view to_string(object_kind kind) noexcept;

}  // namespace heddle
