#include <heddle/tools/tidy_rules.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <heddle/tools/tidy_code.hpp>

namespace heddle::tidy {

namespace {

struct source {
  std::string_view path;
  std::string_view text;
  std::string masked;
  std::vector<std::string_view> lines;
  std::vector<std::string_view> masked_lines;
  std::vector<complaint> complaints;

  void complain(std::size_t line, std::string what) {
    complaints.push_back({line, std::move(what)});
  }
  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }
  [[nodiscard]] bool is_markdown() const { return path.ends_with(".md"); }
  [[nodiscard]] bool is_below(std::string_view folder) const {
    return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
  }
};

// Folders from the lowest to the highest; a file includes only from its own and lower ones.
constexpr std::array<std::string_view, 4> rooms = {"sync", "scheduler", "checker", "models"};
constexpr std::string_view specifications = "models/specs";

std::string_view trim_left(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not the rest of a UTF-8 sequence
  }));
}

// What `#name rest` says; nothing for another line.
struct directive {
  std::string_view name;
  std::string_view rest;
};

std::optional<directive> read_directive(std::string_view line) {
  line = trim_left(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = trim_left(line.substr(1));
  const std::size_t end = std::min(line.find_first_of(" \t<\"("), line.size());
  return directive{line.substr(0, end), trim_left(line.substr(end))};
}

// The path within the project of `#include <heddle/...>`.
std::optional<std::string_view> included_heddle(std::string_view line) {
  const auto found = read_directive(line);
  constexpr std::string_view prefix = "<heddle/";
  if (!found || found->name != "include" || !found->rest.starts_with(prefix)) return std::nullopt;
  const std::string_view rest = found->rest.substr(prefix.size());
  return rest.substr(0, rest.find('>'));
}

std::size_t room_of(std::string_view path) {
  const auto room = std::find(rooms.begin(), rooms.end(), path.substr(0, path.find('/')));
  return static_cast<std::size_t>(room - rooms.begin());
}

void check_lines(source& file) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (line.find('\t') != std::string_view::npos) file.complain(i + 1, "tab");
    if (line.ends_with(' ') || line.ends_with('\r')) file.complain(i + 1, "trailing space");
    if (!file.is_markdown() && columns(line) > max_columns) {
      file.complain(i + 1, std::to_string(columns(line)) + " columns, at most " +
                               std::to_string(max_columns));
    }
  }
  if (!file.text.empty() && !file.text.ends_with('\n')) {
    file.complain(file.lines.size(), "no newline at the end");
  }
  if (file.text.ends_with("\n\n")) file.complain(file.lines.size(), "empty line at the end");
}

void check_lengths(source& file) {
  if (file.lines.size() > max_file_lines) {
    file.complain(
        0, std::to_string(file.lines.size()) + " lines, at most " + std::to_string(max_file_lines));
  }
  for (const function_span& function : find_functions(file.masked)) {
    if (function.lines > max_function_lines) {
      file.complain(function.first_line, "function of " + std::to_string(function.lines) +
                                             " lines, at most " +
                                             std::to_string(max_function_lines));
    }
  }
}

// A note about open work names the issue where it is discussed.
void check_open_work(source& file) {
  constexpr std::array<std::string_view, 3> marks = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X"};
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    for (const std::string_view mark : marks) {
      if (!has_word(file.lines[i], mark)) continue;
      const std::size_t number = file.lines[i].find('#');
      const bool named = number + 1 < file.lines[i].size() && number != std::string_view::npos &&
                         std::isdigit(static_cast<unsigned char>(file.lines[i][number + 1])) != 0;
      if (!named) file.complain(i + 1, std::string(mark) + " without the number of an issue");
    }
  }
}

void check_arrow(source& file, std::size_t line, std::string_view target) {
  if (target.starts_with(specifications)) return;
  if (file.is_below(specifications)) {
    file.complain(line, "a specification includes the standard library and specifications only");
  } else if (room_of(target) > room_of(file.path)) {
    file.complain(line, "include of " + std::string(target) + ": arrows go downwards, " +
                            "tests -> models -> checker -> scheduler -> sync");
  }
}

void check_includes(source& file) {
  bool first = true;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    // The masked line tells whether the directive is real; it has no "..." any more.
    const auto found = read_directive(file.masked_lines[i]);
    if (!found || found->name != "include") continue;
    if (found->rest.starts_with('"')) {
      file.complain(i + 1, "includes of this project are <heddle/folder/file.hpp>");
    }
    const auto target = included_heddle(file.lines[i]);
    if (target) check_arrow(file, i + 1, *target);
    const std::string own = std::string(file.path.substr(0, file.path.rfind('.'))) + ".hpp";
    if (target && *target == own && !first)
      file.complain(i + 1, "a file includes its own header first");
    first = false;
  }
}

void check_directives(source& file) {
  const bool decides = file.path == "sync/platform.hpp" || file.path == "sync/config.hpp";
  bool once = false;
  for (std::size_t i = 0; i < file.masked_lines.size(); ++i) {
    const auto found = read_directive(file.masked_lines[i]);
    if (!found) continue;
    if (found->name == "pragma" && found->rest == "once") once = true;
    const bool conditional = found->name.starts_with("if") || found->name.starts_with("el");
    if (conditional && !decides) {
      file.complain(
          i + 1, "#" + std::string(found->name) + " outside sync/platform.hpp and sync/config.hpp");
    }
  }
  if (file.is_header() && !once) file.complain(1, "header without #pragma once");
}

// A test that sleeps is slow on a good day and wrong on a bad one.
void check_sleeps(source& file) {
  if (!file.is_below("tests")) return;
  for (std::size_t i = 0; i < file.masked_lines.size(); ++i) {
    const std::string_view line = file.masked_lines[i];
    const bool standard = line.find("this_thread::sleep_") != std::string_view::npos;
    if (standard || has_word(line, "usleep") || has_word(line, "nanosleep") ||
        has_word(line, "clock_nanosleep")) {
      file.complain(i + 1, "a test that sleeps");
    }
  }
}

void check_markdown(source& file) {
  const auto line = std::find_if(file.lines.begin(), file.lines.end(),
                                 [](std::string_view text) { return !text.empty(); });
  if (line == file.lines.end() || !line->starts_with("# ")) file.complain(1, "no title");
}

}  // namespace

std::vector<complaint> check_file(std::string_view path, std::string_view text) {
  source file{path, text, mask_code(text), split_lines(text), {}, {}};
  file.masked_lines = split_lines(file.masked);
  check_lines(file);
  check_open_work(file);
  if (file.is_cpp()) {
    check_lengths(file);
    check_includes(file);
    check_directives(file);
    check_sleeps(file);
  }
  if (file.is_markdown()) check_markdown(file);
  std::stable_sort(file.complaints.begin(), file.complaints.end(),
                   [](const complaint& a, const complaint& b) { return a.line < b.line; });
  return std::move(file.complaints);
}

}  // namespace heddle::tidy
