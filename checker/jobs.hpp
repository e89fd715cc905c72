// A search made by several processes: they are forked from this one, which hands parts of the
// search from those that have much to those that have nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <heddle/checker/divided.hpp>

namespace heddle::detail {

enum class search_end : std::uint8_t {
  exhausted,
  deadline,
  capped,
  stable,  ///< there is little that was not seen
  found,
  inapplicable,
  weaker
};

struct jobs_request {
  unsigned jobs;
  std::chrono::steady_clock::time_point deadline;
  std::uint64_t most;  ///< executions
  search_state from;   ///< its open parts are what is searched
  /// Called every so often, and at the end, with what is counted and what is open.
  std::function<void(const search_state&)> keep = nullptr;
  std::chrono::nanoseconds keep_every = std::chrono::seconds(5);
  /// Called at the end, unless the search is begun anew.
  std::function<void(const search_state&)> leave = nullptr;
  /// Asked now and then with what is counted: true ends the search as `stable`.
  std::function<bool(const totals&)> enough = nullptr;
};

struct jobs_result {
  search_end end;
  search_state state;
};

/// The totals are the same for any number of processes if nothing is found.  If something is, then
/// `found` is what one process alone would find first.
///
/// A process that a signal ends is a finding; one that ends otherwise ends this one too, with one
/// line.  SIGINT and SIGTERM end all, after `keep` was called.
[[nodiscard]] jobs_result search_in_processes(divided_search& search, jobs_request request);

/// By forked processes, unless others were set to make searches: ranks of a cluster.
[[nodiscard]] jobs_result search_by_several(divided_search& search, jobs_request request);
using several = std::function<jobs_result(divided_search&, jobs_request)>;
void set_several(several others);
[[nodiscard]] bool is_distributed() noexcept;

}  // namespace heddle::detail
