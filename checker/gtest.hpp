// Checks inside GoogleTest programs.  Include this header in one or more of their files, link
// heddle::checker and GoogleTest, and write
//
//   TEST(transfers, do_not_deadlock) {
//     heddle::check("transfer", [] { ...; EXPECT_EQ(sum, 100); });
//   }
//
// A check that fails is one failure at the line of the call, with the report and the command that
// replays it; the test goes on after it.  In a body, the first assertion of GoogleTest that fails
// ends its thread's function by an exception, as with --gtest_throw_on_failure, and the execution
// as the finding `assertion`; a body that swallows all exceptions swallows that one too.
// SCOPED_TRACE has no place in a body: what an abandoned execution has traced, GoogleTest keeps.
#pragma once

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/translate.hpp>

namespace heddle::detail {

/// While a check explores: what fails in its bodies is no failure of the test.
class gtest_stand_in {
 public:
  static void begin() { now() = std::make_unique<gtest_stand_in>(); }
  static void end() { now().reset(); }

  gtest_stand_in()
      : swallows_(testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD,
                  &dropped_) {
    // What GoogleTest makes at the first failure of a thread must not lie in an execution's heap.
    GTEST_FLAG_SET(throw_on_failure, false);
    ADD_FAILURE() << "dropped";
    GTEST_FLAG_SET(throw_on_failure, true);
  }
  ~gtest_stand_in() { GTEST_FLAG_SET(throw_on_failure, threw_); }
  gtest_stand_in(const gtest_stand_in&) = delete;
  gtest_stand_in& operator=(const gtest_stand_in&) = delete;

 private:
  // GoogleTest appends under control; what it keeps is not the execution's.
  class reporter : public testing::ScopedFakeTestPartResultReporter {
   public:
    using ScopedFakeTestPartResultReporter::ScopedFakeTestPartResultReporter;
    void ReportTestPartResult(const testing::TestPartResult&) override {}
  };

  static std::unique_ptr<gtest_stand_in>& now() {
    static std::unique_ptr<gtest_stand_in> stand_in;
    return stand_in;
  }

  testing::TestPartResultArray dropped_;
  reporter swallows_;
  bool threw_ = GTEST_FLAG_GET(throw_on_failure);
};

/// In one line, with single spaces.
inline std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char each : text) {
    const bool space = each == ' ' || each == '\n';
    if (!space) {
      line += each;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

inline bool translate_gtest(const std::exception_ptr& thrown, finding& into) {
  try {
    std::rethrow_exception(thrown);
  } catch (const testing::internal::GoogleTestFailureException& failure) {
    into = {finding_kind::assertion, in_one_line(failure.what()), {}, location::unknown()};
    return true;
  } catch (...) {
    return false;
  }
}

inline std::string gtest_replay(std::string_view, std::string_view token) {
  std::string text = replay_setting(token) + shell_word("./" + program_name());
  const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) return text;
  return text +
         " --gtest_filter=" + shell_word(std::string(test->test_suite_name()) + "." + test->name());
}

inline void report_to_gtest(const verdict& of, location caller) {
  ADD_FAILURE_AT(caller.file, static_cast<int>(caller.line)) << report_text(of) << verdict_text(of);
}

inline void pass_to_gtest(const verdict& of, location) {
  if (!of.warnings.empty()) std::cerr << verdict_text(of);
}

/// Makes this process's checks report to GoogleTest.
inline bool install_gtest() {
  set_failure_handler(report_to_gtest);
  set_pass_handler(pass_to_gtest);
  set_replay_command(gtest_replay);
  add_exception_translator(translate_gtest);
  exploration_hooks hooks;
  hooks.begin = gtest_stand_in::begin;
  hooks.end = gtest_stand_in::end;
  set_exploration_hooks(hooks);
  return true;
}
inline const bool gtest_installed = install_gtest();

}  // namespace heddle::detail
