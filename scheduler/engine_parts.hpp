// What the engine notes of an execution, but for its threads and objects.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <heddle/scheduler/fiber.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle {

/// Static storage that is put back at the end.
struct saved_static {
  void* target;
  void* saved;
  const control::keeper* how;
};

struct freed_block {
  void* block;
  std::uint32_t thread, epoch;
};

/// What only a recording needs to know.
struct recording_notes {
  /// Of each plain variable, by slot, where each thread last read it.
  std::map<std::pair<std::uint32_t, std::uint32_t>, location> read_where;
  /// Of each object, by identity, which step made which version.
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint32_t> written_by;
  std::vector<std::vector<std::uint32_t>> steps_of;  ///< of each thread, their numbers
};

/// Of a function-local static, while it is made.
struct initialization {
  void* guard;
  std::uint32_t thread;
  bool heap_was_on;
};

/// A stack for each thread that has the same region of the arena, one after the other.
struct named_stack {
  std::uint32_t region;
  fiber_stack stack;
};

}  // namespace heddle
