// Initialisation of function-local statics: __cxa_guard_* replaced, for a fiber that meets a static
// which another fiber is initialising would wait for its own thread.
//
// The first byte of a guard is 1 once the static is initialised (Itanium C++ ABI, 3.3.3); the
// second is ours while somebody is at it.
#include <heddle/scheduler/guard.hpp>

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle {

bool engine::acquire_guard(void* guard) {
  auto* const done = static_cast<unsigned char*>(guard);
  const bool heap_was_on = std::exchange(heap_on, false);
  for (;;) {
    std::uint32_t owner = thread_state::none;
    for (const initialization& i : initializations_) {
      if (i.guard == guard) owner = i.thread;
    }
    if (owner == thread_state::none) break;
    lose_sight();
    sleep(sleep_kind::initialization, owner, never);
    self().clock.join(initialized_, count_);
    if (*done == 1) {
      heap_on = heap_was_on;
      return false;
    }
  }
  initializations_.push_back({guard, current_, heap_was_on});
  return true;
}

void engine::release_guard(void* guard, bool initialized) {
  *static_cast<unsigned char*>(guard) = initialized ? 1 : 0;
  bool heap_was_on = false;
  for (auto i = initializations_.begin(); i != initializations_.end(); ++i) {
    if (i->guard != guard) continue;
    heap_was_on = i->heap_was_on;
    initializations_.erase(i);
    break;
  }
  initialized_.join(self().clock, count_);
  const std::uint32_t me = current_;
  for (std::uint32_t t = 0; t < count_; ++t) {
    if (threads_[t].sleeps == sleep_kind::initialization && threads_[t].sleeps_on == me) {
      wake(t);
    }
  }
  heap_on = heap_was_on;
}

namespace {

using flag = std::atomic_ref<unsigned char>;

// Outside of executions: threads of the operating system.
bool acquire_native(unsigned char* guard) noexcept {
  for (;;) {
    if (flag(guard[0]).load(std::memory_order_acquire) == 1) return false;
    unsigned char idle = 0;
    if (flag(guard[1]).compare_exchange_strong(idle, 1, std::memory_order_acq_rel)) break;
    ::sched_yield();
  }
  if (flag(guard[0]).load(std::memory_order_acquire) == 0) return true;
  flag(guard[1]).store(0, std::memory_order_release);
  return false;
}

void release_native(unsigned char* guard, bool initialized) noexcept {
  if (initialized) flag(guard[0]).store(1, std::memory_order_release);
  flag(guard[1]).store(0, std::memory_order_release);
}

}  // namespace

bool guard_acquire(void* guard) {
  if (!controlled_flow) return acquire_native(static_cast<unsigned char*>(guard));
  return running_engine->acquire_guard(guard);
}

void guard_release(void* guard, bool initialized) {
  if (!controlled_flow) return release_native(static_cast<unsigned char*>(guard), initialized);
  running_engine->release_guard(guard, initialized);
}

}  // namespace heddle
