#include <heddle/scheduler/strategy/guided.hpp>
#include <heddle/scheduler/thread_bits.hpp>

#include <algorithm>
#include <bit>
#include <utility>

namespace heddle {

namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};
// How many wishes of a thread may be passed over, to come to one that fits.
constexpr std::size_t window = 16;

/// A thread of the guide, and how far the execution has come with it.
struct named {
  std::vector<std::uint32_t> wishes;  ///< steps of the schedule
  std::size_t next = 0;               ///< of the wishes
  std::uint32_t performed = 0;        ///< operations
  std::uint32_t active = none;        ///< the wish that its latest step is
  std::size_t next_choice = 0;        ///< of that
  bool postponed = false;
};

class guided final : public guided_strategy {
 public:
  void follow(guide what) override {
    what_ = std::move(what);
    names_.assign(what_.wishes.threads.size(), {});
    const auto& steps = what_.wishes.steps;
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
      if (steps[i].thread < names_.size()) names_[steps[i].thread].wishes.push_back(i);
    }
    for (const std::uint32_t each : what_.postponed) {
      if (each < names_.size()) names_[each].postponed = true;
    }
    if (what_.switches) {
      std::sort(what_.switches->begin(), what_.switches->end(),
                [](const switch_point& a, const switch_point& b) { return a.at < b.at; });
    }
  }

  bool begin() override {
    again();
    return true;
  }

  void again() override {
    for (named& each : names_) {
      each.next = each.next_choice = 0;
      each.performed = 0;
      each.active = none;
    }
    name_of_.clear();
    prologue_choice_ = 0;
    steps_ = 0;
    diverged_at_ = none;
    over_ = false;
    fits_ = true;
  }

  bool asks_always(const thread_names& threads) override {
    view_ = &threads;
    return true;
  }

  unsigned pick(const thread_question& question) override {
    learn_names();
    const unsigned usual = usual_thread(question.enabled, question);
    const unsigned next = wanted_thread(question);
    if (next != usual) diverge(steps_ + 1);
    perform(next);
    return next;
  }

  std::uint32_t choose(choice_kind kind, std::uint32_t count) override {
    const choice* const wish = next_choice(kind);
    if (wish != nullptr && wish->count != count) fits_ = false;
    const std::uint32_t option = wish != nullptr && wish->option < count ? wish->option : 0;
    if (option != 0) diverge(steps_);
    return option;
  }

  std::uint32_t choose_write(const write_question& question) override {
    const auto& allowed = question.allowed;
    std::uint32_t newest = 0;
    while (newest + 1 < allowed.size() && allowed[newest] == 0) ++newest;
    const choice* const wish = next_choice(question.kind);
    const bool fits =
        wish != nullptr && wish->option < allowed.size() && allowed[wish->option] != 0;
    const std::uint32_t option = fits ? wish->option : newest;
    if (wish != nullptr && !fits) fits_ = false;
    if (option != newest) diverge(steps_);
    return option;
  }

  bool exhaustive() const override { return false; }

  bool faithful() const noexcept override { return fits_ && steps_ >= what_.wishes.steps.size(); }

  std::uint32_t diverged_at() const noexcept override { return std::min(diverged_at_, steps_ + 1); }

 private:
  // Threads only come to be; a parent comes before its children.
  void learn_names() {
    const auto& known = what_.wishes.threads;
    while (name_of_.size() < view_->threads()) {
      const auto thread = static_cast<unsigned>(name_of_.size());
      const thread_names::position at = view_->position_of(thread);
      std::uint32_t name = thread == 0 && !known.empty() ? 0 : none;
      if (thread != 0 && name_of_[at.parent] != none) {
        const schedule::thread_name wanted{name_of_[at.parent], at.ordinal};
        const auto found = std::find(known.begin(), known.end(), wanted);
        if (found != known.end()) name = static_cast<std::uint32_t>(found - known.begin());
      }
      name_of_.push_back(name);
    }
  }

  named* of(unsigned thread) {
    return name_of_[thread] == none ? nullptr : &names_[name_of_[thread]];
  }

  // Without preemptions.
  static unsigned usual_thread(thread_set among, const thread_question& question) {
    if (!question.free && (among & bit(question.current)) != 0) return question.current;
    const thread_set others = among & ~bit(question.current);
    return static_cast<unsigned>(std::countr_zero(others != 0 ? others : among));
  }

  unsigned wanted_thread(const thread_question& question) {
    thread_set among = question.enabled & ~held();
    if (among == 0) among = question.enabled;
    thread_set prompt = among;
    for (thread_set left = among; left != 0; left &= left - 1) {
      const auto thread = static_cast<unsigned>(std::countr_zero(left));
      const named* const name = of(thread);
      if (name != nullptr && name->postponed) prompt &= ~bit(thread);
    }
    if (prompt != 0) among = prompt;
    if (over_) return usual_thread(among, question);
    return what_.switches ? switched_to(among, question) : earliest(among, question);
  }

  // Of the threads with wishes, the one whose next wish comes first.
  unsigned earliest(thread_set among, const thread_question& question) {
    std::uint32_t first = none;
    unsigned found = max_threads;
    for (thread_set left = among; left != 0; left &= left - 1) {
      const auto thread = static_cast<unsigned>(std::countr_zero(left));
      const named* const name = of(thread);
      if (name == nullptr || name->next == name->wishes.size()) continue;
      if (name->wishes[name->next] >= first) continue;
      first = name->wishes[name->next];
      found = thread;
    }
    return found != max_threads ? found : usual_thread(among, question);
  }

  unsigned switched_to(thread_set among, const thread_question& question) {
    const unsigned usual = usual_thread(among, question);
    const named* const name = of(question.current);
    if (name == nullptr) return usual;
    const operation_name at{name_of_[question.current], name->performed};
    const auto& points = *what_.switches;
    auto point =
        std::lower_bound(points.begin(), points.end(), at,
                         [](const switch_point& a, const operation_name& b) { return a.at < b; });
    for (; point != points.end() && point->at == at; ++point) {
      const auto to = std::find(name_of_.begin(), name_of_.end(), point->to);
      const auto thread = static_cast<unsigned>(to - name_of_.begin());
      if (to != name_of_.end() && (among & bit(thread)) != 0) return thread;
    }
    return usual;
  }

  // The thread that waits for the first of two operations that are to be reversed.
  thread_set held() {
    if (!what_.reversed || over_) return 0;
    const auto& [first, then] = *what_.reversed;
    if (names_[then.thread].performed != then.before) return 0;
    const auto found = std::find(name_of_.begin(), name_of_.end(), then.thread);
    return found == name_of_.end() ? 0 : bit(static_cast<unsigned>(found - name_of_.begin()));
  }

  void perform(unsigned thread) {
    const std::uint32_t step = steps_++;
    named* const name = of(thread);
    if (name != nullptr) take_wish(*name, view_->pending_check(thread));
    if (step < what_.wishes.steps.size() && (name == nullptr || name->active != step)) {
      fits_ = false;
    }
    if (name == nullptr) return;
    ++name->performed;
    if (!what_.reversed) return;
    const auto& first = what_.reversed->first;
    if (name_of_[thread] == first.thread && name->performed > first.before) end_wishes();
  }

  void take_wish(named& name, std::uint16_t check) {
    name.active = none;
    name.next_choice = 0;
    const std::size_t last = std::min(name.wishes.size(), name.next + window);
    for (std::size_t i = name.next; i < last; ++i) {
      if (what_.wishes.steps[name.wishes[i]].check != check) continue;
      name.active = name.wishes[i];
      name.next = i + 1;
      return;
    }
  }

  void end_wishes() {
    over_ = true;
    for (named& each : names_) each.next = each.wishes.size();
  }

  // The next wish of this kind within the step.
  const choice* next_choice(choice_kind kind) {
    learn_names();
    named* const name = of(view_->asker());
    if (name == nullptr) return nullptr;
    const bool before_all = name->performed == 0;
    if (!before_all && name->active == none) return nullptr;
    const auto& choices =
        before_all ? what_.wishes.prologue : what_.wishes.steps[name->active].choices;
    std::size_t& next = before_all ? prologue_choice_ : name->next_choice;
    for (std::size_t i = next; i < choices.size(); ++i) {
      if (choices[i].kind != kind) continue;
      fits_ = fits_ && i == next;
      next = i + 1;
      return &choices[i];
    }
    // The last step may go on to where the execution once failed, and make more choices there.
    if (!before_all && name->active + 1 != what_.wishes.steps.size()) fits_ = false;
    return nullptr;
  }

  void diverge(std::uint32_t step) noexcept { diverged_at_ = std::min(diverged_at_, step); }

  guide what_;
  const thread_names* view_ = nullptr;
  std::vector<named> names_;            ///< by index into the schedule's threads
  std::vector<std::uint32_t> name_of_;  ///< each thread of the execution
  std::size_t prologue_choice_ = 0;
  std::uint32_t steps_ = 0, diverged_at_ = none;
  bool over_ = false;  ///< the wishes
  bool fits_ = true;   ///< so far
};

}  // namespace

std::vector<switch_point> switches_of(const recording& execution) {
  std::vector<switch_point> points;
  std::vector<std::uint32_t> performed(execution.taken.threads.size());
  const auto& steps = execution.taken.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i > 0 && (steps[i].thread != steps[i - 1].thread || execution.steps[i].preempts)) {
      const std::uint32_t from = steps[i - 1].thread;
      points.push_back({{from, performed[from]}, steps[i].thread, execution.steps[i].preempts});
    }
    ++performed[steps[i].thread];
  }
  return points;
}

std::unique_ptr<guided_strategy> make_guided() { return std::make_unique<guided>(); }

}  // namespace heddle
