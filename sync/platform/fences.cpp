// Asymmetric fences by membarrier(2), with the private expedited command: the kernel interrupts the
// processors on which threads of this process run, and each passes a full fence.  A thread that does
// not run has passed one when it was switched away.
#include <heddle/sync/platform/native.hpp>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#endif

#include <cstdio>
#include <cstdlib>

namespace heddle::detail {

constinit std::atomic<fence_support> asymmetric_fences{fence_support::unknown};

namespace {

#if defined(__linux__) && defined(SYS_membarrier) && !defined(__SANITIZE_THREAD__)
constexpr bool may_have_membarrier = true;

bool membarrier(int command) noexcept {
  const int saved_errno = errno;
  const bool done = ::syscall(SYS_membarrier, command, 0, 0) == 0;
  errno = saved_errno;
  return done;
}
bool register_process() noexcept {
  return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) &&
         membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}
bool interrupt_others() noexcept { return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }
#else
constexpr bool may_have_membarrier = false;

bool register_process() noexcept { return false; }
bool interrupt_others() noexcept { return false; }
#endif

// Several threads may come here at once; what the kernel answers is the same for all.  Whoever does
// not know yet passes a full fence, which goes with both answers.
fence_support decide() noexcept {
  const fence_support known = asymmetric_fences.load(std::memory_order_acquire);
  if (known != fence_support::unknown) return known;
  const fence_support found =
      may_have_membarrier && register_process() ? fence_support::yes : fence_support::no;
  fence_support expected = fence_support::unknown;
  return asymmetric_fences.compare_exchange_strong(expected, found, std::memory_order_acq_rel,
                                                   std::memory_order_acquire)
             ? found
             : expected;
}

}  // namespace

void light_fence_slow() noexcept {
  (void)decide();
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void heavy_fence_native() noexcept {
  if (decide() == fence_support::yes) {
    // A child of fork() may have to register anew.
    if (interrupt_others() || register_process()) return;
    std::fputs("heddle: membarrier(2) worked before and is refused now\n", stderr);
    std::abort();
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

}  // namespace heddle::detail
