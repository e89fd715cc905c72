// Waiting over std::atomic::wait, for systems without futexes.
//
// The word itself may be gone when it is woken, so threads sleep on a counter in a static table,
// picked by the word's address, which every wake raises.  A waiter reads the counter before the
// word: a wake that comes after it has looked at the word has changed the counter.
//
// std::atomic::wait knows no deadlines.  A timed wait polls the counter, at intervals that grow
// from 16 to 1024 microseconds: it may end that much late, and is as prompt as a sleep otherwise.
#include <heddle/sync/platform/futex.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <thread>

namespace heddle::detail {

namespace {

struct alignas(64) wake_counter {
  std::atomic<std::uint32_t> value{0};
};

constinit wake_counter wake_counters[64];

std::atomic<std::uint32_t>& counter_of(const std::atomic<std::uint32_t>* word) noexcept {
  const auto bits = reinterpret_cast<std::uintptr_t>(word);
  return wake_counters[(bits >> 3 ^ bits >> 12) % std::size(wake_counters)].value;
}

}  // namespace

wait_result portable_wait(const std::atomic<std::uint32_t>* word, std::uint32_t expected,
                          time_point deadline) noexcept {
  std::atomic<std::uint32_t>& counter = counter_of(word);
  const std::uint32_t before = counter.load(std::memory_order_acquire);
  if (word->load(std::memory_order_relaxed) != expected) return wait_result::changed;
  if (deadline == never) {
    counter.wait(before, std::memory_order_relaxed);
    return wait_result::woken;
  }
  duration interval = std::chrono::microseconds(16);
  while (counter.load(std::memory_order_relaxed) == before) {
    const time_point now = std::chrono::steady_clock::now();
    if (now >= deadline) return wait_result::timed_out;
    std::this_thread::sleep_for(std::min<duration>(deadline - now, interval));
    interval = std::min<duration>(2 * interval, std::chrono::microseconds(1024));
  }
  return wait_result::woken;
}

void portable_wake(const std::atomic<std::uint32_t>* word) noexcept {
  std::atomic<std::uint32_t>& counter = counter_of(word);
  counter.fetch_add(1, std::memory_order_release);
  counter.notify_all();
}

}  // namespace heddle::detail
