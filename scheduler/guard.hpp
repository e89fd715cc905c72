// What the functions of the C++ ABI for function-local statics come to: see guard.cpp.
#pragma once

namespace heddle {

/// True if the caller must initialise the static.
[[nodiscard]] bool guard_acquire(void* guard);
void guard_release(void* guard, bool initialized);

}  // namespace heddle
