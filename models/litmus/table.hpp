#pragma once

#include <string_view>

namespace heddle::models {

/// litmus.tsv: small programs of atomic accesses, and what each memory model allows of them.
///
/// Columns are separated by tabs, with their names in the first line.  `||` separates threads and
/// `;` instructions; everything starts as 0, and a register takes what an instruction has read.
/// All parts of `weak_outcome` hold in an execution or the outcome is another one; `graphs_SC` and
/// `graphs_RC11` count executions.
[[nodiscard]] std::string_view litmus_table();

}  // namespace heddle::models
