// POS, partial order sampling: every announced operation has a random priority; the highest one is
// performed, and those that conflict with it draw anew.
//
// Yuan, Yang, Gu: Partial order aware concurrency sampling, CAV 2018.
//
// Guarantee: no trace is left out, and the least probability of a trace is exponentially better
// than that of a random walk.  There is nothing to learn and nothing to set.
//
// Deviations: blocked operations have a priority, too, and draw anew when what blocks them is
// performed.  An idle thread (sampler.hpp) gets a priority below all that are drawn.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

class pos final : public policy {
 public:
  using policy::policy;

  std::string_view name() const override { return "pos"; }

  void begin() override {
    there_ = 1;
    lowest_ = least_drawn;
    priority_[0] = draw_priority();
  }

  unsigned pick(const thread_question& question) override {
    unsigned best = static_cast<unsigned>(std::countr_zero(question.enabled));
    for (thread_set left = question.enabled & (question.enabled - 1); left != 0; left &= left - 1) {
      const auto t = static_cast<unsigned>(std::countr_zero(left));
      if (priority_[t] > priority_[best]) best = t;
    }
    return best;
  }

  // What the thread announces next is not known yet, but its priority is independent of it.
  void steps(unsigned thread) override {
    const auto& threads = of_.view->threads;
    const thread_view& performed = threads[thread];
    priority_[thread] = draw_priority();
    if (performed.object == 0) return;
    for (thread_set left = there_ & ~(thread_set{1} << thread); left != 0; left &= left - 1) {
      const auto t = static_cast<unsigned>(std::countr_zero(left));
      if (conflict(performed, threads[t])) priority_[t] = draw_priority();
    }
  }

  void idles(unsigned thread) override { priority_[thread] = --lowest_; }

  void spawned(unsigned, unsigned child) override {
    there_ |= thread_set{1} << child;
    priority_[child] = draw_priority();
  }

  void ended(unsigned thread) override { there_ &= ~(thread_set{1} << thread); }

 private:
  static constexpr std::uint64_t least_drawn = std::uint64_t{1} << 63;

  std::uint64_t draw_priority() noexcept { return of_.random.next() | least_drawn; }

  thread_set there_ = 0;  ///< and have not ended
  std::uint64_t lowest_ = least_drawn;
  std::array<std::uint64_t, max_threads> priority_{};
};

}  // namespace heddle::detail
