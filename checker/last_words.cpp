#include <heddle/checker/last_words.hpp>

#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <heddle/checker/options.hpp>

namespace heddle::detail {

last_words* last_words::living = nullptr;

last_words::last_words(std::string text) : text_(std::move(text)) {
  watch_for_exit();
  living = this;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &previous_[i]);
    if (previous_[i].sa_handler == SIG_IGN) continue;
    struct sigaction mine {};
    mine.sa_sigaction = on_signal;
    mine.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    ::sigaction(signals[i], &mine, nullptr);
  }
}

last_words::~last_words() {
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], &previous_[i], nullptr);
  }
  living = nullptr;
}

// Whatever was registered before it comes after it, as what complains of bodies that end the
// process: a runner is there before a finding is.
void last_words::watch_for_exit() {
  static const bool watched = std::atexit(on_exit) == 0 && std::at_quick_exit(on_exit) == 0;
  static_cast<void>(watched);
}

void last_words::on_exit() {
  if (living == nullptr) return;
  std::fflush(nullptr);
  const std::string& text = living->text_;
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size());
  constexpr std::string_view why =
      "heddle: exit() inside the body of a check; a body has to return\n";
  written = ::write(STDERR_FILENO, why.data(), why.size());
  std::_Exit(exit_finding);
}

void last_words::on_signal(int signal, siginfo_t* info, void* context) {
  std::size_t which = 0;
  while (signals[which] != signal) ++which;
  const struct sigaction before = living->previous_[which];
  // Whoever watches for faults may know this one for the overflow of a stack, and not return; else
  // it has put back what was there before, and the instruction faults again.
  const bool watched =
      signal == SIGSEGV && (before.sa_flags & SA_SIGINFO) != 0 && info->si_code > 0;
  if (watched) before.sa_sigaction(signal, info, context);
  const std::string& text = living->text_;
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  if (watched) return;
  ::sigaction(signal, &before, nullptr);
  ::raise(signal);
}

}  // namespace heddle::detail
