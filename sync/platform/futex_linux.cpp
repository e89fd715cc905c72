#include <heddle/sync/platform/futex.hpp>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>

namespace heddle::detail {

namespace {

// On the clock of std::chrono::steady_clock.  The kernel refuses negative times.
timespec absolute(time_point deadline) noexcept {
  const auto since_start = std::max(deadline.time_since_epoch(), duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_start);
  timespec result{};
  result.tv_sec = static_cast<time_t>(seconds.count());
  result.tv_nsec = static_cast<long>((since_start - seconds).count());
  return result;
}

}  // namespace

wait_result linux_wait(const std::atomic<std::uint32_t>* word, std::uint32_t expected,
                       time_point deadline) noexcept {
  const bool timed = deadline != never;
  const timespec limit = timed ? absolute(deadline) : timespec{};
  const int saved_errno = errno;
  const long result = ::syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                                timed ? &limit : nullptr, nullptr, FUTEX_BITSET_MATCH_ANY);
  const int error = result == 0 ? 0 : errno;
  errno = saved_errno;
  if (error == EAGAIN) return wait_result::changed;
  if (error == ETIMEDOUT) return wait_result::timed_out;
  return wait_result::woken;  // or interrupted by a signal
}

void linux_wake(const std::atomic<std::uint32_t>* word, std::uint32_t count) noexcept {
  const int saved_errno = errno;
  ::syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
            std::min<std::uint32_t>(count, INT_MAX), nullptr, nullptr, 0);
  errno = saved_errno;  // EFAULT where the word's memory is gone: its waiter is, too
}

}  // namespace heddle::detail
