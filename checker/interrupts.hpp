// SIGINT and SIGTERM, put off until what is done can be written.
#pragma once

#include <signal.h>

#include <array>

namespace heddle::detail {

/// While it lives, the two signals are noted, unless they are ignored.
class interrupts {
 public:
  interrupts();
  ~interrupts();
  interrupts(const interrupts&) = delete;
  interrupts& operator=(const interrupts&) = delete;

  /// Becomes readable with a signal.
  [[nodiscard]] int descriptor() const noexcept;
  /// The signal that was noted, or 0.
  [[nodiscard]] int caught() const noexcept;
  /// In a forked process: forgets them.
  static void close_in_child() noexcept;

 private:
  std::array<struct sigaction, 2> previous_{};
};

}  // namespace heddle::detail
