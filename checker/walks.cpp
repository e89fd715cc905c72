#include <heddle/checker/walks.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace heddle::detail {

namespace {

using std::chrono::steady_clock;
using seconds_of = std::chrono::duration<double>;

// Walks that are wider differ less, and that by more than their number would; but from fewer than
// these there is no telling how much they differ.
constexpr double wanted_walks = 12;
constexpr std::size_t most_width = 1024;
constexpr std::uint64_t least_walks = 5;
// Of walks of one.
constexpr std::uint64_t least_alone = 48, most_alone = 5000;

class walking {
 public:
  explicit walking(const walks_request& what) : what_(what) {
    result_.model = what.model;
    begin();
  }

  walks_result make() {
    if (!widen()) return std::move(result_);
    const std::uint64_t least = width_ == 1 ? least_alone : least_walks;
    while (all_.count() < most_alone) {
      const auto now = steady_clock::now();
      if (now >= what_.until && (all_.count() >= least || now >= what_.latest)) break;
      if (!add_walk()) return std::move(result_);
    }
    if (all_.count() > 0) result_.size = all_.result(width_);
    return std::move(result_);
  }

 private:
  void begin() {
    all_ = {};
    walks_ = make_estimate(result_.model, what_.seed, width_, what_.rules);
  }

  // As wide as lets so many be made: four times wider until a walk takes a fourth of its share, and
  // then what is left of that.  Those that were only tried do not count, since which are kept must
  // not depend on what they say.  False if one of them is the last one.
  bool widen() {
    const double share = seconds_of(what_.until - steady_clock::now()).count() / wanted_walks;
    double taken = 0;
    for (;;) {
      const auto before = steady_clock::now();
      if (before >= what_.latest) break;
      if (!add_walk()) return false;
      taken = seconds_of(steady_clock::now() - before).count();
      if (4 * taken >= share || width_ == most_width) break;
      width_ = std::min(width_ * 4, most_width);
      begin();
    }
    const auto most = static_cast<double>(most_width), width = static_cast<double>(width_);
    if (taken > 0) width_ = static_cast<std::size_t>(std::clamp(width * share / taken, 1.0, most));
    begin();
    return true;
  }

  // False if it is the last one.
  bool add_walk() {
    double weight = 0;
    walks_->restart();
    while (walks_->begin()) {
      const outcome last = what_.runs.run(
          what_.body, *walks_, {.memory = result_.model, .counted = false, .fingerprint = false});
      if (!walks_->applies()) return false;
      if (last.end == ending::found) {
        result_.found = std::move(walks_);
        return false;
      }
      if (last.end == ending::completed || last.end == ending::blocked) weight += walks_->weight();
    }
    if (result_.model != what_.wanted && walks_->weaker()) {
      result_.model = what_.wanted;
      begin();
      return true;
    }
    all_.add(weight);
    return true;
  }

  const walks_request& what_;
  walks_result result_;
  std::size_t width_ = 1;
  std::unique_ptr<estimating_strategy> walks_;
  weighed_walks all_;
};

}  // namespace

walks_result make_walks(const walks_request& what) { return walking(what).make(); }

}  // namespace heddle::detail
