// A finding with the schedule that shows it, for another process.
#pragma once

#include <cstdint>
#include <vector>

#include <heddle/scheduler/finding.hpp>
#include <heddle/scheduler/schedule.hpp>

namespace heddle::detail {

struct shown_finding {
  finding what;
  schedule taken;
};

[[nodiscard]] std::vector<std::uint8_t> to_bytes(const finding& what, const schedule& taken);
/// False if `bytes` holds none.
[[nodiscard]] bool from_bytes(const std::vector<std::uint8_t>& bytes, shown_finding& to);

/// What it means that a signal ended the process of an execution.
[[nodiscard]] finding ended_by(int signal);

}  // namespace heddle::detail
