// The user's allocations within an execution.
#include <heddle/scheduler/heap.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/symbolize.hpp>

namespace heddle {

void* engine::allocate(std::size_t bytes, std::size_t alignment, void* site) {
  const thread_state& me = self();
  if (limits.reuse && alignment <= alignof(std::max_align_t)) {
    std::vector<std::size_t> candidates;
    const std::size_t rounded = (bytes + 15) / 16 * 16;
    for (std::size_t i = 0; i < freed_.size(); ++i) {
      const auto* const header = static_cast<const block_header*>(freed_[i].block) - 1;
      const bool ordered =
          freed_[i].thread == current_ || me.clock.at[freed_[i].thread] >= freed_[i].epoch;
      if (header->bytes == rounded && ordered) candidates.push_back(i);
    }
    // In an order that does not depend on who freed first.
    std::sort(candidates.begin(), candidates.end(),
              [&](std::size_t a, std::size_t b) { return freed_[a].block < freed_[b].block; });
    const auto count = static_cast<std::uint32_t>(candidates.size());
    if (count > 0) lose_sight();
    const std::uint32_t option = choose(choice_kind::reuse, count + 1);
    if (option < count) {
      void* const block = freed_[candidates[option]].block;
      freed_.erase(freed_.begin() + static_cast<std::ptrdiff_t>(candidates[option]));
      arena::take_back(block, site);
      return block;
    }
  }
  if (recording_on()) site = user_frame(site);
  return heap_.allocate(me.region, bytes, alignment, site);
}

void engine::deallocate(void* block) {
  const thread_state& me = self();
  switch (heap_.free(block)) {
    case arena::release::done:
      // To others the thread's next step tells of it; the thread itself may take it back at once.
      if (limits.reuse) freed_.push_back({block, current_, me.steps + 1});
      return;
    case arena::release::stale:
      return;
    case arena::release::again:
      break;
  }
  fail({finding_kind::double_free,
        "double free of allocation " +
            std::to_string(heap_.ordinal_of(static_cast<const block_header*>(block) - 1)) + " by " +
            thread_text(current_),
        {},
        {}});
}

void engine::check_leaks() {
  for (unsigned t = 0; t < count_; ++t) {
    const arena::located leak = heap_.first_live(threads_[t].region);
    if (leak.header == nullptr) continue;
    const location where = recording_on() ? symbolize(leak.header->site) : location{};
    found_ = {finding_kind::memory_leak,
              "memory leak: " + std::to_string(leak.header->bytes) + " bytes, allocation " +
                  std::to_string(leak.ordinal) + " of " + thread_text(t) +
                  (where.file != nullptr ? ", made at " + describe(where) : std::string()),
              {"held by something outside the body? use heddle::outside or heddle::observe"},
              where};
    result.end = ending::found;
    return;
  }
}

namespace {

thread_local bool heap_called = false;

}  // namespace

bool heap_replaced() {
  heap_called = false;
  ::operator delete(::operator new(1));
  return heap_called;
}

void* heap_allocate(std::size_t bytes, std::size_t alignment, void* site) {
  heap_called = true;
  if (heap_on && running_engine != nullptr) {
    const heap_off off;
    if (void* const block = running_engine->allocate(bytes, alignment, site)) return block;
    return nullptr;
  }
  if (bytes == 0) bytes = 1;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(bytes);
  return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

void heap_free(void* block) noexcept {
  if (!arena::holds(block)) {
    std::free(block);
    return;
  }
  if (running_engine == nullptr) return;  // outlived its execution
  const heap_off off;
  running_engine->deallocate(block);
}

}  // namespace heddle
