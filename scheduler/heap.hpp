// What the replaced operator new and delete call.
#pragma once

#include <cstddef>

namespace heddle {

/// Null when there is no memory.  `site` is the return address of operator new.
[[nodiscard]] void* heap_allocate(std::size_t bytes, std::size_t alignment, void* site);
void heap_free(void* block) noexcept;

/// True if operator new and delete are replaced in this program (not with heddle::checker_noalloc).
[[nodiscard]] bool heap_replaced();

}  // namespace heddle
