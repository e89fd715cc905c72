#include <heddle/scheduler/fiber.hpp>

#include <cxxabi.h>
#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include <heddle/scheduler/sanitizer.hpp>

namespace heddle {

namespace context = boost::context::detail;

fiber_stack::fiber_stack(std::byte* base, std::size_t bytes)
    : base_(base), bytes_((bytes + guard - 1) / guard * guard) {
  void* const got =
      ::mmap(base, bytes_ + guard, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != base || ::mprotect(base, guard, PROT_NONE) != 0) {
    base_ = nullptr;
    throw std::bad_alloc();
  }
}

fiber_stack::fiber_stack(fiber_stack&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)), bytes_(other.bytes_) {}

fiber_stack& fiber_stack::operator=(fiber_stack&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

fiber_stack::~fiber_stack() {
  if (base_ != nullptr) ::munmap(base_, bytes_ + guard);
}

bool fiber_stack::guards(const void* address) const noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto end = reinterpret_cast<std::uintptr_t>(bottom());
  return mapped() && at < end && end - at <= reach;
}

bool fiber_stack::holds(const void* address) const noexcept {
  return mapped() && address >= base_ + guard && address < base_ + guard + bytes_;
}

struct fiber::trampoline {
  static void run(context::transfer_t from) noexcept {
    auto* const previous = static_cast<fiber*>(from.data);
    previous->context_ = from.fctx;
    sanitizer::finish_switch(nullptr, &previous->bottom_, &previous->size_);
    fiber* const self = starting;
    self->entry_(self->argument_);
    __builtin_unreachable();
  }
};

void fiber::find_globals() noexcept {
  globals = reinterpret_cast<void**>(abi::__cxa_get_globals());
}

void fiber::start(const fiber_stack& stack, void (*entry)(void*), void* argument) noexcept {
  sanitizer::unpoison(stack.bottom(), stack.size());
  context_ = context::make_fcontext(stack.bottom() + stack.size(), stack.size(), &trampoline::run);
  entry_ = entry;
  argument_ = argument;
  exceptions_ = {};
  fake_stack_ = nullptr;
  bottom_ = stack.bottom();
  size_ = stack.size();
}

void fiber::drop_exceptions() noexcept {
  if (exceptions_[0] == nullptr) return;
  find_globals();
  std::array<void*, 2> saved;
  std::memcpy(saved.data(), globals, sizeof saved);
  std::memcpy(globals, exceptions_.data(), sizeof exceptions_);
  while (*static_cast<void**>(globals) != nullptr) abi::__cxa_end_catch();
  std::memcpy(globals, saved.data(), sizeof saved);
  exceptions_ = {};
}

}  // namespace heddle
