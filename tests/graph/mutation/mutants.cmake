# The mutants of the explorer: `BEFORE`, which stands exactly once in scheduler/graph/FILE, becomes
# `AFTER`.  README.md says what tells each from the explorer.

# what a revisit may drop ---------------------------------------------------------------------

mutant(past_is_insertion_order_alone FILE trust.cpp
  BEFORE [[y != e_ && (y <= x_ || graph::in(g_.at(y), g_.at(e_).porf));]]
  AFTER [[y != e_ && y <= x_;]])

mutant(revisited_read_need_not_be_maximal FILE trust.cpp
  BEFORE [[    if (!is_maximal(g, y, e)) return;
    const bool candidate = it.reads() && it.op.location == writer.op.location;]]
  AFTER [[    const bool candidate = it.reads() && it.op.location == writer.op.location;
    if (!candidate && !is_maximal(g, y, e)) return;]])

mutant(dropped_need_not_be_maximal FILE trust.cpp
  BEFORE [[    if (!is_maximal(g, y, e)) return;
    const bool candidate = it.reads() && it.op.location == writer.op.location;]]
  AFTER [[    const bool candidate = it.reads() && it.op.location == writer.op.location;
    if (candidate && !is_maximal(g, y, e)) return;]])

mutant(dropped_writes_may_have_readers FILE trust.cpp
  BEFORE [[.reads() && g.at(y).from == x && past.has(y)) return false;]]
  AFTER [[.reads() && g.at(y).from == x && past.has(y)) return true;]])

mutant(dropped_writes_may_stand_anywhere FILE trust.cpp
  BEFORE [[if (it.type == kind::write && newer_in_past(g.place(x))) return false;]]
  AFTER [[]])

mutant(dropped_reads_may_read_old_writes FILE trust.cpp
  BEFORE [[if (newer_in_past(g.place(it.from))) return false;]]
  AFTER [[]])

mutant(option_is_no_matter_of_maximality FILE trust.cpp
  BEFORE [[  if (it.option != 0) return false;
]]
  AFTER [[]])

mutant(read_that_happens_before_is_kept FILE trust.cpp
  BEFORE [[if (y == e || graph::in(it, writer.porf)) continue;]]
  AFTER [[if (y == e || graph::in(it, writer.hb)) continue;]])

# what is filed -------------------------------------------------------------------------------

mutant(conflict_is_dropped FILE trust.cpp
  BEFORE [[      file_revisits(id, rival);
]]
  AFTER [[]])

mutant(revisited_update_does_not_revisit FILE trust.cpp
  BEFORE [[  if (r.type == kind::update) file_revisits(read, initial);
]]
  AFTER [[]])

mutant(added_update_does_not_revisit FILE trust.cpp
  BEFORE [[if (g.at(e).writes()) file_revisits(e, initial);
  is_over_limit_ =]]
  AFTER [[if (g.at(e).type == kind::write) file_revisits(e, initial);
  is_over_limit_ =]])

mutant(update_of_an_old_write_does_not_revisit FILE trust.cpp
  BEFORE [[  if (e.type == kind::update) file_revisits(id, initial);
  return !is_hopeless(id);]]
  AFTER [[  return !is_hopeless(id);]])

mutant(added_read_has_no_options FILE trust.cpp
  BEFORE [[    g.at(e).from = g.last_write(op.location);
    file_options(e);]]
  AFTER [[    g.at(e).from = g.last_write(op.location);
    g.recompute(e);]])

mutant(read_of_an_old_write_has_no_options FILE trust.cpp
  BEFORE [[  g.at(a.event).from = a.with;
  file_options(a.event);]]
  AFTER [[  g.at(a.event).from = a.with;
  g.at(a.event).option = 0;
  g.recompute(a.event);]])

mutant(revisited_read_has_no_options FILE trust.cpp
  BEFORE [[  file_options(read);]]
  AFTER [[  r.option = 0;
  g.recompute(read);]])

mutant(option_is_filed_again FILE trust.cpp
  BEFORE [[  g.at(a.event).option = static_cast<std::uint16_t>(a.with);
  g.recompute(a.event);]]
  AFTER [[  g.at(a.event).option = static_cast<std::uint16_t>(a.with);
  g.recompute(a.event);
  if (a.with > 1) file(decision::choose, a.event, a.with - 1);]])

mutant(option_of_an_update_has_no_place FILE trust.cpp
  BEFORE [[    return is_consistent(a.event);
  }
  return settle_in_place(a.event);]]
  AFTER [[    return is_consistent(a.event);
  }
  if (g.at(a.event).type == kind::update &&
      g.update_of(g.at(a.event).op.location, g.at(a.event).from) != initial) {
    return false;
  }
  return settle_in_place(a.event);]])

mutant(blocked_behind_is_dropped_with_its_options FILE trust.cpp
  BEFORE [[if (!is_consistent(write, read)) {]]
  AFTER [[if (!is_consistent(write, read) || useless) {]])

mutant(refused_read_loses_its_options FILE trust.cpp
  BEFORE [[    if (!stands || top().open.empty()) --depth_;]]
  AFTER [[    --depth_;]])

mutant(oldest_write_is_never_read FILE trust.cpp
  BEFORE [[    for (std::int32_t i = oldest; i + 1 <]]
  AFTER [[    for (std::int32_t i = oldest + 1; i + 1 <]])

mutant(write_stands_last_only FILE trust.cpp
  BEFORE [[    for (auto i = static_cast<std::size_t>(oldest + 1); i < order.size(); ++i) {]]
  AFTER [[    for (auto i = static_cast<std::size_t>(oldest + 2); i < order.size(); ++i) {]])

# where a write may stand ---------------------------------------------------------------------

mutant(revisiting_write_stands_last_only FILE trust.cpp
  BEFORE [[  for (std::int32_t i = oldest; i <= newest; ++i) {]]
  AFTER [[  for (std::int32_t i = newest; i <= newest; ++i) {]])

mutant(added_write_stands_before_an_update FILE trust.cpp
  BEFORE [[      if (g.at(order[i]).type == kind::update) continue;
]]
  AFTER [[]])

mutant(revisiting_write_stands_before_an_update FILE trust.cpp
  BEFORE [[    if (at < order.size() && kept_.at(order[at]).type == kind::update) continue;
]]
  AFTER [[]])

# consistency ---------------------------------------------------------------------------------

mutant(revisit_is_not_checked FILE trust.cpp
  BEFORE [[if (!is_consistent(write, read)) {]]
  AFTER [[(void)is_consistent(write, read);
  if (false) {]])

mutant(revisited_read_is_not_checked FILE trust.cpp
  BEFORE [[if (!is_consistent(write, read)) {]]
  AFTER [[if (!is_consistent(write)) {]])

mutant(read_in_place_is_not_checked FILE trust.cpp
  BEFORE [[  if (!is_consistent(id, e.from)) return false;]]
  AFTER [[  if (!is_consistent(id, e.from) && model_ == memory::sc) return false;]])

mutant(write_in_place_is_not_checked FILE trust.cpp
  BEFORE [[  return is_consistent(a.event) && !is_hopeless(a.event);]]
  AFTER [[  return (is_consistent(a.event) || model_ == memory::rc11) && !is_hopeless(a.event);]])

mutant(clocks_go_stale_at_a_choice FILE trust.cpp
  BEFORE [[    return is_consistent(a.event);
  }
  return settle_in_place(a.event);]]
  AFTER [[    ordered_ = 0;
    return true;
  }
  return settle_in_place(a.event);]])

mutant(clocks_go_stale_in_place FILE trust.cpp
  BEFORE [[  if (!is_consistent(id, e.from)) return false;]]
  AFTER [[  if (model_ == memory::sc) {
    ordered_ = 0;
    added_newest(g, model_, id);
  } else if (!is_consistent(id, e.from)) {
    return false;
  }]])

mutant(known_through_reads_is_forgotten FILE memory.cpp
  BEFORE [[    newest = std::max(newest, g.place(e.from));
]]
  AFTER [[]])

mutant(release_fence_of_another_time FILE graph.cpp
  BEFORE [[e.release_fences = e.position > 0 ? prior->release_fences : std::uint16_t{0};]]
  AFTER [[e.release_fences = 0;]])

mutant(acquire_fence_sees_the_latest_read_only FILE graph.cpp
  BEFORE [[if (!earlier.reads() || earlier.from == initial || earlier.op.slots > 0) continue;]]
  AFTER [[if (!earlier.reads() || earlier.from == initial || earlier.op.slots > 0) break;]])

mutant(write_before_all_readers_are_done FILE memory.cpp
  BEFORE [[(e.place == here.newest + 1 && here.unread == (e.reads() ? 1U : 0U))]]
  AFTER [[e.place == here.newest + 1]])

mutant(sequence_of_releases_ends_with_an_update FILE graph.cpp
  BEFORE [[if (e.type == kind::update && e.from != initial) e.release.join(at(e.from).release);]]
  AFTER [[]])

mutant(acquire_fence_sees_nothing FILE graph.cpp
  BEFORE [[      e.hb.join(at(earlier.from).release);
]]
  AFTER [[]])

mutant(release_fence_is_ignored FILE graph.cpp
  BEFORE [[    } else if (e.release_fences > 0) {]]
  AFTER [[    } else if (false) {]])

mutant(relaxed_reads_acquire FILE graph.cpp
  BEFORE [[if (e.op.slots == 0 && acquires(e.order)) e.hb.join(source.release);]]
  AFTER [[if (e.op.slots == 0) e.hb.join(source.release);]])

mutant(failed_update_has_the_strong_order FILE graph.cpp
  BEFORE [[e.order = writes ? e.op.order : e.op.failure;]]
  AFTER [[e.order = e.op.order;]])

mutant(psc_without_hb_between_other_locations FILE psc.cpp
  BEFORE [[return a.first_elsewhere != nullptr && b.last_elsewhere != nullptr &&]]
  AFTER [[return false && a.first_elsewhere != nullptr &&]])

mutant(psc_without_eco_between_fences FILE psc.cpp
  BEFORE [[if (first_after_[a.summary + i] < last_before_[b.summary + i]) return true;]]
  AFTER [[]])

mutant(psc_with_all_of_hb FILE psc.cpp
  BEFORE [[           graph::in(*a.first_elsewhere, b.last_elsewhere->hb);]]
  AFTER [[           graph::in(*a.e, b.e->hb);]])

mutant(psc_without_fences_at_its_ends FILE psc.cpp
  BEFORE [[if (a.fence) return b.fence]]
  AFTER [[if (a.fence != b.fence) return false;
    if (a.fence) return b.fence]])

mutant(psc_of_some_is_the_order_of_all FILE psc.cpp
  BEFORE [[  if (all) return]]
  AFTER [[  if (all || g.events.size() > 5) return]])

mutant(psc_without_modification_order FILE psc.cpp
  BEFORE [[(b.e->writes() && a.key < b.key)]]
  AFTER [[(b.e->writes() && !a.e->writes() && a.key < b.key)]])

mutant(psc_is_checked_for_the_outcome_alone FILE trust.cpp
  BEFORE [[  if (!is_consistent(id, e.from)) return false;]]
  AFTER [[  if (!is_consistent(id)) return false;]])

mutant(psc_is_checked_for_strong_events_alone FILE psc.cpp
  BEFORE [[n.e == &e || (n.fence && graph::in(*n.e, e.hb));]]
  AFTER [[n.e == &e;]])

mutant(psc_is_checked_for_the_write_alone FILE psc.cpp
  BEFORE [[is_new(g, nodes_[i], changed) || is_new(g, nodes_[i], also)]]
  AFTER [[is_new(g, nodes_[i], changed)]])

mutant(psc_follows_one_edge_past_light_fences FILE psc.cpp
  BEFORE [[return light_ ? j + 1 : b.thread_end;]]
  AFTER [[return b.thread_end;]])

mutant(fence_is_not_before_later_writes FILE psc.cpp
  BEFORE [[return b.e->writes() && first_after_[at] < b.key;]]
  AFTER [[return false;]])

mutant(psc_without_hb_on_one_location FILE psc.cpp
  BEFORE [[(b.e->writes() && a.key < b.key) || graph::in(*a.e, b.e->hb);]]
  AFTER [[b.e->writes() && a.key < b.key;]])

mutant(fence_is_not_behind_earlier_writes FILE psc.cpp
  BEFORE [[return a.key < last_write_before_[at];]]
  AFTER [[return false;]])

mutant(light_fence_is_a_seq_cst_fence FILE psc.cpp
  BEFORE [[    if (is(a, barrier::light) && !is(b, barrier::heavy)) return false;
    if (is(b, barrier::light) && !is(a, barrier::heavy)) return false;
]]
  AFTER [[    (void)is;
]])

mutant(light_fence_is_before_seq_cst_events FILE psc.cpp
  BEFORE [[if (is(a, barrier::light) && !is(b, barrier::heavy)) return false;]]
  AFTER [[if (is(a, barrier::light) && is(b, barrier::light)) return false;]])

mutant(light_fence_is_behind_seq_cst_events FILE psc.cpp
  BEFORE [[if (is(b, barrier::light) && !is(a, barrier::heavy)) return false;]]
  AFTER [[if (is(b, barrier::light) && is(a, barrier::light)) return false;]])

mutant(light_fence_is_nothing FILE psc.cpp
  BEFORE [[(is_seq_cst(e) || e.op.asymmetric != barrier::none);]]
  AFTER [[is_seq_cst(e);]])

# who goes next -------------------------------------------------------------------------------

mutant(nothing_is_delayed FILE extend.cpp
  BEFORE [[of.obeys().delay && writes &&]]
  AFTER [[false && writes &&]])

mutant(nothing_is_handed_off FILE extend.cpp
  BEFORE [[if (!of.obeys().handoff) return]]
  AFTER [[return]])

mutant(nothing_is_pruned FILE trust.cpp
  BEFORE [[  if (!rules_.prune) return false;]]
  AFTER [[  return false;]])

mutant(nobody_waits_in_the_graph FILE extend.cpp
  BEFORE [[  if (waiting != nullptr) return {next::what::block, waiting->thread, false};
]]
  AFTER [[]])

mutant(pruned_though_another_is_delayed FILE extend.cpp
  BEFORE [[return {next::what::add, delayed->thread, all.size() == 1};]]
  AFTER [[return {next::what::add, delayed->thread, true};]])

mutant(pruned_though_another_can_go_on FILE extend.cpp
  BEFORE [[return {next::what::add, free->thread, all.size() == 1};]]
  AFTER [[return {next::what::add, free->thread, true};]])

mutant(branch_without_revisit_is_dropped FILE trust.cpp
  BEFORE [[if (!e.alone || !e.writes()) return false;]]
  AFTER [[if (!e.writes()) return false;]])

mutant(revisited_waiter_is_hopeless FILE trust.cpp
  BEFORE [[it.op.location == e.op.location && g.place(it.from) < e.place;]]
  AFTER [[it.op.location == e.op.location && g.place(it.from) <= e.place;]])

mutant(handed_off_twice FILE trust.cpp
  BEFORE [[    (void)apply(take(top()));]]
  AFTER [[    (void)apply(a);]])

mutant(handed_off_past_what_was_done FILE trust.cpp
  BEFORE [[if (a.what != decision::revisit || a.event != e || !drops_only_waits(a)) return false;]]
  AFTER [[if (a.what != decision::revisit || a.event != e) return false;]])

mutant(handed_off_to_another_event FILE trust.cpp
  BEFORE [[if (a.what != decision::revisit || a.event != e || !drops_only_waits(a)) return false;]]
  AFTER [[if (a.what != decision::revisit) return false;]])

mutant(released_thread_does_not_wake FILE extend.cpp
  BEFORE [[      released_.push_back(thread);
]]
  AFTER [[]])

# spins ---------------------------------------------------------------------------------------

mutant(spin_is_hopeless_by_any_read FILE trust.cpp
  BEFORE [[return last && it.op.location]]
  AFTER [[return it.op.location]])

mutant(spin_is_in_vain_by_its_first_read FILE trust.cpp
  BEFORE [[const event_id last = g.threads[spin.thread][spin.position - 1U];]]
  AFTER [[const event_id last = g.threads[spin.thread][spin.position - spin.op.a];]])

mutant(spin_is_complete_by_its_last_read FILE trust.cpp
  BEFORE [[  return !g.any_wait([&](event_id id, bool) {
    const event& e = g.at(id);
    return e.option != 0 || e.from != g.last_write(e.op.location);]]
  AFTER [[  return !g.any_wait([&](event_id id, bool last) {
    const event& e = g.at(id);
    return last && (e.option != 0 || e.from != g.last_write(e.op.location));]])

mutant(spin_after_a_spurious_failure_is_complete FILE trust.cpp
  BEFORE [[return e.option != 0 || e.from]]
  AFTER [[return e.from]])

mutant(spin_saw_old_values_and_goes_on FILE trust.cpp
  BEFORE [[if (e.type == kind::spin) return spins_in_vain(e);]]
  AFTER [[if (e.type == kind::spin) return false;]])

mutant(spin_is_not_blocked FILE graph.cpp
  BEFORE [[e.blocked = op.type == kind::spin;]]
  AFTER [[]])

mutant(hand_off_drops_reads_before_the_iteration FILE trust.cpp
  BEFORE [[last.type == kind::spin && e.position + last.op.a >= last.position;]]
  AFTER [[last.type == kind::spin;]])

mutant(spinning_thread_does_not_restart FILE extend.cpp
  BEFORE
  [[      restarted_.push_back({thread, static_cast<unsigned>(waited.position - waited.reads)});
]]
  AFTER [[]])
