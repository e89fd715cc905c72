// URW, uniform random walk: a thread goes on with a probability in proportion to the steps that it,
// and the threads that it is still to spawn, have left.
//
// Zhao, Li, Hu, Wang et al.: Selectively uniform concurrency testing, ASPLOS 2025.
//
// Guarantee: if every thread makes as many steps as in the execution that was learned from, and is
// never blocked, then all interleavings are equally likely: of w1, w2, ... steps that are left
// there are (w1 + w2 + ...)! / (w1! w2! ...) of them.  Not so the traces: one that stands for many
// interleavings is drawn often.
//
// Deviations: threads are known by their place in the tree of threads; what was learned is renewed
// after 2, 4, 8, ... executions; an unknown thread has as many steps as the one with the fewest;
// the steps of an idle thread are not learned; it is left out at times (sampler.hpp), and taken to
// have half as many left as was thought.
#include <algorithm>
#include <array>
#include <bit>

#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint64_t body_path = 1;

class urw final : public policy {
 public:
  using policy::policy;

  std::string_view name() const override { return "urw"; }
  bool learns() const override { return true; }

  void begin() override { left_[0] = of_.known.steps_of(body_path); }

  unsigned pick(const thread_question& question) override {
    const thread_set among = of_.awake(question.enabled);
    std::uint32_t sum = 0;
    for (thread_set left = among; left != 0; left &= left - 1) sum += left_[first(left)];
    std::uint32_t n = of_.random.below(sum);
    for (thread_set left = among;; left &= left - 1) {
      const unsigned t = first(left);
      if (n < left_[t]) return t;
      n -= left_[t];
    }
  }

  void steps(unsigned thread) override { left_[thread] -= left_[thread] > 1 ? 1 : 0; }

  void idles(unsigned thread) override { left_[thread] -= left_[thread] / 2; }

  void spawned(unsigned parent, unsigned child) override {
    left_[child] = of_.known.steps_of(of_.view->threads[child].path);
    left_[parent] -= std::min(left_[child], left_[parent] - 1);
  }

 private:
  static unsigned first(thread_set of) noexcept {
    return static_cast<unsigned>(std::countr_zero(of));
  }

  std::array<std::uint32_t, max_threads> left_{};  ///< at least 1
};

}  // namespace

std::unique_ptr<policy> make_urw_policy(sampled& of) { return std::make_unique<urw>(of); }

}  // namespace heddle::detail
