// One execution: the loop, the one choke point, and the end.
#include <heddle/scheduler/execution.hpp>

#include <algorithm>
#include <bit>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/overflow.hpp>
#include <heddle/scheduler/sanitizer.hpp>
#include <heddle/scheduler/snapshot.hpp>

namespace heddle {

namespace {

std::uint64_t next_execution_number = 0;

}  // namespace

engine::engine(const execution_limits& given) : limits(given), threads_(max_threads) {}

engine::~engine() = default;

void engine::refuse(const char* what) {
  std::fprintf(stderr,
               "heddle: %s used outside check(); build natively or move the code into a body\n",
               what);
  std::fflush(nullptr);
  std::_Exit(2);
}

void engine::reset() {
  number_ = ++next_execution_number;
  snapshots_on = false;
  result = {};
  now = {};
  count_ = 0;
  current_ = 0;
  ready_ = timed_ = yielded_ = yielders_ = spinning_ = 0;
  writes_ = idle_rounds_ = idle_turn_ = 0;
  object_count_ = 0;
  holdings_.clear();
  machine_clock_count_ = history_count_ = strong_count_ = 0;
  fences_.clear();
  unreal_ = false;
  observed_now_.clear();
  freed_.clear();
  initializations_.clear();
  initialized_.clear(width_);
  if (!notes_.steps_of.empty()) notes_ = {};
  log_position_ = 0;
  if (!found_.text.empty()) found_ = {};
}

outcome engine::run(const std::function<void()>& body, strategy& choices,
                    const run_request& request) {
  request_ = request;
  body_ = &body;
  // Memory that comes back is ordered by steps that are no events.
  lean_ = request.lean && choices.traces() && request.record == nullptr &&
          request.expected == nullptr && request.log == nullptr && request.replay == nullptr &&
          !request.fingerprint && !limits.reuse && !timed_ever_;
  run_once(choices);
  if (std::exchange(run_again_, false)) {
    lean_ = false;
    choices.again();
    run_once(choices);
  }
  return result;
}

void engine::run_once(strategy& choices) {
  reset();
  probing_ = probe_confirms_ = false;
  if (!recording_on()) probe_found_ = false;
  strategy_ = &choices;
  watched_ = choices.watches() && request_.replay == nullptr;
  always_ask_ = request_.replay == nullptr && choices.asks_always(*this);
  preempts_ = false;
  shown_ = request_.replay == nullptr ? choices.sees() : sight::none;
  view_.spawning = 0;
  view_.changes = 0;
  if (shown_ != sight::none) choices.shows(view_);
  begin_script();
  if (request_.log != nullptr) request_.log->clear();
  if (recording_on()) {
    *request_.record = {};
    watch_.begin();
  }
  running_engine = this;
  start_thread([](void* self) { (*static_cast<engine*>(self)->body_)(); }, this,
               thread_state::none);
  ready_ = bit(0);
  const sanitizer::leaks_off dropped;
  controlled_flow = true;
  fiber::switch_to(host_, threads_[0].flow);
  controlled_flow = false;
  heap_on = false;
  if (scripted_) strategy_->followed(scripted_events_, false);
  finish_run();
  running_engine = nullptr;
}

void engine::leave_lean() {
  if (scripted_) strategy_->stop_scripts();
  run_again_ = true;
  drop();
}

void engine::finish_run() {
  if (request_.replay == nullptr && strategy_->rehearses()) result.end = ending::dropped;
  // Before the leaks are counted: what a static container allocated is none.
  restore_statics();
  if (result.end == ending::completed) check_leaks();
  if (request_.expected != nullptr && result.end != ending::found &&
      log_position_ != request_.expected->size()) {
    found_ = {finding_kind::nondeterminism,
              "the body is not deterministic: it ended after " + std::to_string(result.steps) +
                  " steps, after " + std::to_string(request_.expected->size()) +
                  " when first run; bring time, randomness and addresses under heddle",
              {},
              {}};
    result.end = ending::found;
  }
  for (std::uint32_t i = 0; i < object_count_ && request_.fingerprint; ++i) {
    const object_state& o = objects_[i];
    if (o.history == object_state::none) continue;
    result.fingerprint += places_hash(o, histories_[o.history].size() - 1);
  }
  if (unreal_) result.end = ending::unreal;
  if (request_.counted && result.end != ending::unreal && result.end != ending::dropped) {
    for (const auto& [key, value] : observed_now_) ++observed[key][value];
  }
  for (unsigned i = 0; i < count_; ++i) threads_[i].flow.drop_exceptions();
  if (recording_on()) {
    for (unsigned i = 0; i < count_; ++i) (void)schedule_name(i);
    record_end();
    if (result.end == ending::found) request_.record->found = found_;
  }
  heap_.reset();
}

// Announce, choose, perform, observe: in that order, always.  This function announces and chooses;
// its caller performs once it returns, and calls `observe`.
void engine::step_by_strategy(const operation& op, bool announced_before) {
  if (!announced_before && !wait_for_turn(op)) return;
  if (shown_ == sight::steps) strategy_->steps(current_);
  if (lean_) {
    ++result.steps;
  } else {
    begin_step(self().pending);
  }
  if (!watched_) return;
  const bool goes_on = strategy_->performs(current_);
  self().next.is = announced::sort::hidden;
  if (!goes_on) drop();
}

// Announces and returns when it is this thread's turn to perform; false if it has performed then.
bool engine::wait_for_turn(const operation& op) {
  thread_state& me = self();
  const std::uint32_t id = current_;
  if (may_follow() && strategy_->follows(id, me.next)) {
    me.next.is = announced::sort::hidden;
    if (lean_) {
      ++result.steps;
    } else {
      begin_step(me.pending);
    }
    return false;
  }
  if (watched_) strategy_->announces(id, me.next);
  if (recording_on()) {
    me.pending.where = user_location(op.where);
    me.waits_to_perform = true;
  }
  if (shown_ != sight::none) show(id);
  if (me.announcer != thread_state::none) {
    // Somebody who has just made this thread ready waits for its announcement.
    switch_to_thread(std::exchange(me.announcer, thread_state::none));
  } else {
    const std::uint32_t next = next_thread();
    if (next != id) switch_to_thread(next);
  }
  return true;
}

// Whether the calling thread may go on, and nothing has to be seen to before.
bool engine::may_follow() const noexcept {
  return watched_ && (ready_ & bit(current_)) != 0 &&
         threads_[current_].announcer == thread_state::none && result.steps != limits.steps &&
         !recording_on();
}

// Which of the two it is shows only when it is recorded.
void engine::fail_step_limit() {
  if (recording_on()) {
    if (std::optional<finding> cycle = watch_.judge(*this)) fail(std::move(*cycle));
  }
  const operation& op = self().pending;
  fail({finding_kind::step_limit,
        "the execution did not end within " + std::to_string(limits.steps) + " steps; " +
            thread_text(current_) + " was at " + describe(op.where) +
            ", perhaps in a loop that waits without yield() or spin_hint()",
        {},
        op.where});
}

// Threads that sleep until a deadline, and those that spin.
bool engine::can_only_wait(thread_set can) const noexcept {
  for (thread_set left = can & ~timed_; left != 0; left &= left - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(left));
    const op_kind next = threads_[t].pending.kind;
    if (next != op_kind::spin && next != op_kind::yield) return false;
  }
  return true;
}

std::uint32_t engine::next_thread() {
  if (scripted_) return next_in_script();
  for (;;) {
    const thread_set can = enabled();
    // A schedule may end while some thread could still go on, only to wait again.
    const bool over = request_.replay != nullptr && can_only_wait(can) &&
                      result.steps >= request_.replay->steps.size() && result.steps != limits.steps;
    if ((can == 0 && !watched_) || over) {
      classify_blocked();
      if (!over) continue;
    }
    // Before the question who goes on, which a schedule that ends here does not answer.
    if (recording_on()) watch_.look(*this);
    if (result.steps == limits.steps) fail_step_limit();
    if (request_.replay != nullptr) {
      const std::uint32_t next = replayed_thread();
      preempts_ = is_preemption(can, next);
      return next;
    }
    // Those left out have yielded or spun.  Whether the loop that they are in could have ended by
    // itself is not known.
    if ((ready_ & ~can) != 0) result.hit_fairness = true;
    if (!watched_ && !always_ask_ && std::has_single_bit(can)) {
      preempts_ = false;
      return static_cast<std::uint32_t>(std::countr_zero(can));
    }
    const unsigned next = strategy_->pick({can, current_, leaving_is_free(can)});
    if (next == strategy::give_up) drop();
    if (next == strategy::nobody && watched_) {
      classify_blocked();
      continue;
    }
    if (next >= max_threads || ((can | timed_) & bit(next)) == 0) fail_unanswered();
    if (recording_on()) preempts_ = is_preemption(can, next);
    return next;
  }
}

bool engine::leaving_is_free(thread_set can) const noexcept {
  return (can & ~yielded_ & ~timed_ & bit(current_)) == 0;
}

// Of the threads in `can`, to let `next` go on.
bool engine::is_preemption(thread_set can, std::uint32_t next) const noexcept {
  if (!leaving_is_free(can)) return next != current_;
  return next == current_ && (can & bit(current_)) != 0 && (can & ~bit(current_)) != 0;
}

void engine::fail_unanswered() {
  fail({finding_kind::nondeterminism,
        "the body is not deterministic: after step " + std::to_string(result.steps) +
            " it has other alternatives than when the same choices were first run; bring time, "
            "randomness and addresses under heddle",
        {},
        {}});
}

void engine::begin_step(const operation& op) {
  thread_state& me = self();
  ++result.steps;
  ++me.steps;
  ++me.clock.at[current_];
  if (yielders_ != 0 || op.kind == op_kind::yield) {
    note_yielding(op.kind == op_kind::yield);
  } else {
    yielded_ = 0;
  }
  note_spinning(op);
  if (recording_on()) {
    schedule& taken = request_.record->taken;
    me.last_step = static_cast<std::uint32_t>(taken.steps.size());
    taken.steps.push_back({schedule_name(current_), check_of(op), {}});
    me.waits_to_perform = false;
    record_step(op);
  } else {
    me.last_step = result.steps - 1;
  }
  me.next_choice = 0;
  if (request_.replay == nullptr) return;
  if (request_.break_at == result.steps) std::raise(SIGTRAP);
  if (request_.replay->steps[result.steps - 1].check != check_of(op)) {
    differs("step " + std::to_string(result.steps) + " is " + operation_text(op) + " by " +
            thread_text(current_) + ", its operation " + std::to_string(me.steps) +
            ", and was another operation when recorded");
  }
}

void engine::observe(std::uint64_t value, std::uint32_t version) {
  if (!request_.fingerprint) return;
  const thread_state& me = self();
  const std::uint64_t id = subject_id(me.pending);
  const std::uint64_t place = mix(me.path + me.steps, static_cast<std::uint64_t>(me.pending.kind));
  const std::uint64_t hash = mix(place ^ id, value + (std::uint64_t{version} << 40));
  result.fingerprint += hash;
  if (request_.log != nullptr) request_.log->push_back(hash);
  if (request_.expected == nullptr) return;
  const step_log& expected = *request_.expected;
  if (log_position_ >= expected.size() || expected[log_position_] != hash) {
    fail({finding_kind::nondeterminism,
          "the body is not deterministic: step " + std::to_string(result.steps) + " is " +
              operation_text(me.pending) + " by " + thread_text(current_) +
              ", and was another when the same choices were first run; bring time, randomness and "
              "addresses under heddle",
          {},
          me.pending.where});
  }
  ++log_position_;
}

void engine::fail(finding what) {
  // `what` is dropped with this frame, and must be left holding no memory: not even what an
  // assignment would have swapped into it.
  (void)std::exchange(found_, std::move(what));
  if (!recording_on()) probe_found_ = probing_ && !probe_confirms_;
  end_execution(ending::found);
  leave_fiber();
}

void engine::drop() {
  end_execution(ending::dropped);
  leave_fiber();
}

void engine::end_execution(ending how) { result.end = how; }

void engine::leave_fiber() {
  switch_to_thread(thread_state::none);
  __builtin_unreachable();
}

void engine::sleep(sleep_kind why, std::uint32_t on, time_point deadline) {
  thread_state& me = self();
  const std::uint32_t id = current_;
  me.sleeps = why;
  me.sleeps_on = on;
  me.deadline = deadline;
  ready_ &= ~bit(id);
  // A thread that was just made ready and sleeps again has announced all that it can.
  if (me.announcer != thread_state::none) {
    switch_to_thread(std::exchange(me.announcer, thread_state::none));
    return;
  }
  // It may be woken at once: by its deadline, with nobody else to go on.
  while (!watched_ && enabled() == 0) {
    classify_blocked();
    if (me.sleeps == sleep_kind::none) return;
  }
  const std::uint32_t next = next_thread();
  if (next == id && me.sleeps == sleep_kind::none) return;
  switch_to_thread(next);
}

void engine::wake(std::uint32_t thread) {
  thread_state& sleeper = threads_[thread];
  sleeper.sleeps = sleep_kind::none;
  ready_ |= bit(thread);
  if (thread == current_) return;
  sleeper.announcer = current_;
  switch_to_thread(thread);
}

}  // namespace heddle
