// Threads: their start, their end, and who waits for it.
#include <algorithm>
#include <exception>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/translate.hpp>

namespace heddle {

const fiber_stack& engine::stack_for(std::uint32_t region) {
  for (const named_stack& s : stacks_) {
    if (s.region == region) return s.stack;
  }
  auto* const base = reinterpret_cast<std::byte*>(stacks_base + stack_span * region);
  return stacks_.emplace_back(named_stack{region, fiber_stack(base, limits.stack_bytes)}).stack;
}

// The body and its own threads have regions of their own.  Threads of threads are spread by a hash;
// where two meet, the later one takes the next free region.
std::uint32_t engine::region_for(std::uint32_t parent, std::uint32_t ordinal) const {
  if (parent == thread_state::none) return 0;
  if (parent == 0) return ordinal;
  const std::uint64_t path = mix(threads_[parent].path, ordinal);
  auto region = static_cast<std::uint32_t>(max_threads + path % (region_count - max_threads));
  for (unsigned i = 0; i < count_;) {
    if (threads_[i].region != region) {
      ++i;
      continue;
    }
    region = region + 1 < region_count ? region + 1 : max_threads;
    i = 0;
  }
  return region;
}

std::uint32_t engine::start_thread(void (*entry)(void*), void* argument, std::uint32_t parent) {
  const std::uint32_t id = count_;
  thread_state& t = threads_[id];
  t.run = entry;
  t.argument = argument;
  t.parent = parent == thread_state::none ? 0 : parent;
  t.ordinal = parent == thread_state::none ? 0 : ++threads_[parent].children;
  t.path = parent == thread_state::none ? 1 : mix(threads_[parent].path, t.ordinal);
  t.region = region_for(parent, t.ordinal);
  view_.threads[id] = {.path = t.path};
  t.announcer = thread_state::none;
  t.pending = {op_kind::yield, operation::no_subject, {}};
  t.finished = t.detached = t.waits_to_perform = false;
  t.steps = t.objects = t.children = t.timeouts = t.spurious = 0;
  t.polls.clear();
  t.behind = t.could_run = t.have_run = 0;
  t.writes = 0;
  t.seen_writes = writes_;
  t.spun = false;
  t.sleeps = sleep_kind::none;
  t.call = nullptr;
  t.timed_choice = t.expired = false;
  t.next.is = announced::sort::hidden;
  t.number = 0;
  if (lean_)
    t.next.known = parent == thread_state::none ? graph::clock{} : threads_[parent].next.known;
  t.acquirable = t.fenced = false;
  t.calls = nullptr;
  t.locals.clear();
  t.last_step = t.next_choice = 0;
  ++count_;
  width_ = std::max(width_, count_);
  if (!lean_) start_clocks(t, id, parent);
  t.flow.start(stack_for(t.region), &engine::thread_main, nullptr);
  return id;
}

void engine::start_clocks(thread_state& t, std::uint32_t id, std::uint32_t parent) noexcept {
  // Clocks have an entry for each thread; those of a new one are zero everywhere.
  for (unsigned i = 0; i < id; ++i) {
    threads_[i].clock.at[id] = threads_[i].pending_acquire.at[id] = 0;
    threads_[i].release_fence.at[id] = 0;
  }
  t.bound = parent == thread_state::none ? time_point{} : threads_[parent].bound;
  t.sc_bound = parent == thread_state::none ? time_point{} : threads_[parent].sc_bound;
  if (parent == thread_state::none) {
    t.clock.clear(count_);
  } else {
    t.clock.copy(threads_[parent].clock, count_);
  }
}

void engine::thread_main(void*) {
  engine& e = *running_engine;
  thread_state& me = e.self();
  try {
    heap_on = true;
    me.run(me.argument);
    // As of thread_local variables: the latest first, for it may use those before it.
    while (!me.locals.empty()) {
      const thread_local_entry latest = me.locals.back();
      me.locals.pop_back();
      latest.destroy(latest.value);
    }
    heap_on = false;
  } catch (...) {
    heap_on = false;
    finding what = translate_exception(std::current_exception());
    if (what.kind == finding_kind::exception) what.text += " of " + e.thread_text(e.current_);
    e.fail(std::move(what));
  }
  e.finish_thread();
}

void engine::finish_thread() {
  thread_state& me = self();
  if (scripted_) {
    strategy_->ended_by_script(current_, epoch());
  } else if (watched_ || shown_ == sight::steps) {
    strategy_->ended(current_);
  }
  me.finished = true;
  ++me.clock.at[current_];  // so that what it did after its last step happens before the join
  ready_ &= ~bit(current_);
  yielded_ &= ~bit(current_);
  for (unsigned i = 0; i < count_; ++i) {
    if (threads_[i].sleeps == sleep_kind::join && threads_[i].sleeps_on == current_) {
      threads_[i].sleeps = sleep_kind::none;
      ready_ |= bit(i);
    }
  }
  if (me.announcer != thread_state::none) {
    switch_to_thread(std::exchange(me.announcer, thread_state::none));
  }
  switch_to_thread(next_thread());
}

std::uint32_t engine::spawn(void (*entry)(void*), void* state, location where) {
  announce(graph::kind::spawn);
  step({op_kind::spawn, operation::no_subject, where});
  if (count_ == max_threads) {
    fail({finding_kind::step_limit,
          "more than " + std::to_string(max_threads) + " threads in one execution: the last at " +
              describe(where),
          {},
          where});
  }
  const std::uint32_t id = start_thread(entry, state, current_);
  threads_[id].spawned = where;
  if (watched_) number_thread(id);
  if (shown_ == sight::steps) (void)strategy_->spawned(current_, id);
  ready_ |= bit(id);
  if (recording_on()) record("spawn " + thread_text(id));
  observe(threads_[id].ordinal, 0);
  threads_[id].announcer = current_;
  switch_to_thread(id);
  return id;
}

void engine::number_thread(std::uint32_t thread) {
  thread_state& t = threads_[thread];
  if (!by_script_) {
    t.number = strategy_->spawned(current_, thread);
    return;
  }
  t.number = static_cast<std::uint32_t>(self().next.what.a);
  thread_of_.at(t.number) = static_cast<std::uint8_t>(thread);
  strategy_->spawned_by_script(thread, t.number);
}

void engine::join(std::uint32_t thread, location where) {
  thread_state& me = self();
  if (!threads_[thread].finished) {
    me.sleeps = sleep_kind::join;
    me.sleeps_on = thread;
    me.deadline = never;
    ready_ &= ~bit(current_);
  }
  announce(graph::kind::join);
  me.next.other = thread;
  step({op_kind::join, thread, where});
  if (lean_) return;
  const thread_state& other = threads_[thread];
  me.clock.join(other.clock, count_);
  me.bound = std::max(me.bound, other.bound);
  me.sc_bound = std::max(me.sc_bound, other.sc_bound);
  if (recording_on()) record("join " + thread_text(thread));
  observe(other.path, 0);
}

void engine::detach(std::uint32_t thread, location) { threads_[thread].detached = true; }

unsigned engine::live_threads() const noexcept {
  unsigned result_count = 0;
  for (unsigned i = 1; i < count_; ++i) result_count += threads_[i].finished ? 0 : 1;
  return result_count;
}

std::string engine::thread_path(std::uint32_t thread) const {
  if (thread == 0) return "0";
  const thread_state& t = threads_[thread];
  const std::string own = std::to_string(t.ordinal);
  return t.parent == 0 ? own : thread_path(t.parent) + "." + own;
}

std::string engine::thread_text(std::uint32_t thread) const {
  return "thread " + thread_path(thread);
}

}  // namespace heddle
