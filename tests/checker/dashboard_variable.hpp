// Tests that look at all that is said may themselves be tests of a dashboard run.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace heddle::testing {

/// While it lives, the variable by which CTest tells of a dashboard run is set, or is not.
class dashboard_variable {
 public:
  explicit dashboard_variable(bool wanted) {
    if (const char* const before = std::getenv(name)) before_ = before;
    wanted ? ::setenv(name, "3.25.1", 1) : ::unsetenv(name);
  }
  ~dashboard_variable() { before_ ? ::setenv(name, before_->c_str(), 1) : ::unsetenv(name); }
  dashboard_variable(const dashboard_variable&) = delete;
  dashboard_variable& operator=(const dashboard_variable&) = delete;

 private:
  static constexpr const char* name = "DASHBOARD_TEST_FROM_CTEST";
  std::optional<std::string> before_;
};

}  // namespace heddle::testing
