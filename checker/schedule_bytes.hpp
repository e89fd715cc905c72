#pragma once

#include <heddle/scheduler/bytes.hpp>
#include <heddle/scheduler/schedule.hpp>

namespace heddle::detail {

/// A schedule as bytes, compact: runs of steps of one thread, each operation in full only where it
/// comes first, choices by their distance.
void write_schedule(byte_writer& to, const schedule& from);
/// Rejects what no execution can have done.  Uses memory in proportion to the bytes that are
/// there, not to the counts that they claim.
void read_schedule(byte_reader& from, schedule& to);

}  // namespace heddle::detail
