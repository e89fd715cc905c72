// What it means that no thread can go on: the end, a deadlock, or a time-out that another execution
// takes.
#include <algorithm>
#include <bit>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle {

/// Sorts the sleeping threads into those that somebody may still release and those that nobody can.
class blocked_threads {
 public:
  explicit blocked_threads(const engine& of) : e_(of) {
    for (std::uint32_t t = 0; t < e_.count_; ++t) {
      if (e_.threads_[t].finished) continue;
      unfinished_ |= bit(t);
      if (in_timed_wait(t)) {
        timed_ |= bit(t);
      } else {
        stuck_ |= bit(t);
      }
    }
    while (release_one()) {
    }
  }

  [[nodiscard]] thread_set unfinished() const noexcept { return unfinished_; }
  [[nodiscard]] thread_set stuck() const noexcept { return stuck_; }
  [[nodiscard]] thread_set timed() const noexcept { return timed_; }

  /// True if each timed wait also times out, in another execution.
  [[nodiscard]] bool all_have_siblings() const noexcept {
    for (std::uint32_t t = 0; t < e_.count_; ++t) {
      if ((timed_ & bit(t)) != 0 && !e_.threads_[t].timed_choice) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool in_timed_wait(std::uint32_t t) const noexcept {
    return e_.threads_[t].sleeps == sleep_kind::machine && e_.threads_[t].deadline != never;
  }

  // A thread is released if somebody outside of `stuck_` may do it: of a mutex, its one owner; of
  // an object that has several owners, any of them; of one that has no known owner, anybody.
  bool release_one() {
    for (std::uint32_t t = 0; t < e_.count_; ++t) {
      if ((stuck_ & bit(t)) != 0 && may_be_released(e_.threads_[t])) {
        stuck_ &= ~bit(t);
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool may_be_released(const thread_state& t) const {
    if (t.sleeps == sleep_kind::join) return (stuck_ & bit(t.sleeps_on)) == 0;
    if (t.sleeps == sleep_kind::initialization) return (stuck_ & bit(t.sleeps_on)) == 0;
    const std::uint32_t object = t.calls != nullptr ? t.calls->slot : object_state::none;
    bool owned = false, all_free = true, any_free = false, any_shared = false;
    for (const holding& h : e_.holdings_) {
      if (h.object != object) continue;
      owned = true;
      const bool free = (unfinished_ & ~stuck_ & bit(h.thread)) != 0;
      all_free = all_free && free;
      any_free = any_free || free;
      any_shared = any_shared || h.mode == ownership::shared;
    }
    if (!owned) return (unfinished_ & ~stuck_) != 0;
    // A writer waits for every reader; a permit may come from any holder.
    const bool any_suffices = any_shared && e_.objects_[object].kind == object_kind::semaphore;
    return any_suffices ? any_free : all_free;
  }

  const engine& e_;
  thread_set unfinished_ = 0, stuck_ = 0, timed_ = 0;
};

/// `thread 1  waits in mutex::lock  transfer.cpp:41  for "to", held by thread 2 since ...`
std::string engine::waiting_text(std::uint32_t thread) const {
  const thread_state& t = threads_[thread];
  std::string text = thread_text(thread) + "  ";
  if (t.sleeps == sleep_kind::join) {
    return text + "waits in thread::join  " + describe(t.pending.where) + "  for " +
           thread_text(t.sleeps_on);
  }
  if (t.sleeps == sleep_kind::initialization) {
    return text + "waits for the initialization of a static  done by " + thread_text(t.sleeps_on);
  }
  const control::call_frame* outermost = t.calls;
  while (outermost != nullptr && outermost->outer != nullptr) outermost = outermost->outer;
  if (t.sleeps == sleep_kind::none) {
    return text + "spins  " + describe(t.pending.where) + "  and nobody is left to end it";
  }
  if (outermost == nullptr) {
    return text + "waits in " + t.call->name + "  " + describe(t.pending.where) + "  on " +
           object_text(t.sleeps_on);
  }
  text += "waits in " + std::string(outermost->name) + "  " + describe(outermost->caller) +
          "  for " + object_text(t.calls->slot);
  for (const holding& h : holdings_) {
    if (h.object != t.calls->slot) continue;
    text += ", held by " + thread_text(h.thread) + " since " + describe(h.since);
  }
  return text;
}

std::vector<awaited_thread> engine::awaited_by(std::uint32_t thread) {
  const thread_state& t = threads_[thread];
  if (t.sleeps == sleep_kind::none) return {};
  if (t.sleeps == sleep_kind::join || t.sleeps == sleep_kind::initialization) {
    return {{schedule_name(t.sleeps_on), "", {}}};
  }
  std::vector<awaited_thread> all;
  if (t.calls == nullptr) return all;
  for (const holding& h : holdings_) {
    if (h.object != t.calls->slot) continue;
    all.push_back({schedule_name(h.thread), object_text(h.object), h.since});
  }
  return all;
}

void engine::fail_blocked(thread_set stuck) {
  finding what;
  what.kind = threads_[0].finished ? finding_kind::stuck_threads : finding_kind::deadlock;
  const std::string steps = " after " + std::to_string(result.steps) + " steps";
  const auto count = static_cast<unsigned>(__builtin_popcountll(stuck));
  what.text = what.kind == finding_kind::deadlock
                  ? "deadlock" + steps
                  : std::to_string(count) + (count == 1 ? " thread is" : " threads are") +
                        " blocked for ever" + steps + ", the body has returned";
  for (std::uint32_t t = 0; t < count_; ++t) {
    if ((stuck & bit(t)) != 0) what.details.push_back(waiting_text(t));
  }
  fail(std::move(what));
}

// In a graph a thread waits at the end of an iteration that has only read.  Whether the loop would
// end by itself, since it counts, is seen by letting it go round.
bool engine::begins_probe(thread_set stuck) {
  // A recording tells of the rounds only if there was something else to find in them.
  if (!watched_ || (recording_on() && !probe_found_)) return false;
  bool loops = false;
  for (thread_set left = stuck; left != 0; left &= left - 1) {
    const thread_state& t = threads_[static_cast<std::uint32_t>(std::countr_zero(left))];
    const bool at_end = t.pending.kind == op_kind::spin || t.pending.kind == op_kind::yield;
    loops = loops || (t.sleeps == sleep_kind::none && at_end);
  }
  if (!loops) return false;
  if (lean_) leave_lean();
  probing_ = true;
  watched_ = false;
  strategy_->overtime();
  return true;
}

void engine::classify_blocked() {
  if (release_spinner()) return;
  const blocked_threads blocked(*this);
  if (blocked.unfinished() == 0) {
    end_execution(ending::completed);
    leave_fiber();
  }
  if (blocked.stuck() != 0) {
    if (begins_probe(blocked.stuck())) return;
    probe_confirms_ = probing_;
    fail_blocked(blocked.stuck());
  }
  if (blocked.all_have_siblings()) {
    end_execution(ending::blocked);
    leave_fiber();
  }
  // Overtime: the bound on time-outs keeps their executions away; let the waits end, the earliest
  // deadline first, and see what becomes of the rest.
  result.hit_timeouts = true;
  std::uint32_t first = thread_state::none;
  for (std::uint32_t t = 0; t < count_; ++t) {
    if ((blocked.timed() & bit(t)) == 0) continue;
    if (first == thread_state::none || threads_[t].deadline < threads_[first].deadline) first = t;
  }
  if (std::exchange(watched_, false)) strategy_->overtime();
  timed_ |= bit(first);
}

}  // namespace heddle
