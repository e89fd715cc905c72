// The machine of mutex against the rules: one holder, unlocked by anybody, each unlock known to
// every later holder.
#include <heddle/models/specs/mutex.hpp>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::mutex;
using spec_tests::says;

// The same in numbers: how many hold the lock, and who has unlocked.
struct reference {
  unsigned holders = 0;
  std::vector<unsigned> unlocks;
};

void lock(mutex::state& now, reference& known, spec_tests::knowledge& knows, unsigned thread,
          unsigned what) {
  const mutex::answer answer = what == 0   ? mutex::lock(now)
                               : what == 1 ? mutex::try_lock(now)
                                           : mutex::lock(now, 1);
  const bool is_free = known.holders == 0;
  RC_ASSERT(answer.blocks == (!is_free && what == 0));
  RC_ASSERT(answer.misuse == nullptr);
  RC_ASSERT(answer.options == 1U);
  if (answer.blocks) return;
  RC_ASSERT((answer.result != 0) == is_free);
  RC_ASSERT((answer.next == now) == !is_free);
  if (is_free) ++known.holders;
  knows.perform(thread, answer, is_free ? known.unlocks : std::vector<unsigned>{});
  now = answer.next;
}

void unlock(mutex::state& now, reference& known, spec_tests::knowledge& knows, unsigned thread) {
  const mutex::answer answer = mutex::unlock(now);
  RC_ASSERT(!answer.blocks);
  if (known.holders == 0) {
    RC_ASSERT(says(answer.misuse, "unlock of unlocked mutex"));
    return;
  }
  RC_ASSERT(answer.misuse == nullptr);
  --known.holders;
  known.unlocks.push_back(knows.perform(thread, answer, {}));
  now = answer.next;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutex_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("mutex", [](const std::vector<spec_tests::move>& history) {
    mutex::state now;
    reference known;
    spec_tests::knowledge knows;
    for (const auto& each : history) {
      const unsigned thread = each.thread % spec_tests::threads;
      if (each.what % 5 < 3) {
        lock(now, known, knows, thread, each.what % 5);
      } else {
        unlock(now, known, knows, thread);
      }
      RC_ASSERT(known.holders <= 1U);
    }
  });
}

BOOST_AUTO_TEST_CASE(a_new_one_is_free) {
  BOOST_TEST(mutex::lock({}).result == 1U);
  BOOST_TEST(mutex::lock(mutex::lock({}).next).blocks);
}

BOOST_AUTO_TEST_SUITE_END()
