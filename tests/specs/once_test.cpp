// The machine of once against the rules: one thread runs at a time, and after the first that ends
// well nobody does.
#include <heddle/models/specs/once.hpp>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::once;

struct reference {
  unsigned running = 0;
  bool done = false;
  std::vector<unsigned> ends;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(once_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("once", [](const std::vector<spec_tests::move>& history) {
    once::state now;
    reference known;
    spec_tests::knowledge knows;
    for (const auto& each : history) {
      const unsigned thread = each.thread % spec_tests::threads;
      if (known.running != 0 && each.what % 3 == 0) {
        known.done = each.what % 2 == 0;
        --known.running;
        const auto answer = once::end(now, known.done ? once::phase::done : once::phase::idle);
        RC_ASSERT(!answer.blocks);
        known.ends.push_back(knows.perform(thread, answer, {}));
        now = answer.next;
        continue;
      }
      const once::answer answer = once::begin(now);
      RC_ASSERT(answer.blocks == (known.running != 0));
      if (answer.blocks) continue;
      RC_ASSERT((answer.result != 0) == !known.done);
      if (answer.result != 0) ++known.running;
      knows.perform(thread, answer, known.ends);
      now = answer.next;
    }
  });
}

BOOST_AUTO_TEST_CASE(who_runs_and_begins_again_waits_for_itself) {
  const once::answer first = once::begin({});
  BOOST_TEST(first.result == 1U);
  BOOST_TEST(once::begin(first.next).blocks);
}

BOOST_AUTO_TEST_SUITE_END()
