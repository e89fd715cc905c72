// Runs the child programs of these tests and takes their logs apart.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace heddle {

struct child_output {
  int code;  // of its exit
  std::string text;
};

/// Runs a line of shell.
inline child_output run_shell(const std::string& line) {
  std::FILE* const pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  child_output result{};
  std::array<char, 4096> part{};
  for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    result.text.append(part.data(), n);
  }
  const int status = ::pclose(pipe);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

inline std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) {
    ++n;
  }
  return n;
}

/// What stands between `begin` and the next `end`; empty if they are not there.
inline std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == text.npos) return "";
  const std::string_view rest = text.substr(from + begin.size());
  const std::size_t to = rest.find(end);
  return to == rest.npos ? "" : std::string(rest.substr(0, to));
}

/// The JUnit log of a command that runs a test program.
inline std::string junit_log(const std::string& command) {
  return run_shell(command +
                   " --report_level=no --color_output=no --log_format=JUNIT --log_level=all"
                   " --log_sink=stdout")
      .text;
}

/// The line number in an entry of such a log.
inline int line_of(const std::string& entry) {
  return std::atoi(between(entry, "- line   : ", "\n").c_str());
}

/// The same of the message that a child writes just before the line to blame.
inline int line_before(const std::string& log) {
  return line_of(between(log, "MESSAGE:\n", "the next line fails"));
}

}  // namespace heddle
