// Operations of the machines of models/specs: one step each, performed once the state lets them.
#include <algorithm>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle {

void engine::want(std::uint32_t slot, const control::machine_call& call) {
  if (call.deadline != never) need_time();
  thread_state& me = self();
  me.call = &call;
  me.called_on = slot;
  me.deadline = call.deadline;
  me.expired = call.deadline != never && me.bound >= call.deadline;
  me.timed_choice = call.deadline != never && !me.expired && me.timeouts < limits.timeouts;
  graph::operation& op = announce_on(slot, graph::kind::update, std::memory_order_relaxed);
  op.apply = call.apply;
  op.a = call.a;
  op.b = call.b;
  op.slots = call.slots;
  op.may_block = call.may_block && !me.expired;
  op.cancellable = me.timed_choice;
  op.expired = me.expired;
  look_again(current_);
}

// Whether a thread that has announced an operation of a machine can perform it now.
void engine::look_again(std::uint32_t thread) {
  thread_state& t = threads_[thread];
  const control::machine_call& call = *t.call;
  const std::uint64_t state = objects_[t.called_on].value;
  const bool blocks = call.may_block && !t.expired &&
                      call.apply(state, call.a, call.b, 0).does == effect::what::block;
  timed_ &= ~bit(thread);
  if (!blocks) {
    t.sleeps = sleep_kind::none;
    ready_ |= bit(thread);
    return;
  }
  t.sleeps = sleep_kind::machine;
  t.sleeps_on = t.called_on;
  ready_ &= ~bit(thread);
  if (t.deadline == never) return;
  if (t.timed_choice || request_.replay != nullptr) {
    timed_ |= bit(thread);
  } else {
    result.hit_timeouts = true;
  }
}

// After a step on the object.
void engine::look_again_at(std::uint32_t slot) {
  for (std::uint32_t t = 0; t < count_; ++t) {
    if (threads_[t].call != nullptr && threads_[t].called_on == slot) look_again(t);
  }
}

vector_clock* engine::machine_clocks(object_state& of, unsigned count) {
  if (of.machine_clock == object_state::none) {
    of.machine_clock = machine_clock_count_;
    machine_clock_count_ += count;
    if (machine_clocks_.size() < machine_clock_count_) machine_clocks_.resize(machine_clock_count_);
    for (unsigned i = 0; i < count; ++i) machine_clocks_[of.machine_clock + i].clear(width_);
  }
  return &machine_clocks_[of.machine_clock];
}

// By the clocks that the machine names.
void engine::synchronize(object_state& o, unsigned slots, const effect& done) {
  thread_state& me = self();
  vector_clock* const clocks = machine_clocks(o, slots);
  for (unsigned i = 0; i < slots; ++i) {
    if ((done.acquires >> i & 1U) != 0) me.clock.join(clocks[i], count_);
  }
  for (unsigned i = 0; i < slots; ++i) {
    if ((done.empties >> i & 1U) != 0) clocks[i].clear(width_);
    if ((done.releases >> i & 1U) != 0) clocks[i].join(me.clock, count_);
  }
  me.bound = o.bound = std::max(me.bound, o.bound);
  me.sc_bound = o.sc_bound = std::max({me.bound, me.sc_bound, o.sc_bound});
}

control::machine_answer engine::perform(std::uint32_t slot, const control::machine_call& call,
                                        location where) {
  thread_state& me = self();
  timed_ &= ~bit(current_);
  ready_ |= bit(current_);
  me.sleeps = sleep_kind::none;
  me.call = nullptr;
  object_state& o = touch(slot, where);
  const std::uint64_t state = state_of(o);
  effect done = call.apply(state, call.a, call.b, 0);
  unsigned option = 0;
  if (done.does == effect::what::block) {
    option = 1;
    if (!me.expired) ++me.timeouts;
    me.bound = std::max(me.bound, call.deadline);
    now = std::max(now, me.bound);
  } else if (done.options > 1) {
    option = choose(choice_kind::outcome, done.options);
  }
  const bool gave_up = done.does == effect::what::block;
  if (option != 0) done = call.apply(state, call.a, call.b, option);

  if (!lean_) synchronize(o, call.slots, done);
  if (recording_on()) {
    note_access(o, o.version, false);
    note_access(o, o.version + 1, true);
  }
  ++o.version;
  if (done.next != o.value) {
    note_write();
    ++view_.changes;
  }
  if (done.does == effect::what::write) o.value = done.next;
  look_again_at(slot);
  if (recording_on()) {
    record(std::string(call.name) + " " + object_text(slot) + (gave_up ? ": gives up" : ""));
    recorded_step& step = request_.record->steps.back();
    if (step.call.empty()) step.does = call.name;
  }
  observe(done.result + (std::uint64_t{option} << 56), o.version);
  if (done.misuse != nullptr) control::misuse(done.misuse, where);
  return {done.result, option};
}

// As the script has it, which may have performed later writes already than one that only reads has
// seen.
control::machine_answer engine::perform_known(std::uint32_t slot, const control::machine_call& call,
                                              const graph::event& known, location where) {
  object_state& o = touch(slot, where);
  const unsigned option = known.option;
  const effect done = call.apply(known.read, call.a, call.b, option);
  ++o.version;
  if (known.writes()) o.value = done.next;
  look_again_at(slot);
  if (done.misuse != nullptr) control::misuse(done.misuse, where);
  return {done.result, option};
}

namespace control {

machine_answer apply(object_ref& ref, const machine_call& call, location where) {
  const heap_off off;
  engine& e = engine::here(call.name);
  const std::uint32_t slot = e.slot_of(ref, where);
  if (call.deadline == never) {
    const auto* known = e.step_by_script(slot, graph::kind::update, call.apply, call.a, call.b);
    if (known != nullptr) return e.perform_known(slot, call, *known, where);
  }
  e.want(slot, call);
  e.step({op_kind::machine, slot, where});
  return e.perform(slot, call, where);
}

std::uint64_t thread_path() noexcept { return engine::here("thread_path").self().path; }

}  // namespace control
}  // namespace heddle
