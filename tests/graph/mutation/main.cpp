// Tells an explorer from the right one: by the programs that are known to show mistakes, by
// litmus.tsv, by the known counts, and by random programs.  Succeeds if any of them does; each is
// tried, in a process of its own, since a mutant may not survive its own mistakes.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/table.hpp>

namespace heddle::litmus {

namespace {

constexpr unsigned most_seconds = 60;
constexpr int random_programs = 3000;
constexpr std::size_t most_text = 2000;

/// What a process looks at, for the one that waits for it.
class progress {
 public:
  progress()
      : text_(static_cast<char*>(
            mmap(nullptr, most_text, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  void begin(const std::string& what) { std::snprintf(text_, most_text, "%s", what.c_str()); }
  [[nodiscard]] const char* text() const { return text_; }

 private:
  char* text_;
};

bool is_counted(progress& at, const std::vector<counted>& programs) {
  for (const counted& each : programs) {
    at.begin(each.name);
    const std::string wrong = miscounts({each});
    if (wrong.empty()) continue;
    at.begin(wrong);
    return false;
  }
  return true;
}

bool is_as_in_table(progress& at) {
  for (const table_row& row : read_table(HEDDLE_LITMUS_TABLE)) {
    at.begin(row.name);
    const std::string wrong = table_differences(row);
    if (wrong.empty()) continue;
    at.begin(wrong);
    return false;
  }
  return true;
}

bool campaign_finds_nothing(progress& at) {
  const auto made = programs();
  rc::Random random(1);
  tally count;
  for (int i = 0; i < random_programs; ++i) {
    const auto of = static_cast<bias>(i % 4);
    program p = make_program(made(random.split(), rc::kNominalSize).value(), of);
    const std::string name = "random program " + std::to_string(i + 1) + ": " + to_text(p);
    at.begin(name);
    const std::string wrong = differences(p, count);
    if (wrong.empty()) continue;
    at.begin(name + "\n  " + wrong);
    return false;
  }
  return true;
}

// True if `check` does not end well.
template <class Check>
bool kills(const char* name, progress& at, Check check) {
  at.begin("");
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(most_seconds);
    _exit(check() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    std::printf("%s: nothing found\n", name);
    return false;
  }
  const bool ended = !WIFSIGNALED(status);
  std::printf("%s: killed%s%s: %s\n", name, ended ? "" : " by ",
              ended ? "" : strsignal(WTERMSIG(status)), at.text());
  return true;
}

}  // namespace

}  // namespace heddle::litmus

int main() {
  using namespace heddle::litmus;
  progress at;
  bool killed = kills("pitfalls", at, [&] { return is_counted(at, pitfalls()); });
  killed |= kills("litmus.tsv", at, [&] { return is_as_in_table(at); });
  killed |= kills("counts", at, [&] { return is_counted(at, small_counts()); });
  killed |= kills("campaign", at, [&] { return campaign_finds_nothing(at); });
  std::printf("%s\n", killed ? "told from the right explorer" : "like the right explorer");
  return killed ? 0 : 1;
}
