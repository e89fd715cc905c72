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
