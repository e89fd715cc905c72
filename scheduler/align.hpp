// Schedules of a program that has been edited since.
#pragma once

#include <heddle/scheduler/recording.hpp>
#include <heddle/scheduler/schedule.hpp>

namespace heddle {

/// `old` as a schedule of the program that `now` is an execution of: each thread's operations there
/// are aligned with those of the same thread here, by what they do and to which object, with the
/// fewest operations added and taken away.  What was added is performed right before the next
/// operation that was there before; where that leaves a choice, it counts as added early.
[[nodiscard]] schedule align(const schedule& old, const recording& now);

}  // namespace heddle
