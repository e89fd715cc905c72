// SURW, selectively uniform random walk: the interleavings of the operations on one object, drawn
// for each execution, are made uniform, and all else is a random walk.
//
// Zhao, Li, Hu, Wang et al.: Selectively uniform concurrency testing, ASPLOS 2025.
//
// Guarantee: if every thread makes as many operations on the object as in the execution that was
// learned from, and is not blocked, all interleavings of these are equally likely; however many
// other steps there are.
//
// Each time it is drawn which thread performs the next operation on the object, in proportion to
// how many each has left.  Another thread that comes to one is set aside until then.
//
// Deviations: as for URW (urw.cpp).  The thread is drawn among all that have not ended, blocked
// ones too; if it cannot come to the object since nobody else can go on, another one is drawn. A
// thread that comes to the object more often than was learned has one operation left each time, and
// then it is drawn anew.  Objects that one thread alone touches, or nobody writes, are not drawn.
#include <algorithm>
#include <array>
#include <bit>

#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint64_t body_path = 1;

class surw final : public policy {
 public:
  using policy::policy;

  std::string_view name() const override { return "surw"; }
  bool learns() const override { return true; }

  void begin() override {
    const auto& shared = of_.known.shared();
    object_ = nullptr;
    if (!shared.empty()) {
      object_ = &shared[of_.random.below(static_cast<std::uint32_t>(shared.size()))];
    }
    there_ = 1;
    aside_ = 0;
    next_ = max_threads;
    left_[0] = operations_of(body_path);
  }

  unsigned pick(const thread_question& question) override {
    if (object_ == nullptr) return of_.any_of(of_.awake(question.enabled));
    for (;;) {
      if (next_ == max_threads) draw_next(there_);
      const thread_set among = question.enabled & ~aside_;
      if (among == 0) {
        aside_ = 0;
        draw_next(question.enabled);
        if (next_ == max_threads) return of_.any_of(question.enabled);
        return next_;
      }
      const unsigned t = of_.any_of(of_.awake(among));
      if (!concerns(t) || t == next_) return t;
      if (left_[t] == 0) {
        left_[t] = 1;
        draw_next(there_);
        if (t == next_) return t;
      }
      aside_ |= bit(t);
    }
  }

  void steps(unsigned thread) override {
    if (object_ == nullptr || !concerns(thread)) return;
    left_[thread] -= left_[thread] > 0 ? 1 : 0;
    aside_ = 0;
    next_ = max_threads;
  }

  // What was learned may be a loop that waited; what the thread holds may be what others wait for.
  void idles(unsigned thread) override {
    left_[thread] /= 2;
    aside_ = 0;
    if (next_ == thread) next_ = max_threads;
  }

  void spawned(unsigned parent, unsigned child) override {
    there_ |= bit(child);
    if (object_ == nullptr) return;
    const std::uint32_t before = left_[parent];
    left_[child] = operations_of(of_.view->threads[child].path);
    left_[parent] -= std::min(left_[child], before);
    if (next_ != parent || before == 0) return;
    if (of_.random.below(before) < left_[child]) next_ = child;
  }

  void ended(unsigned thread) override {
    there_ &= ~bit(thread);
    aside_ &= ~bit(thread);
    if (next_ == thread) next_ = max_threads;
  }

 private:
  std::uint32_t operations_of(std::uint64_t path) const {
    if (object_ == nullptr) return 0;
    const auto known = object_->steps.find(path);
    return known != object_->steps.end() ? known->second : 0;
  }

  bool concerns(unsigned thread) const noexcept {
    return of_.view->threads[thread].object == object_->identity;
  }

  // Nobody if none of them has anything left.
  void draw_next(thread_set among) {
    std::uint32_t sum = 0;
    next_ = max_threads;
    for (thread_set left = among; left != 0; left &= left - 1) sum += left_[first(left)];
    if (sum == 0) return;
    std::uint32_t n = of_.random.below(sum);
    for (thread_set left = among;; left &= left - 1) {
      next_ = first(left);
      if (n < left_[next_]) return;
      n -= left_[next_];
    }
  }

  static unsigned first(thread_set of) noexcept {
    return static_cast<unsigned>(std::countr_zero(of));
  }

  const profile::shared_object* object_ = nullptr;
  thread_set there_ = 0, aside_ = 0;
  unsigned next_ = max_threads;                    ///< performs the next operation on the object
  std::array<std::uint32_t, max_threads> left_{};  ///< operations on the object
};

}  // namespace

std::unique_ptr<policy> make_surw_policy(sampled& of) { return std::make_unique<surw>(of); }

}  // namespace heddle::detail
