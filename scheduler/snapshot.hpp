// Atomics that conditions of `always` load, as one word: each access is an operation of a machine
// whose state is the values of all of them, with a clock for each, so that their writes are in one
// order and every value that the word has had is a state of an execution.
#pragma once

#include <cstdint>
#include <optional>

#include <heddle/scheduler/graph/graph.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle {

class engine;

/// Whether there are such atomics in the present execution, or a condition is just being asked.
inline thread_local constinit bool snapshots_on = false;

namespace snapshot {

/// The transition of each access.
[[nodiscard]] graph::effect access(std::uint64_t word, std::uint64_t a, std::uint64_t b,
                                   unsigned option);

// Each performs the operation if the atomic is one of these, and returns what it read; or nothing.
[[nodiscard]] std::optional<std::uint64_t> load(engine& e, std::uint32_t slot,
                                                std::memory_order order, location where);
[[nodiscard]] bool store(engine& e, std::uint32_t slot, std::uint64_t value,
                         std::memory_order order, location where);
[[nodiscard]] std::optional<std::uint64_t> rmw(engine& e, std::uint32_t slot,
                                               control::rmw_kind kind, std::uint64_t operand,
                                               unsigned width, std::memory_order order,
                                               location where);
/// What a load has read that goes on as any other does.
void collect(std::uint32_t slot, std::uint64_t value, location where);
struct exchanged {
  std::uint64_t before;
  bool done;
};
[[nodiscard]] std::optional<exchanged> compare_exchange(engine& e, std::uint32_t slot,
                                                        std::uint64_t expected,
                                                        std::uint64_t desired,
                                                        control::cas_orders orders, location where);

}  // namespace snapshot

}  // namespace heddle
