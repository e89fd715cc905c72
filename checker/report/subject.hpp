#pragma once

#include <string_view>

#include <heddle/checker/explain.hpp>
#include <heddle/scheduler/recording.hpp>

namespace heddle {

/// What a report is made of.  A token determines all of it, but for the replay line, which the
/// program fills in: so a replay gives the same report, byte for byte.
struct report_subject {
  std::string_view check;  ///< the check's name
  const finding& found;
  const recording& execution;
  std::string_view replay;  ///< what to paste; empty if there is no token
  const explanation* explained = nullptr;
  std::string_view memory = {};  ///< the memory model; not in the text
};

}  // namespace heddle
