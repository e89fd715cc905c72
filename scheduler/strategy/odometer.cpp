// Depth-first search over all choices.  The oracle: it visits every interleaving, equivalent ones
// too, and has nothing in it that could go wrong.
#include <heddle/scheduler/strategy.hpp>

#include <bit>
#include <vector>

namespace heddle {

namespace {

class odometer final : public strategy {
 public:
  explicit odometer(std::uint32_t preemptions) : bound_(preemptions) {}

  bool begin() override {
    if (started_) {
      // An execution that has asked less than the one before it promised: the next question tells.
      if (lost_) return false;
      lost_ = position_ != digits_.size();
      while (!digits_.empty() && digits_.back().option + 1 == digits_.back().count) {
        digits_.pop_back();
      }
      if (digits_.empty()) return false;
      ++digits_.back().option;
    }
    started_ = true;
    again();
    return true;
  }

  void again() override {
    position_ = 0;
    preemptions_ = 0;
  }

  // Option 0 is to go on with the same thread, then come the others in the order of their numbers.
  unsigned pick(const thread_question& question) override {
    const thread_set current = thread_set{1} << question.current;
    const thread_set others = question.enabled & ~current;
    if (question.free) {
      // A thread that has yielded and goes on all the same costs as much as a preemption.
      const bool stays = others != question.enabled;
      const bool may_stay = stays && preemptions_ != bound_;
      pruned_ = pruned_ || (stays && !may_stay);
      const std::uint32_t option = next(count(others) + (may_stay ? 1 : 0));
      if (option == no_answer) return max_threads;
      if (option < count(others)) return nth(others, option);
      ++preemptions_;
      return question.current;
    }
    if (preemptions_ == bound_) {
      pruned_ = pruned_ || others != 0;
      return question.current;
    }
    const std::uint32_t option = next(count(others) + 1);
    if (option == no_answer) return max_threads;
    if (option == 0) return question.current;
    ++preemptions_;
    return nth(others, option - 1);
  }

  std::uint32_t choose(choice_kind, std::uint32_t options) override { return next(options); }

  bool exhaustive() const override { return !lost_; }
  bool pruned() const override { return pruned_; }

 private:
  struct digit {
    std::uint32_t count, option;
  };

  static std::uint32_t count(thread_set threads) noexcept {
    return static_cast<std::uint32_t>(std::popcount(threads));
  }

  static unsigned nth(thread_set threads, std::uint32_t n) noexcept {
    for (; n > 0; --n) threads &= threads - 1;
    return static_cast<unsigned>(std::countr_zero(threads));
  }

  std::uint32_t next(std::uint32_t options) {
    if (options < 2) return 0;
    if (position_ == digits_.size()) digits_.push_back({options, 0});
    if (lost_ || digits_[position_].count != options) return no_answer;
    return digits_[position_++].option;
  }

  std::vector<digit> digits_;
  std::size_t position_ = 0;
  std::uint32_t bound_, preemptions_ = 0;
  bool started_ = false, pruned_ = false, lost_ = false;
};

}  // namespace

std::unique_ptr<strategy> make_odometer(std::uint32_t preemptions) {
  return std::make_unique<odometer>(preemptions);
}

}  // namespace heddle
