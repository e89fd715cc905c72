// One execution made readable; filled only when a failing schedule is run again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <heddle/scheduler/finding.hpp>
#include <heddle/scheduler/schedule.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

/// One step as the report shows it.
struct recorded_step {
  std::uint32_t number;  ///< 1 for the first
  std::uint32_t thread;  ///< index into recording::threads
  std::string text;      ///< the operation with its object and values
  std::string call;  ///< the primitive's call that it is part of, `mutex::lock "from"`, or empty
  location where;    ///< in the user's source
};

struct recording {
  std::vector<std::string> threads;  ///< names for people: `0` is the body, `1`, `2`, `1.1`
  std::vector<recorded_step> steps;
  schedule taken;
  std::optional<finding> found;
};

}  // namespace heddle
