#include <heddle/checker/progress.hpp>

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace heddle {

namespace {

std::string two_digits(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", number);
  return text;
}

std::string rate_text(double rate) {
  return rate < 100 ? two_digits(rate) : std::to_string(static_cast<std::uint64_t>(rate));
}

}  // namespace

void progress_line::show(const progress& state) {
  to_ << "\r\033[K" << state.name << ": " << state.executions << " executions in "
      << seconds_text(state.seconds);
  if (state.rate > 0) to_ << ", " << rate_text(state.rate) << "/s";
  if (state.distinct) {
    to_ << ", " << *state.distinct << " distinct, unseen mass " << two_digits(state.unseen);
  }
  if (state.expected) to_ << ", of about " << two_digits(*state.expected);
  if (state.left > 0) to_ << ", " << seconds_text(state.left) << " left";
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
