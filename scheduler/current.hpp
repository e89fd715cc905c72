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

}  // namespace heddle
