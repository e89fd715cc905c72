// A program that replaces operator new itself links heddle::checker_noalloc.  Its allocations are
// its own then: a leak is no finding, and the verdict says that there was no arena.
#include <cstdio>
#include <cstdlib>
#include <new>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

unsigned allocations = 0;

}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* const block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

int main() {
  static int* held = nullptr;
  const heddle::verdict result = heddle::explore("own_new", [] {
    heddle::atomic<int> x{0};
    const unsigned before = allocations;
    held = new int(1);
    if (allocations == before) std::abort();
    heddle::thread other([&] { x.store(1); });
    (void)x.load();
    other.join();
  });
  std::free(held);
  std::puts(result.line().c_str());
  return result.status == heddle::verdict_status::ok ? 0 : 1;
}
