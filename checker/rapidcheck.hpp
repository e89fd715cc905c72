// Checks inside RapidCheck properties: RapidCheck makes up and shrinks the program, heddle explores
// it.  Include this header in a Boost.Test program, link heddle::rapidcheck, and write
//
//   BOOST_AUTO_TEST_CASE(no_program_deadlocks) {
//     heddle::property("programs", [](const std::vector<int>& program) {
//       heddle::check("program", [&] { run(program); });
//     });
//   }
//
// A property is one assertion of Boost.Test.  If it fails, its text ends with one command that
// gives the same input and the same schedule again.  While RapidCheck shrinks, explorations are
// cut short, and one that ends `incomplete` counts as a pass.
//
// Draw all values before the check, never in the body: RapidCheck keeps what it has drawn, and a
// body runs many times.  In a body RC_ASSERT, RC_FAIL and their like end the execution as the
// finding `assertion`; RC_PRE, RC_DISCARD and RC_SUCCEED are misuse there.  What RC_LOG writes in a
// body is reported with a failed RC_ASSERT, 16 KiB of it; tags of a body are dropped.
#pragma once

#include <string>
#include <utility>

#include <rapidcheck.h>

#include <heddle/checker/boost_test.hpp>

namespace heddle {

namespace detail {

void check_property(const std::string& name, const rc::detail::Property& property, location caller);

/// Makes RapidCheck's assertions in bodies findings.
void install_rapidcheck();
inline const bool rapidcheck_installed = (install_rapidcheck(), true);

}  // namespace detail

/// Checks that `testable` holds for all values of its parameters, as rc::check does; the settings
/// come from RC_PARAMS.  The name must be unique in the test case.
/// Misuse: outside of a Boost.Test test case, in a body, or in another property.
template <class Testable>
void property(const std::string& name, Testable&& testable, location caller = location::here()) {
  detail::check_property(name, rc::detail::toProperty(std::forward<Testable>(testable)), caller);
}

}  // namespace heddle
