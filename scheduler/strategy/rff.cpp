// RFF, reads-from feedback: executions are steered by constraints on who reads from whom, and those
// that show something new are what later ones are made of.
//
// Wolff, Shi, Duck, Mathur, Roychoudhury: Greybox fuzzing for concurrency testing, ASPLOS 2024.
//
// No guarantee: with no constraints it is POS, which each execution that inserts none falls back
// to.
//
// An abstract schedule is a set of signed constraints "what is read at this place was (not) written
// at that place".  In an execution, a read that a positive constraint names is put off until the
// write it wants is the latest, goes first then, and other writes of the object are put off before
// it; a read that a negative one names is put off while that write is the latest.  Where everybody
// is put off, nobody is.  Among those who are left POS chooses.  Each execution runs a mutant: a
// constraint inserted, deleted, exchanged or negated, once or more.  Mutants whose execution shows
// a pair of places that was never seen are kept.  One after the other, those that were kept are
// mutated, the more often the rarer the combination of pairs is that their executions show.
//
// Deviations: a constraint that was inserted pairs any read with any write of the same object that
// were seen, and the initial value is one of the writes.  Locks and what else is not only a read
// both read and write.  How often a parent is mutated doubles with each turn, up to 16, and is zero
// for those whose combination is more frequent than the mean (AFLFast's cut-off exponential, as in
// the paper).  All is forgotten after 1024 executions, so that any of them can be run alone after a
// bounded number of rehearsals.
#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <heddle/scheduler/strategy/feedback.hpp>

namespace heddle::detail {

namespace {

using event = reads_from::event;

constexpr std::size_t most_constraints = 8;
using constraint_set = std::uint32_t;  ///< by their places in the abstract schedule
// So often the constraints of an execution may decide who goes next: in a loop they could do so for
// ever.
constexpr std::uint32_t most_led = 250;
constexpr std::uint32_t most_energy = 16;

struct constraint {
  event reader, writer;  ///< reads_from::none: what was there at first
  bool negative;
  bool operator==(const constraint&) const = default;
};
using abstract_schedule = std::vector<constraint>;

class rff final : public feedback {
 public:
  explicit rff(sampled& of) : feedback(of) { forget_all(); }

  std::string_view name() const override { return "rff"; }

  void lead() override {
    now_ = corpus_[turn_].schedule;
    mutate(now_);
    note_constraints();
    led_ = 0;
  }

  unsigned pick(const thread_question& question) override {
    see();
    const thread_set candidates = open_ != 0 ? led(question.enabled) : question.enabled;
    if (candidates != question.enabled) {
      if (++led_ == most_led) open_ = 0;
      if ((candidates & (candidates - 1)) == 0) {
        return static_cast<unsigned>(std::countr_zero(candidates));
      }
    }
    return base_.pick({candidates, question.current, question.free});
  }

  void steps(unsigned thread) override {
    see();
    if (open_ != 0) follow(thread);
    (void)pairs_.steps(thread);
    base_.steps(thread);
  }

  void learn() override {
    ++executions_;
    const std::uint64_t shown = std::max<std::uint64_t>(pairs_.combination(), 1);
    ++frequency_.at(shown);
    corpus_[turn_].combination = corpus_[turn_].combination.value_or(shown);
    if (pairs_.finish()) corpus_.push_back({std::move(now_), shown, 0});
    if (--energy_ == 0) next_turn();
  }

 private:
  struct kept {
    abstract_schedule schedule;
    std::optional<std::uint64_t> combination;  ///< that its execution has shown
    std::uint32_t turns = 0;
  };

  void forget() override {
    executions_ = 0;
    frequency_.clear();
    corpus_.assign(1, {});
    turn_ = 0;
    energy_ = 1;
  }

  // A step is judged by its places in the constraints, which are the same whenever it comes.
  void note_constraints() {
    forget_constraints();
    for (const constraint& one : now_) {
      const constraint_set self = open_ + 1;
      const std::uint32_t object = pairs_.object_of(one.reader);
      if (about_.size() <= object) about_.resize(object + 1);
      if (marks_.size() < pairs_.event_count()) marks_.resize(pairs_.event_count());
      about_[object] |= self;
      marks_[one.reader].reads |= self;
      if (one.writer == reads_from::none) {
        holds_ |= self;
      } else {
        marks_[one.writer].writes |= self;
      }
      if (!one.negative) positive_ |= self;
      open_ |= self;
      noted_[noted_count_++] = {object, one.reader, one.writer};
    }
  }
  void forget_constraints() {
    for (const noted& each : std::span(noted_).first(std::exchange(noted_count_, 0))) {
      about_[each.object] = 0;
      marks_[each.reader] = {};
      if (each.writer != reads_from::none) marks_[each.writer] = {};
    }
    open_ = positive_ = holds_ = 0;
    concerned_ = 0;
  }

  void look_up(unsigned thread) {
    const event next = pairs_.announced(thread);
    if (next == reads_from::none) return;
    const std::uint32_t object = pairs_.object_of(next);
    if (object >= about_.size() || about_[object] == 0) return;
    concerned_ |= bit(thread);
    role& its = roles_[thread];
    const marks known = next < marks_.size() ? marks_[next] : marks{};
    const constraint_set writes = pairs_.writes(next) ? about_[object] : 0;
    its = {known.reads, known.writes, writes & ~known.reads & ~known.writes & positive_, writes};
  }

  // The thread goes on.  A positive constraint that is met once is met.
  void follow(unsigned thread) {
    if ((pairs_.unread() & bit(thread)) != 0) look_up(thread);
    if ((concerned_ & bit(thread)) == 0) return;
    concerned_ &= ~bit(thread);
    const role& its = roles_[thread];
    open_ &= ~(its.reads & positive_ & holds_);
    holds_ = (holds_ & ~its.changes) | (its.writes & its.changes);
  }

  // Those who go first by the constraints, or those who are not put off, or everybody.
  thread_set led(thread_set enabled) {
    for (thread_set left = enabled & pairs_.unread(); left != 0; left &= left - 1) {
      look_up(static_cast<unsigned>(std::countr_zero(left)));
    }
    const constraint_set wanted = open_ & positive_ & holds_;
    const constraint_set unwanted = open_ & (positive_ ^ holds_);
    thread_set first = 0, put_off = 0;
    for (thread_set left = enabled & concerned_; left != 0; left &= left - 1) {
      const role& its = roles_[static_cast<unsigned>(std::countr_zero(left))];
      const thread_set self = left & (~left + 1);
      if ((its.reads & wanted) != 0) first |= self;
      if (((its.reads & unwanted) | (its.overwrites & wanted)) != 0) put_off |= self;
    }
    if ((first | put_off) == 0) return enabled;
    first &= ~put_off & ~of_.idle;
    if (first != 0) return first;
    const thread_set left = enabled & ~put_off;
    return (left & ~of_.idle) != 0 ? left : enabled;
  }

  void mutate(abstract_schedule& what) {
    if (pairs_.event_count() == 0) return;
    do {
      change_once(what);
    } while (of_.random.odds(1, 2));
  }

  void change_once(abstract_schedule& what) {
    const std::uint32_t kind = what.empty() ? 0 : of_.random.below(4);
    constraint* const one =
        what.empty() ? nullptr : &what[of_.random.below(static_cast<std::uint32_t>(what.size()))];
    if (kind == 0 || kind == 1) {
      const std::optional<constraint> drawn = draw();
      if (!drawn || std::find(what.begin(), what.end(), *drawn) != what.end()) return;
      if (kind == 1) {
        *one = *drawn;
      } else if (what.size() < most_constraints) {
        what.push_back(*drawn);
      }
    } else if (kind == 2) {
      what.erase(what.begin() + (one - what.data()));
    } else {
      one->negative = !one->negative;
    }
  }

  // Any read, and any write of its object or the initial value.
  std::optional<constraint> draw() {
    const std::vector<event>& readers = pairs_.readers();
    if (readers.empty()) return std::nullopt;
    const event reader = readers[of_.random.below(static_cast<std::uint32_t>(readers.size()))];
    const std::vector<event>& writers = pairs_.writers_of(pairs_.object_of(reader));
    const std::uint32_t drawn = of_.random.below(static_cast<std::uint32_t>(writers.size()) + 1);
    const event writer = drawn == 0 ? reads_from::none : writers[drawn - 1];
    return constraint{reader, writer, of_.random.odds(1, 4)};
  }

  void next_turn() {
    const std::uint64_t mean = executions_ / frequency_.size();
    for (std::size_t tried = 0; tried <= corpus_.size(); ++tried) {
      turn_ = (turn_ + 1) % corpus_.size();
      kept& one = corpus_[turn_];
      if (one.combination && frequency_.at(*one.combination) > mean) continue;
      energy_ = std::min(std::uint32_t{1} << std::min<std::uint32_t>(one.turns++, 8), most_energy);
      return;
    }
    energy_ = 1;
  }

  std::uint64_t executions_ = 0;
  flat_table<std::uint64_t> frequency_;  ///< of combinations
  std::vector<kept> corpus_;
  std::size_t turn_ = 0;      ///< who is mutated
  std::uint32_t energy_ = 1;  ///< so many times more

  // Of the present execution.
  abstract_schedule now_;
  std::vector<constraint_set> about_;  ///< by object: that speak of it
  struct marks {
    constraint_set reads = 0, writes = 0;  ///< where it is the reader, the writer
  };
  std::vector<marks> marks_;  ///< by event
  struct noted {
    std::uint32_t object;
    event reader, writer;
  };
  std::array<noted, most_constraints> noted_{};  ///< where about_ and marks_ are not empty
  std::size_t noted_count_ = 0;
  constraint_set open_ = 0;  ///< that are not satisfied
  constraint_set positive_ = 0;
  constraint_set holds_ = 0;  ///< whose writer is the latest of the object; while any is open
  /// What an announced step is in the constraints.
  struct role {
    constraint_set reads = 0, writes = 0;
    constraint_set overwrites = 0;  ///< positive ones, whose writer is another one
    constraint_set changes = 0;     ///< all of its object, if it writes
  };
  std::array<role, max_threads> roles_{};
  thread_set concerned_ = 0;  ///< whose role is known, and is any
  std::uint32_t led_ = 0;
};

}  // namespace

std::unique_ptr<policy> make_rff_policy(sampled& of) { return std::make_unique<rff>(of); }

}  // namespace heddle::detail
