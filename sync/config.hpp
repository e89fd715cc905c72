// The only file besides platform.hpp that asks what it is compiled for.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define HEDDLE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEDDLE_ASAN 1
#endif
#endif
#ifndef HEDDLE_ASAN
#define HEDDLE_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__)
#define HEDDLE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HEDDLE_TSAN 1
#endif
#endif
#ifndef HEDDLE_TSAN
#define HEDDLE_TSAN 0
#endif

#if defined(__linux__)
#define HEDDLE_LINUX 1
#else
#define HEDDLE_LINUX 0
#endif

// Clang's thread-safety attributes; nothing elsewhere.
#if defined(__clang__)
#define HEDDLE_THREAD_SAFETY(x) __attribute__((x))
#else
#define HEDDLE_THREAD_SAFETY(x)
#endif

// Whether the locks of ordered.hpp look at the order in which they are taken.
#if !defined(HEDDLE_LOCK_ORDER)
#if defined(NDEBUG)
#define HEDDLE_LOCK_ORDER 0
#else
#define HEDDLE_LOCK_ORDER 1
#endif
#endif

namespace heddle {

inline constexpr bool lock_order_checked = HEDDLE_LOCK_ORDER != 0;

inline constexpr bool address_sanitizer = HEDDLE_ASAN != 0;
inline constexpr bool thread_sanitizer = HEDDLE_TSAN != 0;

/// Natively waits sleep on futexes; elsewhere, or when asked for, on std::atomic::wait.
#if HEDDLE_LINUX && !defined(HEDDLE_PORTABLE_WAIT)
inline constexpr bool has_futex = true;
#else
inline constexpr bool has_futex = false;
#endif

/// Tells the processor that this is a spin loop.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace heddle
