// Asymmetric fences by membarrier(2), with the private expedited command: the kernel interrupts the
// processors on which threads of this process run, and each passes a full fence.  A thread that
// does not run has passed one when it was switched away.
#include <heddle/sync/platform/membarrier.hpp>
#include <heddle/sync/platform/native.hpp>

#include <cstdio>
#include <cstdlib>

namespace heddle::detail {

constinit std::atomic<fence_support> asymmetric_fences{fence_support::unknown};
constinit std::atomic<int> fence_for_sanitizer{0};

namespace {

// Several threads may come here at once; what the kernel answers is the same for all.  Whoever does
// not know yet passes a full fence, which goes with both answers.
fence_support decide() noexcept {
  const fence_support known = asymmetric_fences.load(std::memory_order_acquire);
  if (known != fence_support::unknown) return known;
  fence_support found = fence_support::no;
  if constexpr (has_futex) {
    if (linux_register_fences()) found = fence_support::yes;
  }
  fence_support expected = fence_support::unknown;
  return asymmetric_fences.compare_exchange_strong(expected, found, std::memory_order_acq_rel,
                                                   std::memory_order_acquire)
             ? found
             : expected;
}

}  // namespace

void light_fence_slow() noexcept {
  (void)decide();
  thread_fence(std::memory_order_seq_cst);
}

void heavy_fence_native() noexcept {
  const fence_support found = decide();
  if constexpr (has_futex) {
    if (found == fence_support::no) return thread_fence(std::memory_order_seq_cst);
    // A child of fork() may have to register anew.
    if (linux_fence_all() || linux_register_fences()) return;
    std::fputs("heddle: membarrier(2) worked before and is refused now\n", stderr);
    std::abort();
  }
  thread_fence(std::memory_order_seq_cst);
}

}  // namespace heddle::detail
