// The machine of wait_group against the rules: what is added less what is done, and a wait when
// that is nothing.
#include <heddle/models/specs/wait_group.hpp>

#include <limits>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::wait_group;
using spec_tests::says;

}  // namespace

BOOST_AUTO_TEST_SUITE(wait_group_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("wait_group", [](const std::vector<spec_tests::move>& history) {
    wait_group::state now;
    long open = 0;
    std::vector<unsigned> dones;
    spec_tests::knowledge knows;
    for (const auto& each : history) {
      const unsigned thread = each.thread % spec_tests::threads;
      if (each.what % 3 == 0) {
        const bool may_give_up = each.what % 2 == 0;
        const wait_group::answer answer = wait_group::wait(now, may_give_up ? 1 : 0);
        RC_ASSERT(answer.blocks == (open != 0 && !may_give_up));
        if (answer.blocks) continue;
        RC_ASSERT((answer.result != 0) == (open == 0));
        // One that gives up learns nothing.
        knows.perform(thread, answer, open == 0 ? dones : std::vector<unsigned>{});
        continue;
      }
      const std::int32_t delta = each.what % 7 - 3;
      const wait_group::answer answer = wait_group::add(now, delta);
      RC_ASSERT(!answer.blocks);
      if (open + delta < 0) {
        RC_ASSERT(says(answer.misuse, "wait_group counter is negative"));
        continue;
      }
      RC_ASSERT(answer.misuse == nullptr);
      const bool rises = open == 0 && delta > 0;
      RC_ASSERT((answer.result == wait_group::from_zero) == rises);
      const unsigned number =
          knows.perform(thread, answer, rises ? dones : std::vector<unsigned>{});
      if (delta < 0) dones.push_back(number);
      open += delta;
      now = answer.next;
    }
  });
}

BOOST_AUTO_TEST_CASE(a_counter_that_overflows_is_negative) {
  const wait_group::answer most = wait_group::add({}, std::numeric_limits<std::int32_t>::max());
  BOOST_TEST(most.misuse == nullptr);
  BOOST_TEST(says(wait_group::add(most.next, 1).misuse, "wait_group counter is negative"));
}

BOOST_AUTO_TEST_SUITE_END()
