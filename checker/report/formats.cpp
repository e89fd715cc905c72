#include <heddle/checker/report/formats.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <heddle/checker/report/text.hpp>

namespace heddle {

namespace {

struct format {
  std::string_view ending;
  std::string (*write)(const report_subject&);
};

constexpr std::array formats{
    format{".html", html_report}, format{".json", json_report},   format{".sarif", sarif_report},
    format{".dot", dot_report},   format{".trace", trace_report}, format{".txt", text_report},
};

const format* format_of(std::string_view file) noexcept {
  for (const format& each : formats) {
    if (file.size() > each.ending.size() && file.ends_with(each.ending)) return &each;
  }
  return nullptr;
}

std::vector<std::string_view> split(std::string_view files) {
  std::vector<std::string_view> names;
  for (std::size_t begin = 0; begin <= files.size();) {
    const std::size_t end = std::min(files.find(',', begin), files.size());
    names.push_back(files.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

// A check's name as a part of a file's: no folder, and nothing that a shell would take apart.
std::string file_part(std::string_view check) {
  std::string part;
  for (const char each : check) {
    const bool plain = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
                       (each >= '0' && each <= '9') || each == '_' || each == '.' || each == '-';
    part += plain ? each : '-';
  }
  return part;
}

std::string file_for(std::string_view pattern, std::string_view check) {
  std::string file;
  for (const char each : pattern) {
    if (each == '%') {
      file += file_part(check);
    } else {
      file += each;
    }
  }
  return file;
}

}  // namespace

bool names_reports(std::string_view files) {
  const std::vector<std::string_view> all = split(files);
  return std::all_of(all.begin(), all.end(),
                     [](std::string_view each) { return format_of(each) != nullptr; });
}

std::string write_file(std::string_view name, std::string_view check, std::string_view text) {
  const std::string whole = file_for(name, check);
  std::ofstream file(whole, std::ios::binary);
  file << text;
  file.close();
  if (!file.fail()) return "";
  const std::string why = std::strerror(errno);
  return whole + ": " + why;
}

std::vector<std::string> report_files(std::string_view files, std::string_view check) {
  std::vector<std::string> names;
  for (const std::string_view each : split(files)) names.push_back(file_for(each, check));
  return names;
}

std::string write_reports(std::string_view files, const verdict& of, std::string_view replay) {
  const report_subject subject{.check = of.name,
                               .found = *of.found,
                               .execution = of.recording,
                               .replay = replay,
                               .explained = of.explained ? &*of.explained : nullptr,
                               .memory = of.memory};
  for (const std::string_view each : split(files)) {
    const std::string wrong = write_file(each, of.name, format_of(each)->write(subject));
    if (!wrong.empty()) return "cannot write the report " + wrong;
  }
  return "";
}

}  // namespace heddle
