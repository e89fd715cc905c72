// One page with the report's data in it: it works from a file, without a network.
#include <heddle/checker/report/formats.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <heddle/checker/json.hpp>
#include <heddle/checker/report/page.hpp>

namespace heddle {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t lines_around = 3;
constexpr std::size_t most_parents = 5;

// Within a script element, the text must hold nothing that ends it.
std::string in_script(const std::string& json) {
  std::string text;
  for (const char each : json) {
    if (each == '<') {
      text += "\\u003c";
    } else {
      text += each;
    }
  }
  return text;
}

// Reports name files relative to the root of a project: it may be here, or above.
fs::path find_source(const char* file) {
  std::error_code unknown;
  fs::path folder = fs::current_path(unknown);
  for (std::size_t i = 0; i < most_parents; ++i, folder = folder.parent_path()) {
    fs::path found = folder / file;
    if (fs::is_regular_file(found, unknown)) return found;
  }
  return {};
}

std::vector<std::string> lines_of(const char* file) {
  std::vector<std::string> lines;
  const fs::path path = find_source(file);
  if (path.empty()) return lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Some lines around `line`, with their numbers.
std::string excerpt(const std::vector<std::string>& lines, std::size_t line) {
  std::string text;
  const std::size_t first = line > lines_around ? line - lines_around : 1;
  for (std::size_t i = first; i <= line + lines_around && i <= lines.size(); ++i) {
    text += (i == line ? "> " : "  ") + std::to_string(i) + "  " + lines[i - 1] + '\n';
  }
  return text;
}

void write_sources(json_writer& to, const recording& of) {
  std::map<std::string, std::map<std::size_t, std::string>> excerpts;
  std::map<std::string, std::vector<std::string>> files;
  for (const recorded_step& each : of.steps) {
    if (each.where.file == nullptr) continue;
    const auto [file, added] = files.try_emplace(each.where.file);
    if (added) file->second = lines_of(each.where.file);
    const std::size_t line = each.where.line;
    if (line == 0 || line > file->second.size()) continue;
    excerpts[each.where.file].try_emplace(line, excerpt(file->second, line));
  }
  to.open('{');
  for (const auto& [file, lines] : excerpts) {
    to.key(file);
    to.open('{');
    for (const auto& [line, text] : lines) {
      to.key(std::to_string(line));
      to.text(text);
    }
    to.close('}');
  }
  to.close('}');
}

void fill(std::string& page, std::string_view mark, const std::string& text) {
  page.replace(page.find(mark), mark.size(), text);
}

}  // namespace

std::string html_report(const report_subject& of) {
  json_writer sources;
  write_sources(sources, of.execution);
  std::string page(page_text());
  // The latter first: the report may hold any text.
  fill(page, "@@sources@@", in_script(sources.result()));
  fill(page, "@@report@@", in_script(json_report(of)));
  return page;
}

}  // namespace heddle
