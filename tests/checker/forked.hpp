// What ends a process is tested in a process of its own.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>
#include <string>

namespace heddle::testing {

struct ended {
  int code;           ///< exit code, or the negative number of the signal
  std::string error;  ///< what went to stderr
};

/// Runs `action` in a copy of this process; 99 is the code if it returns.
inline ended forked(const std::function<void()>& action) {
  std::fflush(nullptr);
  int ends[2];
  if (::pipe(ends) != 0) return {-1, "no pipe"};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    action();
    ::_exit(99);
  }
  ::close(ends[1]);
  ended result{-1, ""};
  std::array<char, 512> part;
  for (ssize_t got = 0; (got = ::read(ends[0], part.data(), part.size())) > 0;) {
    result.error.append(part.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

}  // namespace heddle::testing
