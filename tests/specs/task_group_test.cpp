// The machine of task_group against the rules: no more places than the limit, the first failure,
// and a wait that knows of all tasks.
#include <heddle/models/specs/task_group.hpp>

#include <boost/test/unit_test.hpp>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::task_group;
using spec_tests::says;

task_group::state started(const task_group::state& now, std::uint32_t throws) {
  return task_group::start(task_group::enter(now).next, throws).next;
}

task_group::state limited(std::uint32_t limit) { return task_group::set_limit({}, limit).next; }

// The task goes on to its end.
task_group::state ended(task_group::state now, unsigned which) {
  for (const unsigned tasks = now.tasks.size(); now.tasks.size() == tasks;) {
    now = task_group::go_on(now, which).next;
  }
  return now;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_group_machine)

BOOST_AUTO_TEST_CASE(no_more_tasks_than_places) {
  task_group::state now = started(started(limited(2), 0), 0);
  BOOST_TEST(task_group::enter(now).blocks);
  BOOST_TEST(task_group::try_enter(now).result == 0U);
  now = task_group::go_on(now, 1).next;  // It is counted still.
  BOOST_TEST(now.tasks.size() == 2U);
  BOOST_TEST(task_group::try_enter(now).result == 1U);
  BOOST_TEST(!task_group::enter(now).blocks);
  BOOST_TEST(task_group::enter(limited(0)).blocks);
  BOOST_TEST(!task_group::enter(started({}, 0)).blocks);
}

BOOST_AUTO_TEST_CASE(a_wait_waits_for_all) {
  task_group::state now = started(started({}, 0), 0);
  for (unsigned left = 2; left > 0; --left) {
    BOOST_TEST(task_group::wait(now).blocks);
    now = task_group::go_on(now, 0).next;
    BOOST_TEST(task_group::wait(now).blocks);
    now = task_group::go_on(now, 0).next;
  }
  BOOST_TEST(!task_group::wait(now).blocks);
  BOOST_TEST(task_group::go_on(now, 0).blocks);
  BOOST_TEST(task_group::close(now).result == 0U);
  BOOST_TEST(now.places == 0U);
}

BOOST_AUTO_TEST_CASE(the_first_failure_counts_and_cancels) {
  task_group::state now = started(started(started({}, 0), 7), 8);
  now = ended(now, 0);
  BOOST_TEST(task_group::look(now).result == 0U);
  now = task_group::go_on(now, 1).next;
  BOOST_TEST(task_group::look(now).result == 1U);
  now = ended(ended(now, 0), 0);
  BOOST_TEST(task_group::close(now).result == 8U);
  now = ended(started(now, 9), 0);
  BOOST_TEST(task_group::close(now).result == 8U);
}

BOOST_AUTO_TEST_CASE(a_wait_cancels) {
  const task_group::state now = task_group::close({}).next;
  BOOST_TEST(task_group::look({}).result == 0U);
  BOOST_TEST(task_group::look(now).result == 1U);
  BOOST_TEST((task_group::close(now).next == now));
}

BOOST_AUTO_TEST_CASE(who_waits_knows_of_all_and_who_finds_it_cancelled_of_the_one) {
  const task_group::answer first = task_group::start(task_group::enter({}).next, 0);
  BOOST_TEST(first.result == task_group::from_none);
  const task_group::answer second = task_group::start(task_group::enter(first.next).next, 7);
  BOOST_TEST(second.result == 0U);
  const task_group::state failed = ended(second.next, 1);
  const heddle::specs::clock_set found = task_group::look(failed).acquires;
  BOOST_TEST((found & second.releases) != 0);
  BOOST_TEST((found & first.releases) == 0);
  const heddle::specs::clock_set waited = task_group::wait(ended(failed, 0)).acquires;
  BOOST_TEST((waited & first.releases) != 0);
  BOOST_TEST((waited & second.releases) != 0);
  const task_group::answer closed = task_group::close({});
  BOOST_TEST((task_group::look(closed.next).acquires == closed.releases));
  BOOST_TEST(closed.releases != 0);
  BOOST_TEST(task_group::look({}).acquires == 0);
}

BOOST_AUTO_TEST_CASE(tasks_without_a_clock_of_their_own_share_the_last) {
  task_group::state now;
  for (unsigned i = 0; i < 40; ++i) now = ended(started(now, 0), 0);
  const task_group::answer last = task_group::start(task_group::enter(now).next, 1);
  BOOST_TEST(last.releases == (task_group::ended | 0x8000U));
}

BOOST_AUTO_TEST_CASE(the_limit_stays_while_a_task_runs) {
  const task_group::state now = started({}, 0);
  BOOST_TEST(says(task_group::set_limit(now, 1).misuse,
                  "limit of a task_group is changed while a task runs"));
  BOOST_TEST((task_group::set_limit(task_group::go_on(now, 0).next, 1).misuse == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
