#include <heddle/checker/progress.hpp>

#include <unistd.h>

namespace heddle {

void progress_line::show(const progress& state) {
  to_ << "\r\033[K" << state.name << ": " << state.executions << " executions in "
      << seconds_text(state.seconds);
  if (state.completed) to_ << ", up to " << *state.completed << " preemptions done";
  to_.flush();
  dirty_ = true;
}

void progress_line::clear() {
  if (dirty_) to_ << "\r\033[K" << std::flush;
  dirty_ = false;
}

progress_hook progress_line::hook() {
  if (!shown_) return nullptr;
  return [this](const progress& state) { show(state); };
}

bool stderr_is_terminal() noexcept { return ::isatty(STDERR_FILENO) != 0; }

}  // namespace heddle
