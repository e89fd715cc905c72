// The machine of channels against the rules: elements in their order, those who wait served first
// come first served, and what closing does to those who wait.
#include <heddle/models/specs/channel.hpp>

#include <boost/test/unit_test.hpp>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::channels;
using spec_tests::says;
using how = channels::how;

channels::state with_capacity(std::uint32_t capacity) {
  channels::state start;
  start.all[0].capacity = capacity;
  return start;
}

channels::cases one(bool sends, std::uint32_t element = 0) {
  channels::cases all;
  all.push({0, sends, element});
  return all;
}

channels::outcome outcome_of(const channels::answer& of) {
  return channels::outcome::unpacked(of.result);
}

/// Performs what need not be refused, and returns how it has ended.
channels::outcome does(channels::state& now, std::uint64_t thread, const channels::cases& wants) {
  const channels::answer answer = channels::perform(now, thread, wants, false);
  BOOST_TEST((answer.misuse == nullptr));
  now = answer.next;
  return outcome_of(answer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_machine)

BOOST_AUTO_TEST_CASE(a_buffer_takes_as_many_as_it_holds_and_keeps_their_order) {
  channels::state now = with_capacity(2);
  BOOST_TEST((does(now, 1, one(true, 7)).what == how::passed));
  BOOST_TEST((does(now, 1, one(true, 8)).what == how::passed));
  BOOST_TEST((does(now, 1, one(true, 9)).what == how::queued));
  for (const std::uint32_t expected : {7U, 8U, 9U}) {
    const channels::outcome got = does(now, 2, one(false));
    BOOST_TEST((got.what == how::passed));
    BOOST_TEST(got.element == expected);
  }
  BOOST_TEST((outcome_of(channels::consume(now, 1)).what == how::passed));
}

BOOST_AUTO_TEST_CASE(the_first_that_waits_is_served_first) {
  channels::state now = with_capacity(0);
  BOOST_TEST((does(now, 1, one(false)).what == how::queued));
  BOOST_TEST((does(now, 2, one(false)).what == how::queued));
  BOOST_TEST((does(now, 3, one(true, 7)).what == how::passed));
  BOOST_TEST(channels::consume(now, 2).blocks);
  BOOST_TEST(outcome_of(channels::consume(now, 1)).element == 7U);
}

BOOST_AUTO_TEST_CASE(closing_serves_those_who_wait) {
  channels::state receiving = with_capacity(0);
  BOOST_TEST((does(receiving, 1, one(false)).what == how::queued));
  receiving = channels::close(receiving, 0).next;
  BOOST_TEST((outcome_of(channels::consume(receiving, 1)).what == how::closed));
  channels::state sending = with_capacity(0);
  BOOST_TEST((does(sending, 1, one(true, 7)).what == how::queued));
  sending = channels::close(sending, 0).next;
  BOOST_TEST(says(channels::consume(sending, 1).misuse, "send on a closed channel"));
}

BOOST_AUTO_TEST_CASE(a_closed_channel_gives_what_it_holds_and_takes_nothing) {
  channels::state now = with_capacity(1);
  BOOST_TEST((does(now, 1, one(true, 7)).what == how::passed));
  now = channels::close(now, 0).next;
  BOOST_TEST(
      says(channels::perform(now, 1, one(true, 8), false).misuse, "send on a closed channel"));
  BOOST_TEST(says(channels::close(now, 0).misuse, "close of a closed channel"));
  BOOST_TEST(does(now, 2, one(false)).element == 7U);
  BOOST_TEST((does(now, 2, one(false)).what == how::closed));
}

BOOST_AUTO_TEST_CASE(one_that_gives_up_is_gone_unless_it_was_served) {
  channels::state now = with_capacity(0);
  BOOST_TEST((does(now, 1, one(false)).what == how::queued));
  const channels::answer late = channels::consume(now, 1, heddle::specs::give_up);
  BOOST_TEST((outcome_of(late).what == how::none));
  BOOST_TEST((late.next == with_capacity(0)));
  BOOST_TEST((does(now, 2, one(true, 7)).what == how::passed));
  BOOST_TEST(outcome_of(channels::consume(now, 1, heddle::specs::give_up)).element == 7U);
}

BOOST_AUTO_TEST_SUITE_END()
