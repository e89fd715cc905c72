// Searches in files: what was counted and what is left, for another run of the program to go on.
#pragma once

#include <cstdint>
#include <string>

#include <heddle/checker/divided.hpp>
#include <heddle/checker/options.hpp>

namespace heddle::detail {

/// What a file must be of, to be gone on with: this program, check and bounds.
struct checkpoint_subject {
  std::string name;            ///< of the check
  std::uint64_t program = 0;   ///< hash of the program's file
  std::uint64_t settings = 0;  ///< hash of the options that decide what is searched
};
[[nodiscard]] checkpoint_subject checkpoint_of(std::string_view name, const options& settings);

/// Replaces the file at once, when all is on the disk.  Returns what is wrong, or nothing.
[[nodiscard]] std::string write_checkpoint(const std::string& file,
                                           const checkpoint_subject& subject,
                                           const search_state& state);
/// Returns in a line why the search cannot go on with the file, or nothing.
[[nodiscard]] std::string read_checkpoint(const std::string& file,
                                          const checkpoint_subject& subject, search_state& state);

/// Of which check the file is; the rest of it is not judged.
[[nodiscard]] std::string name_in_checkpoint(const std::string& file, std::string& name);

}  // namespace heddle::detail
