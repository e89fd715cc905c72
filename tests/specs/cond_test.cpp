// The machine of cond against the rules: first come, first woken; a signal for nobody is forgotten;
// a wait that was ended knows of the signal that ended it, and of no other.
#include <heddle/models/specs/cond.hpp>

#include <algorithm>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::cond;

// The threads that wait, in order, and for those that were woken, by which operation.
struct reference {
  struct waiter {
    unsigned thread;
    bool woken;
    unsigned by;
  };
  std::vector<waiter> line;

  auto place_of(unsigned thread) {
    return std::find_if(line.begin(), line.end(),
                        [=](const waiter& each) { return each.thread == thread; });
  }
  unsigned asleep() const {
    return static_cast<unsigned>(
        std::count_if(line.begin(), line.end(), [](const waiter& each) { return !each.woken; }));
  }
};

constexpr std::uint64_t path_of(unsigned thread) { return 0xABCD0000U + thread; }

void wake(cond::state& now, reference& known, spec_tests::knowledge& knows, unsigned thread,
          unsigned most) {
  const cond::answer answer = most == 1 ? cond::signal(now) : cond::broadcast(now);
  RC_ASSERT(!answer.blocks);
  RC_ASSERT((answer.next == now) == (known.asleep() == 0));
  const unsigned number = knows.perform(thread, answer, {});
  for (auto& each : known.line) {
    if (each.woken || most == 0) continue;
    each.woken = true;
    each.by = number;
    --most;
  }
  now = answer.next;
}

void consume(cond::state& now, reference& known, spec_tests::knowledge& knows, unsigned thread,
             unsigned option) {
  const auto self = known.place_of(thread);
  const cond::answer answer = cond::consume(now, path_of(thread), option);
  RC_ASSERT(answer.blocks == (!self->woken && option == 0));
  if (answer.blocks) return;
  RC_ASSERT((answer.result != 0) == self->woken);
  knows.perform(thread, answer,
                self->woken ? std::vector<unsigned>{self->by} : std::vector<unsigned>{});
  known.line.erase(self);
  now = answer.next;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cond_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("cond", [](const std::vector<spec_tests::move>& history) {
    cond::state now;
    reference known;
    spec_tests::knowledge knows;
    for (const auto& each : history) {
      const unsigned thread = each.thread % spec_tests::threads;
      if (known.place_of(thread) != known.line.end()) {
        consume(now, known, knows, thread, each.what % 2);
      } else if (each.what % 3 == 0) {
        const cond::answer answer = cond::enqueue(now, path_of(thread));
        RC_ASSERT(!answer.blocks);
        knows.perform(thread, answer, {});
        known.line.push_back({thread, false, 0});
        now = answer.next;
      } else {
        wake(now, known, knows, thread, each.what % 3 == 1 ? 1 : spec_tests::threads);
      }
    }
  });
}

// More waiters than clocks: the last clock serves several, and no wait loses its signal.
BOOST_AUTO_TEST_CASE(waiters_beyond_the_clocks_share_the_last) {
  cond::state now;
  for (unsigned i = 0; i < 20; ++i) now = cond::enqueue(now, path_of(i)).next;
  const cond::answer all = cond::broadcast(now);
  BOOST_TEST(all.releases == 0xFFFFU);
  now = all.next;
  for (unsigned i = 0; i < 20; ++i) {
    const cond::answer answer = cond::consume(now, path_of(i));
    BOOST_TEST(answer.result == 1U);
    BOOST_TEST(answer.acquires == (i < 15 ? 1U << i : 0x8000U));
    BOOST_TEST(answer.empties == (i < 15 ? 1U << i : 0U));
    now = answer.next;
  }
  BOOST_TEST((now == cond::state{}));
}

BOOST_AUTO_TEST_CASE(a_thread_that_is_not_in_the_line_waits_for_ever) {
  BOOST_TEST(cond::consume({}, 1).blocks);
  BOOST_TEST(cond::consume({}, 1, 1).blocks);
}

BOOST_AUTO_TEST_SUITE_END()
