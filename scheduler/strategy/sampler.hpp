// What all sampling strategies have in common; what they differ in is a `policy`.
//
// - Executions are numbered, and ranges of them are parts of the search (sampling.hpp).
// - Choices within a step are uniform, as are the writes that a read may see.
// - The spawn prologue does not decide.  A body that spawns its threads one after the other would
//   hand the first of them a head start whenever it is preempted meanwhile, which a random walk
//   does nearly always.  So in most executions (`sampling::preempted_spawns`) a thread that is
//   about to spawn another one does so before anybody else goes on: to spawn depends on nothing.
//   Nor does it wait with the step that came before the last one that it spawned, as in a loop that
//   counts the threads, unless somebody is about to do what that depends on.  Policies whose
//   guarantee speaks of all preemptions do without all this.
// - Loops that wait are left.  A thread is idle when it yields or spins; when an operation that may
//   fail has failed for the second time at the same place; when it comes for the third time to the
//   same operation of the same object while no object has changed; and when it does so for the 64th
//   (128th, ...) time while only it has changed objects.  The policy is told, and lets others go
//   on.  After many idle threads, and under a policy that is not fair with probability one after a
//   long prefix, an execution becomes a random walk.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/generator.hpp>
#include <heddle/scheduler/strategy/profile.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/scheduler/thread_bits.hpp>

namespace heddle::detail {

/// What a sampler shares with its policies.
struct sampled {
  explicit sampled(const sampling& given) : how(given), random(given.seed, given.first) {}

  /// Uniform among the threads of a set that is not empty.
  unsigned any_of(thread_set threads) noexcept;
  /// Without those that are idle, as long as there are others.  An idle thread stays so with a
  /// probability of 3/4 until some object changes.
  [[nodiscard]] thread_set awake(thread_set enabled) noexcept {
    if (idle != 0 && idle_since != view->changes) idle = 0;
    return (enabled & ~idle) != 0 ? enabled & ~idle : enabled;
  }

  sampling how;
  generator random;
  profile known;
  std::uint64_t number = 0;  ///< of the execution
  const execution_view* view = nullptr;
  thread_set idle = 0;
  std::uint32_t idle_since = 0;
};

/// Who goes next.  Thread 0 is the body; it is there from the beginning.
class policy {
 public:
  static constexpr std::uint64_t memory_block = 1024;

  explicit policy(sampled& of) : of_(of) {}
  policy(const policy&) = delete;
  policy& operator=(const policy&) = delete;
  virtual ~policy() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual sight sees() const { return sight::steps; }
  /// Whether it uses the profile.
  [[nodiscard]] virtual bool learns() const { return false; }
  /// Whether an execution depends on those that the policy has made before.  It does so within a
  /// block of `memory_block` numbers: the policy forgets all when another one begins, and when an
  /// execution comes whose number is not higher than that of the latest one that is over.
  [[nodiscard]] virtual bool remembers() const { return false; }
  /// Whether threads are spawned before all else, in most executions.
  [[nodiscard]] virtual bool gathers() const { return true; }
  /// Whether each thread goes on at last, with probability one; if not, an execution ends as a
  /// random walk.
  [[nodiscard]] virtual bool fair() const { return true; }
  /// An execution begins; what is drawn for it is drawn here.
  virtual void begin() {}
  /// One of those in `question.enabled`; there are at least two.
  [[nodiscard]] virtual unsigned pick(const thread_question& question) = 0;
  /// The thread performs what it has announced, whether `pick` was asked or not.
  virtual void steps(unsigned /*thread*/) {}
  /// After `steps`: others should go first.
  virtual void idles(unsigned /*thread*/) {}
  virtual void spawned(unsigned /*parent*/, unsigned /*child*/) {}
  virtual void ended(unsigned /*thread*/) {}
  [[nodiscard]] virtual std::uint32_t choose_write(const write_question& question);
  /// The execution is over, and will not be run again.
  virtual void finish() {}
  [[nodiscard]] virtual std::optional<depth_drawn> drawn() const { return std::nullopt; }

 protected:
  sampled& of_;
};

using policy_maker = std::unique_ptr<policy> (*)(sampled&);
[[nodiscard]] std::unique_ptr<policy> make_random_walk_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_pct_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_pos_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_urw_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_surw_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_delay_bounded_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_rff_policy(sampled& of);
[[nodiscard]] std::unique_ptr<policy> make_fest_policy(sampled& of);

/// Finds the threads that only wait.
class idle_threads {
 public:
  void begin(const execution_view& view) noexcept {
    view_ = &view;
    latest_ = max_threads;
  }
  void started(unsigned thread) noexcept { all_[thread] = {}; }
  /// The thread whose operation was begun last, if that has shown it to be idle; or `max_threads`.
  [[nodiscard]] unsigned failed() noexcept {
    const unsigned thread = latest_;
    if (thread == max_threads) return max_threads;
    latest_ = max_threads;
    const std::uint32_t changed = view_->changes - changes_before_;
    all_[thread].own_changes += changed;
    if (!tries_ && !tired_) return max_threads;
    return has_failed(thread, changed) ? thread : max_threads;
  }
  /// Whether the one that is about to be performed does.
  [[nodiscard]] bool steps(unsigned thread) noexcept;

 private:
  // Its fields are compared and set one by one with those of a `thread_view`: copied as a whole
  // they would be read before the processor has stored them all.
  struct place {
    std::uint64_t object = 0;
    const char* file = nullptr;
    std::uint32_t line = 0;
    op_kind kind = op_kind::yield;

    [[nodiscard]] bool is_that_of(const thread_view& of) const noexcept {
      return object == of.object && line == of.line && kind == of.next && file == of.file;
    }
    void be_that_of(const thread_view& of) noexcept {
      object = of.object;
      file = of.file;
      line = of.line;
      kind = of.next;
    }
    bool operator==(const place&) const = default;
  };
  /// How often a thread has come back to one place while nothing changed.  The place moves after 1,
  /// 2, 4, ... steps, so that it comes to lie on any loop (Brent's way of finding a cycle).
  struct cycle {
    place anchor;
    std::uint32_t changes = 0, age = 0, window = 0, visits = 0;

    std::uint32_t come_to(const thread_view& here, std::uint32_t changes_now) noexcept;
  };
  struct thread_loops {
    cycle waits, works;              ///< nothing changes at all; nothing but by itself
    std::uint32_t own_changes = 0;   ///< by itself
    std::uint32_t most_rounds = 64;  ///< of work in a row
    place failure;                   ///< where it has failed last
  };
  [[nodiscard]] bool has_failed(unsigned thread, std::uint32_t changed) noexcept;

  const execution_view* view_ = nullptr;
  std::array<thread_loops, max_threads> all_;
  unsigned latest_ = max_threads;       ///< has begun an operation; or nobody
  bool tries_ = false, tired_ = false;  ///< it may fail; it has come round too often
  place tried_;                         ///< where, if it may fail
  std::uint32_t changes_before_ = 0;
};

/// One policy, or several that take turns.
class sampler final : public strategy {
 public:
  sampler(const sampling& how, std::span<const policy_maker> members);

  bool begin() override;
  void again() override;
  unsigned pick(const thread_question& question) override;
  std::uint32_t choose(choice_kind, std::uint32_t count) override {
    return of_.random.below(count);
  }
  std::uint32_t choose_write(const write_question& question) override {
    return now_->choose_write(question);
  }
  bool exhaustive() const override { return false; }

  sight sees() const override { return sight_; }
  void shows(const execution_view& view) override;
  void steps(unsigned thread) override;
  unsigned spawned(unsigned parent, unsigned child) override;
  void ended(unsigned thread) override { now_->ended(thread); }
  bool rehearses() const override { return rehearses_; }
  std::string member(const search_path& path) const override;
  std::optional<depth_drawn> drawn() const override { return now_->drawn(); }

  // A part is a range of executions; what comes first is its path.
  bool divides() const override { return true; }
  const search_path& path() const override { return path_; }
  bool split(search_part& given) override;
  std::vector<search_part> save() const override;
  void forget_open() override { last_ = execution_; }
  std::string adopt(const search_part& taken) override;

 private:
  void prepare(std::uint64_t number);
  void close();
  [[nodiscard]] std::uint64_t missed_before(std::uint64_t number) const;
  [[nodiscard]] unsigned spawner_among(thread_set enabled) const noexcept;
  void idles(unsigned thread);
  void fails(unsigned thread);
  [[nodiscard]] bool gives_up(unsigned thread) noexcept;
  [[nodiscard]] policy& member_of(std::uint64_t number) const {
    return *members_[(number - 1) % members_.size()];
  }

  sampled of_;
  std::vector<std::unique_ptr<policy>> members_;
  bool learns_ = false, remembers_ = false;
  std::uint64_t execution_, last_;  ///< the present one, or the one before it; the last one to come
  std::uint64_t taught_ = 0;        ///< the latest execution that was learned from
  std::uint64_t recalled_ = 0;      ///< the latest one of a policy that remembers
  search_path path_;

  // Of the present execution.
  policy* now_;
  std::uint64_t number_ = 0;  ///< zero before the first one
  sight sight_ = sight::none;
  bool rehearses_ = false, teaches_ = false, gathers_ = false, closed_ = true;
  std::uint32_t decisions_ = 0;  ///< how often there was a choice who goes next
  std::uint32_t prefix_ = 0;     ///< a random walk after so many
  std::uint32_t idles_ = 0;      ///< how often a thread was idle
  idle_threads idle_;
  thread_set failed_ = 0;  ///< and are to be idle after some more steps:
  std::array<std::uint8_t, max_threads> patience_{};
};

}  // namespace heddle::detail
