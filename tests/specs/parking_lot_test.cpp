// The machine of the parking lot against the rules: a permit goes to the first in the line, or is
// kept, and is never lost; and what was released is known to who has it.
#include <heddle/models/specs/parking_lot.hpp>

#include <boost/test/unit_test.hpp>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::give_up;
using heddle::specs::parking_lot;

// The same in numbers.
struct reference {
  struct one {
    unsigned thread;
    bool woken;
  };
  unsigned kept = 0;
  std::vector<one> line;                      ///< in its order
  std::vector<unsigned> releases;             ///< those that kept permits, since there were none
  std::array<int, spec_tests::threads> by{};  ///< the release that woke the thread
};

bool waits(const reference& known, unsigned thread) {
  for (const reference::one& each : known.line) {
    if (each.thread == thread) return true;
  }
  return false;
}

void acquire(parking_lot::state& now, reference& known, spec_tests::knowledge& knows,
             unsigned thread, bool in_front) {
  const auto where = in_front ? parking_lot::place::front : parking_lot::place::back;
  const parking_lot::answer answer = parking_lot::acquire(now, thread, where);
  RC_ASSERT(!answer.blocks && answer.misuse == nullptr);
  RC_ASSERT((answer.result == parking_lot::taken) == (known.kept != 0));
  knows.perform(thread, answer, known.kept != 0 ? known.releases : std::vector<unsigned>{});
  if (known.kept != 0) {
    --known.kept;
  } else {
    known.line.insert(in_front ? known.line.begin() : known.line.end(), {thread, false});
  }
  now = answer.next;
}

void consume(parking_lot::state& now, reference& known, spec_tests::knowledge& knows,
             unsigned thread, unsigned option) {
  auto self = known.line.begin();
  while (self->thread != thread) ++self;
  const parking_lot::answer answer = parking_lot::consume(now, thread, option);
  RC_ASSERT(answer.blocks == (!self->woken && option != give_up));
  if (answer.blocks) return;
  RC_ASSERT(answer.result == (self->woken ? parking_lot::taken : parking_lot::failed));
  const auto by = static_cast<unsigned>(known.by[thread]);
  knows.perform(thread, answer, self->woken ? std::vector<unsigned>{by} : std::vector<unsigned>{});
  known.line.erase(self);
  now = answer.next;
}

void release(parking_lot::state& now, reference& known, spec_tests::knowledge& knows,
             unsigned thread, unsigned number) {
  const parking_lot::answer answer = parking_lot::release(now, number);
  const unsigned release = knows.perform(thread, answer, {});
  for (reference::one& each : known.line) {
    if (number == 0 || each.woken) continue;
    each.woken = true;
    known.by[each.thread] = static_cast<int>(release);
    --number;
  }
  known.kept += number;
  if (number != 0) known.releases.push_back(release);
  now = answer.next;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parking_lot_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("parking_lot", [](const std::vector<spec_tests::move>& history) {
    parking_lot::state now;
    reference known;
    spec_tests::knowledge knows;
    for (const auto& each : history) {
      const unsigned thread = each.thread % spec_tests::threads;
      if (waits(known, thread)) {
        consume(now, known, knows, thread, each.what % 3 == 0 ? give_up : 0);
      } else if (each.what % 4 < 2) {
        acquire(now, known, knows, thread, each.what % 4 == 1);
      } else {
        release(now, known, knows, thread, each.what % 4 - 1U);
      }
      RC_ASSERT(now.kept == known.kept);
    }
  });
}

BOOST_AUTO_TEST_CASE(one_that_is_moved_waits_at_the_end_of_the_line) {
  parking_lot::state now = parking_lot::park({}, 1).next;
  BOOST_TEST(parking_lot::release(now, 1).next.kept == 1U);
  now = parking_lot::acquire(now, 2, parking_lot::place::back).next;
  const parking_lot::answer moved = parking_lot::move(now);
  BOOST_TEST(moved.result == parking_lot::taken);
  now = parking_lot::release(moved.next, 1).next;
  BOOST_TEST(parking_lot::consume(now, 1).blocks);
  BOOST_TEST(parking_lot::consume(now, 2).result == parking_lot::taken);
  now = parking_lot::release(now, 1).next;
  BOOST_TEST(parking_lot::consume(now, 1).result == parking_lot::taken);
  BOOST_TEST(now.kept == 0U);
}

BOOST_AUTO_TEST_CASE(one_that_is_late_comes_before_all) {
  parking_lot::state now = parking_lot::acquire({}, 1, parking_lot::place::front).next;
  now = parking_lot::acquire(now, 2, parking_lot::place::late).next;
  now = parking_lot::acquire(now, 3, parking_lot::place::front).next;
  for (const std::uint64_t thread : {2U, 1U, 3U}) {
    BOOST_TEST(parking_lot::consume(now, thread).blocks);
    now = parking_lot::release(now, 1).next;
    BOOST_TEST(parking_lot::consume(now, thread).result == parking_lot::taken);
  }
}

BOOST_AUTO_TEST_CASE(one_that_is_moved_takes_what_is_kept) {
  parking_lot::state now = parking_lot::park({}, 1).next;
  const parking_lot::answer released = parking_lot::release(now, 1);
  const parking_lot::answer moved = parking_lot::move(released.next);
  BOOST_TEST(moved.next.kept == 0U);
  // What was known at the release is known to the one that moves, and by that to the other.
  BOOST_TEST((moved.acquires & released.releases) != 0);
  const parking_lot::answer woken = parking_lot::consume(moved.next, 1);
  BOOST_TEST(woken.result == parking_lot::taken);
  BOOST_TEST((woken.acquires & moved.releases) != 0);
  BOOST_TEST(parking_lot::move(woken.next).result == parking_lot::failed);
}

BOOST_AUTO_TEST_SUITE_END()
