// The two ways to sleep on a word natively; native.cpp picks one by `has_futex`.
#pragma once

#include <atomic>
#include <cstdint>

#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_result.hpp>

namespace heddle::detail {

/// By the Linux system call (futex_linux.cpp, which is built only there).
wait_result linux_wait(const std::atomic<std::uint32_t>* word, std::uint32_t expected,
                       time_point deadline) noexcept;
void linux_wake(const std::atomic<std::uint32_t>* word, std::uint32_t count) noexcept;

/// By the standard library alone (futex_portable.cpp).  A wake may wake more threads than asked
/// for.
wait_result portable_wait(const std::atomic<std::uint32_t>* word, std::uint32_t expected,
                          time_point deadline) noexcept;
void portable_wake(const std::atomic<std::uint32_t>* word) noexcept;

}  // namespace heddle::detail
