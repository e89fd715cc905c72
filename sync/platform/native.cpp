#include <heddle/sync/platform/native.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include <heddle/sync/contention.hpp>
#include <heddle/sync/platform/futex.hpp>

namespace heddle {

namespace detail {

constinit std::atomic<unsigned> native_live_threads{0};

namespace {

constinit std::atomic<std::uint32_t> last_local_id{0};

struct local_value {
  void* value = nullptr;
  void (*destroy)(void*) = nullptr;
};

/// The values of one thread, by number of their slot.
using local_values = std::vector<local_value>;

// A pointer, since slots are also used when the thread's other variables are gone: by destructors
// of values, and of statics in the main thread.  What is made so late is never destroyed.
constinit thread_local local_values* values_of_thread = nullptr;

struct local_values_end {
  local_values_end() = default;
  local_values_end(const local_values_end&) = delete;
  local_values_end& operator=(const local_values_end&) = delete;
  ~local_values_end() {
    const std::unique_ptr<local_values> values(values_of_thread);
    // A destructor may use a slot again, so they go one by one.
    while (!values->empty()) {
      const local_value last = values->back();
      values->pop_back();
      if (last.destroy != nullptr) last.destroy(last.value);
    }
    values_of_thread = nullptr;
  }
};

local_values& values() {
  if (values_of_thread == nullptr) {
    values_of_thread = std::make_unique<local_values>().release();
    thread_local const local_values_end end;
  }
  return *values_of_thread;
}

std::uint32_t number_of(std::atomic<std::uint32_t>& id) noexcept {
  std::uint32_t number = id.load(std::memory_order_relaxed);
  if (number != 0) return number;
  // Of two threads that come first at once, one number is lost.
  const std::uint32_t fresh = last_local_id.fetch_add(1, std::memory_order_relaxed) + 1;
  return id.compare_exchange_strong(number, fresh, std::memory_order_relaxed) ? fresh : number;
}

}  // namespace

void* native_local_value(std::atomic<std::uint32_t>& id, void* (*make)(const void* initial),
                         void (*destroy)(void*), const void* initial) {
  const std::size_t index = number_of(id) - 1;
  local_values& all = values();
  if (index < all.size() && all[index].value != nullptr) return all[index].value;
  void* const value = make(initial);  // which may use other slots
  if (index >= all.size()) all.resize(index + 1);
  all[index] = {value, destroy};
  return value;
}

}  // namespace detail

namespace {

wait_result wait_here(const std::atomic<std::uint32_t>* word, std::uint32_t expected,
                      time_point deadline) noexcept {
  if constexpr (has_futex) {
    return detail::linux_wait(word, expected, deadline);
  } else {
    return detail::portable_wait(word, expected, deadline);
  }
}

}  // namespace

wait_result native_platform::futex_wait(cell<std::uint32_t>& word, std::uint32_t expected,
                                        time_point deadline, location caller) noexcept {
  if (detail::block_rate.load(std::memory_order_relaxed) == 0) {
    return wait_here(word.address(), expected, deadline);
  }
  const time_point begin = now();
  const wait_result result = wait_here(word.address(), expected, deadline);
  if (result != wait_result::changed) detail::note_block(now() - begin, caller);
  return result;
}

void native_platform::futex_wake(futex_key key, std::uint32_t count, location) noexcept {
  if constexpr (has_futex) {
    detail::linux_wake(key, count);
  } else {
    detail::portable_wake(key);
  }
}

std::uintptr_t native_platform::thread_id() noexcept {
  thread_local const char here = 0;
  return reinterpret_cast<std::uintptr_t>(&here);
}

// Marsaglia's xorshift, seeded by the address of its own state.
std::uint32_t native_platform::random(std::uint32_t bound, location) noexcept {
  thread_local std::uint64_t state = 0;
  if (state == 0) state = reinterpret_cast<std::uintptr_t>(&state) * 0x9E3779B97F4A7C15U | 1;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<std::uint32_t>((state >> 32) * bound >> 32);
}

unsigned native_platform::cpus() noexcept {
  static const unsigned count = std::max(1U, std::thread::hardware_concurrency());
  return count;
}

}  // namespace heddle
