#include <heddle/bench/command.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace bench {

namespace {

void print_help(const command_line& of) {
  std::printf("usage: %s [OPTION]...  %s\n", of.program.data(), of.summary.data());
  for (const flag& each : of.flags) {
    const std::string shown = std::string(each.name) + (each.text == nullptr ? " N" : " TEXT");
    std::printf("  %-16s %s", shown.c_str(), each.meaning.data());
    if (each.text == nullptr) std::printf(" (%llu)", static_cast<unsigned long long>(*each.value));
    std::puts("");
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
    } else if (known->text != nullptr) {
      *known->text = std::move(value);
    } else if (!read_number(value, *known->value)) {
      refuse(into, name + " needs a number from 1, not \"" + value + '"');
    }
  }
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
               "\"ratio\": %s%s%s}\n",
               what.name.c_str(), number(what.value).c_str(), what.unit.data(),
               number(what.baseline).c_str(), number(what.ratio).c_str(),
               what.more.empty() ? "" : ", ", what.more.c_str());
  std::fflush(file_);
}

}  // namespace bench
