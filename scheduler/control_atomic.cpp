// Atomics and fences under control.
#include <atomic>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/rmw.hpp>
#include <heddle/scheduler/snapshot.hpp>

namespace heddle::control {

namespace {

// Operations as pure functions of the value read, for strategies that ask what one would do.
template <rmw_kind kind>
graph::effect apply(std::uint64_t value, std::uint64_t operand, std::uint64_t width, unsigned) {
  return {graph::effect::what::write, updated(kind, value, operand, static_cast<unsigned>(width)),
          1};
}

graph::transition transition_of(rmw_kind kind) noexcept {
  switch (kind) {
    case rmw_kind::exchange:
      return apply<rmw_kind::exchange>;
    case rmw_kind::add:
      return apply<rmw_kind::add>;
    case rmw_kind::sub:
      return apply<rmw_kind::sub>;
    case rmw_kind::bit_and:
      return apply<rmw_kind::bit_and>;
    case rmw_kind::bit_or:
      return apply<rmw_kind::bit_or>;
    case rmw_kind::bit_xor:
      return apply<rmw_kind::bit_xor>;
  }
  return apply<rmw_kind::exchange>;
}

// With `options` 2, a compare-exchange that may fail although the value is the expected one.
template <std::uint16_t options>
graph::effect apply_compare(std::uint64_t value, std::uint64_t expected, std::uint64_t desired,
                            unsigned option) {
  if (value != expected) return {graph::effect::what::read_only, value, 1};
  if (option == 1) return {graph::effect::what::read_only, value, options};
  return {graph::effect::what::write, desired, options};
}

// Behind the value of a read that has not seen the newest write.
const char* stale(const object_state& o, const seen_write& seen) noexcept {
  return seen.value == o.value ? "" : ", which is not the newest";
}

std::string arrow(engine& e, std::uint64_t from, std::uint64_t to) {
  return e.value_text(from) + " -> " + e.value_text(to);
}

// An order that the standard does not allow for an operation has no meaning natively either.
void require_order(bool allowed, const char* complaint, location where) {
  if (!allowed) misuse(complaint, where);
}

bool fits_load(std::memory_order order) noexcept {
  return order != std::memory_order_release && order != std::memory_order_acq_rel;
}

bool fits_store(std::memory_order order) noexcept {
  return order == std::memory_order_relaxed || order == std::memory_order_release ||
         order == std::memory_order_seq_cst;
}

// An access that is known already.
const graph::event* by_script(engine& e, std::uint32_t slot, graph::kind type,
                              std::memory_order order, location where,
                              graph::transition apply = nullptr, std::uint64_t a = 0,
                              std::uint64_t b = 0) {
  const graph::event* const known = e.step_by_script(slot, type, apply, a, b);
  if (known == nullptr) return nullptr;
  if (order != std::memory_order_seq_cst) e.result.weaker = true;
  (void)e.touch(slot, where);
  return known;
}

void pass_fence(engine& e, std::memory_order order, graph::barrier asymmetric, location where) {
  e.announce(graph::kind::fence, order).asymmetric = asymmetric;
  e.step({op_kind::fence, operation::no_subject, where});
  if (order != std::memory_order_seq_cst) e.result.weaker = true;
  if (e.lean()) return;
  thread_state& me = e.self();
  if (graph::acquires(order) && me.acquirable) me.clock.join(me.pending_acquire, e.thread_count());
  if (graph::releases(order)) {
    me.fenced = true;
    me.release_fence.copy(me.clock, e.thread_count());
  }
  const bool light = asymmetric == graph::barrier::light;
  if (order == std::memory_order_seq_cst || light) e.pass_strong_fence(light);
  if (e.recording_on() && asymmetric != graph::barrier::none) {
    e.record(light ? "light fence" : "heavy fence");
  }
  constexpr std::uint64_t kinds = 8;
  e.observe(static_cast<std::uint64_t>(order) + kinds * static_cast<std::uint64_t>(asymmetric), 0);
}

}  // namespace

std::uint64_t load(const object_ref& ref, std::memory_order order, location where) {
  const heap_off off;
  require_order(fits_load(order), "load with an order that releases", where);
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (snapshots_on) {
    if (const auto seen = snapshot::load(e, slot, order, where)) return *seen;
  } else if (const auto* known = by_script(e, slot, graph::kind::read, order, where)) {
    return known->read;
  }
  const graph::operation& reads = e.announce_on(slot, graph::kind::read, order);
  e.step({op_kind::load, slot, where});
  object_state& o = e.touch(slot, where);
  const seen_write seen = e.look(o, reads);
  e.take_in(o, seen, order);
  if (e.recording_on()) {
    e.record("load " + e.object_text(slot) + " = " + e.value_text(seen.value) + stale(o, seen));
  }
  e.observe(seen.value, seen.version);
  if (snapshots_on) snapshot::collect(slot, seen.value, where);
  return seen.value;
}

void store(object_ref& ref, std::uint64_t value, std::memory_order order, location where) {
  const heap_off off;
  require_order(fits_store(order), "store with an order that acquires", where);
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (snapshots_on) {
    if (snapshot::store(e, slot, value, order, where)) return;
  } else if (by_script(e, slot, graph::kind::write, order, where, nullptr, value)) {
    return;
  }
  e.announce_on(slot, graph::kind::write, order).a = value;
  e.step({op_kind::store, slot, where});
  object_state& o = e.touch(slot, where);
  const std::uint32_t version = e.put(o, value, order, nullptr);
  if (e.recording_on()) e.record("store " + e.object_text(slot) + " = " + e.value_text(value));
  e.observe(value, version);
}

std::uint64_t rmw(object_ref& ref, rmw_kind kind, std::uint64_t operand, unsigned width,
                  std::memory_order order, location where) {
  const heap_off off;
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (snapshots_on) {
    if (const auto seen = snapshot::rmw(e, slot, kind, operand, width, order, where)) return *seen;
  } else if (const auto* known = by_script(e, slot, graph::kind::update, order, where,
                                           transition_of(kind), operand, width)) {
    return known->read;
  }
  graph::operation& updates = e.announce_on(slot, graph::kind::update, order);
  updates.apply = transition_of(kind);
  updates.a = operand;
  updates.b = width;
  e.step({op_kind::rmw, slot, where});
  object_state& o = e.touch(slot, where);
  const seen_write seen = e.look(o, updates);
  const std::uint64_t next = updated(kind, seen.value, operand, width);
  e.take_in(o, seen, order);
  const std::uint32_t version = e.put(o, next, order, &seen);
  if (e.recording_on()) {
    const bool swap = kind == rmw_kind::exchange;
    e.record((swap ? "exchange " : "update ") + e.object_text(slot) + " " +
             arrow(e, seen.value, next));
  }
  e.observe(seen.value, version);
  return seen.value;
}

bool compare_exchange(object_ref& ref, std::uint64_t& expected, std::uint64_t desired,
                      cas_orders orders, location where) {
  const heap_off off;
  require_order(fits_load(orders.failure), "failed compare-exchange with an order that releases",
                where);
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (snapshots_on) {
    const auto did = snapshot::compare_exchange(e, slot, expected, desired, orders, where);
    if (did && !did->done) expected = did->before;
    if (did) return did->done;
  }
  graph::operation& updates = e.announce_on(slot, graph::kind::update, orders.success);
  updates.failure = orders.failure;
  const bool may_fail = orders.weak && e.self().spurious < e.limits.spurious;
  updates.apply = may_fail ? apply_compare<2> : apply_compare<1>;
  updates.a = expected;
  updates.b = desired;
  e.step({op_kind::compare_exchange, slot, where});
  object_state& o = e.touch(slot, where);
  const seen_write seen = e.look(o, updates);
  const bool equal = seen.value == expected;
  bool spurious = false;
  if (equal && may_fail) {
    spurious = (seen.writable ? e.choose(choice_kind::weak_cas, 2)
                              : e.settle(choice_kind::weak_cas, 2, 1)) == 1;
    e.self().spurious += spurious ? 1 : 0;
  } else if (equal && orders.weak) {
    e.result.hit_spurious = true;
  }
  const bool done = equal && !spurious;
  e.take_in(o, seen, done ? orders.success : orders.failure);
  const std::uint32_t version = done ? e.put(o, desired, orders.success, &seen) : seen.version;
  if (e.recording_on()) {
    e.record("compare-exchange " + e.object_text(slot) + " " +
             (done       ? arrow(e, seen.value, desired)
              : spurious ? "fails spuriously"
                         : "fails, it is " + e.value_text(seen.value) + stale(o, seen)));
  }
  e.observe(seen.value + (done ? std::uint64_t{1} << 63 : 0), version);
  if (!done) expected = seen.value;
  return done;
}

void fence(std::memory_order order, location where) {
  const heap_off off;
  engine& e = engine::here("fence");
  pass_fence(e, order, graph::barrier::none, where);
}

void light_fence(location where) {
  const heap_off off;
  pass_fence(engine::here("fence"), std::memory_order_relaxed, graph::barrier::light, where);
}

void heavy_fence(location where) {
  const heap_off off;
  pass_fence(engine::here("fence"), std::memory_order_seq_cst, graph::barrier::heavy, where);
}

void plain_read(const object_ref& ref, location where) {
  const heap_off off;
  engine& e = engine::here("shared");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (e.limits.plain) {
    e.step({op_kind::plain_read, slot, where});
    e.observe(0, e.object(slot).version);
  }
  e.plain_access(slot, false, where);
}

void plain_write(const object_ref& ref, location where) {
  const heap_off off;
  engine& e = engine::here("shared");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (e.limits.plain) {
    e.step({op_kind::plain_write, slot, where});
    e.observe(0, e.object(slot).version);
  }
  e.plain_access(slot, true, where);
}

void preserve(const object_ref& ref, void* target, const keeper& how) {
  const heap_off off;
  engine& e = engine::here("shared");
  e.preserve(e.slot_of(ref, {}), target, how);
}

void construct(object_ref& ref) noexcept {
  if (!controlled_flow) return;
  const heap_off off;
  running_engine->construct(ref);
}

void destroy(object_ref& ref) noexcept {
  if (!controlled_flow) return;
  const heap_off off;
  running_engine->destroy(ref);
}

void enter(call_frame& frame) noexcept {
  const heap_off off;
  engine& e = engine::here(frame.name);
  frame.slot = e.slot_of(*frame.object, frame.caller);
  frame.caller = e.user_location(frame.caller);
  frame.outer = e.self().calls;
  e.self().calls = &frame;
}

void leave(call_frame& frame) noexcept {
  if (controlled_flow) running_engine->self().calls = frame.outer;
}

void note_own(const object_ref& ref, ownership mode, location where) noexcept {
  const heap_off off;
  engine& e = engine::here("mutex");
  e.own(e.slot_of(ref, where), mode, where);
}

void note_release(const object_ref& ref, ownership mode) noexcept {
  const heap_off off;
  engine& e = engine::here("mutex");
  e.release(e.slot_of(ref, {}), mode);
}

void misuse(const char* what, location caller) {
  const heap_off off;
  engine& e = engine::here(what);
  const location where = e.user_location(caller);
  // No temporary may live at the call: fail() drops this frame, and with it what they hold.
  std::string text =
      std::string(what) + ": " + describe(where) + " (" + e.thread_text(e.current_thread()) + ")";
  e.fail({finding_kind::misuse, std::move(text), {}, where});
}

}  // namespace heddle::control
