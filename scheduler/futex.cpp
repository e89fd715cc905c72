// Futexes under control: the machine of models/specs/futex.hpp, beside the atomic that is its word.
#include <string>

#include <heddle/models/specs/futex.hpp>
#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/sync/platform/coarse/stepping.hpp>

namespace heddle {

namespace detail {

// Up to 31 threads fit into the word.
template <>
struct word_for<specs::futex::state> {
  using state = specs::futex::state;
  static constexpr unsigned bits = 31;
  static constexpr std::uint64_t low = (std::uint64_t{1} << bits) - 1;

  static std::uint64_t pack(const state& now) {
    if (((now.asleep | now.woken) & ~low) != 0) return states_of_type<state>.word_of(now);
    return now.asleep | now.woken << bits | std::uint64_t{now.looking} << (2 * bits);
  }
  static state unpack(std::uint64_t word) {
    if ((word & state_table<state>::mark) != 0) return states_of_type<state>.state_of(word);
    return {(word >> (2 * bits) & 1) != 0, word & low, word >> bits & low};
  }
  static std::size_t hash(const state& now) noexcept {
    return mix(mix(mix(0, now.asleep), now.woken), now.looking ? 1 : 0);
  }
};

}  // namespace detail

namespace {

// Tells the name of a futex from that of its word.
constexpr std::uint64_t futex_mark = 0x66757465;

}  // namespace

// It has no memory of its own, and is made when it is first needed.
std::uint32_t engine::futex_of(std::uint32_t word) {
  if (objects_[word].futex != object_state::none) return objects_[word].futex;
  const std::uint32_t slot = object_count_++;
  if (slot == objects_.size()) objects_.emplace_back();
  objects_[word].futex = slot;
  object_state& made = objects_[slot];
  made = objects_[word];
  made.alive = true;
  made.released = false;
  made.id = mix(made.id, futex_mark);
  made.identity = mix(made.identity, futex_mark);
  made.graph_location = graph::nowhere;
  made.initial = made.value = 0;
  made.version = 0;
  made.touched = 0;
  made.accessed.clear(width_);
  made.history = made.futex = made.machine_clock = object_state::none;
  made.bound = made.sc_bound = made.sc_read = {};
  return slot;
}

namespace control {

namespace {

using machine = specs::futex;

template <class... Arguments>
effect does(specs::answer<machine::state> (*operation)(const machine::state&, Arguments...),
            std::uint64_t word, Arguments... arguments) {
  return detail::effect_of(operation(detail::state_in<machine>(word), arguments...));
}

effect look(std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
  return does(&machine::look, word);
}
effect leave(std::uint64_t word, std::uint64_t, std::uint64_t, unsigned) {
  return does(&machine::leave, word);
}
effect enter(std::uint64_t word, std::uint64_t may_return, std::uint64_t, unsigned option) {
  return does(&machine::enter, word, may_return != 0, option);
}
effect wake_up(std::uint64_t word, std::uint64_t ticket, std::uint64_t, unsigned option) {
  return does(&machine::wake_up, word, static_cast<unsigned>(ticket), option);
}
effect wake(std::uint64_t word, std::uint64_t count, std::uint64_t, unsigned option) {
  return does(&machine::wake, word, static_cast<unsigned>(count), option);
}

constexpr const char* wait_name = "futex_wait";

// One operation on the futex in `slot`, as a step.
machine_answer perform(engine& e, op_kind kind, std::uint32_t slot, machine_call call,
                       location where) {
  call.slots = machine::clocks;
  e.want(slot, call);
  e.step({kind, slot, where});
  return e.perform(slot, call, where);
}

machine_answer wait_step(engine& e, std::uint32_t slot, const machine_call& call, location where) {
  return perform(e, op_kind::futex_wait, slot, call, where);
}

void record(engine& e, const char* call, std::uint32_t slot, const std::string& what) {
  if (e.recording_on()) e.record(call + (" " + e.object_text(slot) + ": ") + what);
}

// Whoever has been woken has announced that it wakes up.
std::string names_of(engine& e, std::uint32_t slot, std::uint64_t tickets) {
  std::string names;
  for (std::uint32_t t = 0; t < e.thread_count(); ++t) {
    const thread_state& each = e.thread(t);
    if (each.call == nullptr || each.call->apply != &wake_up || each.called_on != slot) continue;
    if ((tickets >> each.call->a & 1U) == 0) continue;
    names += (names.empty() ? "" : ", ") + e.thread_text(t);
  }
  return names.empty() ? "nobody sleeps" : names;
}

// Sleeps, with the word seen to be as expected.
wait_result sleep(engine& e, std::uint32_t slot, time_point deadline, location where) {
  thread_state& me = e.self();
  const bool may_return = me.spurious < e.limits.spurious;
  if (!may_return && e.limits.spurious > 0) e.result.hit_spurious = true;
  const machine_answer entered =
      wait_step(e, slot, {.apply = &enter, .a = may_return ? 1U : 0U, .name = wait_name}, where);
  if (entered.result == machine::no_ticket) {
    ++me.spurious;
    record(e, "futex wait", slot, "returns for no reason");
    return wait_result::woken;
  }
  record(e, "futex wait", slot, "sleeps");
  const machine_answer woken = wait_step(e, slot,
                                         {.apply = &wake_up,
                                          .a = entered.result,
                                          .name = wait_name,
                                          .may_block = true,
                                          .deadline = deadline},
                                         where);
  record(e, "futex wait", slot, woken.result != 0 ? "returns, woken" : "times out");
  return woken.result != 0 ? wait_result::woken : wait_result::timed_out;
}

}  // namespace

futex_key key_of(const object_ref& ref) {
  const heap_off off;
  return {engine::here("futex").slot_of(ref, {})};
}

wait_result futex_wait(object_ref& ref, std::uint32_t expected, time_point deadline,
                       location where) {
  const heap_off off;
  engine& e = engine::here("futex");
  const std::uint32_t slot = e.futex_of(e.slot_of(ref, where));
  wait_step(e, slot, {.apply = &look, .name = wait_name, .may_block = true}, where);
  record(e, "futex wait", slot, "looks");
  if (load(ref, std::memory_order_relaxed, where) == expected) {
    return sleep(e, slot, deadline, where);
  }
  wait_step(e, slot, {.apply = &leave, .name = wait_name}, where);
  record(e, "futex wait", slot, "returns, the word has changed");
  return wait_result::changed;
}

// The word may be gone: a wake goes to whoever sleeps under its key.
void futex_wake(futex_key key, std::uint32_t count, location where) {
  const heap_off off;
  engine& e = engine::here("futex");
  const std::uint32_t slot = e.futex_of(key.slot);
  const machine_answer woken =
      perform(e, op_kind::futex_wake, slot,
              {.apply = &wake, .a = count, .name = "futex_wake", .may_block = true}, where);
  if (e.recording_on()) record(e, "futex wake", slot, names_of(e, slot, woken.result));
}

}  // namespace control
}  // namespace heddle
