// PCT: threads have random priorities, and at d-1 random places of the execution whoever is about
// to go on falls behind all others.
//
// Burckhardt, Kothari, Musuvathi, Nagarakatte: A randomized scheduler with probabilistic guarantees
// of finding bugs, ASPLOS 2010.
//
// Guarantee: a bug of depth d, one that shows whenever d ordering constraints between steps hold,
// is hit by each execution with a probability of at least 1/(n k^(d-1)), for n threads and k
// places.
//
// Deviations.  A place is a step at which at least two threads could go on.  k is the most that an
// execution learned from had, so the first execution has no such places.  A new thread gets a
// random rank among all that are there, as in a random order of all.  An idle thread (sampler.hpp)
// falls behind all others, too, and after a long prefix everything is a random walk: so loops that
// wait are left, and bugs within the first k places are hit as promised by programs without such
// loops. The depth, if not given, is drawn from 1 to 5 for each execution.
#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint32_t most_depth = 5;  // of those that are drawn

// Ranks, from below: idle threads, the latest lowest; threads at the i-th change, at i; all others.
constexpr std::uint64_t first_change = std::uint64_t{1} << 32;
constexpr std::uint64_t least_initial = std::uint64_t{1} << 63;

class pct final : public policy {
 public:
  using policy::policy;

  std::string_view name() const override { return "pct"; }
  bool learns() const override { return true; }
  bool gathers() const override { return false; }
  bool fair() const override { return false; }

  void begin() override {
    places_ = of_.known.horizon();
    depth_ = of_.how.depth ? *of_.how.depth : 1 + of_.random.below(most_depth);
    changes_.clear();
    for (std::uint32_t i = 1; i < depth_ && i <= places_; ++i)
      changes_.push_back({draw(places_), i});
    std::sort(changes_.begin(), changes_.end());
    changed_ = 0;
    place_ = 0;
    lowest_ = first_change;
    rank_[0] = new_rank();
    next_change_ = changes_.empty() ? 0 : changes_.front().first;
  }

  unsigned pick(const thread_question& question) override {
    unsigned first = highest(question.enabled);
    if (++place_ != next_change_) return first;
    rank_[first] = first_change + changes_[changed_].second;
    ++changed_;
    next_change_ = changed_ < changes_.size() ? changes_[changed_].first : 0;
    return highest(question.enabled);
  }

  void idles(unsigned thread) override { rank_[thread] = --lowest_; }
  void spawned(unsigned, unsigned child) override { rank_[child] = new_rank(); }

  std::optional<depth_drawn> drawn() const override {
    if (places_ == 0) return std::nullopt;
    return depth_drawn{depth_, of_.known.threads(), places_};
  }

 private:
  // A place that was not drawn yet.
  std::uint32_t draw(std::uint32_t places) {
    for (;;) {
      const std::uint32_t at = 1 + of_.random.below(places);
      const bool taken = std::any_of(changes_.begin(), changes_.end(),
                                     [&](const auto& each) { return each.first == at; });
      if (!taken) return at;
    }
  }

  std::uint64_t new_rank() { return of_.random.next() | least_initial; }

  unsigned highest(thread_set threads) const noexcept {
    unsigned best = static_cast<unsigned>(std::countr_zero(threads));
    for (thread_set left = threads & (threads - 1); left != 0; left &= left - 1) {
      const auto t = static_cast<unsigned>(std::countr_zero(left));
      if (rank_[t] > rank_[best]) best = t;
    }
    return best;
  }

  // Of the present execution.
  std::uint32_t depth_ = 1, places_ = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> changes_;  ///< place, rank; by place
  std::size_t changed_ = 0;
  std::uint32_t place_ = 0, next_change_ = 0;
  std::uint64_t lowest_ = first_change;
  std::array<std::uint64_t, max_threads> rank_{};
};

}  // namespace

std::unique_ptr<policy> make_pct_policy(sampled& of) { return std::make_unique<pct>(of); }

}  // namespace heddle::detail
