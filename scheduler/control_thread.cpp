// Threads, time and choices under control.
#include <algorithm>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle::control {

namespace {

void raise_time(engine& e, time_point to) noexcept {
  thread_state& me = e.self();
  me.bound = std::max(me.bound, to);
  me.sc_bound = std::max(me.sc_bound, to);
  e.now = std::max(e.now, to);
}

// Whether the deadline has come.  A clock that all share has shown a later time than this thread
// knows of; what such a clock allows is all that most strategies ask for.
bool choose_time(engine& e, time_point deadline) {
  return (e.now >= deadline ? e.settle(choice_kind::timeout, 2, 1)
                            : e.choose(choice_kind::timeout, 2)) == 1;
}

}  // namespace

std::uint32_t spawn(void (*run)(void*), void* state, location where) {
  const heap_off off;
  return engine::here("thread").spawn(run, state, where);
}

unsigned live_threads(location where) {
  const heap_off off;
  engine& e = engine::here("live_threads");
  e.announce_inexpressible();
  e.step({op_kind::live_threads, operation::no_subject, where});
  const unsigned live = e.live_threads();
  if (e.recording_on()) e.record("live_threads = " + std::to_string(live));
  e.observe(live, 0);
  return live;
}

void join(std::uint32_t thread, location where) {
  const heap_off off;
  engine::here("thread").join(thread, where);
}

void detach(std::uint32_t thread, location where) {
  const heap_off off;
  engine::here("thread").detach(thread, where);
}

void yield(location where) {
  const heap_off off;
  engine& e = engine::here("yield");
  e.meet_loop();
  e.announce(graph::kind::spin).b = e.limits.polls + 1;  // so many iterations in a row
  e.step({op_kind::yield, operation::no_subject, where});
  e.observe(0, 0);
}

void spin_hint(location where) {
  const heap_off off;
  engine& e = engine::here("spin_hint");
  e.meet_loop();
  e.announce(graph::kind::spin);
  e.step({op_kind::spin, operation::no_subject, where});
  e.observe(0, 0);
}

std::uintptr_t thread_id() noexcept {
  return engine::here("thread_id").self().region + std::uintptr_t{1};
}

void* thread_local_value(const object_ref& slot, void* (*make)(const void*), void (*destroy)(void*),
                         const void* initial) {
  engine& e = engine::here("thread_slot");
  for (const thread_local_entry& known : e.self().locals) {
    if (known.slot == &slot) return known.value;
  }
  void* const value = make(initial);
  const heap_off off;
  e.self().locals.push_back({&slot, value, destroy});
  return value;
}

time_point now() {
  engine& e = engine::here("clock");
  e.need_time();
  return e.self().bound;
}

bool expired(time_point deadline, location where) {
  const heap_off off;
  engine& e = engine::here("clock");
  if (deadline == never) return false;
  e.need_time();
  thread_state& me = e.self();
  bool yes = me.bound >= deadline;
  bool asks = false;
  if (!yes) {
    auto poll = std::find_if(me.polls.begin(), me.polls.end(),
                             [&](const auto& known) { return known.deadline == deadline; });
    if (poll == me.polls.end()) poll = me.polls.insert(poll, {deadline, 0});
    yes = poll->times >= e.limits.polls;
    asks = !yes && me.timeouts < e.limits.timeouts;
    e.result.hit_polls |= yes;
    e.result.hit_timeouts |= !yes && !asks;
    const bool silent = !yes && !asks;
    if (asks) {
      e.announce(graph::kind::choose).a = 2;
    }
    e.step({op_kind::expired, operation::no_subject, where});
    if (asks) yes = choose_time(e, deadline);
    if (silent) yes = e.settle(choice_kind::timeout, 2, e.now >= deadline ? 1 : 0) == 1;
    me.timeouts += asks && yes ? 1 : 0;
    // The place may have changed with the step.
    for (auto& each : me.polls) each.times += each.deadline == deadline && !yes ? 1 : 0;
    if (!yes && me.sc_bound >= deadline) e.note_unreal();
  } else {
    e.step({op_kind::expired, operation::no_subject, where});
  }
  if (yes) raise_time(e, deadline);
  if (e.recording_on()) e.record(yes ? "deadline has expired" : "deadline has not expired");
  e.observe(yes ? 1 : 0, 0);
  return yes;
}

void sleep_until(time_point deadline, location where) {
  const heap_off off;
  engine& e = engine::here("clock");
  e.need_time();
  e.step({op_kind::sleep, operation::no_subject, where});
  raise_time(e, deadline);
  e.observe(0, 0);
}

std::uint32_t random(std::uint32_t bound, location where) {
  const heap_off off;
  engine& e = engine::here("choose");
  e.announce(graph::kind::choose).a = bound;
  e.step({op_kind::random, operation::no_subject, where});
  const std::uint32_t option = e.choose(choice_kind::random, bound);
  if (e.recording_on()) {
    e.record("choose " + std::to_string(option) + " of " + std::to_string(bound));
  }
  e.observe(option, bound);
  return option;
}

unsigned cpus() noexcept { return engine::here("cpus").limits.processors; }

std::size_t bucket(const object_ref& ref) noexcept {
  const heap_off off;
  engine& e = engine::here("bucket");
  return static_cast<std::size_t>(e.object(e.slot_of(ref, {})).id >> 20);
}

}  // namespace heddle::control
