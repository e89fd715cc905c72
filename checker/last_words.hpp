// A report that is not lost if the process ends before it is printed.
#pragma once

#include <signal.h>

#include <array>
#include <string>

namespace heddle::detail {

/// While it lives, a signal that ends the process has `text` written to stderr first.  So has
/// exit() or quick_exit(), and the code is `exit_finding` then; _exit() has not.  After a finding
/// more executions are run, to simplify and to explain it, and they may do anything.
/// Misuse: two at a time.
class last_words {
 public:
  explicit last_words(std::string text);
  ~last_words();
  last_words(const last_words&) = delete;
  last_words& operator=(const last_words&) = delete;

 private:
  static constexpr std::array<int, 7> signals{SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
                                              SIGABRT, SIGTERM, SIGINT};
  static void on_signal(int signal, siginfo_t* info, void* context);
  static void on_exit();
  static void watch_for_exit();

  static last_words* living;
  std::string text_;
  std::array<struct sigaction, signals.size()> previous_{};
};

}  // namespace heddle::detail
