// Atomics and fences under control: sequentially consistent values, happens-before by the orders.
#include <atomic>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle::control {

namespace {

constexpr bool acquires(std::memory_order order) noexcept {
  return order != std::memory_order_relaxed && order != std::memory_order_release;
}

constexpr bool releases(std::memory_order order) noexcept {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

// A store ends the release sequence; a read-modify-write continues it (C++20).
void write_clock(engine& e, object_state& o, std::memory_order order, bool continues) noexcept {
  thread_state& me = e.self();
  const unsigned n = e.thread_count();
  ++o.version;
  o.bound = continues ? std::max(o.bound, me.bound) : me.bound;
  const vector_clock* const mine = releases(order) ? &me.clock
                                   : me.fenced     ? &me.release_fence
                                                   : nullptr;
  if (continues && o.released) {
    if (mine != nullptr) o.clock.join(*mine, n);
    return;
  }
  o.released = mine != nullptr;
  if (mine != nullptr) o.clock.copy(*mine, n);
}

std::uint64_t compute(rmw_kind kind, std::uint64_t old, std::uint64_t operand,
                      unsigned width) noexcept {
  const std::uint64_t mask = width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width)) - 1;
  switch (kind) {
    case rmw_kind::exchange:
      return operand & mask;
    case rmw_kind::add:
      return (old + operand) & mask;
    case rmw_kind::sub:
      return (old - operand) & mask;
    case rmw_kind::bit_and:
      return old & operand & mask;
    case rmw_kind::bit_or:
      return (old | operand) & mask;
    case rmw_kind::bit_xor:
      return (old ^ operand) & mask;
  }
  return old;
}

// The same as pure functions of the value read, for strategies that ask what an operation would do.
template <rmw_kind kind>
graph::effect apply(std::uint64_t value, std::uint64_t operand, std::uint64_t width, unsigned) {
  return {graph::effect::what::write, compute(kind, value, operand, static_cast<unsigned>(width)),
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

graph::operation access(graph::kind type, std::memory_order order) {
  graph::operation op;
  op.type = type;
  op.order = op.failure = order;
  op.location = 0;  // some location: the strategy numbers them
  return op;
}

std::string arrow(engine& e, std::uint64_t from, std::uint64_t to) {
  return e.value_text(from) + " -> " + e.value_text(to);
}

}  // namespace

void read_clock(engine& e, const object_state& o, std::memory_order order) noexcept {
  thread_state& me = e.self();
  me.bound = std::max(me.bound, o.bound);
  if (!o.released) return;
  if (acquires(order)) {
    me.clock.join(o.clock, e.thread_count());
  } else if (me.acquirable) {
    me.pending_acquire.join(o.clock, e.thread_count());
  } else {
    me.acquirable = true;
    me.pending_acquire.copy(o.clock, e.thread_count());
  }
}

namespace {

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

}  // namespace

std::uint64_t load(const object_ref& ref, std::memory_order order, location where) {
  const heap_off off;
  require_order(fits_load(order), "load with an order that releases", where);
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  e.step({op_kind::load, slot, where});
  object_state& o = e.touch(slot, where);
  e.tell(access(graph::kind::read, order), o);
  read_clock(e, o, order);
  if (e.recording_on()) e.record("load " + e.object_text(slot) + " = " + e.value_text(o.value));
  e.observe(o.value, o.version);
  return o.value;
}

void store(object_ref& ref, std::uint64_t value, std::memory_order order, location where) {
  const heap_off off;
  require_order(fits_store(order), "store with an order that acquires", where);
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  e.step({op_kind::store, slot, where});
  object_state& o = e.touch(slot, where);
  graph::operation writes = access(graph::kind::write, order);
  writes.a = value;
  e.tell(writes, o);
  if (o.value != value) e.note_write();
  o.value = value;
  write_clock(e, o, order, false);
  if (e.recording_on()) e.record("store " + e.object_text(slot) + " = " + e.value_text(value));
  e.observe(value, o.version);
}

std::uint64_t rmw(object_ref& ref, rmw_kind kind, std::uint64_t operand, unsigned width,
                  std::memory_order order, location where) {
  const heap_off off;
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  e.step({op_kind::rmw, slot, where});
  object_state& o = e.touch(slot, where);
  graph::operation updates = access(graph::kind::update, order);
  updates.apply = transition_of(kind);
  updates.a = operand;
  updates.b = width;
  e.tell(updates, o);
  const std::uint64_t old = o.value;
  o.value = compute(kind, old, operand, width);
  if (o.value != old) e.note_write();
  read_clock(e, o, order);
  write_clock(e, o, order, true);
  if (e.recording_on()) {
    const bool swap = kind == rmw_kind::exchange;
    e.record((swap ? "exchange " : "update ") + e.object_text(slot) + " " + arrow(e, old, o.value));
  }
  e.observe(old, o.version);
  return old;
}

bool compare_exchange(object_ref& ref, std::uint64_t& expected, std::uint64_t desired,
                      cas_orders orders, location where) {
  const heap_off off;
  require_order(fits_load(orders.failure), "failed compare-exchange with an order that releases",
                where);
  engine& e = engine::here("atomic");
  const std::uint32_t slot = e.slot_of(ref, where);
  e.step({op_kind::compare_exchange, slot, where});
  object_state& o = e.touch(slot, where);
  graph::operation updates = access(graph::kind::update, orders.success);
  updates.failure = orders.failure;
  const bool may_fail = orders.weak && e.self().spurious < e.limits.spurious;
  updates.apply = may_fail ? apply_compare<2> : apply_compare<1>;
  updates.a = expected;
  updates.b = desired;
  e.tell(updates, o);
  const std::uint64_t old = o.value;
  bool done = old == expected;
  bool spurious = false;
  if (done && orders.weak) {
    if (e.self().spurious < e.limits.spurious) {
      spurious = e.choose(choice_kind::weak_cas, 2) == 1;
    } else {
      e.result.hit_spurious = true;
    }
    e.self().spurious += spurious ? 1 : 0;
    done = !spurious;
  }
  if (done) {
    if (desired != old) e.note_write();
    o.value = desired;
    read_clock(e, o, orders.success);
    write_clock(e, o, orders.success, true);
  } else {
    read_clock(e, o, orders.failure);
  }
  if (e.recording_on()) {
    e.record("compare-exchange " + e.object_text(slot) + " " +
             (done       ? arrow(e, old, desired)
              : spurious ? "fails spuriously"
                         : "fails, it is " + e.value_text(old)));
  }
  e.observe(old + (done ? std::uint64_t{1} << 63 : 0), o.version);
  if (!done) expected = old;
  return done;
}

void fence(std::memory_order order, location where) {
  const heap_off off;
  engine& e = engine::here("fence");
  e.step({op_kind::fence, operation::no_subject, where});
  graph::operation fences = access(graph::kind::fence, order);
  fences.location = graph::nowhere;
  e.tell(fences);
  thread_state& me = e.self();
  if (acquires(order) && me.acquirable) me.clock.join(me.pending_acquire, e.thread_count());
  if (releases(order)) {
    me.fenced = true;
    me.release_fence.copy(me.clock, e.thread_count());
  }
  e.observe(static_cast<std::uint64_t>(order), 0);
}

void plain_read(const object_ref& ref, location where) {
  const heap_off off;
  engine& e = engine::here("shared");
  const std::uint32_t slot = e.slot_of(ref, where);
  if (e.limits.plain) {
    e.step({op_kind::plain_read, slot, where});
    e.tell_inexpressible();
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
    e.tell_inexpressible();
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
