#pragma once

#include <ostream>

#include <heddle/checker/explore.hpp>

namespace heddle {

/// One line on a terminal that is written over again and again, and gone at the end.
class progress_line {
 public:
  /// Shows nothing unless `shown`.
  progress_line(std::ostream& to, bool shown) : to_(to), shown_(shown) {}
  ~progress_line() { clear(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(const progress& state);
  void clear();
  /// Empty if nothing is to be shown.
  [[nodiscard]] progress_hook hook();

 private:
  std::ostream& to_;
  bool shown_;
  bool dirty_ = false;
};

/// Whether stderr is a terminal.
[[nodiscard]] bool stderr_is_terminal() noexcept;

}  // namespace heddle
