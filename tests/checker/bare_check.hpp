// What check() does by itself, without glue to a test framework.
#pragma once

#include <iostream>
#include <sstream>
#include <streambuf>
#include <string>
#include <utility>

#include <heddle/checker/check.hpp>

namespace heddle::testing {

/// Takes away what glue to a test framework has installed, while it lives.
class bare_check {
 public:
  bare_check() = default;
  ~bare_check() {
    set_failure_handler(std::move(failure_));
    set_pass_handler(std::move(pass_));
    set_replay_command(std::move(command_));
  }
  bare_check(const bare_check&) = delete;
  bare_check& operator=(const bare_check&) = delete;

 private:
  verdict_handler failure_ = set_failure_handler(nullptr);
  verdict_handler pass_ = set_pass_handler(nullptr);
  replay_command command_ = set_replay_command(nullptr);
};

/// Keeps what check() writes to stderr out of the log, and at hand.
class captured_errors {
 public:
  captured_errors() : before_(std::cerr.rdbuf(text_.rdbuf())) {}
  ~captured_errors() { std::cerr.rdbuf(before_); }
  captured_errors(const captured_errors&) = delete;
  captured_errors& operator=(const captured_errors&) = delete;
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

}  // namespace heddle::testing
