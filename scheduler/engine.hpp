// The engine behind `runner`: the threads of one execution and the one choke point `step`.
// Internal to scheduler/; the functions of `control` are its only callers.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <heddle/scheduler/arena.hpp>
#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine_parts.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/fiber.hpp>
#include <heddle/scheduler/history.hpp>
#include <heddle/scheduler/livelock.hpp>
#include <heddle/scheduler/object.hpp>
#include <heddle/scheduler/operation.hpp>
#include <heddle/scheduler/sanitizer.hpp>
#include <heddle/scheduler/thread_state.hpp>
#include <heddle/scheduler/vector_clock.hpp>
#include <heddle/sync/platform/fine.hpp>

namespace heddle {

class engine final : public thread_names {
 public:
  explicit engine(const execution_limits& limits);
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  outcome run(const std::function<void()>& body, strategy& choices, const run_request& request);

  /// The engine whose execution the caller is in; ends the process with one line if there is none.
  static engine& here(const char* what) {
    if (running_engine == nullptr || !controlled_flow) refuse(what);
    return *running_engine;
  }
  static engine* current() noexcept { return running_engine; }

  // execution.cpp ------------------------------------------------------------------------------
  /// THE choke point.  Announce, choose, perform, observe: announces `op`, lets the strategy choose
  /// who goes on, and returns when it is this thread's turn to perform.
  void step(const operation& op);
  /// The same for an access whose next step is known, and is just this one: the event that the
  /// script has for it.  Null if the long way is to be gone.
  const graph::event* step_by_script(std::uint32_t slot, graph::kind type, graph::transition apply,
                                     std::uint64_t a, std::uint64_t b);
  /// True in an execution that keeps no happens-before and no values of atomics, since the strategy
  /// traces them.  It shows the same findings as any other, and is run again to be recorded.
  [[nodiscard]] bool lean() const noexcept { return lean_; }
  /// The body has to do with time, of which no trace tells: begins again, from now on not lean.
  void need_time() {
    timed_ever_ = true;
    if (lean_) leave_lean();
  }
  /// The body waits in a loop.
  void meet_loop();
  /// How many steps of `thread` happen before what the calling thread does now.
  [[nodiscard]] std::uint32_t knows(std::uint32_t thread) const noexcept {
    const thread_state& me = threads_[current_];
    return lean_ ? me.next.known.at[threads_[thread].number] : me.clock.at[thread];
  }
  /// How many steps the calling thread has made, as others know of them.
  [[nodiscard]] std::uint32_t epoch() const noexcept {
    return lean_ ? knows(current_) : threads_[current_].steps;
  }
  /// Closes a step: tells the fingerprint, the log and the recording what was performed.
  void observe(std::uint64_t value, std::uint32_t version);
  /// Tells that a step has changed the value of an atomic.
  void note_write() noexcept;
  /// Tells that a step has seen a time earlier than one that comes before it.
  void note_unreal() noexcept { unreal_ = true; }
  /// Says what the next step is, to a strategy that watches.  A step of which nothing is said is a
  /// hidden one.  The caller completes the result, which stays where it is until the next call: to
  /// copy what was just written in smaller pieces would have to wait for them.
  graph::operation& announce(graph::kind type, std::memory_order order = std::memory_order_seq_cst);
  graph::operation& announce_on(std::uint32_t slot, graph::kind type, std::memory_order order);
  void announce_inexpressible() {
    if (watched_) self().next.is = announced::sort::inexpressible;
    if (lean_) lose_sight();
  }
  void lose_sight() {
    if (watched_) strategy_->lose_sight();
    if (lean_) drop();
  }
  /// One typed choice within a step.
  std::uint32_t choose(choice_kind kind, std::uint32_t count);
  /// A choice that only a strategy which watches may make otherwise than `option`.
  std::uint32_t settle(choice_kind kind, std::uint32_t count, std::uint32_t option);
  std::uint32_t choose_write(const write_question& question);
  [[noreturn]] void fail(finding what);
  /// Runs other threads until this one has been woken.
  void sleep(sleep_kind why, std::uint32_t on, time_point deadline);
  /// Makes a sleeping thread ready and lets it run up to its next announcement.
  void wake(std::uint32_t thread);

  // threads.cpp --------------------------------------------------------------------------------
  std::uint32_t spawn(void (*entry)(void*), void* state, location where);
  void join(std::uint32_t thread, location where);
  void detach(std::uint32_t thread, location where);
  [[nodiscard]] std::string thread_text(std::uint32_t thread) const;  ///< `thread 1.2`
  [[nodiscard]] std::string thread_path(std::uint32_t thread) const;  ///< `1.2`
  [[nodiscard]] unsigned live_threads() const noexcept;

  // replay.cpp ---------------------------------------------------------------------------------
  [[nodiscard]] unsigned threads() const noexcept override { return count_; }
  [[nodiscard]] position position_of(unsigned thread) const noexcept override {
    return {threads_[thread].parent, threads_[thread].ordinal};
  }
  [[nodiscard]] std::uint16_t pending_check(unsigned thread) const noexcept override;
  [[nodiscard]] unsigned asker() const noexcept override;

  // objects.cpp --------------------------------------------------------------------------------
  void construct(control::object_ref& ref);
  void destroy(control::object_ref& ref);
  /// The slot of an object; a finding if there is none.
  std::uint32_t slot_of(const control::object_ref& ref, location where) {
    const bool known = !sanitizer::poisoned(&ref) && ref.execution == number_;
    return known && ref.slot < object_count_ ? ref.slot : find_slot(ref, where);
  }
  object_state& object(std::uint32_t slot) noexcept { return objects_[slot]; }
  /// Fails if `slot` was destroyed while the caller waited for its turn.
  object_state& touch(std::uint32_t slot, location where, bool plain = false);
  [[nodiscard]] std::string object_text(std::uint32_t slot) const;  ///< `"name"` or `mutex 0.3`
  void own(std::uint32_t slot, ownership mode, location where);
  void release(std::uint32_t slot, ownership mode);
  void preserve(std::uint32_t slot, void* target, const control::keeper& how);

  // memory.cpp ---------------------------------------------------------------------------------
  /// Which write `op`, a read or an update, sees.
  seen_write look(object_state& o, const graph::operation& op) {
    result.weaker |= !strong(op.order) || (op.apply != nullptr && !strong(op.failure));
    return lean_ ? seen_write{self().next.seen, 0, 0, true} : look_it_up(o, op);
  }
  /// Reads it: by `order`, what was released with it happens before.
  void take_in(object_state& o, const seen_write& seen, std::memory_order order) {
    if (!lean_) acquire(o, seen, order);
  }
  /// Writes; right behind `updated` if that is not null.  Returns a number for the fingerprint.
  std::uint32_t put(object_state& o, std::uint64_t value, std::memory_order order,
                    const seen_write* updated) {
    result.weaker |= !strong(order);
    return lean_ ? 0 : write(o, value, order, updated);
  }
  void pass_strong_fence(bool light);

  // machines.cpp -------------------------------------------------------------------------------
  /// The state that the latest step finds.  A script may have performed later writes already.
  [[nodiscard]] std::uint64_t state_of(const object_state& o) const noexcept {
    return by_script_ ? threads_[current_].next.seen : o.value;
  }
  /// Announces an operation of a machine: the thread sleeps while the machine blocks.
  void want(std::uint32_t slot, const control::machine_call& call);
  control::machine_answer perform(std::uint32_t slot, const control::machine_call& call,
                                  location where);
  control::machine_answer perform_known(std::uint32_t slot, const control::machine_call& call,
                                        const graph::event& known, location where);
  /// The slot of the futex of an atomic.
  [[nodiscard]] std::uint32_t futex_of(std::uint32_t word);  // futex.cpp
  void synchronize(object_state& o, unsigned slots, const effect& done);

  // race.cpp -----------------------------------------------------------------------------------
  void plain_access(std::uint32_t slot, bool write, location where);

  // blocked.cpp --------------------------------------------------------------------------------
  /// Decides what it means that no thread can run.
  void classify_blocked();
  bool begins_probe(thread_set stuck);
  [[noreturn]] void fail_blocked(thread_set stuck);
  [[nodiscard]] std::string waiting_text(std::uint32_t thread) const;
  std::vector<awaited_thread> awaited_by(std::uint32_t thread);  ///< for the recording

  // heap.cpp -----------------------------------------------------------------------------------
  void* allocate(std::size_t bytes, std::size_t alignment, void* site);
  void deallocate(void* block);

  // state that the files above share -------------------------------------------------------------
  [[nodiscard]] thread_state& self() noexcept { return threads_[current_]; }
  [[nodiscard]] unsigned thread_count() const noexcept { return count_; }
  [[nodiscard]] std::uint32_t current_thread() const noexcept { return current_; }
  [[nodiscard]] thread_state& thread(std::uint32_t number) noexcept { return threads_[number]; }
  /// False while an execution is run again, for a recording or a comparison.
  [[nodiscard]] bool counting() const noexcept {
    return request_.counted && request_.record == nullptr && request_.expected == nullptr;
  }
  [[nodiscard]] bool recording_on() const noexcept { return request_.record != nullptr; }
  [[nodiscard]] graph::memory memory() const noexcept { return request_.memory; }
  /// Replaces the text of the latest recorded step of this thread.
  void record(std::string text);
  [[nodiscard]] location user_location(location where) const {
    return recording_on() ? user_location_now(where) : where;
  }
  [[nodiscard]] std::string value_text(std::uint64_t value) const;
  [[nodiscard]] const finding& found() const noexcept { return found_; }

  execution_limits limits;
  outcome result;
  time_point now{};  ///< the latest virtual time that any thread has reached

 private:
  friend class blocked_threads;
  friend class livelock_watch;
  [[noreturn]] static void refuse(const char* what);
  void reset();
  void step_by_strategy(const operation& op, bool announced_before);
  // script.cpp.  An operation is performed by the script; or it has to be announced, for the script
  // is over; or it has been, and was picked.
  enum class scripted : std::uint8_t { performed, announce, perform };
  scripted follow_script();
  scripted perform_scripted(const graph::event& e);
  [[nodiscard]] const graph::event* next_of_script(unsigned number) const noexcept {
    const std::uint16_t at = scripted_events_[number];
    if (at == script_ends_[number]) return nullptr;
    return &script_.of->at(script_.of->threads[number][at]);
  }
  [[nodiscard]] bool is_due(const graph::event& e) const noexcept;
  void pass_scripted(const graph::event& e);
  void end_script();
  void begin_script();
  [[nodiscard]] std::uint32_t next_in_script();
  std::int32_t locate(std::uint32_t slot);
  void run_once(strategy& choices);
  [[nodiscard]] location user_location_now(location where) const;
  [[noreturn]] void leave_lean();
  /// With `run`, which starts an execution, the only place that switches: from one thread to
  /// another, or, for `none`, back to the host.  Inline, as fiber::switch_to.
  void switch_to_thread(std::uint32_t next) {
    fiber& from = threads_[current_].flow;
    if (next != thread_state::none) current_ = next;
    fiber::switch_to(from, next != thread_state::none ? threads_[next].flow : host_);
  }
  void end_execution(ending how);
  [[noreturn]] void leave_fiber();
  [[noreturn]] void drop();
  [[nodiscard]] std::uint32_t next_thread();
  [[nodiscard]] bool can_only_wait(thread_set can) const noexcept;
  [[nodiscard]] thread_set enabled() const noexcept;
  void look_again(std::uint32_t thread);
  void look_again_at(std::uint32_t slot);
  [[nodiscard]] static constexpr bool strong(std::memory_order order) noexcept {
    return order == std::memory_order_seq_cst;
  }
  std::vector<write_record>& history_of(object_state& o) {
    if (o.history == object_state::none) begin_history(o);
    return histories_[o.history];
  }
  void begin_history(object_state& o);
  /// Who knows the graph needs no list of what is allowed; but a recording says how long it was.
  [[nodiscard]] bool graph_decides() const noexcept { return watched_ && !recording_on(); }
  std::uint32_t ask_graph(choice_kind kind, std::size_t count);
  seen_write look_it_up(object_state& o, const graph::operation& op);
  void acquire(object_state& o, const seen_write& seen, std::memory_order order);
  std::uint32_t write(object_state& o, std::uint64_t value, std::memory_order order,
                      const seen_write* updated);
  seen_write look_in_graph(object_state& o, const graph::operation& op);
  [[nodiscard]] std::size_t oldest_to_see(const std::vector<write_record>& writes,
                                          const vector_clock& clock) const noexcept;
  [[nodiscard]] bool strongly_known(const write_record& w, bool strong) const noexcept;
  std::size_t choose_place(object_state& o, bool is_strong);
  void read_clock(bool released, const vector_clock& clock, time_point bound,
                  std::memory_order order) noexcept;
  [[nodiscard]] std::uint64_t places_hash(const object_state& o, std::size_t last) const noexcept;
  void forget(object_state& o);
  vector_clock* machine_clocks(object_state& of, unsigned count);
  std::uint32_t start_thread(void (*entry)(void*), void* argument, std::uint32_t parent);
  void start_clocks(thread_state& t, std::uint32_t id, std::uint32_t parent) noexcept;
  void number_thread(std::uint32_t thread);
  static void thread_main(void* thread);
  void finish_thread();
  bool wait_for_turn(const operation& op);
  [[nodiscard]] bool may_follow() const noexcept;
  void show(std::uint32_t thread) noexcept;
  void begin_step(const operation& op);
  void note_yielding(bool yields) noexcept;
  void note_spinning(const operation& op);
  bool release_spinner();
  [[nodiscard]] std::uint32_t replayed_thread();
  [[nodiscard]] std::uint32_t answering() const noexcept;
  [[nodiscard]] bool leaving_is_free(thread_set can) const noexcept;
  [[nodiscard]] bool is_preemption(thread_set can, std::uint32_t next) const noexcept;
  [[nodiscard]] std::uint32_t replayed_choice(choice_kind kind, std::uint32_t count);
  [[nodiscard]] std::string pending_text(std::uint32_t thread) const;
  [[noreturn]] void differs(const std::string& how);
  [[noreturn]] void fail_unanswered();
  [[noreturn]] void fail_step_limit();
  void record_choice(choice_kind kind, std::uint32_t count, std::uint32_t option);
  void finish_run();
  void record_step(const operation& op);
  void record_end();
  void note_access(const object_state& o, std::uint32_t version, bool writes);
  void note_known(std::uint32_t thread);
  void note_owned(std::uint32_t slot, ownership mode, bool taken);
  [[nodiscard]] recorded_step step_text(std::uint32_t thread, const operation& op);
  [[nodiscard]] std::string operation_text(const operation& op) const;
  std::uint32_t find_slot(const control::object_ref& ref, location where);
  [[noreturn]] void fail_touch(const object_state& o, std::uint32_t slot, location where);
  [[noreturn]] void use_after_free(const control::object_ref& ref, location where);
  void check_leaks();
  void restore_statics() noexcept;
  [[nodiscard]] std::uint32_t region_for(std::uint32_t parent, std::uint32_t ordinal) const;
  [[nodiscard]] std::uint64_t subject_id(const operation& op) const noexcept;
  [[nodiscard]] std::uint16_t check_of(const operation& op) const noexcept;
  [[nodiscard]] std::uint32_t schedule_name(std::uint32_t thread);
  const fiber_stack& stack_for(std::uint32_t region);
  void add_object(control::object_ref& ref, std::uint32_t creator);

  strategy* strategy_ = nullptr;
  bool watched_ = false, lean_ = false, run_again_ = false;  ///< once more: not lean
  // The script that is followed.
  bool scripted_ = false;
  bool by_script_ = false;  ///< the latest step was
  script script_;
  std::size_t script_left_ = 0;  ///< events that are still to be performed
  thread_set parked_ = 0;        ///< have an operation that the strategy was not told of
  // By number in the graph: the thread; how many of its events were performed, and are to be.
  std::array<std::uint8_t, graph::max_threads> thread_of_{};
  std::array<std::uint16_t, graph::max_threads> scripted_events_{}, script_ends_{};
  // Loops that wait go round for a while; what that found in the latest run not recorded.
  bool probing_ = false, probe_confirms_ = false, probe_found_ = false;
  bool timed_ever_ = false;  ///< some execution had to do with time, of which nothing is traced
  bool always_ask_ = false;  ///< the strategy picks even where one thread alone can go on
  bool preempts_ = false;    ///< the latest pick
  sight shown_ = sight::none;
  livelock_watch watch_;  ///< while recording
  execution_view view_;
  run_request request_;
  finding found_;
  const std::function<void()>* body_ = nullptr;

  std::vector<thread_state> threads_;
  unsigned count_ = 0;
  std::uint32_t current_ = 0;
  thread_set ready_ = 0;           ///< not asleep and not finished
  thread_set timed_ = 0;           ///< asleep, and may go on by their deadline
  thread_set yielded_ = 0;         ///< in the latest step: to go on counts as a preemption
  thread_set yielders_ = 0;        ///< have yielded at all
  thread_set spinning_ = 0;        ///< may not go on before another thread's write
  std::uint32_t writes_ = 0;       ///< steps so far that may end the loop of a spinner
  std::uint32_t idle_rounds_ = 0;  ///< of spinners, since the last write, while all others wait
  std::uint32_t idle_turn_ = 0;    ///< who spun the latest of them
  fiber host_;

  // Of the latter two kinds, and of clocks in general: entries from `width_` on are zero, for no
  // thread was ever there; so what is used again is cleared up to there only.
  unsigned width_ = 0;                 ///< the most threads that an execution has had
  std::vector<object_state> objects_;  ///< the first `object_count_` are in use
  std::uint32_t object_count_ = 0;
  std::vector<holding> holdings_;
  std::vector<std::vector<write_record>> histories_;  // under rc11
  std::uint32_t history_count_ = 0;
  std::vector<strong_fence> fences_;
  // What happens before any of them, and before any that is not light.
  vector_clock before_fences_, before_heavy_fences_;
  std::uint32_t strong_count_ = 0;
  std::vector<std::uint8_t> allowed_, all_;  // of the latest write_question; and where all may be
  bool unreal_ = false;
  std::vector<std::pair<std::string, std::string>> observed_now_;
  std::vector<vector_clock> machine_clocks_;
  std::uint32_t machine_clock_count_ = 0;
  std::uint64_t number_ = 0;  ///< of the execution in this process; never 0 while one runs

  std::vector<saved_static> statics_;
  arena heap_;
  std::vector<freed_block> freed_;
  std::vector<initialization> initializations_;
  vector_clock initialized_;  // what has been initialised happens before whoever waited for it
  recording_notes notes_;
  std::vector<named_stack> stacks_;

  // Of the schedule being recorded or replayed: thread -> index into schedule::threads.
  std::array<std::uint32_t, max_threads> names_{};
  std::size_t log_position_ = 0;

 public:
  observations observed;
  /// Counted once the execution has ended, if it is one that counts.
  void observe_value(std::string_view key, std::string_view value) {
    observed_now_.emplace_back(key, value);
  }

  // overflow.cpp -------------------------------------------------------------------------------
  [[nodiscard]] bool overflowed(const void* address) const noexcept;
  [[noreturn]] void fail_overflow();

  // guard.cpp ----------------------------------------------------------------------------------
  /// Of a function-local static whose guard is `guard`: true if the caller must initialise it,
  /// false if another thread has done so meanwhile.
  bool acquire_guard(void* guard);
  void release_guard(void* guard, bool initialized);
};

}  // namespace heddle

#include <heddle/scheduler/hot_path.hpp>
