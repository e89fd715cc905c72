// The machine of contexts against the rules: done once and for one reason, all below with it, and
// what made it so known to whoever finds it.
#include <heddle/models/specs/context.hpp>

#include <boost/test/unit_test.hpp>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::contexts;
using heddle::specs::give_up;
using spec_tests::says;
using reason = contexts::reason;

constexpr std::uint8_t top = 0, child = 1, grandchild = 2, beside = 3;

// A context, its child and grandchild, and another child of the first.
contexts::state tree(std::uint32_t deadline = contexts::never) {
  contexts::state now = contexts::make({}, top, contexts::nobody).next;
  now = contexts::make(now, child, top, deadline).next;
  now = contexts::make(now, grandchild, child).next;
  return contexts::make(now, beside, top).next;
}

// `finish`, and all that follows.
contexts::state finished(contexts::state now, unsigned which, std::uint32_t cause) {
  now = contexts::finish(now, which, reason::cancelled, cause).next;
  for (bool more = true; more;) {
    const contexts::answer told = contexts::pass_on(now, which);
    more = told.result == contexts::yes;
    now = told.next;
  }
  return now;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(context_machine)

BOOST_AUTO_TEST_CASE(all_below_are_done_for_the_same_reason) {
  const contexts::state now = finished(tree(), child, 7);
  const std::uint64_t expected = contexts::said(reason::cancelled, 7);
  BOOST_TEST(contexts::look(now, child).result == expected);
  BOOST_TEST(contexts::look(now, grandchild).result == expected);
  for (const std::uint8_t other : {top, beside}) BOOST_TEST(contexts::look(now, other).result == 0);
}

BOOST_AUTO_TEST_CASE(the_first_reason_stays) {
  contexts::state now = finished(tree(), child, 7);
  BOOST_TEST(contexts::finish(now, child, reason::cancelled, 8).result == contexts::no);
  now = finished(now, top, 8);
  BOOST_TEST(contexts::look(now, child).result == contexts::said(reason::cancelled, 7));
  BOOST_TEST(contexts::look(now, beside).result == contexts::said(reason::cancelled, 8));
}

BOOST_AUTO_TEST_CASE(one_that_comes_second_waits_for_those_below) {
  contexts::state now = contexts::finish(tree(), top, reason::cancelled, 0).next;
  unsigned told = 0;
  for (bool more = true; more; told += more ? 1 : 0) {
    BOOST_TEST(contexts::finish(now, top, reason::cancelled, 0).blocks == (told < 3));
    const contexts::answer answer = contexts::pass_on(now, top);
    more = answer.result == contexts::yes;
    now = answer.next;
  }
  BOOST_TEST(told == 3U);
}

BOOST_AUTO_TEST_CASE(a_child_of_one_that_is_done_is_done) {
  contexts::state now = contexts::make({}, top, contexts::nobody).next;
  now = finished(now, top, 7);
  const contexts::answer made = contexts::make(now, child, top);
  BOOST_TEST(made.acquires == contexts::clock_of(top));
  BOOST_TEST(made.releases == contexts::clock_of(child));
  BOOST_TEST(contexts::look(made.next, child).result == contexts::said(reason::cancelled, 7));
}

BOOST_AUTO_TEST_CASE(what_makes_it_done_is_known_to_who_finds_it) {
  const contexts::answer first = contexts::finish(tree(), child, reason::cancelled, 0);
  BOOST_TEST(first.releases == contexts::clock_of(child));
  const contexts::answer told = contexts::pass_on(first.next, child);
  BOOST_TEST(told.acquires == contexts::clock_of(child));
  BOOST_TEST(told.releases == contexts::clock_of(grandchild));
  const contexts::state now = told.next;
  BOOST_TEST(contexts::look(now, child).acquires == contexts::clock_of(child));
  BOOST_TEST(contexts::enter(now, grandchild).acquires == contexts::clock_of(grandchild));
  BOOST_TEST(contexts::finish(now, child, reason::cancelled, 0).acquires ==
             contexts::clock_of(child));
  BOOST_TEST(contexts::look(now, top).acquires == 0);
  contexts::state waiting = contexts::enter(tree(), child).next;
  waiting = finished(waiting, child, 0);
  BOOST_TEST(contexts::wait(waiting, child).acquires == contexts::clock_of(child));
}

BOOST_AUTO_TEST_CASE(a_wait_ends_when_it_is_done_or_is_given_up) {
  const contexts::answer entered = contexts::enter(tree(), grandchild);
  BOOST_TEST(entered.result == contexts::waits);
  BOOST_TEST(contexts::wait(entered.next, grandchild).blocks);
  const contexts::answer late = contexts::wait(entered.next, grandchild, give_up);
  BOOST_TEST(late.result == contexts::no);
  BOOST_TEST((late.next == tree()));
  const contexts::state done = finished(entered.next, top, 0);
  BOOST_TEST(contexts::wait(done, grandchild).result == contexts::yes);
  BOOST_TEST(contexts::wait(done, grandchild, give_up).result == contexts::yes);
  BOOST_TEST((contexts::wait(done, grandchild).next == finished(tree(), top, 0)));
}

BOOST_AUTO_TEST_CASE(a_deadline_is_that_of_the_one_who_has_it_from_nobody) {
  const contexts::state now = tree(5);
  BOOST_TEST(contexts::look(now, grandchild).result == contexts::no);
  BOOST_TEST(contexts::look(now, grandchild, give_up).result == contexts::overdue);
  BOOST_TEST(contexts::origin(now, grandchild) == child);
  BOOST_TEST(contexts::look(now, beside, give_up).result == contexts::no);
  const contexts::state shorter = contexts::make(now, 4, child, 3).next;
  BOOST_TEST(contexts::origin(shorter, 4) == 4U);
  const contexts::state longer = contexts::make(now, 4, child, 9).next;
  BOOST_TEST(longer.all[4].deadline == 5U);
}

BOOST_AUTO_TEST_CASE(one_that_is_in_use_is_not_destroyed) {
  constexpr const char* complaint = "context is destroyed while in use";
  BOOST_TEST(says(contexts::drop(tree(), child).misuse, complaint));
  BOOST_TEST((contexts::drop(tree(), grandchild).misuse == nullptr));
  const contexts::state waiting = contexts::enter(tree(), grandchild).next;
  BOOST_TEST(says(contexts::drop(waiting, grandchild).misuse, complaint));
  const contexts::state childless = contexts::drop(tree(), grandchild).next;
  BOOST_TEST((contexts::drop(childless, child).misuse == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
