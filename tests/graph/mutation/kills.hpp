// Checks that a mutant may not survive, each in a process of its own.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace heddle::litmus {

inline constexpr unsigned most_seconds = 60;
inline constexpr std::size_t most_text = 2000;

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

}  // namespace heddle::litmus
