#include <heddle/scheduler/overflow.hpp>

#include <signal.h>
#include <sys/mman.h>

#include <new>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle {

namespace {

constexpr std::size_t handler_stack_bytes = 256 * 1024;

struct sigaction previous_action;
stack_t previous_stack;
unsigned guards = 0;

void on_fault(int, siginfo_t* info, void*) {
  if (running_engine != nullptr && running_engine->overflowed(info->si_addr)) {
    // The fiber is dropped together with this frame; SA_NODEFER left the signal unblocked.
    heap_on = false;
    running_engine->fail_overflow();
  }
  // Back to whoever handled faults before: the instruction runs again and faults again.
  ::sigaction(SIGSEGV, &previous_action, nullptr);
  // One that was sent comes from no instruction.
  if (info->si_code <= 0) ::raise(SIGSEGV);
}

}  // namespace

bool engine::overflowed(const void* address) const noexcept {
  for (const named_stack& s : stacks_) {
    if (s.region == threads_[current_].region) return s.stack.guards(address);
  }
  return false;
}

void engine::fail_overflow() {
  fail({finding_kind::stack_overflow,
        "stack overflow of " + thread_text(current_) + ": more than " +
            std::to_string(limits.stack_bytes / 1024) + "K (raise stack)",
        {},
        {}});
}

overflow_guard::overflow_guard() {
  stack_t current{};
  ::sigaltstack(nullptr, &current);
  if ((current.ss_flags & SS_DISABLE) != 0 || current.ss_size < 32 * 1024) {
    stack_ = ::mmap(nullptr, handler_stack_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack_ == MAP_FAILED) throw std::bad_alloc();
    stack_t mine{};
    mine.ss_sp = stack_;
    mine.ss_size = handler_stack_bytes;
    ::sigaltstack(&mine, &previous_stack);
  }
  if (guards++ > 0) return;
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  ::sigaction(SIGSEGV, &action, &previous_action);
}

void forget_previous_fault_handler() noexcept {
  previous_action = {};
  previous_action.sa_handler = SIG_DFL;
}

overflow_guard::~overflow_guard() {
  if (--guards == 0) ::sigaction(SIGSEGV, &previous_action, nullptr);
  if (stack_ == nullptr) return;
  ::sigaltstack(&previous_stack, nullptr);
  ::munmap(stack_, handler_stack_bytes);
}

}  // namespace heddle
