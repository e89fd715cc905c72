// Programs that the `heddle` command lists, runs and replays.  A model is one object:
//
//   const model_registration lost_wakeup{{
//       .name = "seeds/lost_wakeup",
//       .expected = finding_kind::deadlock,
//       .body = [] { ... },
//       .summary = "the signal comes before the wait",
//   }};
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/options.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/finding.hpp>

namespace heddle {

/// What a model is expected to end with: a pass, or a kind of finding.
class expectation {
 public:
  /// A pass.
  expectation() noexcept = default;
  /* implicit */ expectation(finding_kind kind) noexcept : kind_(kind) {}
  /// `pass`, or the name of a finding kind.  Ends the process with code 3 for any other word.
  /* implicit */ expectation(const char* word);

  [[nodiscard]] std::optional<finding_kind> kind() const noexcept { return kind_; }
  [[nodiscard]] std::string text() const;

 private:
  std::optional<finding_kind> kind_;
};

struct model {
  std::string name;           ///< `folder/what_it_shows`; also the name of the check, for tokens
  expectation expected = {};  ///< a pass unless said otherwise
  std::function<void()> body = nullptr;
  std::string summary = "";  ///< one line
  /// Preemption bounds up to this one are always completed by `heddle run`; where a finding is
  /// expected, at least 2.
  std::uint32_t preemptions = 0;
  options settings = {};  ///< below the environment and the command line
  /// Whether `heddle run` makes the search without bounds at once: the executions are those of the
  /// body then, each once.
  bool whole = false;
  /// What else is wrong with a verdict that ends as expected; or nothing, and nothing to be asked.
  std::function<std::string(const verdict&)> complaint = nullptr;
};

/// Adds a model to the list of the program, at static initialisation.
class model_registration {
 public:
  explicit model_registration(model what);
};

/// All models of the program, by name.  Ends the process with code 3 if two have one name.
[[nodiscard]] std::vector<const model*> registered_models();

}  // namespace heddle
