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

#include <heddle/scheduler/strategy/pos.hpp>
#include <heddle/scheduler/strategy/reads_from.hpp>
#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint32_t mutants_of_a_parent = 16;
constexpr std::uint32_t most_replaced = 9;  ///< values of a mutant; 5 in the mean

class fest final : public policy {
 public:
  explicit fest(sampled& of) : policy(of), base_(of) { forget(); }

  std::string_view name() const override { return "fest"; }
  bool remembers() const override { return true; }

  void begin() override {
    if (of_.number <= finished_ || block_of(of_.number) != block_) forget();
    values_.clear();
    began_ = false;
    if (!corpus_.empty() && !of_.random.odds(1, 4)) {
      values_ = corpus_[parent_];
      const auto size = static_cast<std::uint32_t>(values_.size());
      for (std::uint32_t left = 1 + of_.random.below(most_replaced); size > 0 && left > 0; --left) {
        values_[of_.random.below(size)] = of_.random.next();
      }
    }
    of_.random.play(values_);
    base_.begin();
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

  void idles(unsigned thread) override { base_.idles(thread); }
  void spawned(unsigned parent, unsigned child) override { base_.spawned(parent, child); }
  void ended(unsigned thread) override { base_.ended(thread); }

  void finish() override {
    finished_ = of_.number;
    if (!began_) return;
    values_.resize(of_.random.played());
    if (pairs_.finish()) corpus_.push_back(std::move(values_));
    if (corpus_.empty() || ++mutants_ < mutants_of_a_parent) return;
    mutants_ = 0;
    parent_ = (parent_ + 1) % corpus_.size();
  }

 private:
  static std::uint64_t block_of(std::uint64_t number) { return (number - 1) / memory_block; }

  void forget() {
    block_ = block_of(of_.number);
    finished_ = 0;
    pairs_.clear();
    corpus_.clear();
    parent_ = 0;
    mutants_ = 0;
  }

  // The view is there from the first question or step on.
  void see() {
    if (began_) return;
    began_ = true;
    pairs_.begin(*of_.view);
  }

  pos base_;
  reads_from pairs_;
  std::uint64_t block_ = 0, finished_ = 0;  ///< as in rff.cpp
  std::vector<std::vector<std::uint64_t>> corpus_;
  std::size_t parent_ = 0;
  std::uint32_t mutants_ = 0;  ///< of it

  // Of the present execution.
  std::vector<std::uint64_t> values_;
  bool began_ = false;
};

}  // namespace

std::unique_ptr<policy> make_fest_policy(sampled& of) { return std::make_unique<fest>(of); }

}  // namespace heddle::detail
