// What executions add up to: counted by each process for itself, carried, and put together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <heddle/checker/fingerprints.hpp>
#include <heddle/checker/miss_bounds.hpp>
#include <heddle/scheduler/bytes.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

struct totals {
  std::uint64_t executions = 0, blocked = 0;
  bool shared = false;        ///< two threads touched one object
  std::uint32_t longest = 0;  ///< steps of one execution
  bool pruned = false;        ///< a bound on preemptions left something out
  strategy::threads_known threads;
  bool hit_timeouts = false, hit_polls = false, hit_fairness = false, hit_spurious = false;
  fingerprint_set fingerprints;
  miss_bounds missed;
  observations observed;  ///< filled when totals are taken from their process

  void add(const totals& other);
};

void write(byte_writer& to, const totals& from);
/// Rejects what write() cannot have written.
void read(byte_reader& from, totals& to);

void write_text(byte_writer& to, std::string_view text);
[[nodiscard]] std::string read_text(byte_reader& from);

}  // namespace heddle::detail
