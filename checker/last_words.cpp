#include <heddle/checker/last_words.hpp>

#include <unistd.h>

#include <cstddef>
#include <utility>

namespace heddle::detail {

last_words* last_words::living = nullptr;

last_words::last_words(std::string text) : text_(std::move(text)) {
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
