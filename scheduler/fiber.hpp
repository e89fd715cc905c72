// Fibers: one guarded stack, one switch.  Nothing else in heddle knows Boost.Context.
#pragma once

#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>

#include <heddle/scheduler/sanitizer.hpp>

namespace heddle {

/// A stack with a guard page below it, at an address that the caller chooses.
class fiber_stack {
 public:
  fiber_stack() noexcept = default;
  /// Maps `bytes` (rounded up to pages) ending below `base + span`; throws std::bad_alloc.
  fiber_stack(std::byte* base, std::size_t bytes);
  fiber_stack(fiber_stack&& other) noexcept;
  fiber_stack& operator=(fiber_stack&& other) noexcept;
  ~fiber_stack();

  [[nodiscard]] bool mapped() const noexcept { return base_ != nullptr; }
  [[nodiscard]] std::byte* bottom() const noexcept { return base_ + guard; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_; }
  /// True just below the stack: a frame that is larger than the guard page faults below it, where
  /// the space between two stacks is not mapped.
  [[nodiscard]] bool guards(const void* address) const noexcept;
  [[nodiscard]] bool holds(const void* address) const noexcept;

  static constexpr std::size_t guard = 4096;
  static constexpr std::size_t reach = std::size_t{4} << 20;

 private:
  std::byte* base_ = nullptr;
  std::size_t bytes_ = 0;  // without the guard page
};

/// A suspended flow of control.  The default-made one stands for the caller of the first switch.
class fiber {
 public:
  /// Makes this fiber start `entry(argument)` on `stack` at the next switch to it.  What it ran
  /// before is dropped: no destructor runs.  `entry` must not return.
  void start(const fiber_stack& stack, void (*entry)(void*), void* argument) noexcept;

  /// Frees the exceptions that the dropped flow of control was handling.
  void drop_exceptions() noexcept;

  /// Suspends `from`, which must be running, and resumes `to`.  Inline, for the processor would
  /// predict the return from a call of it to where the other fiber has called it.
  static void switch_to(fiber& from, fiber& to) noexcept {
    swap_exceptions(from, to);
    starting = &to;
    sanitizer::start_switch(&from.fake_stack_, to.bottom_, to.size_);
    const boost::context::detail::transfer_t back =
        boost::context::detail::jump_fcontext(to.context_, &from);
    auto* const previous = static_cast<fiber*>(back.data);
    previous->context_ = back.fctx;
    sanitizer::finish_switch(from.fake_stack_, &previous->bottom_, &previous->size_);
  }

 private:
  struct trampoline;

  static void swap_exceptions(fiber& from, fiber& to) noexcept {
    if (globals == nullptr) find_globals();
    void** const all = globals;
    from.exceptions_ = {all[0], all[1]};
    all[0] = to.exceptions_[0];
    all[1] = to.exceptions_[1];
  }
  static void find_globals() noexcept;

  static inline fiber* starting = nullptr;
  // __cxa_eh_globals of the thread of the operating system: two words.
  static inline thread_local constinit void** globals = nullptr;

  void* context_ = nullptr;  // an fcontext_t
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  // __cxa_eh_globals of this flow of control: the handlers it is in, and exceptions in flight.
  // Without swapping them, a switch inside a catch block rethrows another fiber's exception.
  std::array<void*, 2> exceptions_{};
  // For AddressSanitizer, which must be told about every switch.
  void* fake_stack_ = nullptr;
  const void* bottom_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace heddle
