// Delay bounding at random: threads take turns in the order in which they were created, each until
// it blocks or ends, but at d random places the one whose turn it is, is passed over.
//
// Emmi, Qadeer, Rakamaric: Delay-bounded scheduling, POPL 2011.
//
// With d delays at k places there are at most O(k^d) schedules, however many threads there are:
// each is drawn with a probability of at least 1/k^d.
//
// Deviations: delays are drawn, not enumerated, and several may fall on one place.  A place is a
// step at which at least two threads could go on; k is what was learned (sampler.hpp), so in the
// first execution nobody is passed over.  An idle thread ends its turn.  The number of delays, if
// not given, is drawn from 1 to 4 for each execution.
#include <algorithm>
#include <bit>
#include <vector>

#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint32_t most_delays = 4;  // of those that are drawn

class delay_bounded final : public policy {
 public:
  using policy::policy;

  std::string_view name() const override { return "delay_bounded"; }
  bool learns() const override { return true; }
  bool gathers() const override { return false; }
  bool fair() const override { return false; }

  void begin() override {
    const std::uint32_t places = of_.known.horizon();
    const std::uint32_t delays =
        of_.how.delays ? *of_.how.delays : 1 + of_.random.below(most_delays);
    delays_.clear();
    for (std::uint32_t i = 0; i < delays && places > 0; ++i) {
      delays_.push_back(1 + of_.random.below(places));
    }
    std::sort(delays_.begin(), delays_.end());
    passed_ = 0;
    place_ = 0;
    turn_ = 0;
  }

  unsigned pick(const thread_question& question) override {
    ++place_;
    turn_ = from(turn_, question.enabled);
    for (; passed_ < delays_.size() && delays_[passed_] == place_; ++passed_) {
      turn_ = from(turn_ + 1, question.enabled);
    }
    return turn_;
  }

  void idles(unsigned thread) override {
    if (turn_ == thread) turn_ = thread + 1;
  }

 private:
  // The first of them from `thread` on, in a circle.
  static unsigned from(unsigned thread, thread_set among) noexcept {
    const thread_set later = thread < max_threads ? among & (~thread_set{0} << thread) : 0;
    return static_cast<unsigned>(std::countr_zero(later != 0 ? later : among));
  }

  std::vector<std::uint32_t> delays_;  ///< places, in order
  std::size_t passed_ = 0;
  std::uint32_t place_ = 0;
  unsigned turn_ = 0;
};

}  // namespace

std::unique_ptr<policy> make_delay_bounded_policy(sampled& of) {
  return std::make_unique<delay_bounded>(of);
}

}  // namespace heddle::detail
