# The mutants of the machines: CMakeLists.txt says what each entry means, README.md what became of
# them.

# mutex ---------------------------------------------------------------------------------------

mutant(lock_enters_a_held_mutex FILE mutex IN refinement CASE */some_of_three*
  BEFORE [[    return blocked(now);]]
  AFTER [[    return {.next = now, .result = 1, .acquires = unlocked};]])

mutant(late_lock_says_it_holds FILE mutex IN refinement CASE */some_of_three*
  BEFORE [[if (option == give_up) return {.next = now, .result = 0};]]
  AFTER [[if (option == give_up) return {.next = now, .result = 1};]])

mutant(lock_learns_nothing FILE mutex IN specs CASE mutex_machine
  BEFORE [[.result = 1, .acquires = unlocked}]]
  AFTER [[.result = 1}]])

mutant(unlock_tells_nothing FILE mutex IN specs CASE mutex_machine
  BEFORE [[return {.next = {false}, .releases = unlocked};]]
  AFTER [[return {.next = {false}};]])

mutant(failed_try_lock_learns FILE mutex IN refinement CASE */some_of*
  BEFORE [[    if (now.locked) return {.next = now, .result = 0};]]
  AFTER [[    if (now.locked) return {.next = now, .result = 0, .acquires = unlocked};]])

mutant(unlock_of_unlocked_mutex_passes FILE mutex IN refinement CASE */some_of_two*
  BEFORE [[if (!now.locked) return refused(now, "unlock of unlocked mutex");]]
  AFTER [[]])

# rw_mutex ------------------------------------------------------------------------------------

mutant(readers_pass_a_waiting_writer FILE rw_mutex IN refinement CASE */some_of_three*
  BEFORE [[return held || announced;]]
  AFTER [[return held;]])

mutant(writer_does_not_wait_for_readers FILE rw_mutex IN refinement CASE */some_of_three*
  BEFORE [[    if (now.active != 0) {
      next.announced = true;
      return {.next = next, .result = waits};
    }]]
  AFTER [[]])

mutant(queued_readers_stay_out FILE rw_mutex IN specs CASE rw_mutex_machine
  BEFORE [[    next.turn = (next.turn + 1) % turns;]]
  AFTER [[    next.turn += 0;]])

mutant(queued_readers_are_not_counted FILE rw_mutex IN specs CASE rw_mutex_machine
  BEFORE [[    next.active += next.queued;]]
  AFTER [[    next.active = 0;]])

mutant(writer_learns_nothing_of_readers FILE rw_mutex IN specs CASE rw_mutex_machine
  BEFORE [[    next.announced = false;
    next.held = true;
    return {.next = next, .result = taken, .acquires = written | read};]]
  AFTER [[    next.announced = false;
    next.held = true;
    return {.next = next, .result = taken, .acquires = written};]])

mutant(readers_learn_of_readers FILE rw_mutex IN specs CASE rw_mutex_machine
  BEFORE [[    ++next.active;
    return {.next = next, .result = taken, .acquires = written};]]
  AFTER [[    ++next.active;
    return {.next = next, .result = taken, .acquires = written | read};]])

mutant(downgrade_lets_go FILE rw_mutex IN refinement CASE */some_of_two*
  BEFORE [[    state next = opened(now);
    ++next.active;]]
  AFTER [[    state next = opened(now);]])

mutant(unlock_shared_of_unlocked_passes FILE rw_mutex IN refinement CASE */some_of_three*
  BEFORE [[if (now.active == 0) return refused(now, "unlock_shared of unlocked rw_mutex");]]
  AFTER [[if (now.active == 0) return {.next = now};]])

# wait_group ----------------------------------------------------------------------------------

mutant(wait_returns_one_early FILE wait_group IN refinement CASE */some_of*
  BEFORE [[if (now.counter == 0) return {.next = now, .result = 1, .acquires = done};]]
  AFTER [[if (now.counter <= 1) return {.next = now, .result = 1, .acquires = done};]])

mutant(done_tells_nothing FILE wait_group IN specs CASE wait_group_machine
  BEFORE [[.releases = delta < 0 ? done : clock_set{0}}]]
  AFTER [[.releases = clock_set{0}}]])

mutant(negative_counter_passes FILE wait_group IN refinement CASE */some_of*
  BEFORE [[if (next < 0) return refused(now, "wait_group counter is negative");]]
  AFTER [[]])

mutant(late_wait_learns FILE wait_group IN specs CASE wait_group_machine
  BEFORE [[if (option == give_up) return {.next = now, .result = 0};]]
  AFTER [[if (option == give_up) return {.next = now, .result = 0, .acquires = done};]])

# cond ----------------------------------------------------------------------------------------

mutant(signal_wakes_two FILE cond IN specs CASE cond_machine
  BEFORE [[return notify(now, 1);]]
  AFTER [[return notify(now, 2);]])

mutant(broadcast_wakes_one FILE cond IN refinement CASE */some_of*
  BEFORE [[return notify(now, now.waiters.size());]]
  AFTER [[return notify(now, 1);]])

mutant(signal_tells_all_clocks FILE cond IN specs CASE cond_machine
  BEFORE [[const clock_set own = bit(found);]]
  AFTER [[const clock_set own = 0xFFFF;]])

mutant(signal_is_not_learned FILE cond IN specs CASE cond_machine
  BEFORE [[.result = 1, .acquires = own,]]
  AFTER [[.result = 1,]])

mutant(late_wait_is_still_in_line FILE cond IN refinement CASE */some_of*
  BEFORE [[    next.waiters.erase(self);
    if (!found.notified) return {.next = next, .result = 0};]]
  AFTER [[    if (!found.notified) return {.next = next, .result = 0};
    next.waiters.erase(self);]])

# once ----------------------------------------------------------------------------------------

mutant(once_runs_beside_itself FILE once IN refinement CASE */some_of_three*
  BEFORE [[if (before.now == phase::running) return blocked(before);]]
  AFTER [[]])

mutant(once_runs_again FILE once IN refinement CASE */some_of_three*
  BEFORE [[    return {.next = {then}, .releases = ended};]]
  AFTER [[    return {.next = {phase::idle}, .releases = ended};]])

mutant(once_tells_nothing FILE once IN specs CASE once_machine
  BEFORE [[    return {.next = {then}, .releases = ended};]]
  AFTER [[    return {.next = {then}};]])

# semaphore -----------------------------------------------------------------------------------

mutant(small_request_overtakes FILE semaphore IN refinement CASE */some_of*
  BEFORE [[if (now.somebody_waits() || now.free() < number)]]
  AFTER [[if (now.free() < number)]])

mutant(request_that_leaves_serves_nobody FILE semaphore IN specs CASE semaphore_machine
  BEFORE [[    result.next.requests.erase(self);
    serve(result.next);]]
  AFTER [[    result.next.requests.erase(self);]])

mutant(hopeless_request_queues FILE semaphore IN specs CASE semaphore_machine
  BEFORE [[number > size ? hopeless : queued]]
  AFTER [[queued]])

mutant(released_more_than_held_passes FILE semaphore IN refinement CASE */some_of*
  BEFORE [[number > size - now.free()]]
  AFTER [[false]])

mutant(permits_come_from_nowhere FILE semaphore IN specs CASE semaphore_machine
  BEFORE [[    result.acquires = take(result.next, number);]]
  AFTER [[    (void)take(result.next, number);]])

mutant(served_request_learns_nothing FILE semaphore IN specs CASE semaphore_machine
  BEFORE [[    result.acquires = self->clocks;]]
  AFTER [[]])

# futex ---------------------------------------------------------------------------------------

mutant(wake_wakes_one_more FILE futex IN specs CASE futex_machine
  BEFORE [[count >= sleeping ? now.asleep : subset(now.asleep, sleeping, count, option);]]
  AFTER [[count + 1 >= sleeping ? now.asleep : subset(now.asleep, sleeping, count, option);]])

mutant(look_does_not_exclude FILE futex IN specs CASE futex_machine
  BEFORE [[    if (now.looking) return blocked(now);
    return {.next = {true]]
  AFTER [[    return {.next = {true]])

# channel -------------------------------------------------------------------------------------

mutant(channel_holds_one_too_many FILE channel IN refinement CASE */two_threads_with_a_call_each
  BEFORE [[on.elements.size() < on.capacity]]
  AFTER [[on.elements.size() <= on.capacity]])

mutant(close_leaves_receivers_waiting FILE channel IN specs CASE channel_machine
  BEFORE [[find(each, which, true, true);]]
  AFTER [[find(each, which, true, false);]])

mutant(receiver_is_not_served FILE channel IN refinement CASE */two_threads_with_a_call_each
  BEFORE [[if (!serve(now, wanted.channel, false, element)) on.elements.push(element);]]
  AFTER [[on.elements.push(element);]])

# context -------------------------------------------------------------------------------------

mutant(cancellation_stays_where_it_is FILE context IN refinement CASE */some_of*
  BEFORE [[    if (child == most_contexts) return result;]]
  AFTER [[    if (child <= most_contexts) return result;]])

mutant(each_cancel_is_the_first FILE context IN refinement CASE */some_of*
  BEFORE [[return {.next = now, .result = no, .acquires = clock_of(which)};]]
  AFTER [[return {.next = now, .result = yes, .acquires = clock_of(which)};]])

mutant(cause_stays_above FILE context IN refinement CASE */some_of*
  BEFORE [[    own.cause = parent.cause;]]
  AFTER [[]])

mutant(child_of_done_parent_lives FILE context IN refinement CASE */some_of*
  BEFORE [[if (now.all[parent].why != reason::none) take_over(result, which);]]
  AFTER [[]])

mutant(cancellation_wakes_nobody FILE context IN specs CASE context_machine
  BEFORE [[if (!done && option != give_up) return blocked(now);]]
  AFTER [[if (option != give_up) return blocked(now);]])

mutant(deadline_is_of_the_last FILE context IN refinement CASE */some_of*
  BEFORE [[now.all[above].deadline != now.all[which].deadline]]
  AFTER [[above != nobody]])

mutant(second_cancel_does_not_wait FILE context IN specs CASE context_machine
  BEFORE [[      if (next_below(now, which) != most_contexts) return blocked(now);]]
  AFTER [[]])

mutant(looker_learns_nothing FILE context IN specs CASE context_machine
  BEFORE [[return {.next = now, .result = said(of.why, of.cause), .acquires = clock_of(which)};]]
  AFTER [[return {.next = now, .result = said(of.why, of.cause)};]])

mutant(child_tells_less_than_its_parent FILE context IN specs CASE context_machine
  BEFORE [[    into.acquires = clock_of(own.parent);]]
  AFTER [[]])

mutant(deadline_of_nobody_passes FILE context IN specs CASE context_machine
  BEFORE [[option == give_up && of.deadline != never;]]
  AFTER [[option == give_up;]])

mutant(late_wait_stays FILE context IN specs CASE context_machine
  BEFORE [[    --result.next.all[which].waiters;]]
  AFTER [[    if (done) --result.next.all[which].waiters;]])

mutant(context_in_use_is_destroyed FILE context IN specs CASE context_machine
  BEFORE [[if (in_use) return refused(now, "context is destroyed while in use");]]
  AFTER [[]])

# parking_lot ---------------------------------------------------------------------------------

mutant(permit_is_kept_beside_waiters FILE parking_lot IN refinement CASE */some_of*
  BEFORE [[    parked* each = in.threads.begin();]]
  AFTER [[    parked* each = elsewhere ? in.threads.begin() : in.threads.end();]])

mutant(release_keeps_one_more FILE parking_lot IN refinement CASE */some_of*
  BEFORE [[    result.next.kept += number;]]
  AFTER [[    result.next.kept += number + 1;]])

mutant(late_one_is_still_in_line FILE parking_lot IN refinement CASE */some_of*
  BEFORE [[    result.next.threads.erase(self);
    return result;]]
  AFTER [[    if (self->woken) result.next.threads.erase(self);
    return result;]])

mutant(moved_one_is_forgotten FILE parking_lot IN refinement CASE */some_of*
  BEFORE [[      result.next.threads.push(moved);]]
  AFTER [[]])

mutant(moved_one_does_not_see_permits FILE parking_lot IN refinement CASE */some_of*
  BEFORE [[    result.result = taken;
    if (now.kept != 0) {]]
  AFTER [[    result.result = taken;
    if (now.kept > 99) {]])

mutant(front_is_the_end FILE parking_lot IN specs CASE parking_lot_machine
  BEFORE [[    if (!in_front) return;]]
  AFTER [[    return;]])

mutant(woken_one_learns_nothing FILE parking_lot IN specs CASE parking_lot_machine
  BEFORE [[      result.acquires = clock_of(*self);]]
  AFTER [[]])

mutant(taker_of_permit_learns_nothing FILE parking_lot IN specs CASE parking_lot_machine
  BEFORE [[      --result.next.kept;
      result.acquires = kept;
      return result;]]
  AFTER [[      --result.next.kept;
      return result;]])

mutant(clock_of_a_waiter_stays_full FILE parking_lot IN specs CASE parking_lot_machine
  BEFORE [[      if (self->clock + 1U != clocks) result.empties = result.acquires;]]
  AFTER [[]])

# task_group ----------------------------------------------------------------------------------

mutant(try_go_always_starts FILE task_group IN refinement CASE */some_of*
  BEFORE [[    if (now.places >= now.limit) return {.next = now, .result = 0};
    return enter(now);]]
  AFTER [[    return start(now, 0);]])

mutant(last_failure_counts FILE task_group IN specs CASE task_group_machine
  BEFORE [[    if (next.failure != 0) return;]]
  AFTER [[]])

mutant(failure_does_not_cancel FILE task_group IN refinement CASE */some_of*
  BEFORE [[    next.failure = self.throws;
    if (next.cancelled) return;]]
  AFTER [[    next.failure = self.throws;
    return;]])

mutant(wait_does_not_cancel FILE task_group IN refinement CASE */some_of*
  BEFORE [[    if (now.cancelled) return result;
    result.next.cancelled = true;]]
  AFTER [[    return result;]])

mutant(start_is_ordered_with_every_wait FILE task_group IN refinement CASE */some_of*
  BEFORE [[      result.result = from_none;]]
  AFTER [[]])

mutant(go_passes_the_limit FILE task_group IN specs CASE task_group_machine
  BEFORE [[    if (now.places >= now.limit) return blocked(now);]]
  AFTER [[]])

mutant(wait_waits_for_nobody FILE task_group IN specs CASE task_group_machine
  BEFORE [[    if (!now.tasks.empty()) return blocked(now);]]
  AFTER [[]])

mutant(place_is_taken_to_the_end FILE task_group IN specs CASE task_group_machine
  BEFORE [[      self.now = phase::left;
      --result.next.places;]]
  AFTER [[      self.now = phase::left;]])

mutant(start_tells_nothing FILE task_group IN specs CASE task_group_machine
  BEFORE [[static_cast<clock_set>(ended | 1U << clock);]]
  AFTER [[static_cast<clock_set>(1U << clock);]])

mutant(failure_tells_of_all_tasks FILE task_group IN specs CASE task_group_machine
  BEFORE [[    next.cancelled_by = static_cast<clock_set>(1U << self.clock);]]
  AFTER [[    next.cancelled_by = ended;]])

mutant(limit_changes_while_tasks_run FILE task_group IN specs CASE task_group_machine
  BEFORE [[if (now.places != 0) return refused(]]
  AFTER [[if (now.places > 99) return refused(]])
