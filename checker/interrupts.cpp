#include <heddle/checker/interrupts.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

namespace heddle::detail {

namespace {

constexpr std::array<int, 2> signals{SIGINT, SIGTERM};

volatile sig_atomic_t noted = 0;
int ends[2] = {-1, -1};

void note(int signal) {
  noted = signal;
  const char byte = 0;
  // A full pipe is readable already.
  [[maybe_unused]] const auto written = ::write(ends[1], &byte, 1);
}

}  // namespace

interrupts::interrupts() {
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  noted = 0;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &previous_[i]);
    if (previous_[i].sa_handler == SIG_IGN) continue;
    struct sigaction mine {};
    mine.sa_handler = note;
    mine.sa_flags = SA_RESTART;
    ::sigaction(signals[i], &mine, nullptr);
  }
}

interrupts::~interrupts() {
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], &previous_[i], nullptr);
  }
  close_in_child();
}

int interrupts::descriptor() const noexcept { return ends[0]; }
int interrupts::caught() const noexcept { return noted; }

void interrupts::close_in_child() noexcept {
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace heddle::detail
