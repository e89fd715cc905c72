#include <heddle/tests/conformance/allocations.hpp>

#include <cstdlib>
#include <new>

// In a unit of its own: inlined, the compiler would compare malloc with delete.
namespace {

thread_local std::size_t count = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++count;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace heddle_test {

std::size_t allocations() noexcept { return count; }

}  // namespace heddle_test
