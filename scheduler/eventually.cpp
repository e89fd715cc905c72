#include <heddle/scheduler/eventually.hpp>

#include <exception>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/execution.hpp>

namespace heddle {

namespace {

// An exception that leaves the body says more than what it has kept from happening.
void complain(const char* text, location where, int unwinding) {
  if (std::uncaught_exceptions() > unwinding || !under_control()) return;
  fail_assertion(text, where);
}

}  // namespace

eventually::eventually(std::function<bool()> comes, location caller)
    : comes_(std::move(comes)),
      where_(caller),
      unwinding_(std::uncaught_exceptions()),
      // It never fails: `look` only keeps what it has seen.
      watched_([this] { return look(); }, "eventually", "", caller) {}

eventually::~eventually() {
  if (!came_) complain("eventually: the condition was never true", where_, unwinding_);
}

bool eventually::look() {
  const bool comes = comes_();
  came_ = came_ || comes;
  return true;
}

leads_to::leads_to(std::function<bool()> cause, std::function<bool()> effect, std::uint32_t within,
                   location caller)
    : cause_(std::move(cause)),
      effect_(std::move(effect)),
      where_(caller),
      within_(within),
      unwinding_(std::uncaught_exceptions()),
      watched_([this] { return look(); }, "leads_to",
               "leads_to: the effect did not come in time after the cause", caller) {}

leads_to::~leads_to() {
  if (awaited_) complain("leads_to: the effect never came after the cause", where_, unwinding_);
}

// Both are asked each time, so that they load the same atomics each time.
bool leads_to::look() {
  const bool cause = cause_();
  const bool effect = effect_();
  if (effect) {
    awaited_ = false;
  } else if (awaited_) {
    ++writes_;
  } else if (cause) {
    awaited_ = true;
    writes_ = 0;
  }
  return !awaited_ || writes_ < within_;
}

}  // namespace heddle
