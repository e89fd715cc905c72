// What every program here shares: its command line, and rows for people and for programs.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// One argument of a program, after `--json` and `--help` have been dealt with: a number, or a
/// text.
struct flag {
  std::string_view name;     ///< `--rounds`
  std::string_view meaning;  ///< for --help
  std::uint64_t* value = nullptr;
  std::string* text = nullptr;  ///< in its place
};

struct command_line {
  std::string_view program, summary;
  std::vector<flag> flags;
  std::vector<std::string> words;  ///< what is no option
  std::string json;                ///< a file, or `-`; empty for none
};

/// Reads `argv` into `into`.  Prints help and ends the process with 0 for --help; ends it with 2
/// after one line if something is wrong.
void parse(int argc, char** argv, command_line& into);
[[noreturn]] void refuse(const command_line& of, const std::string& why);

/// One object of `--json`.
struct row {
  std::string name;
  double value = 0;
  std::string_view unit;
  std::optional<double> baseline = std::nullopt;  ///< in the same unit
  std::optional<double> ratio = std::nullopt;     ///< of value to baseline
  std::string more = {};                          ///< further members: `"a": 1, "b": 2`
};

/// Where the rows go: one object on each line of the file that the command names.
class json_rows {
 public:
  explicit json_rows(const command_line& command);
  ~json_rows();
  json_rows(const json_rows&) = delete;
  json_rows& operator=(const json_rows&) = delete;

  void put(const row& what);
  /// For people: the standard output, or the error output if the rows take that.
  [[nodiscard]] std::FILE* text() const noexcept { return text_; }

 private:
  std::FILE* file_ = nullptr;
  std::FILE* text_ = stdout;
};

}  // namespace bench
