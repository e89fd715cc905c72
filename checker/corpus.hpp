// Findings that are kept in a folder, to be replayed first the next time: one small text file each,
//
//   heddle finding, version 1
//   check: transfer
//   program: transfer_test
//   primitives: coarse
//   finding: deadlock after 12 steps
//   date: 2026-01-31 12:00:00 UTC
//   replay: HEDDLE_PARAMS="replay=h1-..." transfer_test
//   token: h1-...
//   end
//
// named by hashes of the check and of the token.  Processes may share the folder: a file appears
// under its name complete or not at all, and one that has vanished was another process's affair.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/options.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle::detail {

struct kept_finding {
  std::filesystem::path file;
  std::string finding;  ///< its text
  std::string token;
};

/// The findings of one check of this program, with its primitives.
class corpus {
 public:
  /// `tell` is given what the user should know, a line each.
  using listener = std::function<void(const std::string& line)>;
  corpus(std::filesystem::path folder, std::string_view check, listener tell);

  /// In the order of their names.  Of a file that cannot be read, or is no finding, a line is told.
  [[nodiscard]] std::vector<kept_finding> load() const;
  /// Nothing if the verdict has no token.  If the folder cannot be written, a line is told, once in
  /// a process.  Returns the file.
  std::filesystem::path keep(const verdict& of) const;
  void drop(const kept_finding& which) const;

  void tell(const std::string& line) const { tell_(line); }

 private:
  [[nodiscard]] std::string prefix() const;
  [[nodiscard]] bool parse(const std::filesystem::path& file, const std::string& text,
                           std::vector<kept_finding>& into) const;

  std::filesystem::path folder_;
  std::string check_;
  listener tell_;
};

/// Told of a finding as it was found, before it is simplified.
using finding_hook = std::function<void(const verdict&)>;

/// Replays what is kept of a check, then explores, and keeps what that finds: at once when told of
/// it, and then what has become of it.  What is kept and no longer fails is fixed, and goes; where
/// the program has changed so that a schedule does not fit, it is followed as far as it can be.  So
/// it is where the check's limits or its memory model have changed, under the present ones: what
/// they rule out is no finding of the check any more.  It goes only if they allow all that it was
/// found with, since others may be back the next time.
[[nodiscard]] verdict check_with_corpus(const corpus& kept, std::string_view name,
                                        const std::function<void()>& body, const options& settings,
                                        const std::function<verdict(const finding_hook&)>& explore);

}  // namespace heddle::detail
