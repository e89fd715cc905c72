// Executions that follow wishes where they can.
//
// A replay follows a schedule to the letter, and says where the body differs.  This strategy takes
// a schedule as wishes: each is named by its thread's place in the tree of threads, by its place
// among the operations of the thread, and by the 16 bits that say what was done and to which
// object.  What is not there is passed over, what has come in between is performed, and where no
// wish applies, the execution goes on without preemptions: with the same thread while it can, else
// with the oldest; reads see the newest write, and of other choices the first option is taken.  So
// it never finds a body to be another one than recorded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <heddle/scheduler/recording.hpp>
#include <heddle/scheduler/schedule.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle {

/// The operation of `thread`, an index into the threads of a schedule, that comes after `before`
/// others of its own.
struct operation_name {
  std::uint32_t thread;
  std::uint32_t before;

  friend auto operator<=>(const operation_name&, const operation_name&) = default;
};

/// Before performing `at`, its thread makes way for `to`.
struct switch_point {
  operation_name at;
  std::uint32_t to;
  bool preempts;
};

/// The switches between threads that an execution made, and where a thread went on that had
/// yielded.
[[nodiscard]] std::vector<switch_point> switches_of(const recording& execution);

/// What an execution is to do.
struct guide {
  /// Threads go on in the order of their steps here, each step with its choices.
  schedule wishes;
  /// If there: instead of that order, these switches; a thread goes on up to the next of its own.
  std::optional<std::vector<switch_point>> switches = std::nullopt;
  /// Threads that go on only if no other can.
  std::vector<std::uint32_t> postponed = {};
  struct reversal {
    operation_name first, then;
  };
  /// If there: the operation `then` waits, if it can be, until `first` has been performed; there
  /// the wishes end.
  std::optional<reversal> reversed = std::nullopt;
};

class guided_strategy : public strategy {
 public:
  /// The guide of all executions that follow.
  virtual void follow(guide what) = 0;
  /// The step of the latest execution, from 1, that was the first to be another one than without
  /// wishes, or to take another choice; the number of its steps plus 1 if none was.
  [[nodiscard]] virtual std::uint32_t diverged_at() const noexcept = 0;
  /// True if the latest execution began with all the wishes, in their order and with their choices,
  /// and nothing else came in between.
  [[nodiscard]] virtual bool faithful() const noexcept = 0;
};

/// Any number of executions, the same each time.
[[nodiscard]] std::unique_ptr<guided_strategy> make_guided();

}  // namespace heddle
