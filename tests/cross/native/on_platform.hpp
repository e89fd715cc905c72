// The native half of tests/cross: a body runs many times, and the machine interleaves it.
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>

namespace cross {

inline thread_local std::string failed;

/// Notes the first failure; bodies run on threads where Boost.Test's macros are not allowed.
inline void require(bool condition, const char* text) {
  if (!condition && failed.empty()) failed = text;
}

inline void run(const char* name, const std::function<void()>& body) {
  for (int i = 0; i < 200; ++i) {
    failed.clear();
    body();
    BOOST_TEST(failed.empty(), name << ": " << failed);
  }
}

}  // namespace cross
