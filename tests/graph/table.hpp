// litmus.tsv: small programs with what each memory model allows of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heddle::litmus {

struct table_row {
  std::string name, text;
  std::string weak_outcome;  ///< as "r1=1 x(final)=2"
  /// Under sc and under rc11.
  struct expectation {
    bool weak_allowed;
    std::uint64_t outcomes, register_outcomes, graphs;
  };
  expectation sc, rc11;
  bool racy;  ///< its plain accesses, which are taken for relaxed ones here, race under rc11
};

[[nodiscard]] std::vector<table_row> read_table(const std::string& file);

/// The differences between what the explorer shows and the table; empty if there are none.
[[nodiscard]] std::string table_differences(const table_row& row);

}  // namespace heddle::litmus
