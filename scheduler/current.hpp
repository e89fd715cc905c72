// Which engine runs on this thread of the operating system, and on whose behalf.
#pragma once

#include <string>

#include <heddle/sync/location.hpp>

namespace heddle {

class engine;

/// The engine that is running an execution on this thread; null outside of executions.
inline thread_local constinit engine* running_engine = nullptr;
/// True while user code of an execution runs (and not inside `outside`).
inline thread_local constinit bool controlled_flow = false;
/// True while allocations belong to the execution.
inline thread_local constinit bool heap_on = false;

/// `file.cpp:12`, without folders; `an unknown place` for an unknown location.
[[nodiscard]] std::string describe(location where);

/// The heap of the execution is switched off while an object of this type lives: what heddle itself
/// allocates is not the user's.
class heap_off {
 public:
  heap_off() noexcept : was_on_(heap_on) { heap_on = false; }
  ~heap_off() { heap_on = was_on_; }
  heap_off(const heap_off&) = delete;
  heap_off& operator=(const heap_off&) = delete;

 private:
  bool was_on_;
};

}  // namespace heddle
