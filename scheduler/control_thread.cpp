// Futexes, threads, time and choices under control.
#include <algorithm>
#include <bit>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle::control {

namespace {

constexpr thread_set bit(std::uint32_t thread) noexcept { return thread_set{1} << thread; }

// A futex orders its calls: wait and wake acquire and release the bucket.
void pass_bucket(engine& e, object_state& o) {
  vector_clock& bucket = e.futex_clock(o);
  e.self().clock.join(bucket, e.thread_count());
  bucket.copy(e.self().clock, e.thread_count());
  ++o.futex_calls;
}

// For the fingerprint: the place of a wait among the writes of the word and the calls of the futex.
std::uint32_t place_of(const object_state& o, const seen_write& seen) noexcept {
  return seen.version * 0x9e3779b9U + o.futex_calls;
}

void raise_time(engine& e, time_point to) noexcept {
  thread_state& me = e.self();
  me.bound = std::max(me.bound, to);
  me.sc_bound = std::max(me.sc_bound, to);
  e.now = std::max(e.now, to);
}

// 0 the wait sleeps, 1 it returns spuriously, 2 it times out.  Asked only if it would sleep.
enum class wait_choice : std::uint8_t { sleep, spurious, timeout };

// Whether the deadline has come.  A clock that all share has shown a later time than this thread
// knows of; what such a clock allows is all that most strategies ask for.
bool choose_time(engine& e, time_point deadline) {
  return (e.now >= deadline ? e.settle(choice_kind::timeout, 2, 1)
                            : e.choose(choice_kind::timeout, 2)) == 1;
}

wait_choice choose_wait(engine& e, time_point deadline) {
  thread_state& me = e.self();
  me.timed_choice = false;
  if (deadline != never) {
    if (me.bound >= deadline) return wait_choice::timeout;
    if (me.timeouts < e.limits.timeouts) {
      me.timed_choice = true;
      if (choose_time(e, deadline)) {
        ++me.timeouts;
        return wait_choice::timeout;
      }
    } else {
      e.result.hit_timeouts = true;
    }
  }
  if (me.spurious < e.limits.spurious) {
    if (e.choose(choice_kind::spurious, 2) == 1) {
      ++me.spurious;
      return wait_choice::spurious;
    }
  } else if (e.limits.spurious > 0) {
    e.result.hit_spurious = true;
  }
  return wait_choice::sleep;
}

const char* text_of(wait_result how) noexcept {
  switch (how) {
    case wait_result::woken:
      return "returns, woken";
    case wait_result::changed:
      return "returns, the word has changed";
    case wait_result::timed_out:
      return "times out";
  }
  return "returns";
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
  const std::uint32_t slot = e.slot_of(ref, where);
  e.announce_inexpressible();
  e.step({op_kind::futex_wait, slot, where});
  object_state& o = e.touch(slot, where);
  pass_bucket(e, o);
  graph::operation reads;
  reads.order = reads.failure = std::memory_order_relaxed;
  const seen_write seen = e.look(o, reads);
  e.take_in(o, seen, reads.order);
  wait_result how = wait_result::changed;
  if (static_cast<std::uint32_t>(seen.value) == expected) {
    switch (choose_wait(e, deadline)) {
      case wait_choice::timeout:
        raise_time(e, deadline);
        how = wait_result::timed_out;
        break;
      case wait_choice::spurious:
        how = wait_result::woken;
        break;
      case wait_choice::sleep:
        if (e.recording_on()) e.record("futex wait " + e.object_text(slot) + ": sleeps");
        e.observe(seen.value, place_of(o, seen));
        o.waiters |= bit(e.current_thread());
        e.sleep(sleep_kind::futex, slot, deadline);
        return e.self().woken_by;
    }
  }
  if (e.recording_on()) e.record("futex wait " + e.object_text(slot) + ": " + text_of(how));
  e.observe(seen.value + (static_cast<std::uint64_t>(how) << 60), place_of(o, seen));
  return how;
}

// The word may be gone: a wake goes to whoever sleeps under its key.
void futex_wake(futex_key key, std::uint32_t count, location where) {
  const heap_off off;
  engine& e = engine::here("futex");
  e.announce_inexpressible();
  e.step({op_kind::futex_wake, key.slot, where});
  pass_bucket(e, e.object(key.slot));
  std::string woken;
  std::uint64_t paths = 0;
  thread_set due = 0;
  for (thread_set left = e.object(key.slot).waiters; left != 0 && count > 0; --count) {
    std::array<std::uint32_t, max_threads> options{};
    unsigned n = 0;
    for (thread_set w = left; w != 0; w &= w - 1) {
      options.at(n++) = static_cast<std::uint32_t>(std::countr_zero(w));
    }
    // In an order that does not depend on who was created first.
    std::sort(options.begin(), options.begin() + n, [&](std::uint32_t a, std::uint32_t b) {
      return e.thread(a).path < e.thread(b).path;
    });
    const bool all = count >= n;
    const std::uint32_t chosen = options.at(all ? 0 : e.choose(choice_kind::wake, n));
    left &= ~bit(chosen);
    due |= bit(chosen);
    paths += e.thread(chosen).path;
    if (e.recording_on()) woken += (woken.empty() ? "" : ", ") + e.thread_text(chosen);
  }
  if (e.recording_on()) {
    e.record("futex wake " + e.object_text(key.slot) + ": " +
             (woken.empty() ? "nobody sleeps" : woken));
  }
  e.observe(paths, e.object(key.slot).futex_calls);
  // Woken threads see what happened before the wake, and run up to their next announcement.
  const vector_clock& clock = e.self().clock;
  for (thread_set w = due; w != 0; w &= w - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(w));
    e.thread(t).clock.join(clock, e.thread_count());
    e.thread(t).bound = std::max(e.thread(t).bound, e.self().bound);
  }
  for (thread_set w = due; w != 0; w &= w - 1) {
    e.wake(static_cast<std::uint32_t>(std::countr_zero(w)), wait_result::woken);
  }
}

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
