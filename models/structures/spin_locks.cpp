// The ticket lock, the MCS lock and the CLH lock: one thread at a time.
#include <heddle/models/structures/spin_locks.hpp>

#include <array>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

namespace {

// `rounds` times in each of two threads.
template <class First, class Second>
void count_in_two_threads(int rounds, const shared<int>& count, First first, Second second) {
  thread other([&] {
    for (int i = 0; i < rounds; ++i) second();
  });
  for (int i = 0; i < rounds; ++i) first();
  other.join();
  expect(count.get() == 2 * rounds, "every round counts");
}

void ticket(int rounds, lock_variant how) {
  ticket_lock lock(how);
  shared<int> count{0, "count"};
  const auto round = [&] {
    lock.lock();
    ++count;
    lock.unlock();
  };
  count_in_two_threads(rounds, count, round, round);
}

void mcs(int rounds, lock_variant how) {
  mcs_lock lock(how);
  shared<int> count{0, "count"};
  std::array<mcs_lock::node, 2> nodes;
  const auto round = [&](mcs_lock::node& mine) {
    return [&lock, &count, &mine] {
      lock.lock(mine);
      ++count;
      lock.unlock(mine);
    };
  };
  count_in_two_threads(rounds, count, round(nodes[0]), round(nodes[1]));
}

void clh(int rounds, lock_variant how) {
  using lock_of_two = clh_lock<2>;
  lock_of_two lock(how);
  shared<int> count{0, "count"};
  std::array<lock_of_two::ticket, 2> tickets{lock_of_two::ticket(1), lock_of_two::ticket(2)};
  const auto round = [&](lock_of_two::ticket& mine) {
    return [&lock, &count, &mine] {
      lock.lock(mine);
      ++count;
      lock.unlock(mine);
    };
  };
  count_in_two_threads(rounds, count, round(tickets[0]), round(tickets[1]));
}

const correct_model ticket_correct{{
    .name = "structures/ticket_lock",
    .body = [] { ticket(3, {}); },
    .summary = "two threads, three rounds each",
}};
const broken_model ticket_two_steps(
    "structures/ticket_lock_two_steps", finding_kind::deadlock,
    [] { ticket(1, {.joins_in_two_steps = true}); },
    "two threads draw the same ticket: mutation 77");
const broken_model ticket_wait(
    "structures/ticket_lock_wait_relaxed", finding_kind::data_race,
    [] { ticket(1, {.wait = relaxed}); }, "who is let in does not acquire");
const broken_model ticket_let(
    "structures/ticket_lock_let_relaxed", finding_kind::data_race,
    [] { ticket(1, {.let = relaxed}); }, "an unlock does not release");

const correct_model mcs_correct{{
    .name = "structures/mcs_lock",
    .body = [] { mcs(2, {}); },
    .summary = "two threads, two rounds each",
}};
const broken_model mcs_two_steps(
    "structures/mcs_lock_two_steps", finding_kind::deadlock,
    [] { mcs(1, {.joins_in_two_steps = true}); },
    "two threads come behind the same one: mutation 77");
const broken_model mcs_wait(
    "structures/mcs_lock_wait_relaxed", finding_kind::data_race, [] { mcs(1, {.wait = relaxed}); },
    "who is let in does not acquire");
const broken_model mcs_let(
    "structures/mcs_lock_let_relaxed", finding_kind::data_race, [] { mcs(1, {.let = relaxed}); },
    "an unlock does not release");
const broken_model mcs_join(
    "structures/mcs_lock_join_relaxed", finding_kind::data_race, [] { mcs(1, {.join = relaxed}); },
    "a lock that was free is not acquired: mutation 80");
const broken_model mcs_forgets(
    "structures/mcs_lock_forgets_latecomer", finding_kind::deadlock,
    [] { mcs(1, {.forgets_latecomer = true}); },
    "who has joined but not linked yet is never let in");

const correct_model clh_correct{{
    .name = "structures/clh_lock",
    .body = [] { clh(2, {}); },
    .summary = "two threads, two rounds each",
}};
const broken_model clh_two_steps(
    "structures/clh_lock_two_steps", finding_kind::data_race,
    [] { clh(1, {.joins_in_two_steps = true}); },
    "two threads come behind the same one: mutation 77");
const broken_model clh_wait(
    "structures/clh_lock_wait_relaxed", finding_kind::data_race, [] { clh(1, {.wait = relaxed}); },
    "who is let in does not acquire");
const broken_model clh_let(
    "structures/clh_lock_let_relaxed", finding_kind::data_race, [] { clh(1, {.let = relaxed}); },
    "an unlock does not release");
const broken_model clh_join(
    "structures/clh_lock_join_relaxed", finding_kind::data_race, [] { clh(1, {.join = relaxed}); },
    "the node before may be seen as it was earlier: mutation 80");

}  // namespace

}  // namespace heddle::structures
