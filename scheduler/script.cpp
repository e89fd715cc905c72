// The part of an execution that a strategy knows already, because the graph has it: it is followed
// without a question.  A thread whose turn it is not is parked with its operation ready, and the
// strategy is told of those that are still parked when the script is over.
#include <utility>

#include <heddle/scheduler/engine.hpp>

namespace heddle {

void engine::begin_script() {
  scripted_ = by_script_ = false;
  script_ = {};
  if (!lean_ || limits.plain) return;
  script_ = strategy_->follow_script();
  if (script_.of == nullptr || script_.order.empty()) return;
  scripted_ = true;
  script_at_ = 0;
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
  strategy_->followed(script_at_);
  for (thread_set left = std::exchange(parked_, 0); left != 0; left &= left - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(left));
    strategy_->announces(t, threads_[t].next);
  }
}

// Who has the next event of the script; or whom the strategy picks, once it is over.
std::uint32_t engine::next_in_script() {
  if (script_at_ == script_.order.size()) {
    end_script();
    return next_thread();
  }
  const std::uint32_t next = thread_of_.at(script_.of->at(script_.order[script_at_]).thread);
  if (next == max_threads || (parked_ & bit(next)) == 0) fail_unanswered();
  return next;
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
    if (script_at_ == script_.order.size()) {
      parked_ &= ~bit(id);
      end_script();
      return scripted::announce;
    }
    const graph::event& e = script_.of->at(script_.order[script_at_]);
    if (e.thread == me.number) return perform_scripted(e);
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
  const bool too_early = op.type == graph::kind::join &&
                         (!threads_[me.next.other].finished ||
                          threads_[me.next.other].number != static_cast<std::uint32_t>(e.op.a));
  if (!same_kind || too_early || (!names_thread && (e.op.a != op.a || e.op.b != op.b)))
    fail_unanswered();
  if (op.type == graph::kind::spawn) op.a = e.op.a;
  ++script_at_;
  ++result.steps;
  parked_ &= ~bit(current_);
  by_script_ = true;
  me.next.is = announced::sort::hidden;
  me.next.seen = e.read;
  me.next.option = e.option;
  me.next.known = e.hb;
  return scripted::performed;
}

}  // namespace heddle
