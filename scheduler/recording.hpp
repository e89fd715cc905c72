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

/// A lock that a step took or gave back.
struct ownership_change {
  std::string object;
  bool taken;
  bool shared;  ///< with others
};

/// A thread for which a blocked one waits: by a join, or since it holds what the other wants.
struct awaited_thread {
  std::uint32_t thread;  ///< index into recording::threads
  std::string object;    ///< what it holds; empty for a join
  location since;        ///< where it was taken
};

/// One step as the report shows it.
struct recorded_step {
  std::uint32_t number;  ///< 1 for the first
  std::uint32_t thread;  ///< index into recording::threads
  std::string text;      ///< the operation with its object and values
  std::string call;  ///< the primitive's call that it is part of, `mutex::lock "from"`, or empty
  location where;    ///< in the user's source
  std::uint64_t object = 0;  ///< an identity of what it accesses, or 0
  bool writes = false;       ///< it may change the object, or what others may do to it
  bool preempts = false;     ///< to let this thread go on was a preemption
  /// The step that wrote what it reads, or, of an operation of a primitive, that was the latest on
  /// it; 0 for none.
  std::uint32_t reads_from = 0;
  /// For each thread, the number of the last of its steps that happens before the end of this one;
  /// 0 for none.
  std::vector<std::uint32_t> known = {};
  std::vector<ownership_change> owns = {};
  /// What of it does not depend on values: `store`, or the call `mutex::lock`; and its object.
  std::string does = {}, on = {};
  std::vector<awaited_thread> waits_for = {};  ///< of a step that was blocked at the end
};

struct recording {
  std::vector<std::string> threads;  ///< names for people: `0` is the body, `1`, `2`, `1.1`
  std::vector<recorded_step> steps;
  schedule taken;
  std::optional<finding> found;
  std::vector<recorded_step> pending;  ///< announced and not performed when it ended
};

/// The preemptions of an execution, which is what bounds on them count: steps before which a thread
/// was left that could have gone on, and those of a thread that went on though it had yielded.  To
/// leave one that is blocked, has finished or has yielded is free.
[[nodiscard]] std::uint32_t preemptions_of(const recording& execution) noexcept;

}  // namespace heddle
