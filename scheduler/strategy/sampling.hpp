// The strategies that sample: which there are, and how to make one.
//
// Execution `i` of a seed depends on (strategy, seed, i, depth, delays) alone.  What a strategy
// learns of the program it learns from executions 1, 2, 4, 8, ... only; one that begins with a
// later execution, since another process makes those before or since it is to be run alone, first
// runs the ones of these that come before, as rehearsals: they are told to nobody.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <heddle/scheduler/strategy.hpp>

namespace heddle {

struct sampling {
  std::uint64_t seed = 1;
  std::uint64_t first = 1, last = ~std::uint64_t{0};   ///< executions
  std::optional<std::uint32_t> depth = std::nullopt;   ///< of pct; drawn for each execution if none
  std::optional<std::uint32_t> delays = std::nullopt;  ///< of delay_bounded; likewise
  /// In so many of 64 executions a thread that spawns others can be preempted while it does; in the
  /// others all threads that it spawns begin side by side (sampler.hpp).
  std::uint32_t preempted_spawns = 8;
};

/// Their names, in the order of preference for messages.
[[nodiscard]] std::span<const std::string_view> sampler_names() noexcept;
[[nodiscard]] bool is_sampler(std::string_view name) noexcept;
/// Misuse: a name that is none of them gives null.
[[nodiscard]] std::unique_ptr<strategy> make_sampler(std::string_view name, const sampling& how);

}  // namespace heddle
