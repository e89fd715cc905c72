// The part of an execution that a strategy knows already, because the graph has it: it is followed
// without a question.  A thread whose turn it is not is parked with its operation ready, and the
// strategy is told of those that are still parked when the script is over.
#include <bit>
#include <utility>

#include <heddle/scheduler/engine.hpp>

namespace heddle {

void engine::begin_script() {
  scripted_ = by_script_ = false;
  script_ = strategy_->follow_script(lean_ && !limits.plain);
  if (script_.of == nullptr) return;
  const graph::graph& g = *script_.of;
  script_left_ = 0;
  scripted_events_.fill(0);
  script_ends_.fill(0);
  for (std::size_t t = 0; t < g.thread_limit; ++t) {
    const auto& events = g.threads[t];
    if (events.empty()) continue;
    const graph::event& last = g.at(events.back());
    const bool is_step = last.type != graph::kind::end && !last.blocked;
    script_ends_[t] = static_cast<std::uint16_t>(events.size() - (is_step ? 0 : 1));
    script_left_ += script_ends_[t];
  }
  if (script_left_ == 0) {
    strategy_->followed(scripted_events_, true);
    return;
  }
  scripted_ = true;
  parked_ = 0;
  thread_of_.fill(max_threads);
  thread_of_[0] = 0;
}

// Its location is the same number for the whole execution.
std::int32_t engine::locate(std::uint32_t slot) {
  return objects_[slot].graph_location = strategy_->locate(slot, self().next);
}

// Tells the strategy what it has missed.
void engine::end_script() {
  scripted_ = false;
  strategy_->followed(scripted_events_, true);
  for (thread_set left = std::exchange(parked_, 0); left != 0; left &= left - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(left));
    strategy_->announces(t, threads_[t].next);
  }
}

// Who goes on with the script: the next one that can; or whom the strategy picks, once it is over.
std::uint32_t engine::next_in_script() {
  if (script_left_ == 0) {
    end_script();
    return next_thread();
  }
  const auto number_of = [&](unsigned t) { return threads_[t].number; };
  const auto can = [&](unsigned t) {
    const graph::event* const e = next_of_script(number_of(t));
    return e != nullptr && is_due(*e);
  };
  const thread_set later = parked_ & ~(bit(current_) | (bit(current_) - 1));
  for (const thread_set some : {later, parked_ & ~later}) {
    for (thread_set left = some; left != 0; left &= left - 1) {
      const auto t = static_cast<std::uint32_t>(std::countr_zero(left));
      if (can(t)) return t;
    }
  }
  fail_unanswered();
}

engine::scripted engine::follow_script() {
  thread_state& me = self();
  const std::uint32_t id = current_;
  if (me.announcer != thread_state::none) {
    parked_ |= bit(id);
    switch_to_thread(std::exchange(me.announcer, thread_state::none));
    if (!scripted_) return scripted::perform;
  }
  for (;;) {
    if (result.steps == limits.steps) fail_step_limit();
    if (script_left_ == 0) {
      parked_ &= ~bit(id);
      end_script();
      return scripted::announce;
    }
    const graph::event* const e = next_of_script(me.number);
    if (e != nullptr && is_due(*e)) return perform_scripted(*e);
    parked_ |= bit(id);
    switch_to_thread(next_in_script());
    if (!scripted_) return scripted::perform;
  }
}

// A loop that waits is known by what it has read, which a strategy has not been told of.
void engine::meet_loop() {
  if (script_.of == nullptr) return;
  strategy_->stop_scripts();
  leave_lean();
}

engine::scripted engine::perform_scripted(const graph::event& e) {
  thread_state& me = self();
  graph::operation& op = me.next.what;
  const bool same_kind =
      e.op.type == op.type && e.op.location == op.location && e.op.apply == op.apply;
  const bool names_thread = op.type == graph::kind::spawn || op.type == graph::kind::join;
  const bool other_thread =
      op.type == graph::kind::join && threads_[me.next.other].number != e.op.a;
  if (!same_kind || other_thread || (!names_thread && (e.op.a != op.a || e.op.b != op.b)))
    fail_unanswered();
  if (op.type == graph::kind::spawn) op.a = e.op.a;
  pass_scripted(e);
  parked_ &= ~bit(current_);
  by_script_ = true;
  me.next.is = announced::sort::hidden;
  return scripted::performed;
}

}  // namespace heddle
