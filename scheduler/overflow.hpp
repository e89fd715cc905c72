#pragma once

namespace heddle {

/// While it lives, a fiber that runs into the guard page of its stack ends its execution with the
/// finding `stack_overflow`; other faults go to whoever handled them before.
class overflow_guard {
 public:
  overflow_guard();
  ~overflow_guard();
  overflow_guard(const overflow_guard&) = delete;
  overflow_guard& operator=(const overflow_guard&) = delete;

 private:
  void* stack_ = nullptr;  // of the signal handler, if this object made it
};

/// Other faults end the process from now on, in a copy of a process that handles them.
void forget_previous_fault_handler() noexcept;

}  // namespace heddle
