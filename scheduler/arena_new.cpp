// operator new and delete, replaced so that a body allocates from the heap of its execution.  In an
// object file of its own, which heddle::checker_noalloc leaves out.
#include <cstddef>
#include <new>

#include <heddle/scheduler/heap.hpp>

namespace {

constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

void* allocate(std::size_t bytes, std::size_t alignment, void* site) {
  if (void* const block = heddle::heap_allocate(bytes, alignment, site)) return block;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t n) { return allocate(n, usual, __builtin_return_address(0)); }
void* operator new[](std::size_t n) { return allocate(n, usual, __builtin_return_address(0)); }
void* operator new(std::size_t n, std::align_val_t a) {
  return allocate(n, static_cast<std::size_t>(a), __builtin_return_address(0));
}
void* operator new[](std::size_t n, std::align_val_t a) {
  return allocate(n, static_cast<std::size_t>(a), __builtin_return_address(0));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  return heddle::heap_allocate(n, usual, __builtin_return_address(0));
}
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept {
  return heddle::heap_allocate(n, usual, __builtin_return_address(0));
}
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return heddle::heap_allocate(n, static_cast<std::size_t>(a), __builtin_return_address(0));
}
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return heddle::heap_allocate(n, static_cast<std::size_t>(a), __builtin_return_address(0));
}

void operator delete(void* p) noexcept { heddle::heap_free(p); }
void operator delete[](void* p) noexcept { heddle::heap_free(p); }
void operator delete(void* p, std::size_t) noexcept { heddle::heap_free(p); }
void operator delete[](void* p, std::size_t) noexcept { heddle::heap_free(p); }
void operator delete(void* p, std::align_val_t) noexcept { heddle::heap_free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { heddle::heap_free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { heddle::heap_free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { heddle::heap_free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { heddle::heap_free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { heddle::heap_free(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  heddle::heap_free(p);
}
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  heddle::heap_free(p);
}
