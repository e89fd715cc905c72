#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace heddle {

/// Where the `heddle` command writes.
struct command_streams {
  std::ostream& out;
  std::ostream& err;
  bool terminal;  ///< progress is shown on `err`
};

/// The `heddle` command with the arguments behind the program's name; returns the exit code.  The
/// models are those that registered themselves in the program.
[[nodiscard]] int command(const std::vector<std::string>& arguments,
                          const command_streams& streams);

}  // namespace heddle
