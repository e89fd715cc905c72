#pragma once

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle {

/// How long `heddle run` searches one model beyond the bounds that it always completes.
inline constexpr std::chrono::nanoseconds model_budget = std::chrono::seconds(2);

/// What a model gave.
struct model_result {
  const model* subject;
  verdict result;
  bool as_expected;
  std::string complaint;  ///< of the model itself, about a verdict that ends as expected
};

/// Ends the process with one line and code 2 if `source`, or the environment, does not fit one of
/// the models.
void judge(const std::vector<const model*>& models, const std::vector<parameter>& source);

/// Explores a model.  Unless the model wants its whole search at once, or `source` asks for a
/// strategy or a bound of its own, preemption bounds 0, 1, 2, ... are searched until model_budget
/// is used, those up to the model's own always; so a finding that is expected is one with the
/// fewest preemptions.
[[nodiscard]] model_result run_model(const model& subject, const std::vector<parameter>& source,
                                     std::ostream& err, bool terminal);

/// The lines of the table for `results`, which share column widths with `all`.
class model_table {
 public:
  model_table(std::ostream& out, const std::vector<const model*>& all);
  void header();
  void row(const model_result& of);

 private:
  std::ostream& out_;
  std::size_t name_width_;
};

/// An array with an object for each model.
[[nodiscard]] std::string json_text(const std::vector<model_result>& results);

/// How the program was called, for what is to be pasted; `heddle` unless told.
void set_command_name(std::string_view called);
/// What the command says to paste for a finding of a model.
[[nodiscard]] std::string model_replay(const std::string& token);

}  // namespace heddle
