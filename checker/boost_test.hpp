// Checks inside Boost.Test programs.  Include this header, link heddle::boost_test, and write
//
//   BOOST_AUTO_TEST_CASE(transfers_do_not_deadlock) {
//     heddle::check("transfer", [] { ...; BOOST_TEST(sum == 100); });
//   }
//
// A check is one assertion: it passes, or it fails once at the line of the call, with the report
// and the command that replays it, in every log format; the test case goes on after it.  The
// verdict line is logged at level `message`.  Options come from the code, from HEDDLE_PARAMS, and
// from the command line after `--`: `./t --run_test=suite/case -- --seed=7`.
//
// In a body, the first assertion of Boost.Test that fails ends the execution as the finding
// `assertion`.  What bodies log otherwise, warnings and messages included, is not shown, and their
// assertions are not counted.  The heap of the execution has two limits here: the texts of
// BOOST_TEST_CHECKPOINT and the name of a source file must be shorter than 64 KiB, and there must
// not be more than 256 nested BOOST_TEST_INFO and BOOST_TEST_CONTEXT; longer ones are reported as
// memory leaks.  In a program that sets a log formatter of its own, findings lack Boost's message.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <heddle/checker/check.hpp>

/// A test that must find something: passes if and only if the exploration of `body` ends with this
/// kind of finding.  Options may follow the body.
///
///   HEDDLE_EXPECT(deadlock, [] { ... });
#define HEDDLE_EXPECT(kind, ...)                                                             \
  ::heddle::detail::expect_finding(::heddle::finding_kind::kind, ::heddle::location::here(), \
                                   __VA_ARGS__)

namespace heddle::detail {

void expect_finding(finding_kind kind, location caller, const std::function<void()>& body,
                    const options& settings = {});

/// One assertion at `where`, in every log: of a glue that stands on this one.
void report_to_boost_test(bool passed, const std::string& text, location where);
/// Adds a line to the logs, at level `message`.
void log_to_boost_test(const std::string& text, location where);
/// False outside of test cases and fixtures, where Boost.Test takes no assertions.
[[nodiscard]] bool in_boost_test() noexcept;

/// A copy of `name` that is kept for ever, for locations.
[[nodiscard]] const char* kept_name(std::string_view name);

/// Makes this process's checks report to Boost.Test.
void install_boost_test();
inline const bool boost_test_installed = (install_boost_test(), true);

}  // namespace heddle::detail
