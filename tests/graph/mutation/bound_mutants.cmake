# The mutants of exploration within a bound on preemptions, as in mutants.cmake.

# what is left --------------------------------------------------------------------------------

mutant(every_graph_over_the_bound_is_left FILE preemptions.cpp
  BEFORE [[if (limit_->goes_on && more == 0) return]]
  AFTER [[if (true) return]])

mutant(no_slack FILE preemptions.cpp
  BEFORE [[return known > 2 ? known - 2 : 0;]]
  AFTER [[return 0;]])

mutant(slack_is_one_less FILE preemptions.cpp
  BEFORE [[return known > 2 ? known - 2 : 0;]]
  AFTER [[return known > 3 ? known - 3 : 0;]])

mutant(threads_that_come_late_are_ignored FILE preemptions.cpp
  BEFORE [[  assumed_ = std::min(assumed_, std::max(2U, threads()));
]]
  AFTER [[]])

mutant(slack_counts_threads_outside_the_core FILE preemptions.cpp
  BEFORE [[const std::uint32_t more = slack();]]
  AFTER [[const std::uint32_t more = [&] {
      const clock core = core_of(g);
      std::uint32_t some = 0;
      for (unsigned i = 0; i < max_threads; ++i) some += g.threads[i].size() > core.at[i] ? 1 : 0;
      return some > 0 ? some - 1 : 0;
    }();]])

mutant(thread_of_the_write_goes_on FILE preemptions.cpp
  BEFORE [[    if (g.at(reader).from == newest) return g.at(reader).thread;
]]
  AFTER [[]])

mutant(core_has_all_old_writes FILE preemptions.cpp
  BEFORE [[after(write) < write]]
  AFTER [[after(write) != std::numeric_limits<event_id>::max()]])

mutant(core_has_all_reads FILE preemptions.cpp
  BEFORE [[if (after(e.from) < reader) core.join(e.porf);]]
  AFTER [[core.join(e.porf);]])

mutant(core_has_all_that_is_read FILE preemptions.cpp
  BEFORE [[if (reader < e.from) core.join(g.at(e.from).porf);]]
  AFTER [[if (e.from != initial) core.join(g.at(e.from).porf);]])

# what is kept of what is left ----------------------------------------------------------------

mutant(revisits_of_one_too_many_are_dropped FILE trust.cpp
  BEFORE [[  if (g.at(e).writes()) file_revisits(e, initial);
  is_over_limit_ = bound_.leaves_after(g, e, top().needs);]]
  AFTER [[  is_over_limit_ = bound_.leaves_after(g, e, top().needs);
  if (!is_over_limit_ && g.at(e).writes()) file_revisits(e, initial);]])

mutant(alternatives_of_one_too_many_are_dropped FILE trust.cpp
  BEFORE [[  is_over_limit_ = bound_.leaves_after(g, e, top().needs);]]
  AFTER [[  is_over_limit_ = bound_.leaves_after(g, e, top().needs);
  while (is_over_limit_ && !top().open.empty() && top().open.back().event == e) {
    top().open.pop_back();
  }]])

mutant(what_a_change_filed_is_dropped FILE trust.cpp
  BEFORE [[    if (apply(a) && !bound_.leaves(current(), top().needs)) return true;]]
  AFTER [[    const std::size_t before = top().open.size();
    const std::size_t depth = depth_;
    if (!apply(a)) continue;
    if (!bound_.leaves(current(), top().needs)) return true;
    if (depth == depth_) top().open.resize(before);]])

# the cost of a graph -------------------------------------------------------------------------

mutant(going_on_with_a_lock_is_always_right FILE preemptions.cpp
  BEFORE [[    if (needs_[static_cast<std::size_t>(next_event(s, s.last))].decides) return;
]]
  AFTER [[]])

mutant(going_on_to_the_end_is_always_right FILE preemptions.cpp
  BEFORE [[    if (is_joined_[s.last] && done + 1 == lengths_.at[s.last]) return;
]]
  AFTER [[]])

mutant(waiting_threads_are_preempted FILE preemptions.cpp
  BEFORE [[next.op.effect_on(value, 0).does == effect::what::block;]]
  AFTER [[next.op.effect_on(value, 0).does == effect::what::block && false;]])

mutant(given_up_does_not_wait FILE preemptions.cpp
  BEFORE [[next.op.effect_on(value, 0).does == effect::what::block;]]
  AFTER [[next.op.effect_on(value, next.option).does == effect::what::block;]])

mutant(joining_threads_are_preempted FILE preemptions.cpp
  BEFORE [[  if (next.type == kind::join) return !can_go(s, s.last);]]
  AFTER [[  if (next.type == kind::join) return false;]])

mutant(threads_that_wait_for_ever_have_ended FILE preemptions.cpp
  BEFORE [[more_[thread] = end == ending::complete;]]
  AFTER [[more_[thread] = false;]])

mutant(rc11_orders_by_modification FILE preemptions.cpp
  BEFORE [[if (model == memory::sc && !g.]]
  AFTER [[if (!g.]])

mutant(sc_orders_by_reads_alone FILE preemptions.cpp
  BEFORE [[if (model == memory::sc && !g.]]
  AFTER [[if (false && !g.]])

mutant(writes_do_not_wait_for_readers FILE preemptions.cpp
  BEFORE [[if (write != initial && write != reader) need(write, reader);]]
  AFTER [[]])

mutant(threads_begin_before_they_are_spawned FILE preemptions.cpp
  BEFORE [[    if (i == 0 && g.spawned_by[thread] != initial) need(id, g.spawned_by[thread]);
]]
  AFTER [[]])

mutant(joins_do_not_wait FILE preemptions.cpp
  BEFORE [[    if (!g.threads[child].empty()) need(id, g.threads[child].back());
]]
  AFTER [[]])

mutant(the_first_order_found_is_taken FILE preemptions.cpp
  BEFORE [[    if (is_free || thread == s.last) {]]
  AFTER [[    if (true) {]])

mutant(sets_seen_are_told_apart_by_events_alone FILE preemptions.cpp
  BEFORE [[hash(s.done, s.last, threads_) & mask;; i = (i + 1) & mask) {
    slot& here = table_[i];
    if (here.generation != generation_) return here;
    const state& there = states_[here.index];
    if (there.last == s.last && same]]
  AFTER [[hash(s.done, 0, threads_) & mask;; i = (i + 1) & mask) {
    slot& here = table_[i];
    if (here.generation != generation_) return here;
    const state& there = states_[here.index];
    if (same]])
