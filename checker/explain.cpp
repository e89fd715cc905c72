#include <heddle/checker/explain.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <heddle/scheduler/strategy/guided.hpp>

namespace heddle {

namespace {

// These decide what is found: a clock would not find the same again.
constexpr std::uint64_t most_executions = 200;
constexpr std::uint64_t most_steps = 100'000;
constexpr std::uint32_t most_options = 8;

bool conflict(const recorded_step& a, const recorded_step& b) {
  return a.object != 0 && a.object == b.object && (a.writes || b.writes);
}

// An operation of one execution, by names that hold in others, too.
struct place {
  std::string thread;
  std::uint32_t before;  ///< operations of the thread

  friend bool operator==(const place&, const place&) = default;
};

/// The steps of an execution, and then what was announced, with their places.
class line_of_steps {
 public:
  explicit line_of_steps(const recording& of) : performed_(of.steps.size()) {
    std::vector<std::uint32_t> counts(of.threads.size());
    for (const auto* part : {&of.steps, &of.pending}) {
      for (const recorded_step& step : *part) {
        steps_.push_back(&step);
        places_.push_back({of.threads[step.thread], counts[step.thread]++});
      }
    }
  }

  [[nodiscard]] std::size_t size() const { return steps_.size(); }
  [[nodiscard]] std::size_t performed() const { return performed_; }
  [[nodiscard]] const recorded_step& step(std::size_t i) const { return *steps_[i]; }
  [[nodiscard]] const place& at(std::size_t i) const { return places_[i]; }
  [[nodiscard]] operation_name name(std::size_t i) const {
    return {steps_[i]->thread, places_[i].before};
  }
  /// Among what was performed; performed() if it was not.
  [[nodiscard]] std::size_t find(const place& of) const {
    const auto end = places_.begin() + static_cast<std::ptrdiff_t>(performed_);
    return static_cast<std::size_t>(std::find(places_.begin(), end, of) - places_.begin());
  }

 private:
  std::vector<const recorded_step*> steps_;
  std::vector<place> places_;
  std::size_t performed_;
};

std::size_t common_beginning(const recording& a, const recording& b) {
  const std::size_t most = std::min(a.steps.size(), b.steps.size());
  for (std::size_t i = 0; i < most; ++i) {
    const auto &one = a.taken.steps[i], &other = b.taken.steps[i];
    const bool same = a.threads[one.thread] == b.threads[other.thread] &&
                      one.check == other.check && one.choices == other.choices;
    if (!same) return i;
  }
  return most;
}

class explainer {
 public:
  explainer(runner& runs, const std::function<void()>& body, const recording& failing,
            graph::memory memory)
      : runs_(runs), body_(body), failing_(failing), memory_(memory), line_(failing) {}

  // Later steps first, since more comes before them.
  std::optional<explanation> run() {
    for (std::size_t i = line_.performed(); i-- > 0;) {
      const bool orders = line_.step(i).object != 0;
      if (orders && (reverse_with_known(i) || reverse_with_later(i))) return std::move(result_);
      if (choose_otherwise(i)) return std::move(result_);
      if (out_of_budget()) break;
    }
    return std::nullopt;
  }

 private:
  // With the first conflicting operation of each other thread that comes later.
  bool reverse_with_known(std::size_t i) {
    std::vector<std::uint32_t> tried{line_.step(i).thread};
    for (std::size_t j = i + 1; j < line_.size(); ++j) {
      const std::uint32_t other = line_.step(j).thread;
      if (!conflict(line_.step(i), line_.step(j))) continue;
      if (std::find(tried.begin(), tried.end(), other) != tried.end()) continue;
      tried.push_back(other);
      if (out_of_budget()) return false;
      recording passing;
      if (!passes(reversal(line_.name(j), line_.name(i)), i, passing)) continue;
      const line_of_steps now(passing);
      const std::size_t moved = now.find(line_.at(j));
      if (moved == now.performed() || moved > now.find(line_.at(i))) continue;
      if (now.step(moved).object != line_.step(j).object) continue;
      return keep(i, line_.step(j), line_.at(j).thread, std::move(passing));
    }
    return false;
  }

  // With one that the execution did not come to: the thread waits as long as it can.
  bool reverse_with_later(std::size_t i) {
    if (out_of_budget()) return false;
    const operation_name held = line_.name(i);
    recording passing;
    if (!passes(reversal({held.thread, ~std::uint32_t{0}}, held), i, passing)) return false;
    const line_of_steps now(passing);
    const std::size_t end = now.find(line_.at(i));
    for (std::size_t j = i; j < end; ++j) {
      const place& other = now.at(j);
      if (other.thread == line_.at(i).thread || !conflict(now.step(j), line_.step(i))) continue;
      if (line_.find(other) < i) continue;
      recorded_step later = now.step(j);
      later.number = 0;
      return keep(i, std::move(later), other.thread, std::move(passing));
    }
    return false;
  }

  // The options of its choices, newer writes and lower numbers first.
  bool choose_otherwise(std::size_t i) {
    const std::vector<choice>& choices = failing_.taken.steps[i].choices;
    for (std::size_t c = choices.size(); c-- > 0;) {
      for (std::uint32_t option = 0; option < std::min(choices[c].count, most_options); ++option) {
        if (option == choices[c].option) continue;
        if (out_of_budget()) return false;
        guide other{.wishes = failing_.taken};
        other.wishes.steps.resize(i + 1);
        other.wishes.steps[i].choices.resize(c + 1);
        other.wishes.steps[i].choices[c].option = option;
        recording passing;
        if (!passes(std::move(other), i, passing)) continue;
        if (passing.taken.steps[i].choices == choices) continue;
        return keep(i, {}, "", std::move(passing));
      }
    }
    return false;
  }

  [[nodiscard]] guide reversal(operation_name first, operation_name then) const {
    return {.wishes = failing_.taken, .reversed = guide::reversal{first, then}};
  }

  // Whether the execution does that, after the first `kept` steps, and passes.
  bool passes(guide what, std::size_t kept, recording& into) {
    guided_->follow(std::move(what));
    if (!guided_->begin()) return false;
    if (run_guided(nullptr) != ending::completed) return false;
    guided_->again();
    return run_guided(&into) == ending::completed && into.steps.size() > kept &&
           common_beginning(failing_, into) >= kept;
  }

  ending run_guided(recording* record) {
    const outcome out =
        runs_.run(body_, *guided_, {.record = record, .memory = memory_, .counted = false});
    ++executions_;
    steps_ += out.steps;
    return out.end;
  }

  bool keep(std::size_t i, recorded_step then, std::string thread, recording passing) {
    result_.first = line_.step(i);
    result_.first_thread = line_.at(i).thread;
    result_.then = std::move(then);
    result_.then_thread = std::move(thread);
    result_.common = common_beginning(failing_, passing);
    result_.passing = std::move(passing);
    return true;
  }

  [[nodiscard]] bool out_of_budget() const {
    return executions_ >= most_executions || steps_ >= most_steps;
  }

  runner& runs_;
  const std::function<void()>& body_;
  const recording& failing_;
  graph::memory memory_;
  line_of_steps line_;
  std::unique_ptr<guided_strategy> guided_ = make_guided();
  std::uint64_t executions_ = 0, steps_ = 0;
  explanation result_;
};

}  // namespace

std::optional<explanation> explain(runner& runs, const std::function<void()>& body,
                                   const recording& failing, graph::memory memory) {
  if (!failing.found) return std::nullopt;
  switch (failing.found->kind) {
    case finding_kind::nondeterminism:
    case finding_kind::vacuous:
    case finding_kind::step_limit:
      return std::nullopt;
    default:
      return explainer(runs, body, failing, memory).run();
  }
}

}  // namespace heddle
