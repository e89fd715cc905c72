// The controlled half of tests/cross: every interleaving with at most one preemption.
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>

#include <heddle/checker/check.hpp>

namespace cross {

inline void require(bool condition, const char* text) { heddle::expect(condition, text); }

inline void run(const char* name, const std::function<void()>& body) {
  const heddle::verdict result = heddle::explore(name, body, {.preemptions = 1});
  const bool passed = result.status == heddle::verdict_status::ok;
  BOOST_TEST_MESSAGE(name << ": " << result.line());
  BOOST_TEST(passed, result.line() << "\n" << heddle::report_text(result));
}

}  // namespace cross
