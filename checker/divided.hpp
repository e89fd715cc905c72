// A search that several processes make in parts.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <heddle/checker/totals.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

/// The search as each of its processes sees it.  Forked processes have a copy each.
class divided_search {
 public:
  enum class step : std::uint8_t { went_on, found, weaker, inapplicable };

  virtual ~divided_search() = default;
  [[nodiscard]] virtual strategy& choices() = 0;
  /// Forgets what was counted and found.
  virtual void forget() = 0;
  /// Runs the execution that the strategy has prepared, and counts it.
  virtual step visit() = 0;
  [[nodiscard]] virtual totals counted() const = 0;
  struct counts_only {
    std::uint64_t executions, blocked;
  };
  [[nodiscard]] virtual counts_only counts() const = 0;
  /// What the latest visit found, for another process; forgets it.
  [[nodiscard]] virtual std::vector<std::uint8_t> take_finding() = 0;
  /// In the parent, now and then: how many executions there were.
  virtual void tell(std::uint64_t executions) = 0;
};

/// What ends a search, and where it is.
struct found_at {
  enum class what : std::uint8_t {
    finding,
    signal,  ///< one that ended the process of the execution
    weaker,  ///< an access that rc11 allows more for
  };
  what is = what::finding;
  search_path where;
  std::vector<std::uint8_t> bytes = {};  ///< of take_finding()
  int signal = 0;
};

/// What has been searched, and what has not.
struct search_state {
  totals counted;
  std::vector<search_part> open;  ///< in the order of visits
  std::optional<found_at> found;  ///< the first so far
  graph::memory model = graph::memory::sc;
  std::string bound;  ///< why another run cannot go on with it, or nothing
};

void write(byte_writer& to, const search_part& from);
void read(byte_reader& from, search_part& to);
void write(byte_writer& to, const search_state& from);
void read(byte_reader& from, search_state& to);
void write(byte_writer& to, const search_path& from);
void read(byte_reader& from, search_path& to);

}  // namespace heddle::detail
