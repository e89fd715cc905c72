// Checks inside Catch2 programs (version 2 or 3).  Include Catch2's header, then this one; link
// heddle::checker and Catch2, and write
//
//   TEST_CASE("transfers do not deadlock") {
//     heddle::check("transfer", [] { ...; heddle::expect(sum == 100, "nothing is lost"); });
//   }
//
// A check that fails is one failure, with the report and the command that replays it; the test case
// goes on after it.  Catch2's own assertions have no place in a body: they are counted, and keep
// memory, in every execution.  Use heddle::expect there.
#pragma once

#include <iostream>
#include <string>
#include <string_view>

#include <heddle/checker/check.hpp>

namespace heddle::detail {

inline std::string catch2_replay(std::string_view, std::string_view token) {
  std::string text = replay_setting(token) + shell_word("./" + program_name());
  return text + " " + shell_word(Catch::getResultCapture().getCurrentTestName());
}

// Catch2 breaks lines, and what is to be pasted must be whole.
inline void report_to_catch2(const verdict& of, location caller) {
  if (!of.token.empty()) std::cerr << "heddle: replay: " << replay_line(of.name, of.token) << '\n';
  FAIL_CHECK("at " << caller.file << ":" << caller.line << "\n"
                   << report_text(of) << verdict_text(of));
}

inline void pass_to_catch2(const verdict& of, location) {
  if (!of.warnings.empty()) std::cerr << verdict_text(of);
  SUCCEED(verdict_text(of));
}

/// Makes this process's checks report to Catch2.
inline bool install_catch2() {
  set_failure_handler(report_to_catch2);
  set_pass_handler(pass_to_catch2);
  set_replay_command(catch2_replay);
  return true;
}
inline const bool catch2_installed = install_catch2();

}  // namespace heddle::detail
