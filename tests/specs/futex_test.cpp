// The machine of a futex against the rules: one thread looks at a time and no wake comes meanwhile,
// a wake wakes as many as it says, and whoever is woken knows what its wake knew.
#include <heddle/models/specs/futex.hpp>

#include <algorithm>
#include <bit>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::futex;

// No more, so that none of them share a clock.
constexpr unsigned sleepers = futex::clocks - 1;

// Where each thread is, and what the lock has been told.
struct reference {
  enum class place : std::uint8_t { outside, looks, asleep, woken };
  std::array<place, sleepers> at{};
  std::array<unsigned, sleepers> ticket{}, wake{};
  std::vector<unsigned> lock;

  [[nodiscard]] unsigned in(place where) const {
    return static_cast<unsigned>(std::count(at.begin(), at.end(), where));
  }
};
using place = reference::place;

class history {
 public:
  void step(unsigned thread, unsigned what) {
    switch (known_.at.at(thread)) {
      case place::outside:
        if (what % 2 == 0) return look(thread);
        return wake(thread, 1 + what / 2 % 3, what / 6);
      case place::looks:
        if (what % 4 == 0) return leave(thread);
        return enter(thread, what % 4 == 1, what % 8 == 1 ? 1 : 0);
      case place::asleep:
      case place::woken:
        return wake_up(thread, what % 3 == 0 ? heddle::specs::give_up : 0);
    }
  }

 private:
  void look(unsigned thread) {
    const futex::answer answer = futex::look(now_);
    RC_ASSERT(answer.blocks == (known_.in(place::looks) > 0));
    if (answer.blocks) return;
    knows_.perform(thread, answer, known_.lock);
    known_.at.at(thread) = place::looks;
    now_ = answer.next;
  }

  void leave(unsigned thread) {
    const futex::answer answer = futex::leave(now_);
    RC_ASSERT(!answer.blocks);
    known_.lock.push_back(knows_.perform(thread, answer, {}));
    known_.at.at(thread) = place::outside;
    now_ = answer.next;
  }

  void enter(unsigned thread, bool may_return, unsigned option) {
    const futex::answer answer = futex::enter(now_, may_return, may_return ? option : 0);
    RC_ASSERT(answer.options == (may_return ? 2U : 1U));
    known_.lock.push_back(knows_.perform(thread, answer, {}));
    const bool sleeps = answer.result != futex::no_ticket;
    RC_ASSERT(sleeps == !(may_return && option == 1));
    known_.at.at(thread) = sleeps ? place::asleep : place::outside;
    known_.ticket.at(thread) = static_cast<unsigned>(answer.result);
    now_ = answer.next;
  }

  void wake_up(unsigned thread, unsigned option) {
    const futex::answer answer = futex::wake_up(now_, known_.ticket.at(thread), option);
    const bool woken = known_.at.at(thread) == place::woken;
    RC_ASSERT(answer.blocks == (!woken && option == 0));
    if (answer.blocks) return;
    RC_ASSERT((answer.result != 0) == woken);
    if (woken) {
      knows_.perform(thread, answer, {known_.wake.at(thread)});
    } else {
      known_.lock.push_back(knows_.perform(thread, answer, known_.lock));
    }
    known_.at.at(thread) = place::outside;
    now_ = answer.next;
  }

  void wake(unsigned thread, unsigned count, unsigned which) {
    const unsigned asleep = known_.in(place::asleep);
    futex::answer answer = futex::wake(now_, count, 0);
    RC_ASSERT(answer.blocks == (known_.in(place::looks) > 0));
    if (answer.blocks) return;
    RC_ASSERT(answer.options == (count >= asleep ? 1U : futex::ways(asleep, count)));
    answer = futex::wake(now_, count, which % answer.options);
    RC_ASSERT(static_cast<unsigned>(std::popcount(answer.result)) == std::min(count, asleep));
    const unsigned number = knows_.perform(thread, answer, known_.lock);
    known_.lock.push_back(number);
    for (unsigned t = 0; t < sleepers; ++t) {
      if (known_.at.at(t) != place::asleep) continue;
      if ((answer.result >> known_.ticket.at(t) & 1U) == 0) continue;
      known_.at.at(t) = place::woken;
      known_.wake.at(t) = number;
    }
    RC_ASSERT(known_.in(place::asleep) == asleep - std::min(count, asleep));
    now_ = answer.next;
  }

  futex::state now_;
  reference known_;
  spec_tests::knowledge knows_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(futex_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("futex", [](const std::vector<spec_tests::move>& moves) {
    history all;
    for (const auto& each : moves) all.step(each.thread % sleepers, each.what);
  });
}

BOOST_AUTO_TEST_CASE(the_outcomes_of_a_wake_are_all_the_sets_of_sleepers) {
  const futex::state five{.asleep = 0b1101011};
  for (unsigned count = 1; count < 5; ++count) {
    std::set<std::uint64_t> seen;
    const unsigned options = futex::wake(five, count, 0).options;
    for (unsigned option = 0; option < options; ++option) {
      const futex::answer answer = futex::wake(five, count, option);
      BOOST_TEST(static_cast<unsigned>(std::popcount(answer.result)) == count);
      BOOST_TEST((answer.result & ~five.asleep) == 0U);
      seen.insert(answer.result);
    }
    BOOST_TEST(seen.size() == options);
    BOOST_TEST(options == (count == 1 || count == 4 ? 5U : 10U));
  }
}

BOOST_AUTO_TEST_SUITE_END()
