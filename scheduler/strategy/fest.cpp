// FEST: the random numbers that a policy draws are one string, and the strings whose executions
// show something new are mutated.
//
// After the feedback-guided mode of Fray (NSDI 2026), where the random numbers of any scheduler are
// recorded and mutated.
//
// No guarantee beyond that of POS, which every fourth execution is.  The others are POS, too, with
// a few of the numbers of one that was kept replaced: 16 mutants each, one parent after the other.
// Kept are those with a reads-from pair (reads_from.hpp) that none has shown before.
//
// Deviations: what is new is told by reads-from pairs instead of the timeline of all events.  All
// is forgotten after a number of executions, as for RFF (rff.cpp).
#include <memory>
#include <utility>
#include <vector>

#include <heddle/scheduler/strategy/feedback.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint32_t mutants_of_a_parent = 16;
constexpr std::uint32_t most_replaced = 9;  ///< values of a mutant; 5 in the mean

class fest final : public feedback {
 public:
  explicit fest(sampled& of) : feedback(of) { forget_all(); }

  std::string_view name() const override { return "fest"; }

  void lead() override {
    values_.clear();
    if (!corpus_.empty() && !of_.random.odds(1, 4)) {
      values_ = corpus_[parent_];
      const auto size = static_cast<std::uint32_t>(values_.size());
      for (std::uint32_t left = 1 + of_.random.below(most_replaced); size > 0 && left > 0; --left) {
        values_[of_.random.below(size)] = of_.random.next();
      }
    }
    of_.random.play(values_);
  }

  unsigned pick(const thread_question& question) override {
    see();
    return base_.pick(question);
  }

  void steps(unsigned thread) override {
    see();
    (void)pairs_.steps(thread);
    base_.steps(thread);
  }

  void learn() override {
    values_.resize(of_.random.played());
    if (pairs_.finish()) corpus_.push_back(std::move(values_));
    if (corpus_.empty() || ++mutants_ < mutants_of_a_parent) return;
    mutants_ = 0;
    parent_ = (parent_ + 1) % corpus_.size();
  }

 private:
  void forget() override {
    corpus_.clear();
    parent_ = 0;
    mutants_ = 0;
  }

  std::vector<std::vector<std::uint64_t>> corpus_;
  std::size_t parent_ = 0;
  std::uint32_t mutants_ = 0;  ///< of it

  std::vector<std::uint64_t> values_;  ///< of the present execution
};

}  // namespace

std::unique_ptr<policy> make_fest_policy(sampled& of) { return std::make_unique<fest>(of); }

}  // namespace heddle::detail
