// What AddressSanitizer must be told by hand; empty functions in other builds.
#pragma once

#include <cstddef>

#include <heddle/sync/config.hpp>

extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** fake_stack, const void* bottom,
                                                  std::size_t size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* fake_stack, const void** old_bottom,
                                                   std::size_t* old_size);
[[gnu::weak]] void __asan_poison_memory_region(const volatile void* address, std::size_t size);
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* address, std::size_t size);
[[gnu::weak]] int __asan_address_is_poisoned(const volatile void* address);
[[gnu::weak]] void __lsan_disable();
[[gnu::weak]] void __lsan_enable();
}

namespace heddle::sanitizer {

inline void start_switch(void** fake_stack, const void* bottom, std::size_t size) noexcept {
  if constexpr (address_sanitizer) __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
inline void finish_switch(void* fake_stack, const void** bottom, std::size_t* size) noexcept {
  if constexpr (address_sanitizer) __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
}
inline void poison(const void* address, std::size_t size) noexcept {
  if constexpr (address_sanitizer) __asan_poison_memory_region(address, size);
}
inline void unpoison(const void* address, std::size_t size) noexcept {
  if constexpr (address_sanitizer) __asan_unpoison_memory_region(address, size);
}

[[nodiscard]] inline bool poisoned(const void* address) noexcept {
  if constexpr (address_sanitizer) return __asan_address_is_poisoned(address) != 0;
  return false;
}

/// While it lives, what is allocated is no leak: frames that an execution drops hold it for ever.
struct leaks_off {
  leaks_off() noexcept {
    if constexpr (address_sanitizer) __lsan_disable();
  }
  ~leaks_off() {
    if constexpr (address_sanitizer) __lsan_enable();
  }
  leaks_off(const leaks_off&) = delete;
  leaks_off& operator=(const leaks_off&) = delete;
};

}  // namespace heddle::sanitizer
