#include <heddle/scheduler/moments.hpp>

#include <algorithm>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle {

namespace {

// An operation of a machine with one clock, which nothing is released to.
graph::effect passed(std::uint64_t times, std::uint64_t, std::uint64_t, unsigned) {
  return {graph::effect::what::write, times + 1, 1};
}
graph::effect looked_at(std::uint64_t times, std::uint64_t, std::uint64_t, unsigned) {
  return {graph::effect::what::read_only, times, 1};
}

// A mark is no object of the user's: that two threads meet at one says nothing of the body.
std::uint64_t perform(control::object_ref& mark, op_kind kind, graph::transition what,
                      location where) {
  const heap_off off;
  engine& e = engine::here("a mark");
  const std::uint32_t slot = e.slot_of(mark, where);
  graph::operation& op = e.announce_on(slot, graph::kind::update, std::memory_order_relaxed);
  op.apply = what;
  op.slots = 1;
  e.step({kind, slot, where});
  object_state& o = e.object(slot);
  if (!o.alive) e.touch(slot, where);
  thread_state& me = e.self();
  const std::uint64_t state = e.state_of(o);
  const graph::effect done = what(state, 0, 0, 0);
  me.bound = std::max(me.bound, o.bound);
  if (done.does == graph::effect::what::write) {
    me.sc_bound = std::max({me.bound, me.sc_bound, o.sc_bound, o.sc_read});
    o.bound = me.bound;
    o.sc_bound = me.sc_bound;
    o.value = done.next;
    ++o.version;
  } else {
    me.sc_bound = std::max({me.bound, me.sc_bound, o.sc_bound});
    o.sc_read = std::max(o.sc_read, me.sc_bound);
  }
  e.observe(done.next, o.version);
  return done.next;
}

}  // namespace

moment moment_of_caller() {
  const engine& e = engine::here("a history");
  return {e.current_thread(), e.epoch() + 1};
}

bool happened_before(const moment& earlier) {
  const engine& e = engine::here("a history");
  return e.current_thread() == earlier.thread || e.knows(earlier.thread) >= earlier.epoch;
}

bool has_real_time() { return engine::here("a history").memory() == graph::memory::sc; }

void time_mark::pass(location caller) { (void)perform(ref_, op_kind::store, passed, caller); }

std::uint64_t time_mark::look(location caller) {
  return perform(ref_, op_kind::load, looked_at, caller);
}

bool being_recorded() noexcept {
  return running_engine != nullptr && running_engine->recording_on();
}

void describe_step(const std::string& text) {
  const heap_off off;
  if (being_recorded()) running_engine->record(std::string(text));
}

}  // namespace heddle
