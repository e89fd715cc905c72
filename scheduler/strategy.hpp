#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <heddle/scheduler/graph/memory.hpp>
#include <heddle/scheduler/graph/trust.hpp>
#include <heddle/scheduler/schedule.hpp>
#include <heddle/scheduler/view.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

/// The question which thread performs its announced operation next.
struct thread_question {
  thread_set enabled;  ///< not empty, but for strategies that watch
  unsigned current;    ///< the thread that ran last
  bool free;           ///< leaving `current` is no preemption: it is blocked, finished, or yielded;
                       ///< in the last case to go on counts as one
};

/// What a thread is about to do, for strategies that reason about it.
struct announced {
  enum class sort : std::uint8_t {
    hidden,        ///< no event: nobody else can tell when it is performed
    event,         ///< `what`
    inexpressible  ///< graphs have no event for it
  };
  sort is = sort::hidden;
  graph::operation what;
  std::uint64_t location = 0;  ///< an identity of the object, the same in all executions
  std::uint64_t initial = 0;   ///< its value before the first write
  unsigned other = 0;          ///< the thread that is joined
  std::uint32_t object = 0;    ///< a small number for the location, often the same again
  bool portable = true;        ///< the location is the same in all runs of the program, too
  heddle::location where = {};

  // Answered by a strategy that traces, when this is performed:
  std::uint64_t seen = 0;    ///< the value that it reads
  std::uint32_t option = 0;  ///< the choice within it
  graph::clock known;        ///< what happens before it, and itself; numbers as spawned() gave them
};

/// The question which write a read sees, or behind which one a write stands in modification order:
/// `allowed[i]` is not 0 if it can be the i-th before the newest.  One of them can.  Of a strategy
/// that watches, and so knows, nothing more is asked than to name one that it can be.
struct write_question {
  choice_kind kind;
  std::span<const std::uint8_t> allowed;
};

/// What an execution does first, as far as a strategy that traces knows it already: the events of a
/// graph, but for the ends of threads and for those that wait; in any order in which each comes
/// behind those that lead to it by program order and reads-from.
struct script {
  /// An event of a graph, which may get another number, but no other place in its thread.
  struct step {
    std::uint8_t thread;
    std::uint16_t position;
  };
  const graph::graph* of = nullptr;        ///< null for none
  std::vector<step>* performed = nullptr;  ///< to which the engine appends what it performs
};

/// The way from the root of a search to one of its executions; in their lexicographic order one
/// process alone would visit them.
using search_path = std::vector<std::uint32_t>;

/// A part of a search that is still to be made, for any process of the program to make.
struct search_part {
  search_path first;  ///< nothing in it comes before this
  std::vector<std::uint8_t> bytes;
};

/// What a strategy may look up about the threads of the execution that it is asked for.
class thread_names {
 public:
  struct position {
    unsigned parent;        ///< 0 for the body
    std::uint32_t ordinal;  ///< 1 for the first thread that the parent spawned; 0 for the body
  };
  [[nodiscard]] virtual unsigned threads() const noexcept = 0;  ///< so far
  [[nodiscard]] virtual position position_of(unsigned thread) const noexcept = 0;
  /// What the thread is about to do, as `schedule::step::check`.
  [[nodiscard]] virtual std::uint16_t pending_check(unsigned thread) const noexcept = 0;
  /// The thread to whose latest step the choice belongs that is asked for.
  [[nodiscard]] virtual unsigned asker() const noexcept = 0;

 protected:
  ~thread_names() = default;
};

/// What an execution has drawn that looks for bugs of one depth (strategy/pct.cpp).
struct depth_drawn {
  std::uint32_t depth = 1, threads = 0, places = 0;
};

/// The source of choices.  `begin` starts an execution; then `pick` and `choose` are called in the
/// order in which the execution meets its questions; `end` closes it.
class strategy {
 public:
  strategy() = default;
  strategy(const strategy&) = delete;
  strategy& operator=(const strategy&) = delete;
  virtual ~strategy() = default;

  /// Prepares the next execution; false when there is none.
  [[nodiscard]] virtual bool begin() = 0;
  /// Prepares the execution that has just ended to be run again, choice by choice.
  virtual void again() = 0;
  /// One of the threads in `question.enabled`; any other number if the question is not the one that
  /// the same answers led to before, for the body is not deterministic.  A strategy that watches
  /// may also name a thread whose wait ends by its deadline, or answer `nobody` or `give_up`.
  [[nodiscard]] virtual unsigned pick(const thread_question& question) = 0;
  /// A number below `count`, which is at least 2; any other as for `pick`.
  [[nodiscard]] virtual std::uint32_t choose(choice_kind kind, std::uint32_t count) = 0;
  /// No thread is to go on: what that means is for the engine to tell.
  static constexpr unsigned nobody = max_threads + 1;
  /// The execution is not worth its end, since another one covers it.
  static constexpr unsigned give_up = max_threads + 2;
  /// A number below the size of `question.allowed`, and allowed.
  [[nodiscard]] virtual std::uint32_t choose_write(const write_question& /*question*/) { return 0; }

  /// Called when an execution begins, with what can be looked up until it ends.  True if the
  /// strategy is to be asked before each step, and not only where there is more than one answer.
  [[nodiscard]] virtual bool asks_always(const thread_names& /*threads*/) { return false; }

  /// Whether the strategy is to be told what follows: what each thread announces; then, after a
  /// pick and before the choices within the step, that it performs this; and its end.  What was
  /// announced stays where it is until it is performed, or the execution ends; the strategy may
  /// number its location there.
  [[nodiscard]] virtual bool watches() const { return false; }
  virtual void announces(unsigned /*thread*/, announced& /*what*/) {}
  /// Whether it answers, beyond this, what each event reads and what happens before it.  Then an
  /// execution that is not recorded need not find out by itself.
  [[nodiscard]] virtual bool traces() const { return false; }
  /// True if the thread, which has run up to here, performs this at once: then it has been
  /// announced, picked and performed.  False if the strategy wants to be told of these one by one.
  virtual bool follows(unsigned /*thread*/, announced& /*what*/) { return false; }
  /// False: the execution is not worth its end.
  virtual bool performs(unsigned /*thread*/) { return true; }
  /// Of a strategy that traces, after begin() or again(); `can` tells whether the engine would
  /// follow one.  Nothing is announced and no question asked while the script is followed, but for
  /// the end of threads and the places of objects.
  [[nodiscard]] virtual script follow_script(bool /*can*/) { return {}; }
  /// The number of an object in the graph's operations.
  virtual std::int32_t locate(std::uint32_t /*object*/, const announced& /*what*/) { return 0; }
  /// The script was followed to its end, or until the execution has ended: so many events of each
  /// thread were performed.
  virtual void followed(std::span<const std::uint16_t> /*events*/, bool /*to_its_end*/) {}
  /// A thread of this number in the graph was spawned by the script, or has ended meanwhile after
  /// so many events.
  virtual void spawned_by_script(unsigned /*child*/, unsigned /*number*/) {}
  virtual void ended_by_script(unsigned /*thread*/, std::size_t /*events*/) {}
  /// The body does what no script tells: from the next execution on there is to be none.
  virtual void stop_scripts() {}
  // The next two also for who sees the steps (below).
  /// Returns the number of the child in what `announced::known` says.
  virtual unsigned spawned(unsigned /*parent*/, unsigned child) { return child; }
  virtual void ended(unsigned /*thread*/) {}
  /// The body has done what no graph can express.
  virtual void lose_sight() {}
  /// What the read that is performed is to see, if no write decides it: in an execution that is
  /// given up soon.
  [[nodiscard]] virtual std::optional<std::uint64_t> pretended() { return std::nullopt; }
  /// From here on the execution only shows what becomes of waits that the bounds keep from ending.
  virtual void overtime() {}
  /// False if the body does what this strategy cannot express: its executions prove nothing.
  [[nodiscard]] virtual bool applies() const { return true; }
  /// True once there was something that rc11 allows more for than sc.
  [[nodiscard]] virtual bool weaker() const { return false; }

  // For strategies that look at the threads, but at no graph.
  /// How much of the execution that it has prepared the strategy is to see.
  [[nodiscard]] virtual sight sees() const { return sight::none; }
  /// An execution begins, and this is where it is seen.
  virtual void shows(const execution_view& /*view*/) {}
  /// The thread performs what it has announced.
  virtual void steps(unsigned /*thread*/) {}
  /// The execution that it has prepared only shows the strategy something: it is no part of the
  /// search, and ends as one that is dropped.
  [[nodiscard]] virtual bool rehearses() const { return false; }
  /// Which of several strategies in one the execution on this path is of, or nothing.
  [[nodiscard]] virtual std::string member(const search_path& /*path*/) const { return ""; }
  /// Of the execution that it has prepared, if there is a bound on what such ones miss.
  [[nodiscard]] virtual std::optional<depth_drawn> drawn() const { return std::nullopt; }

  /// True if every execution within the strategy's bound has been visited once begin() returns
  /// false.
  [[nodiscard]] virtual bool exhaustive() const = 0;
  /// True if an alternative was left out because of the preemption bound.
  [[nodiscard]] virtual bool pruned() const { return false; }
  /// True if a loop that yields was not followed any further.
  [[nodiscard]] virtual bool hit_polls() const { return false; }
  /// True if one that spins was taken for one that does nothing but wait.
  [[nodiscard]] virtual bool hit_fairness() const { return false; }
  /// After a search within a bound: how many threads there had to be at most for what was left out,
  /// and how many there were.  Where several share a search, the least of the one counts, and the
  /// greatest of the other.
  struct threads_known {
    unsigned assumed = ~0U, seen = 0;

    void add(const threads_known& other) noexcept {
      assumed = std::min(assumed, other.assumed);
      seen = std::max(seen, other.seen);
    }
    /// Zero, or else too much was left out: the search is to be made again, for this number.
    [[nodiscard]] unsigned to_repeat_with() const noexcept { return assumed < seen ? seen : 0; }
  };
  [[nodiscard]] virtual threads_known knows_threads() const { return {}; }

  // For several processes, and for going on later; all but path() between executions.
  /// True if the search can be made in parts.  If not, nothing below may be called.
  [[nodiscard]] virtual bool divides() const { return false; }
  /// Where the present execution stands.
  [[nodiscard]] virtual const search_path& path() const { return root_; }
  /// Gives away what it would visit last, about half of the rest; false if there is too little.
  [[nodiscard]] virtual bool split(search_part& /*given*/) { return false; }
  /// All that is open, in the order of visits; it stays open.
  [[nodiscard]] virtual std::vector<search_part> save() const { return {}; }
  /// Forgets all that is open.
  virtual void forget_open() {}
  /// Takes a part, to be visited before all else.  Returns why it cannot be one, or nothing.
  [[nodiscard]] virtual std::string adopt(const search_part& /*taken*/) { return "no parts"; }
  /// True if begin() will have the latest execution run once more, since that run was none: only
  /// after it save() knows all that is open.
  [[nodiscard]] virtual bool repeats() const { return false; }
  /// Why another run of the program could not go on with what is saved, or nothing.
  [[nodiscard]] virtual std::string bound_to_process() const { return ""; }

 private:
  search_path root_;
};

/// Depth-first search over all choices, by an odometer: bump the last choice that has an untried
/// alternative, drop what follows.  With a bound, threads are not preempted more than `preemptions`
/// times in an execution.
[[nodiscard]] std::unique_ptr<strategy> make_odometer(std::uint32_t preemptions);
inline constexpr std::uint32_t unbounded = ~std::uint32_t{0};
inline constexpr std::uint32_t no_answer = ~std::uint32_t{0};

/// Each execution graph once: optimal dynamic partial order reduction (graph/trust.hpp).  Applies
/// to bodies of at most 16 threads that wait by joining and in operations of machines only.  The
/// executions must be run under the same memory model.
[[nodiscard]] std::unique_ptr<strategy> make_optimal(
    graph::memory model, const graph::rules& obeyed = {},
    std::optional<graph::preemption_limit> limit = std::nullopt);

/// Walks through the tree of what make_optimal() visits: to estimate how large it is
/// (strategy/tree_walk.hpp).
class estimating_strategy : public strategy {
 public:
  /// Begins a walk; it ends when begin() returns false.
  virtual void restart() = 0;
  /// If the latest run was an execution: how many the walk has it stand for.  The sum over a walk
  /// is, on average over all walks, the number of executions.
  [[nodiscard]] virtual double weight() const = 0;
};
/// No more than `width` go on abreast in a walk.
[[nodiscard]] std::unique_ptr<estimating_strategy> make_estimate(graph::memory model,
                                                                 std::uint64_t seed,
                                                                 std::size_t width = 1,
                                                                 const graph::rules& obeyed = {});

/// As make_sampler("random_walk") of strategy/sampling.hpp: execution `i` of a seed depends on the
/// two numbers alone.
[[nodiscard]] std::unique_ptr<strategy> make_random_walk(std::uint64_t seed, std::uint64_t first,
                                                         std::uint64_t last = ~std::uint64_t{0});

}  // namespace heddle
