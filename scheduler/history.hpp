// The writes of an atomic in modification order, as far as somebody may still read them: what rc11
// adds to an object, whose value alone is enough under sc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <heddle/scheduler/vector_clock.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

struct write_record {
  std::uint64_t value;
  std::uint32_t writer;    ///< a thread, or `none` of what initialised the atomic
  std::uint32_t epoch;     ///< the writer's step count then
  std::uint32_t identity;  ///< a hash of the two that does not depend on the interleaving
  std::uint32_t strong;    ///< of a seq_cst write: its number among the strong events; else `none`
  bool released;           ///< `clock` holds what an acquirer gets
  bool updates;            ///< reads the one before it: nothing may come between
  time_point bound;
  vector_clock clock;
  vector_clock read_at;  ///< for each thread, its step count at its first read of this; 0 for none

  static constexpr std::uint32_t none = ~std::uint32_t{0};
};

/// A seq_cst fence, or an asymmetric one.
struct strong_fence {
  std::uint32_t thread, epoch;
  std::uint32_t number;  ///< among the strong events
  bool light;
  vector_clock known;  ///< what happens before this fence or an earlier one that it is ordered with
};

/// Which write an access reads.
struct seen_write {
  std::uint64_t value;
  std::uint32_t version;  ///< for the fingerprint
  std::size_t index;      ///< in the history
  bool writable;          ///< an update of it may write
};

}  // namespace heddle
