// `heddle explore`: one model, or what a file leaves of its search.
#pragma once

#include <string>
#include <vector>

#include <heddle/checker/command.hpp>
#include <heddle/checker/options.hpp>

namespace heddle::detail {

/// Something is left open, and nothing was found.
inline constexpr int exit_left = 4;

/// The model is the one that the file `from` among `settings` is of, or else the only one that
/// matches `glob`.  Returns the exit code.
[[nodiscard]] int explore_model(const std::string& glob, const std::vector<parameter>& settings,
                                const std::string& json, const command_streams& streams);

/// Adds what the variables of a test runner or a job array say, unless `settings` or HEDDLE_PARAMS
/// name a shard.  Returns what is wrong, or nothing.
[[nodiscard]] std::string add_shard(std::vector<parameter>& settings);

}  // namespace heddle::detail
