#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/tests/stress/torture.hpp>

namespace stress {

namespace {

std::vector<torture>& all() {
  static std::vector<torture> them;
  return them;
}

void run(const torture& what, double seconds) {
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::duration<double>(seconds));
  std::uint64_t rounds = 0;
  do {
    what.once(round(++rounds, end));
  } while (std::chrono::steady_clock::now() < end);
  std::printf("%-20s %llu rounds\n", what.name, static_cast<unsigned long long>(rounds));
  std::fflush(stdout);
}

/// Whether the tortures are those of a list with semicolons.
bool are(std::string list) {
  list += ";";
  std::size_t found = 0;
  for (const torture& each : all()) {
    const std::string name = std::string(each.name) + ";";
    if ((";" + list).find(";" + name) == std::string::npos) return false;
    ++found;
  }
  return found == static_cast<std::size_t>(std::count(list.begin(), list.end(), ';'));
}

int usage() {
  std::fputs("usage: stress [--seconds S] [NAME...]\n", stderr);
  return 2;
}

}  // namespace

void add(torture what) { all().push_back(what); }

void fail(const char* what, std::uint64_t is, std::uint64_t expected) {
  std::fprintf(stderr, "stress: %s: %llu, expected %llu\n", what,
               static_cast<unsigned long long>(is), static_cast<unsigned long long>(expected));
  std::abort();
}

int main(const std::vector<std::string>& words) {
  double seconds = 1;
  std::vector<torture> chosen;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--expect" && i + 1 < words.size()) return are(words[i + 1]) ? 0 : 1;
    if (words[i] == "--seconds" && i + 1 < words.size()) {
      seconds = std::atof(words[++i].c_str());
      continue;
    }
    const auto found = std::find_if(all().begin(), all().end(),
                                    [&](const torture& each) { return words[i] == each.name; });
    if (found == all().end()) return usage();
    chosen.push_back(*found);
  }
  for (const torture& each : chosen.empty() ? all() : chosen) run(each, seconds);
  return 0;
}

}  // namespace stress

int main(int count, char** words) {
  return stress::main(std::vector<std::string>(words + 1, words + count));
}
