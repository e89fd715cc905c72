// The system call behind heavy fences; fences.cpp uses it where there is one.
#pragma once

namespace heddle::detail {

/// Tells Linux that this process will ask for fences, and asks for one; false if it refuses
/// (membarrier_linux.cpp, which is built only there).
bool linux_register_fences() noexcept;
/// A full fence in every running thread of the process; false if the kernel refuses.
bool linux_fence_all() noexcept;

}  // namespace heddle::detail
