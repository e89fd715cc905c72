# The mutants of the primitives' text: CMakeLists.txt says what each entry means, README.md what
# became of them.

# fair_word and mutex -------------------------------------------------------------------------

mutant(lock_in_two_steps NUMBER 1 FILE mutex.hpp CLIENTS mutex
  BEFORE [[!state_.word().compare_exchange_strong(old, word::locked, std::memory_order_acquire,
                                               std::memory_order_relaxed, caller) &&
        !state_.acquire]]
  AFTER [[((old = state_.word().load(std::memory_order_acquire, caller)) == 0
             ? (state_.word().store(word::locked, std::memory_order_relaxed, caller), false)
             : true) &&
        !state_.acquire]])

mutant(unlock_drops_the_wake NUMBER 2 FILE mutex.hpp CLIENTS mutex
  BEFORE [[if (released.owes_permit) state_.pay(object_, released, caller);]]
  AFTER [[]])

mutant(unlock_wakes_before_it_stores NUMBER 3 FILE mutex.hpp CLIENTS mutex
  BEFORE [[    const auto released = state_.release(old, unchanged, caller);]]
  AFTER [[    if (old > word::locked) state_.pay(object_, {word::locked, true}, caller);
    auto released = state_.release(old, unchanged, caller);
    released.owes_permit = false;]])

mutant(unlock_wakes_only_a_single_waiter NUMBER 4 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[const bool wakes = (next & waiters) != 0 &&]]
  AFTER [[const bool wakes = (next & waiters) == one_waiter &&]])

mutant(waiter_is_not_counted NUMBER 6 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[      next += one_waiter;]]
  AFTER [[      if (!self.queued) next += one_waiter;]])

mutant(unlock_forgets_the_others NUMBER 14 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[return wakes ? (next - one_waiter) | woken : next;]]
  AFTER [[return wakes ? (next & ~waiters) | woken : next;]])

mutant(waking_is_taken_for_owning NUMBER 7 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[    // The word as unlock most likely left it; the next step tells if not.
    old =]]
  AFTER [[    if (self.awoke) return true;
    old =]])

mutant(failed_try_lock_says_true NUMBER 10 FILE mutex.hpp CLIENTS mutex
  BEFORE [[    if (!word::available(old) ||
        !state_.word()]]
  AFTER [[    if (!word::available(old)) return true;
    if (!state_.word()]])

mutant(unlock_of_unlocked_is_silent NUMBER 12 FILE mutex.hpp CLIENTS mutex
  BEFORE [[
    if ((released.old & word::locked) == 0) P::misuse("unlock of unlocked mutex", caller);
]]
  AFTER [[    if ((released.old & word::locked) == 0) return;
]])

mutant(woken_stays_set NUMBER 14 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[if (self.awoke) next &= ~woken;]]
  AFTER [[]])

mutant(late_waiter_keeps_woken NUMBER 14 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[    case move::give_up:  // the holder wakes the next waiter, for the bit `woken` is gone
      break;]]
  AFTER [[    case move::give_up:
      return next;]])

mutant(spinner_is_not_woken NUMBER 14 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[self.awoke = word_.compare_exchange_strong]]
  AFTER [[(void)word_.compare_exchange_strong]])

mutant(wrong_bit NUMBER 15 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[      next |= locked;]]
  AFTER [[      next |= woken;]])

mutant(handed_over_and_open NUMBER 16 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[return (word & (locked | starving)) == 0;]]
  AFTER [[return (word & locked) == 0;]])

mutant(newcomer_inherits NUMBER 16 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[  if (self.queued && (old & starving) != 0) {]]
  AFTER [[  if ((old & (locked | woken | starving)) == starving && (old & waiters) != 0) {]])

mutant(starving_is_never_set NUMBER 17 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[if (self.starving && (old & locked) != 0) next |= starving;]]
  AFTER [[]])

mutant(starving_is_never_cleared NUMBER 17 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[      if (!self.starving || (next & waiters) == 0) next &= ~starving;
]]
  AFTER [[]])

mutant(starving_outlives_the_last_waiter NUMBER 17 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[    if ((next & waiters) == 0) next &= ~starving;
    if (word_.]]
  AFTER [[    if (word_.]])

mutant(handed_over_and_still_counted NUMBER 16 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[next += locked - one_waiter;]]
  AFTER [[next += locked;]])

mutant(waiter_that_gives_up_stays_counted NUMBER 52 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[Word next = old - one_waiter;]]
  AFTER [[Word next = old;]])

mutant(waiter_gives_up_what_is_owed NUMBER 53 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[if (all_are_owed(old)) return false;]]
  AFTER [[if ((old & waiters) == 0) return true;]])

mutant(loser_queues_behind NUMBER 49 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[self.queued ? queue_end::front : queue_end::back]]
  AFTER [[self.queued ? queue_end::back : queue_end::back]])

mutant(newcomer_queues_in_front NUMBER 49 FILE fair_word.hpp CLIENTS fairness
  BEFORE [[self.queued ? queue_end::front : queue_end::back]]
  AFTER [[self.queued ? queue_end::front : queue_end::front]])

mutant(unlock_touches_the_mutex_late FILE mutex.hpp CLIENTS mutex
  BEFORE [[if (released.owes_permit) state_.pay(object_, released, caller);]]
  AFTER [[if (released.owes_permit) state_.pay(object_, released, caller);
    (void)state_.word().load(std::memory_order_relaxed, caller);]])

mutant(lock_orders_nothing NUMBER 8 FILE mutex.hpp CLIENTS mutex
  BEFORE [[compare_exchange_strong(old, word::locked, std::memory_order_acquire,]]
  AFTER [[compare_exchange_strong(old, word::locked, std::memory_order_relaxed,]])

mutant(try_lock_orders_nothing NUMBER 8 FILE mutex.hpp CLIENTS mutex
  BEFORE [[compare_exchange_strong(old, old | word::locked, std::memory_order_acquire,]]
  AFTER [[compare_exchange_strong(old, old | word::locked, std::memory_order_relaxed,]])

mutant(waiter_that_locks_orders_nothing NUMBER 8 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[compare_exchange_strong(old, after_move(old, next, self), std::memory_order_acquire,]]
  AFTER [[compare_exchange_strong(old, after_move(old, next, self), std::memory_order_relaxed,]])

mutant(unlock_orders_nothing NUMBER 9 FILE mutex.hpp CLIENTS mutex
  BEFORE [[compare_exchange_strong(old, 0, std::memory_order_release,]]
  AFTER [[compare_exchange_strong(old, 0, std::memory_order_relaxed,]])

mutant(unlock_with_waiters_orders_nothing NUMBER 9 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[compare_exchange_strong(old, also(given_back(old)), std::memory_order_release,]]
  AFTER [[compare_exchange_strong(old, also(given_back(old)), std::memory_order_relaxed,]])

mutant(weak_exchange_is_a_held_lock NUMBER 11 FILE mutex.hpp CLIENTS mutex
  BEFORE [[!state_.word().compare_exchange_strong(old, old | word::locked, std]]
  AFTER [[!state_.word().compare_exchange_weak(old, old | word::locked, std]])

mutant(spinning_never_ends NUMBER 18 FILE fair_word.hpp CLIENTS mutex
  BEFORE [[self.late || self.spins == spin_rounds ||]]
  AFTER [[self.late ||]])

# the parking lot -------------------------------------------------------------------------------

mutant(queue_lock_drops_the_wake NUMBER 2 FILE parking.hpp CLIENTS mutex
  BEFORE [[contended) != 0) {
      P::futex_wake(key, 1, caller);]]
  AFTER [[contended) != 0) {
      (void)key;]])

mutant(queue_lock_forgets_the_others NUMBER 6 FILE parking.hpp CLIENTS mutex cond
  BEFORE [[    for (;;) {
      const std::uint32_t old = word_.fetch_or(held | contended, std]]
  AFTER [[    for (std::uint32_t bits = held | contended;; bits = held) {
      const std::uint32_t old = word_.fetch_or(bits, std]])

mutant(queue_lock_sleeps_without_saying_so NUMBER 5 FILE parking.hpp CLIENTS mutex
  BEFORE [[
      const std::uint32_t old = word_.fetch_or(held | contended, std::memory_order_acquire, caller);
      if ((old & held) == 0) return;
      P::futex_wait(word_, old | contended, never, caller);]]
  AFTER [[      const std::uint32_t old = word_.fetch_or(held, std::memory_order_acquire, caller);
      if ((old & held) == 0) return;
      P::futex_wait(word_, old, never, caller);]])

mutant(queue_lock_hides_the_queue NUMBER 45 FILE parking.hpp CLIENTS cond
  BEFORE [[    for (std::uint32_t old = 0; (old & held) == 0;) {
      if (word_.compare_exchange_strong(old, old | held,]]
  AFTER [[    for (std::uint32_t old = 0; (old & held) == 0;) {
      if (word_.compare_exchange_strong(old, held,]])

mutant(unlock_hides_the_queue NUMBER 45 FILE parking.hpp CLIENTS cond
  BEFORE [[leaves_some ? occupied : 0;]]
  AFTER [[leaves_some && false ? occupied : 0;]])

mutant(wake_before_the_store NUMBER 3 FILE parking.hpp CLIENTS mutex
  BEFORE [[        node->word.store(1, std::memory_order_release, caller);
        P::futex_wake(key, 1, caller);]]
  AFTER [[        P::futex_wake(key, 1, caller);
        node->word.store(1, std::memory_order_release, caller);]])

mutant(wake_is_dropped NUMBER 2 FILE parking.hpp CLIENTS mutex
  BEFORE [[        node->word.store(1, std::memory_order_release, caller);
        P::futex_wake(key, 1, caller);]]
  AFTER [[        node->word.store(1, std::memory_order_release, caller);
        (void)key;]])

mutant(wake_without_the_store NUMBER 35 FILE parking.hpp CLIENTS mutex
  BEFORE [[        node->word.store(1, std::memory_order_release, caller);]]
  AFTER [[]])

mutant(wake_reads_the_node_late FILE parking.hpp CLIENTS mutex
  BEFORE [[      node = next;]]
  AFTER [[      (void)next;
      node = node->place.read(caller).next;]])

mutant(wake_forgets_the_second NUMBER 46 FILE parking.hpp CLIENTS cond
  BEFORE [[      node = next;]]
  AFTER [[      (void)next;
      node = nullptr;]])

mutant(last_of_the_queue_stays_known FILE parking.hpp CLIENTS mutex
  BEFORE [[    (place.next == nullptr ? queue.tail : place.next->place.write(caller).previous) =
        place.previous;]]
  AFTER [[
    if (place.next != nullptr) place.next->place.write(caller).previous = place.previous;]])

mutant(front_and_back_are_swapped NUMBER 48 FILE parking.hpp CLIENTS cond
  BEFORE [[if (where == queue_end::back) {]]
  AFTER [[if (where == queue_end::front) {]])

mutant(spurious_return_is_a_wake NUMBER 7 FILE parking.hpp CLIENTS mutex
  BEFORE [[while (node.word.load(std::memory_order_acquire, caller) == 0);]]
  AFTER [[while (node.word.load(std::memory_order_acquire, caller) > 1);]])

mutant(late_waiter_stays_queued NUMBER 52 FILE parking.hpp CLIENTS mutex
  BEFORE [[if (leave(node, caller)) return false;]]
  AFTER [[return false;]])

mutant(late_waiter_takes_the_wake_with_it NUMBER 53 FILE parking.hpp CLIENTS cond
  BEFORE [[    return queued;]]
  AFTER [[    return true;]])

mutant(late_waiter_leaves_unlocked FILE parking.hpp CLIENTS mutex
  BEFORE [[    lock(caller);
    const bool queued = node.place.read(caller).queued;
    if (queued) remove(node, caller);
    unlock(caller);]]
  AFTER [[    const bool queued = node.place.read(caller).queued;
    if (queued) remove(node, caller);]])

mutant(permit_is_taken_and_not_used NUMBER 62 FILE permits.hpp CLIENTS mutex
  BEFORE [[    --count_.write(caller);
    bucket.unlock(caller);
    return true;]]
  AFTER [[    --count_.write(caller);
    return false;]])

mutant(permit_is_not_kept NUMBER 64 FILE permits.hpp CLIENTS mutex
  BEFORE [[    if (number != 0) count_.write(caller) += number;]]
  AFTER [[]])

# rw_mutex --------------------------------------------------------------------------------------

mutant(reader_checks_then_acts NUMBER 19 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[
const std::uint64_t old = state().fetch_add(one_reader, std::memory_order_acquire, caller);]]
  AFTER [[const std::uint64_t old = state().load(std::memory_order_acquire, caller);
    state().fetch_add(one_reader, std::memory_order_acquire, caller);]])

mutant(extra_unlock_shared_is_silent NUMBER 20 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[if (readers_of(old) == 0) P::misuse("unlock_shared of unlocked rw_mutex", caller);]]
  AFTER [[]])

mutant(writer_starts_a_reader_early NUMBER 21 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[if (left == 0) return;]]
  AFTER [[if (left <= one_leaving) return;]])

mutant(writer_waits_for_one_more NUMBER 22 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[const std::uint32_t number = readers * one_leaving;]]
  AFTER [[const std::uint32_t number = (readers + 1) * one_leaving;]])

mutant(unlock_forgets_the_next_writer NUMBER 24 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[if (released.owes_permit) writers_.pay(object_, released, caller);]]
  AFTER [[]])

mutant(unlock_forgets_the_readers NUMBER 25 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[
      wake_readers(home, key_of(this, reader_key(released.old & turn)), caller);]]
  AFTER [[]])

mutant(unlock_does_not_turn NUMBER 25 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[(next ^ turn) & ~sleeping]]
  AFTER [[next & ~sleeping]])

mutant(turn_begins_anew_among_readers FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[if (old == turn &&]]
  AFTER [[if ((old & turn) != 0 && (old & word::low_half) == 0 &&]])

mutant(reader_sleeps_without_saying_so NUMBER 5 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[old | sleeping, std::memory_order_acquire]]
  AFTER [[old, std::memory_order_acquire]])

mutant(reader_does_not_look_again NUMBER 19 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[    while ((old & turn) == mine) {
      if ((old & sleeping)]]
  AFTER [[    for (;;) {
      if ((old & sleeping)]])

mutant(unlock_lets_one_reader_in NUMBER 30 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[while (parked<P>* const node = home.find(key, caller)) {]]
  AFTER [[if (parked<P>* const node = home.find(key, caller)) {]])

mutant(readers_are_woken_before_the_turn NUMBER 23 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[
    const auto released = writers_.release(word::locked, let_in, caller);
    if ((released.old & word::locked) == 0) P::misuse(complaint, caller);
    if ((released.old & sleeping) != 0) {
      wake_readers(home, key_of(this, reader_key(released.old & turn)), caller);
    }]]
  AFTER [[
    const std::uint64_t now = state().load(std::memory_order_relaxed, caller);
    if ((now & sleeping) != 0) wake_readers(home, key_of(this, reader_key(now & turn)), caller);
    const auto released = writers_.release(word::locked, let_in, caller);
    if ((released.old & word::locked) == 0) P::misuse(complaint, caller);]])

mutant(reader_comes_without_order NUMBER 29 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[
const std::uint64_t old = state().fetch_add(one_reader, std::memory_order_acquire, caller);]]
  AFTER [[
const std::uint64_t old = state().fetch_add(one_reader, std::memory_order_relaxed, caller);]])

mutant(reader_leaves_without_order NUMBER 29 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[state().fetch_sub(one_reader, std::memory_order_release, caller);]]
  AFTER [[state().fetch_sub(one_reader, std::memory_order_relaxed, caller);]])

mutant(writer_skips_a_single_reader NUMBER 26 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[if (readers_of(old) != 0) await_readers(]]
  AFTER [[if (readers_of(old) > 1) await_readers(]])

mutant(readers_are_preferred NUMBER 27 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[return (old & word::locked) == 0 || await_turn(]]
  AFTER [[return (old & word::locked) == 0 || readers_of(old) != 0 || await_turn(]])

mutant(try_lock_shared_overtakes NUMBER 31 FILE rw_mutex.hpp CLIENTS rw_mutex
  BEFORE [[if ((old & (word::locked | limited)) != 0) return false;]]
  AFTER [[if ((old & (word::locked | limited)) != 0 && readers_of(old) == 0) return false;]])

mutant(try_lock_ignores_readers NUMBER 32 FILE rw_mutex.hpp CLIENTS rw_mutex
  BEFORE [[!word::available(old) || readers_of(old) != 0 ||]]
  AFTER [[!word::available(old) ||]])

mutant(upgrade_is_silent NUMBER 28 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[while (left != writer_sleeps) {]]
  AFTER [[if (left != writer_sleeps) {]])

mutant(downgrade_is_an_unlock FILE rw_mutex.hpp CLIENTS rw_mutex
  BEFORE [[end_writing(one_reader, "downgrade of unlocked rw_mutex", caller);]]
  AFTER [[end_writing(0, "downgrade of unlocked rw_mutex", caller);
    (void)state().fetch_add(one_reader, std::memory_order_acquire, caller);]])

mutant(last_reader_forgets_the_writer NUMBER 22 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[    if (old == (one_leaving | writer_sleeps)) P::futex_wake(key, 1, caller);]]
  AFTER [[    (void)key, (void)old;]])

mutant(writer_sleeps_without_saying_so NUMBER 5 FILE rw_core.hpp CLIENTS rw_mutex
  BEFORE [[leaving_.fetch_or(writer_sleeps, std::memory_order_acq_rel, caller) | writer_sleeps;]]
  AFTER [[leaving_.load(std::memory_order_acquire, caller);]])

mutant(limited_writer_does_not_announce NUMBER 5 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[free ? (alone ? old & ~limited : old) | word::locked : old | limited;]]
  AFTER [[free ? (alone ? old & ~limited : old) | word::locked : old;]])

mutant(last_reader_forgets_the_limited_writer NUMBER 22 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[} else if (readers_of(old) == 1) {]]
  AFTER [[} else if (readers_of(old) == 0) {]])

mutant(unlock_forgets_the_limited_writer NUMBER 24 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[{.writer = true, .readers = true}]]
  AFTER [[{.writer = false, .readers = true}]])

mutant(unlock_forgets_who_stands_back NUMBER 25 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[{.writer = true, .readers = true}]]
  AFTER [[{.writer = true, .readers = false}]])

mutant(limited_writer_goes_silently NUMBER 52 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[
      wake_and_unlock(home, this, {.writer = false, .readers = true}, caller);
      return taken;]]
  AFTER [[
      home.unlock(caller);
      return taken;]])

mutant(reader_that_gives_up_stays_counted NUMBER 52 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[old - one_reader, std::memory_order_acquire]]
  AFTER [[old, std::memory_order_acquire]])

mutant(reader_gives_up_what_it_has NUMBER 53 FILE rw_core.hpp CLIENTS rw_limit
  BEFORE [[return !resign(mine, caller);]]
  AFTER [[return (void)resign(mine, caller), false;]])

# wait_group ------------------------------------------------------------------------------------

mutant(done_wakes_at_one NUMBER 33 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[if (counter_of(state) == 0 && waiters_of(state) != 0) release(state, caller);]]
  AFTER [[if (counter_of(state) <= 1 && waiters_of(state) != 0) release(state, caller);]])

mutant(done_wakes_one_waiter NUMBER 34 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[P::futex_wake(key, all, caller);]]
  AFTER [[P::futex_wake(key, 1, caller);]])

mutant(done_wakes_before_it_stores NUMBER 35 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[    generation_.fetch_add(1, std::memory_order_release, caller);
    P::futex_wake(key, all, caller);]]
  AFTER [[    P::futex_wake(key, all, caller);
    generation_.fetch_add(1, std::memory_order_release, caller);]])

mutant(done_drops_the_wake NUMBER 2 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[    P::futex_wake(key, all, caller);]]
  AFTER [[    (void)key;]])

mutant(negative_counter_is_silent NUMBER 36 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[if (counter_of(state) < 0) P::misuse("wait_group counter is negative", caller);]]
  AFTER [[]])

mutant(waiter_does_not_look_again NUMBER 37 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[
    while (!state_.compare_exchange_strong(old, old + one_waiter, std::memory_order_acq_rel,
                                           std::memory_order_acquire, caller)) {
      if (counter_of(old) == 0) return;
    }]]
  AFTER [[    state_.fetch_add(one_waiter, std::memory_order_acq_rel, caller);
    (void)old;]])

mutant(waiter_reads_the_generation_late NUMBER 41 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[    do {
      P::futex_wait(generation_, generation, never, caller);
    } while (generation_.load(std::memory_order_acquire, caller) == generation);]]
  AFTER [[    const std::uint32_t late = generation_.load(std::memory_order_relaxed, caller);
    (void)generation;
    do {
      P::futex_wait(generation_, late, never, caller);
    } while (generation_.load(std::memory_order_acquire, caller) == late);]])

mutant(waiter_sleeps_once NUMBER 7 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[while (generation_.load(std::memory_order_acquire, caller) == generation);]]
  AFTER [[while (false);
    (void)generation_.load(std::memory_order_acquire, caller);]])

mutant(add_beside_wait_is_silent NUMBER 38 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[      probe_.write(caller);]]
  AFTER [[]])

mutant(add_on_waiters_is_silent NUMBER 38 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[if (waiters_of(old) != 0) P::misuse("wait_group add is concurrent with wait", caller);]]
  AFTER [[]])

mutant(reuse_is_silent NUMBER 39 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[ {
      P::misuse(reused, caller);]]
  AFTER [[ {
      return;]])

mutant(late_reuse_is_silent NUMBER 39 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[if ((old & waiters) == 0) P::misuse(reused, caller);]]
  AFTER [[]])

mutant(waiters_are_not_reset NUMBER 41 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[if (!state_.compare_exchange_strong(state, 0, std]]
  AFTER [[if (!state_.compare_exchange_strong(state, waiters_of(state), std]])

mutant(done_touches_the_wait_group_late FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[    P::futex_wake(key, all, caller);]]
  AFTER [[    P::futex_wake(key, all, caller);
    (void)generation_.load(std::memory_order_relaxed, caller);]])

mutant(counter_in_two_steps NUMBER 42 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[const std::uint64_t old = state_.fetch_add(step, std::memory_order_acq_rel, caller);]]
  AFTER [[const std::uint64_t old = state_.load(std::memory_order_acquire, caller);
    state_.store(old + step, std::memory_order_release, caller);]])

mutant(done_orders_nothing NUMBER 40 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[state_.fetch_add(step, std::memory_order_acq_rel, caller);]]
  AFTER [[state_.fetch_add(step, std::memory_order_relaxed, caller);]])

mutant(wait_orders_nothing NUMBER 40 FILE wait_group.hpp CLIENTS wait_group
  BEFORE [[    const std::uint64_t old = state_.load(std::memory_order_acquire, caller);
    if (counter_of(old) != 0) wait_slow(old, caller);]]
  AFTER [[    const std::uint64_t old = state_.load(std::memory_order_relaxed, caller);
    if (counter_of(old) != 0) wait_slow(old, caller);]])

# cond ------------------------------------------------------------------------------------------

mutant(wait_unlocks_before_it_queues NUMBER 43 FILE cond.hpp CLIENTS cond
  BEFORE [[    queue_.lock(caller);
    queue_.insert(node, detail::queue_end::back, caller);
    queue_.unlock(caller);
    detail::unlock_at(lockable, caller);]]
  AFTER [[    detail::unlock_at(lockable, caller);
    queue_.lock(caller);
    queue_.insert(node, detail::queue_end::back, caller);
    queue_.unlock(caller);]])

mutant(wait_returns_unlocked NUMBER 44 FILE cond.hpp CLIENTS cond
  BEFORE [[    detail::lock_at(lockable, caller);
]]
  AFTER [[]])

mutant(late_wait_returns_unlocked NUMBER 44 FILE cond.hpp CLIENTS cond
  BEFORE [[    detail::lock_at(lockable, caller);
]]
  AFTER [[    if (signalled) detail::lock_at(lockable, caller);
]])

mutant(moved_waiter_locks_anew NUMBER 44 FILE cond.hpp CLIENTS cond
  BEFORE [[        lockable.resume(caller);
]]
  AFTER [[        detail::lock_at(lockable, caller);
]])

mutant(moved_waiter_returns_unlocked NUMBER 44 FILE cond.hpp CLIENTS cond
  BEFORE [[        lockable.resume(caller);
]]
  AFTER [[]])

mutant(moved_waiter_is_not_counted NUMBER 6 FILE cond.hpp CLIENTS cond
  BEFORE [[home == nullptr || !home->state_.count_in(caller)]]
  AFTER [[home == nullptr]])

mutant(timed_waiter_is_moved NUMBER 53 FILE cond.hpp CLIENTS cond
  BEFORE [[if (!may_give_up) return &lockable;]]
  AFTER [[return &lockable;]])

mutant(permit_for_the_moved_is_lost NUMBER 64 FILE permits.hpp CLIENTS cond
  BEFORE [[const bool kept = count_.read(caller) != 0;]]
  AFTER [[const bool kept = false;]])

mutant(waiter_is_moved_to_a_free_lock NUMBER 43 FILE fair_word.hpp CLIENTS cond
  BEFORE [[    if ((old & locked) == 0) return false;
  } while (!word_.compare_exchange_strong(old, old + one_waiter,]]
  AFTER [[  } while (!word_.compare_exchange_strong(old, old + one_waiter,]])

mutant(signal_spares_a_single_waiter NUMBER 45 FILE cond.hpp CLIENTS cond
  BEFORE [[      if (node == nullptr) break;
      queue_.remove(*node, caller);
      woken.append(*node, caller);]]
  AFTER [[      if (node == nullptr) break;
      queue_.remove(*node, caller);
      const bool single = queue_.find(this, caller) == nullptr;
      if (single) queue_.insert(*node, detail::queue_end::back, caller);
      if (single) break;
      woken.append(*node, caller);]])

mutant(signal_wakes_two NUMBER 46 FILE cond.hpp CLIENTS cond
  BEFORE [[wake(1, caller);]]
  AFTER [[wake(2, caller);]])

mutant(broadcast_wakes_one NUMBER 46 FILE cond.hpp CLIENTS cond
  BEFORE [[wake(everyone, caller);]]
  AFTER [[wake(1, caller);]])

mutant(broadcast_leaves_one NUMBER 47 FILE cond.hpp CLIENTS cond
  BEFORE [[everyone = 0xFFFFFFFF;]]
  AFTER [[everyone = 1;]])

mutant(late_waiter_is_told_of_a_signal NUMBER 53 FILE cond.hpp CLIENTS cond
  BEFORE [[    return signalled;]]
  AFTER [[    return signalled || true;]])

mutant(newest_waiter_is_signalled NUMBER 49 FILE cond.hpp CLIENTS cond
  BEFORE [[queue_.insert(node, detail::queue_end::back, caller);]]
  AFTER [[queue_.insert(node, detail::queue_end::front, caller);]])

# once ------------------------------------------------------------------------------------------

mutant(done_before_the_function_ran NUMBER 54 FILE once.hpp CLIENTS once
  BEFORE [[compare_exchange_strong(old, running, std::memory_order_acquire,]]
  AFTER [[compare_exchange_strong(old, done, std::memory_order_acquire,]])

mutant(done_is_seen_without_order NUMBER 55 FILE once.hpp CLIENTS once
  BEFORE [[return word_.load(std::memory_order_acquire, caller) == done;]]
  AFTER [[return word_.load(std::memory_order_relaxed, caller) == done;]])

mutant(end_orders_nothing NUMBER 55 FILE once.hpp CLIENTS once
  BEFORE [[word_.exchange(next, std::memory_order_release, caller)]]
  AFTER [[word_.exchange(next, std::memory_order_relaxed, caller)]])

mutant(no_second_look NUMBER 56 FILE once.hpp CLIENTS once
  BEFORE [[      if (old == done) return false;]]
  AFTER [[      if (old == done) return true;]])

mutant(exception_leaves_it_running NUMBER 57 FILE once.hpp CLIENTS once
  BEFORE [[    ~ending() { word.end(next, caller); }]]
  AFTER [[    ~ending() {
      if (next == done) word.end(next, caller);
    }]])

mutant(exception_does_not_count NUMBER 58 FILE once.hpp CLIENTS once
  BEFORE [[stay = 3]]
  AFTER [[stay = 0]])

mutant(exception_counts_for_retry_once NUMBER 58 FILE once.hpp CLIENTS once
  BEFORE [[retry = 0]]
  AFTER [[retry = 3]])

mutant(loser_does_not_wait NUMBER 59 FILE once.hpp CLIENTS once
  BEFORE [[      if (old != idle) P::futex_wait(word_, contended, never, caller);]]
  AFTER [[      if (old != idle) return false;]])

mutant(end_drops_the_wake NUMBER 2 FILE once.hpp CLIENTS once
  BEFORE [[      P::futex_wake(key, all, caller);]]
  AFTER [[      (void)key;]])

mutant(end_wakes_one NUMBER 34 FILE once.hpp CLIENTS once
  BEFORE [[      P::futex_wake(key, all, caller);]]
  AFTER [[      P::futex_wake(key, 1, caller);]])

mutant(waiter_does_not_say_so NUMBER 4 FILE once.hpp CLIENTS once
  BEFORE [[word_.compare_exchange_strong(old, contended,]]
  AFTER [[word_.compare_exchange_strong(old, running,]])

# semaphore -------------------------------------------------------------------------------------

mutant(permits_are_one_bit NUMBER 61 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[state_.compare_exchange_strong(old, old + number, std::memory_order_release,]]
  AFTER [[state_.compare_exchange_strong(old, number, std::memory_order_release,]])

mutant(acquire_takes_and_sleeps NUMBER 62 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[const std::uint32_t next = enough ? old - number : old | queued;]]
  AFTER [[const std::uint32_t next = enough ? old - number : queued;]])

mutant(acquire_takes_too_many NUMBER 63 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[if ((old & queued) != 0 || old < number) return false;]]
  AFTER [[if ((old & queued) != 0 || old == 0) return false;]])

mutant(release_in_two_steps NUMBER 64 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[
    } while (!state_.compare_exchange_strong(old, old + number, std::memory_order_release,
                                             std::memory_order_relaxed, caller));]]
  AFTER [[    } while (false);
    state_.store(old + number, std::memory_order_release, caller);]])

mutant(small_request_overtakes NUMBER 63 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[if ((old & queued) != 0 || old < number) return false;]]
  AFTER [[if ((old & ~queued) < number) return false;]])

mutant(one_that_gives_up_serves_nobody NUMBER 52 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[    if ((old & queued) != 0) {
      serve(bucket, old & ~queued, caller);]]
  AFTER [[    if ((old & queued) != 0 && old == queued) {
      serve(bucket, old & ~queued, caller);]])

mutant(serve_forgets_the_others NUMBER 14 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[state_.store(node == nullptr ? free : free | queued,]]
  AFTER [[state_.store(free,]])

mutant(released_more_than_held_is_silent NUMBER 63 FILE semaphore.hpp CLIENTS semaphore
  BEFORE [[      P::misuse("semaphore released more than held", caller);]]
  AFTER [[      (void)caller;]])

# channel, select and context -----------------------------------------------------------------

mutant(right_is_not_asked_for FILE channel_core.hpp CLIENTS channel
  BEFORE [[      if (one->waiter.take_right(caller)) return one;]]
  AFTER [[      return one;]])

mutant(receivers_are_served_last_first FILE channel_core.hpp CLIENTS channel
  BEFORE [[    while (channel_case<P>* const one = first) {]]
  AFTER [[    while (channel_case<P>* const one = last) {]])

mutant(receiver_is_told_too_early FILE channel_core.hpp CLIENTS channel
  BEFORE [[    if (at_once != passage::none) {
      unlock(caller);
      if (other != nullptr) other->tell(caller);]]
  AFTER [[    if (at_once != passage::none) {
      if (other != nullptr) other->tell(caller);
      unlock(caller);]])

mutant(other_side_is_not_told FILE channel_core.hpp CLIENTS channel
  BEFORE [[    if (at_once != passage::none) {
      unlock(caller);
      if (other != nullptr) other->tell(caller);]]
  AFTER [[    if (at_once != passage::none) {
      unlock(caller);]])

mutant(attempt_does_not_tell FILE channel_core.hpp CLIENTS channel
  BEFORE [[    const passage at_once = attempt(which, element, other, caller);
    unlock(caller);
    if (other != nullptr) other->tell(caller);]]
  AFTER [[    const passage at_once = attempt(which, element, other, caller);
    unlock(caller);]])

mutant(queues_after_the_unlock FILE channel_core.hpp CLIENTS channel
  BEFORE [[    enqueue(which, own, caller);
    unlock(caller);]]
  AFTER [[    unlock(caller);
    lock(caller);
    enqueue(which, own, caller);
    unlock(caller);]])

mutant(receiver_passes_by_the_full_cell FILE channel_core.hpp CLIENTS channel
  BEFORE [[      of_.move(sender->element, stored ? cell(now.sent) : element);]]
  AFTER [[      of_.move(sender->element, element);]])

mutant(freed_cell_stays_empty FILE channel_core.hpp CLIENTS channel
  BEFORE [[    if (channel_case<P>* const sender = now.senders.take(caller)) {]]
  AFTER [[    if (channel_case<P>* const sender = stored ? nullptr : now.senders.take(caller)) {]])

mutant(one_cell_too_many NUMBER 68 FILE channel_core.hpp CLIENTS channel
  BEFORE [[    if (now.sent - now.received == capacity_) return passage::none;]]
  AFTER [[    const std::size_t most = capacity_ == 0 ? 0 : capacity_ + 1;
    if (now.sent - now.received == most) return passage::none;]])

mutant(close_forgets_the_receivers FILE channel_core.hpp CLIENTS channel
  BEFORE [[      end(now.receivers, ended, caller);]]
  AFTER [[]])

mutant(close_forgets_the_senders NUMBER 66 FILE channel_core.hpp CLIENTS channel
  BEFORE [[      end(now.senders, ended, caller);]]
  AFTER [[]])

mutant(close_wakes_one FILE channel_core.hpp CLIENTS channel
  BEFORE [[      each = next;]]
  AFTER [[      each = nullptr;
      (void)next;]])

mutant(close_reads_the_case_late FILE channel_core.hpp CLIENTS channel
  BEFORE [[      channel_case<P>* const next = each->place.read(caller).next;
      each->waiter.tell(caller);]]
  AFTER [[      each->waiter.tell(caller);
      channel_case<P>* const next = each->place.read(caller).next;]])

mutant(late_case_stays_queued FILE channel_core.hpp CLIENTS channel
  BEFORE [[      if (leaves && leave()) return false;]]
  AFTER [[      if (leaves) return false;]])

mutant(late_waiter_takes_the_element_with_it FILE channel_core.hpp CLIENTS channel
  BEFORE [[    if (queued) queue_of(state_.write(caller), which).remove(own, caller);
    lock_.unlock(caller);
    return queued;]]
  AFTER [[    if (queued) queue_of(state_.write(caller), which).remove(own, caller);
    lock_.unlock(caller);
    return true;]])

mutant(cancelled_before_it_waits_is_forgotten FILE channel_core.hpp CLIENTS channel
  BEFORE [[    for (bool leaves = attached.came_late();; leaves = may_leave) {]]
  AFTER [[    for (bool leaves = false;; leaves = may_leave) {]])

mutant(end_of_a_send_is_taken_for_delivery NUMBER 65 FILE channel_core.hpp CLIENTS channel
  BEFORE [[return self.delivered(caller) ? passage::delivered : passage::closed;]]
  AFTER [[return self.delivered(caller) ? passage::delivered : passage::delivered;]])

mutant(closed_channel_gives_what_was_there NUMBER 67 FILE channel_core.hpp CLIENTS channel
  BEFORE [[    order_.see_closed(caller);
    return passage::closed;]]
  AFTER [[    if (capacity_ == 0) return passage::closed;
    of_.move(cell(now.received), element);
    return passage::delivered;]])

mutant(cells_go_round_too_late NUMBER 68 FILE channel_core.hpp CLIENTS channel
  BEFORE [[number % capacity_;]]
  AFTER [[number % (capacity_ + 1);]])

mutant(send_does_not_await_its_receiver NUMBER 69 FILE channel.hpp CLIENTS channel
  BEFORE [[core_(detail::element_of<T>, capacity, name) {}]]
  AFTER [[core_(detail::element_of<T>, capacity == 0 ? 1 : capacity, name) {}]])

mutant(close_again_is_silent NUMBER 73 FILE channel_core.hpp CLIENTS channel
  BEFORE [[if (twice) P::misuse("close of a closed channel", caller);]]
  AFTER [[]])

mutant(absent_channel_is_ready NUMBER 74 FILE select_core.hpp CLIENTS channel
  BEFORE [[    for (;;) {
      std::uint32_t ready = 0;]]
  AFTER [[    for (select_case<P>& each : cases()) {
      if (each.core == nullptr) return &each;
    }
    for (;;) {
      std::uint32_t ready = 0;]])

mutant(length_is_read_unlocked NUMBER 75 FILE channel_core.hpp CLIENTS channel
  BEFORE [[    lock(caller);
    const state& now = state_.read(caller);
    const std::size_t result = now.sent - now.received;
    unlock(caller);]]
  AFTER [[    const state& now = state_.read(caller);
    const std::size_t result = now.sent - now.received;]])

mutant(send_on_closed_is_silent NUMBER 76 FILE channel.hpp CLIENTS channel
  BEFORE [[if (how == detail::passage::closed) P::misuse("send on a closed channel", caller);]]
  AFTER [[if (how == detail::passage::closed) return true;]])

mutant(select_stays_queued NUMBER 70 FILE select_core.hpp CLIENTS channel
  BEFORE [[        each.core->remove(each.which, *each.queued, caller);]]
  AFTER [[]])

mutant(select_locks_in_the_order_of_its_cases NUMBER 72 FILE select_core.hpp CLIENTS channel
  BEFORE [[      return a != b ? a < b : std::less<>{}(left, right);]]
  AFTER [[      return a == b && false;]])

mutant(select_looks_away_before_it_queues FILE select_core.hpp CLIENTS channel
  BEFORE [[    channel_waiter<P> self(true);]]
  AFTER [[    unlock(caller);
    lock(caller);
    channel_waiter<P> self(true);]])

mutant(select_takes_the_first_that_is_ready NUMBER 71 FILE select_core.hpp CLIENTS channel
  BEFORE [[ready == 1 ? 0 : P::random(ready, caller);]]
  AFTER [[0;]])

mutant(select_gives_up_without_the_right FILE select_core.hpp CLIENTS channel
  BEFORE [[    const auto leave = [&] { return self.take_right(caller); };]]
  AFTER [[    const auto leave = [&] { return true; };]])

mutant(tell_does_not_wake FILE waiting.hpp CLIENTS channel
  BEFORE [[    if (word_.exchange(told, std::memory_order_release, caller) == asleep) {
      P::futex_wake(key, 1, caller);
    }]]
  AFTER [[    (void)key;
    (void)word_.exchange(told, std::memory_order_release, caller);]])

mutant(tell_orders_nothing FILE waiting.hpp CLIENTS channel
  BEFORE [[    if (word_.exchange(told, std::memory_order_release, caller) == asleep) {]]
  AFTER [[    if (word_.exchange(told, std::memory_order_relaxed, caller) == asleep) {]])

mutant(nudge_ends_the_wait FILE waiting.hpp CLIENTS context channel
  BEFORE [[        return roused::nudged;]]
  AFTER [[        return roused::told;]])

mutant(nudge_does_not_wake FILE waiting.hpp CLIENTS context channel
  BEFORE [[      if (old == asleep) P::futex_wake(P::key_of(word_), 1, caller);]]
  AFTER [[]])

mutant(sleep_without_saying_so FILE waiting.hpp CLIENTS channel
  BEFORE [[        const wait_result how = P::futex_wait(word_, asleep, deadline, caller);]]
  AFTER [[        old = word_.load(std::memory_order_relaxed, caller);
        const wait_result how = P::futex_wait(word_, old, deadline, caller);]])

mutant(cancel_stores_without_order FILE waiting.hpp CLIENTS context
  BEFORE [[    word_.store(value, std::memory_order_release, caller);]]
  AFTER [[    word_.store(value, std::memory_order_relaxed, caller);]])

mutant(right_is_given_twice FILE waiting.hpp CLIENTS context channel
  BEFORE [[    return taken_.exchange(1, std::memory_order_acq_rel, caller) == 0;]]
  AFTER [[    const bool free = taken_.load(std::memory_order_acquire, caller) == 0;
    taken_.store(1, std::memory_order_release, caller);
    return free;]])

mutant(context_is_done_twice FILE context.hpp CLIENTS context
  BEFORE [[    const bool first = state(caller) == context_error::none;]]
  AFTER [[    const bool first = true;]])

mutant(cancel_tells_nobody FILE context.hpp CLIENTS context
  BEFORE [[        each->cancelled(caller);]]
  AFTER [[]])

mutant(cancel_tells_without_the_lock FILE context.hpp CLIENTS context
  BEFORE [[      state_.set(static_cast<std::uint32_t>(why), caller);
      for]]
  AFTER [[      state_.set(static_cast<std::uint32_t>(why), caller);
      lock_.unlock(caller);
      lock_.lock(caller);
      for]])

mutant(attaches_to_what_is_done FILE context.hpp CLIENTS context
  BEFORE [[    const bool open = state(caller) == context_error::none;]]
  AFTER [[    const bool open = true;]])

mutant(listener_stays_attached FILE context.hpp CLIENTS context
  BEFORE [[    if (own.attached) {]]
  AFTER [[    if (own.attached && own.next != nullptr) {]])

mutant(child_forgets_the_cause FILE context.hpp CLIENTS context
  BEFORE [[    cancel(parent_->state(caller), parent_->cause(caller), caller);]]
  AFTER [[    cancel(parent_->state(caller), nullptr, caller);]])

mutant(deadline_ends_the_child_alone FILE context.hpp CLIENTS context
  BEFORE [[    while (origin->parent_ != nullptr && origin->parent_->deadline_ == deadline_) {]]
  AFTER [[    while (false) {]])

mutant(context_goes_without_the_lock FILE context.hpp CLIENTS context
  BEFORE [[    lock_.lock(created_);
    const bool in_use = listeners_.read(created_).first != nullptr;
    lock_.unlock(created_);]]
  AFTER [[    const bool in_use = false;]])

mutant(interruption_does_not_wake FILE parking.hpp CLIENTS context
  BEFORE [[      P::futex_wake(P::key_of(node_.word), 1, caller);]]
  AFTER [[]])

mutant(interruption_hides_the_wake FILE parking.hpp CLIENTS context
  BEFORE [[    std::uint32_t old = 0;
    if (node_.word.compare_exchange_strong(old, mark, std::memory_order_relaxed,
                                           std::memory_order_relaxed, caller)) {]]
  AFTER [[    node_.word.store(mark, std::memory_order_relaxed, caller);
    {]])

mutant(cancelled_waiter_stays_queued FILE parking.hpp CLIENTS context
  BEFORE [[    const bool left = leave(node, caller);]]
  AFTER [[    const bool left = true;]])

mutant(done_forgets_those_who_have_parked FILE wait_group.hpp CLIENTS context
  BEFORE [[    if (bucket != nullptr) unpark(*bucket, this, caller);]]
  AFTER [[]])

mutant(parks_without_another_look FILE wait_group.hpp CLIENTS context
  BEFORE [[      if (generation_.load(std::memory_order_acquire, caller) != generation) break;]]
  AFTER [[]])

mutant(late_waiter_stays_counted FILE wait_group.hpp CLIENTS context
  BEFORE [[      std::uint64_t next = old - one_waiter;]]
  AFTER [[      std::uint64_t next = old;]])

mutant(late_waiter_does_not_await_the_last_done FILE wait_group.hpp CLIENTS context
  BEFORE [[    while (generation == generation_.load(std::memory_order_relaxed, caller)) {]]
  AFTER [[    while (false) {]])

# The patterns, and thread ----------------------------------------------------------------------

mutant(join_does_not_wait NUMBER 94 FILE thread.hpp CLIENTS pattern
  BEFORE [[    handle_.join(caller);]]
  AFTER [[    handle_.detach(caller);]])

mutant(last_failure_counts NUMBER 91 FILE patterns/task_group.hpp CLIENTS pattern
  BEFORE [[      if (!first_.take(caller)) return;]]
  AFTER [[]])

mutant(failure_does_not_cancel NUMBER 91 FILE patterns/task_group.hpp CLIENTS pattern
  BEFORE [[      if (context_) context_->cancel(failure_.read(caller), caller);
    }]]
  AFTER [[    }]])

mutant(place_is_given_back_twice NUMBER 92 FILE patterns/task_group.hpp CLIENTS pattern
  BEFORE [[    if (places_) places_->release(1, caller);]]
  AFTER [[    if (places_) {
      places_->release(1, caller);
      places_->release(1, caller);
    }]])

mutant(place_is_given_back_early NUMBER 92 FILE patterns/task_group.hpp CLIENTS pattern
  BEFORE [[            run(own, caller);
            leave(caller);]]
  AFTER [[            leave(caller);
            run(own, caller);]])

mutant(place_is_not_given_back NUMBER 92 FILE patterns/task_group.hpp CLIENTS pattern
  BEFORE [[    if (places_) places_->release(1, caller);]]
  AFTER [[]])

mutant(loser_gets_its_own_value NUMBER 93 FILE patterns/striped_map.hpp CLIENTS pattern
  BEFORE [[    return {at->second, !is_new};]]
  AFTER [[    return {is_new ? at->second : value, !is_new};]])

mutant(stripes_in_the_order_of_the_keys FILE patterns/striped_map.hpp CLIENTS pattern
  BEFORE [[    const bool in_order = stripe_of(a) < stripe_of(b);]]
  AFTER [[    const bool in_order = true;]])

mutant(no_second_look_for_writing FILE patterns/rw_map.hpp CLIENTS pattern
  BEFORE [[    if (const T* const known = find(key, caller)) return *known;]]
  AFTER [[]])

mutant(no_second_look_in_the_flight FILE patterns/rw_map.hpp CLIENTS pattern
  BEFORE [[      // A flight that has ended since has left its value here.
      if (std::optional<T> known = load(key, caller)) return *std::move(known);]]
  AFTER [[]])

mutant(flights_are_of_the_thread NUMBER 95 FILE patterns/single_flight.hpp CLIENTS pattern
  BEFORE [[    auto& flights = flights_.write(caller);
    if (const auto at]]
  AFTER [[    static typename P::template local<std::unordered_map<Key, flight*, Hash>> mine;
    auto& flights = mine.get();
    if (const auto at]])

mutant(flight_is_not_taken_off FILE patterns/single_flight.hpp CLIENTS pattern
  BEFORE [[if (at != flights.end() && at->second == &own) flights.erase(at);]]
  AFTER [[]])

mutant(follower_keeps_no_seat FILE patterns/single_flight.hpp CLIENTS pattern
  BEFORE [[      at->second->seats.fetch_add(1, std::memory_order_relaxed, caller);]]
  AFTER [[]])

mutant(flight_lands_before_its_value FILE patterns/single_flight.hpp CLIENTS pattern
  BEFORE [[    const seat first(&own, caller);
    try {]]
  AFTER [[    const seat first(&own, caller);
    own.landed.done(caller);
    own.landed.add(1, caller);
    try {]])

mutant(drain_does_not_join NUMBER 94 FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[    close(nullptr, caller);
    threads_.wait(caller);]]
  AFTER [[    close(nullptr, caller);]])

mutant(room_is_not_told FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[      room_.signal(caller);]]
  AFTER [[]])

mutant(rest_is_not_told FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[      if (state_.read(caller).at_rest()) rest_.broadcast(caller);
    }
    --]]
  AFTER [[    }
    --]])

mutant(submitter_does_not_look_again NUMBER 50 FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[    for (;;) {
      state& now = state_.write(caller);
      if (now.closed) P::misuse("submit to a worker pool that is closed", caller);
      if (now.queue.size() < capacity_) {]]
  AFTER [[    for (bool waited = false;; waited = true) {
      state& now = state_.write(caller);
      if (now.closed) P::misuse("submit to a worker pool that is closed", caller);
      if (waited || now.queue.size() < capacity_) {]])

mutant(work_is_signalled_before_it_is_there NUMBER 51 FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[        now.queue.push_back(std::move(what));
        work_.signal(caller);]]
  AFTER [[        work_.signal(caller);
        lock_.unlock(caller);
        lock_.lock(caller);
        now.queue.push_back(std::move(what));]])

mutant(rest_while_one_runs FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[return queue.empty() && running == 0;]]
  AFTER [[return queue.empty();]])

mutant(task_outlives_the_wait FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[      next.reset();  // what it holds is gone before anyone who waits goes on]]
  AFTER [[]])

mutant(task_runs_with_the_lock FILE patterns/worker_pool.hpp CLIENTS pattern
  BEFORE [[      guard.unlock(caller);
      (*next)();]]
  AFTER [[      (*next)();
      guard.unlock(caller);]])

mutant(last_writer_does_not_close FILE patterns/pipeline.hpp CLIENTS pattern
  BEFORE [[      if (pipe.writers_.fetch_sub(1, std::memory_order_acq_rel, caller) == 1) {]]
  AFTER [[      if (pipe.writers_.fetch_sub(1, std::memory_order_acq_rel, caller) == 0) {]])

mutant(first_writer_closes FILE patterns/pipeline.hpp CLIENTS pattern
  BEFORE [[      if (pipe.writers_.fetch_sub(1, std::memory_order_acq_rel, caller) == 1) {]]
  AFTER [[      if (pipe.writers_.fetch_sub(1, std::memory_order_acq_rel, caller) >= 1) {]])

mutant(batch_does_not_join NUMBER 94 FILE patterns/batch.hpp CLIENTS pattern
  BEFORE [[  others.wait(caller);]]
  AFTER [[]])

mutant(item_is_taken_twice FILE patterns/batch.hpp CLIENTS pattern
  BEFORE [[next.fetch_add(1, std::memory_order_relaxed, caller);]]
  AFTER [[next.load(std::memory_order_relaxed, caller);
      next.store(i + 1, std::memory_order_relaxed, caller);]])

mutant(manager_never_finishes FILE patterns/task_manager.hpp CLIENTS pattern
  BEFORE [[      state_.write(caller).finished = true;]]
  AFTER [[]])

mutant(manager_waits_for_those_there_are FILE patterns/task_manager.hpp CLIENTS pattern
  BEFORE [[      while (state_.read(caller).running != 0) none_left_.wait(lock_, caller);]]
  AFTER [[]])

mutant(whole_is_told_before_the_group FILE patterns/nested_group.hpp CLIENTS pattern
  BEFORE [[    own_.done(caller);
    if (above != nullptr) above->done(caller);]]
  AFTER [[    if (above != nullptr) above->done(caller);
    own_.done(caller);]])

mutant(part_is_not_counted FILE patterns/nested_group.hpp CLIENTS pattern
  BEFORE [[    add(1, caller);
    try {]]
  AFTER [[    try {]])

mutant(object_is_kept_without_the_lock FILE patterns/object_pool.hpp CLIENTS pattern
  BEFORE [[    const lock_guard guard(into.lock, caller);]]
  AFTER [[]])

mutant(object_stays_in_the_cache FILE patterns/object_pool.hpp CLIENTS pattern
  BEFORE [[      from.kept.write(caller).objects.pop_back();]]
  AFTER [[]])
# guards --------------------------------------------------------------------------------------

mutant(several_locks_are_waited_for_in_turn FILE guards.hpp CLIENTS guards
  BEFORE [[ && locks_[taken].attempt(locks_[taken].address, caller_)) {]]
  AFTER [[) {
        locks_[taken].acquire(locks_[taken].address, caller_);]])

mutant(several_locks_are_kept_during_a_wait FILE guards.hpp CLIENTS guards
  BEFORE [[
      unlock_first(taken);
      locks_[taken].acquire(locks_[taken].address, caller_);]]
  AFTER [[
      locks_[taken].acquire(locks_[taken].address, caller_);
      unlock_first(taken);]])

mutant(several_locks_end_with_the_first_failure FILE guards.hpp CLIENTS guards
  BEFORE [[if (taken == locks_.size()) return;]]
  AFTER [[return;]])

# lock_order ----------------------------------------------------------------------------------

mutant(only_the_way_straight_back_is_looked_for FILE lock_order.hpp CLIENTS order
  BEFORE [[if (!known) reached.push_back]]
  AFTER [[if (known) reached.push_back]])

mutant(only_the_last_that_is_held_counts FILE lock_order.hpp CLIENTS order
  BEFORE [[if (!connect(each, wanted, found, caller)) continue;]]
  AFTER [[if (&each + 1 != own.end() || !connect(each, wanted, found, caller)) continue;]])

mutant(step_is_not_entered FILE lock_order.hpp CLIENTS order
  BEFORE [[    out.push_back({&to, from.where, caller});]]
  AFTER [[]])

mutant(level_may_be_the_same FILE lock_order.hpp CLIENTS order
  BEFORE [[if (each.node->level < wanted.level) continue;]]
  AFTER [[if (each.node->level <= wanted.level) continue;]])

mutant(unlock_leaves_it_held FILE lock_order.hpp CLIENTS order
  BEFORE [[      --own.count;]]
  AFTER [[]])

mutant(recursion_is_silent NUMBER 13 FILE lock_order.hpp CLIENTS order
  BEFORE [[      P::misuse("lock is locked again by the thread that holds it", caller);]]
  AFTER [[      (void)caller;]])

# scalable_rw_mutex ---------------------------------------------------------------------------

mutant(writer_closes_without_a_fence FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[    open_.store(0, std::memory_order_relaxed, caller);
    P::heavy_fence(caller);]]
  AFTER [[    open_.store(0, std::memory_order_relaxed, caller);]])

mutant(writer_sleeps_without_a_fence FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[    counts_.fetch_or(draining, std::memory_order_relaxed, caller);
    P::heavy_fence(caller);]]
  AFTER [[    counts_.fetch_or(draining, std::memory_order_relaxed, caller);]])

mutant(reader_does_not_look_whether_it_is_open_still NUMBER 19 FILE scalable_rw_mutex.hpp
  CLIENTS scalable
  BEFORE [[if (open_.load(std::memory_order_acquire, caller) != 0) {
      P::note_own]]
  AFTER [[if (true) {
      P::note_own]])

mutant(writer_does_not_wait_for_records NUMBER 26 FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[if (balance(used, caller) == 0) return true;
    const bool drained]]
  AFTER [[return true;
    const bool drained]])

mutant(reader_does_not_tell_the_writer NUMBER 22 FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[if (mine.wanted.load(std::memory_order_relaxed, caller) != 0)]]
  AFTER [[if (false)]])

mutant(debt_does_not_tell_the_writer NUMBER 22 FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[} else if ((old & draining) != 0) {]]
  AFTER [[} else if (false) {]])

mutant(reader_strikes_out_without_order FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[own.lock.store(nullptr, std::memory_order_release, caller);]]
  AFTER [[own.lock.store(nullptr, std::memory_order_relaxed, caller);]])

mutant(debts_are_not_paid_by_shares FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[const bool may_strike = debts_of(old) == 0 || shares_of(old) == 0;]]
  AFTER [[const bool may_strike = true;]])

mutant(debts_do_not_count FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[entries - static_cast<std::int64_t>(debts_of(counts));]]
  AFTER [[entries - static_cast<std::int64_t>(0 * counts);]])

mutant(writer_that_gives_up_leaves_it_closed NUMBER 52 FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[if (!drained) open_.store(1, std::memory_order_release, caller);]]
  AFTER [[]])

mutant(entries_outlive_the_lock FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[if (P::running()) strike_out(location::unknown());]]
  AFTER [[]])

mutant(opens_without_order FILE scalable_rw_mutex.hpp CLIENTS scalable
  BEFORE [[if (!is_open(caller)) open_.store(1, std::memory_order_release, caller);]]
  AFTER [[if (!is_open(caller)) open_.store(1, std::memory_order_relaxed, caller);]])
