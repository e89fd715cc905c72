#include <heddle/bench/measure.hpp>

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <heddle/scheduler/arena.hpp>

namespace bench {

namespace {

void print_help(const command_line& of) {
  std::printf("usage: %s [OPTION]...  %s\n", of.program.data(), of.summary.data());
  for (const flag& each : of.flags) {
    const std::string shown = std::string(each.name) + " N";
    std::printf("  %-16s %s (%llu)\n", shown.c_str(), each.meaning.data(),
                static_cast<unsigned long long>(*each.value));
  }
  std::printf("  %-16s write each row as a JSON object on a line of its own; - is stdout\n",
              "--json FILE");
  std::printf("  %-16s print this\n", "--help");
}

bool read_number(const std::string& text, std::uint64_t& into) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return false;
  into = std::strtoull(text.c_str(), nullptr, 10);
  return into > 0;
}

}  // namespace

void refuse(const command_line& of, const std::string& why) {
  std::fprintf(stderr, "heddle: %s: %s\n", of.program.data(), why.c_str());
  std::exit(2);
}

void parse(int argc, char** argv, command_line& into) {
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--help") {
      print_help(into);
      std::exit(0);
    }
    if (word.rfind("--", 0) != 0) {
      into.words.push_back(std::move(word));
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto known = std::find_if(into.flags.begin(), into.flags.end(),
                                    [&](const flag& each) { return each.name == name; });
    if (known == into.flags.end() && name != "--json") {
      refuse(into, "unknown option " + name + "; try --help");
    }
    if (equals == std::string::npos && i + 1 == argc) refuse(into, name + " needs a value");
    std::string value = equals == std::string::npos ? argv[++i] : word.substr(equals + 1);
    if (name == "--json") {
      into.json = std::move(value);
      if (into.json.empty()) refuse(into, "--json needs a file");
    } else if (!read_number(value, *known->value)) {
      refuse(into, name + " needs a number from 1, not \"" + value + '"');
    }
  }
}

double cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Not getrusage: its peak is inherited from whoever has executed this program.
long peak_kib() {
  std::FILE* const status = std::fopen("/proc/self/status", "r");
  long kib = 0;
  char line[256];
  while (status != nullptr && std::fgets(line, sizeof line, status) != nullptr) {
    if (std::strncmp(line, "VmHWM:", 6) == 0) kib = std::strtol(line + 6, nullptr, 10);
  }
  if (status != nullptr) std::fclose(status);
  if (kib != 0) return kib;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

void forget_peak() {
  std::FILE* const file = std::fopen("/proc/self/clear_refs", "w");
  if (file == nullptr) return;
  std::fputs("5", file);
  std::fclose(file);
}

switch_pair::switch_pair()
    : stack_(reinterpret_cast<std::byte*>(heddle::stacks_base) - (1 << 20), 64 * 1024) {
  there_.start(
      stack_,
      [](void* self) {
        auto& both = *static_cast<switch_pair*>(self);
        for (;;) heddle::fiber::switch_to(both.there_, both.here_);
      },
      this);
}

double switch_pair::ns(int pairs) {
  const double begin = cpu_ns();
  for (int i = 0; i < pairs; ++i) heddle::fiber::switch_to(here_, there_);
  return (cpu_ns() - begin) / pairs;
}

json_rows::json_rows(const command_line& command) {
  if (command.json.empty()) return;
  file_ = command.json == "-" ? stdout : std::fopen(command.json.c_str(), "w");
  if (file_ == nullptr) refuse(command, command.json + ": " + std::strerror(errno));
  if (file_ == stdout) text_ = stderr;
}

json_rows::~json_rows() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

// Names and units are the program's own, and hold nothing that JSON would have escaped.
void json_rows::put(const row& what) {
  if (file_ == nullptr) return;
  const auto number = [](const std::optional<double>& value) {
    char text[32] = "null";
    if (value) std::snprintf(text, sizeof text, "%.6g", *value);
    return std::string(text);
  };
  std::fprintf(file_,
               "{\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"baseline\": %s, "
               "\"ratio\": %s}\n",
               what.name.c_str(), number(what.value).c_str(), what.unit.data(),
               number(what.baseline).c_str(), number(what.ratio).c_str());
  std::fflush(file_);
}

}  // namespace bench
