// When something was in an execution, as far as threads can tell: for histories of calls.
//
// One linear order is run of each trace, and what stands earlier there need not have been earlier.
// Two things are ordered if one happens before the other.  Under sc they are, too, if time_marks
// show it: a mark is passed when a call returns and looked at when another begins, and what it
// shows is explored like the value of an atomic, except that it orders nothing else: it makes no
// happens-before.
#pragma once

#include <cstdint>
#include <string>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle {

/// Where a thread was in the present execution.
struct moment {
  std::uint32_t thread = 0;
  std::uint32_t epoch = 0;
};

[[nodiscard]] moment moment_of_caller();
/// Whether what the thread had done by then happens before what the caller does now.
[[nodiscard]] bool happened_before(const moment& earlier);

/// Whether the execution is one under sc, so that time_marks mean something.
/// Misuse: time_marks where it is not.
[[nodiscard]] bool has_real_time();

/// How often a thread has come to a certain point.
class time_mark : immovable {
 public:
  /// By one thread.
  void pass(location caller);
  /// By others: how often it was passed.  Every answer that an order in time allows is explored.
  [[nodiscard]] std::uint64_t look(location caller);

 private:
  control::object_ref ref_{object_kind::probe, "mark"};
};

/// True while an execution is recorded for a report.
[[nodiscard]] bool being_recorded() noexcept;
/// What a report says of the caller's latest step; may be called inside `outside`.  Without effect
/// unless being_recorded().
void describe_step(const std::string& text);

}  // namespace heddle
