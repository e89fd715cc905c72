#include <heddle/checker/replay.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include <heddle/checker/options.hpp>

namespace heddle::detail {

namespace {

// Every token that a check of the process was given, and whether it has met its check.
std::map<std::string, bool>& met_tokens() {
  static std::map<std::string, bool> tokens;
  return tokens;
}

// Runs at exit, so it can only end the process itself.
void complain_of_unmet() {
  for (const auto& [text, met] : met_tokens()) {
    if (met || has_failed()) continue;
    std::cerr << "heddle: no check of this run has the name that replay=" << text << " carries\n";
    std::cerr.flush();
    std::cout.flush();
    std::fflush(nullptr);
    std::_Exit(exit_usage);
  }
}

// A trap that nobody waits for would be the end of the process.
bool has_debugger() {
  std::ifstream status("/proc/self/status");
  const std::string key = "TracerPid:";
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key, 0) == 0) return line.find_first_of("123456789", key.size()) != line.npos;
  }
  return false;
}

}  // namespace

std::string cannot_break(std::uint32_t break_at, const token& what) {
  const std::size_t steps = what.schedule.steps.size();
  if (break_at == 0) return "";
  if (break_at > steps) {
    return "break_at: the schedule has " + std::to_string(steps) + " steps";
  }
  return has_debugger() ? "" : "break_at needs a debugger, as in: gdb --args COMMAND";
}

std::optional<token> replay_for(std::string_view name, const std::string& text) {
  token wanted;
  const std::string wrong = decode(text, wanted);
  if (!wrong.empty()) fail(exit_usage, "replay: " + wrong);
  [[maybe_unused]] static const bool registered = [] {
    met_tokens();  // is built before, hence destroyed after, the function runs
    return std::atexit(complain_of_unmet) == 0;
  }();
  bool& met = met_tokens()[text];
  if (wanted.name_hash == hash_of_name(name)) {
    met = true;
    return wanted;
  }
  std::cerr << "heddle: " << name << ": replay= is for another check; this one runs as usual\n";
  return std::nullopt;
}

}  // namespace heddle::detail
