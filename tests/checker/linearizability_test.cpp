// Whether a history is linearizable, against all permutations of its calls.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/linearizability.hpp>
#include <heddle/checker/rapidcheck.hpp>
#include <heddle/tests/checker/histories.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::call_record;
using heddle::histories::queue;

constexpr std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << i; }

struct call {
  call_record order;
  int what;
  std::optional<int> gave;
};
using calls = std::vector<call>;

std::vector<call_record> records(const calls& all) {
  std::vector<call_record> result;
  for (const call& each : all) result.push_back(each.order);
  return result;
}

class queue_machine : public heddle::sequential_machine {
 public:
  explicit queue_machine(const calls& of) : calls_(of) {}
  std::optional<std::uint32_t> step(std::uint32_t state, std::size_t which) override {
    queue::state next = states_[state];
    const auto gives = queue::apply(next, calls_[which].what);
    if (calls_[which].order.returned && gives != calls_[which].gave) return std::nullopt;
    const auto known = std::find(states_.begin(), states_.end(), next);
    const auto number = static_cast<std::uint32_t>(known - states_.begin());
    if (known == states_.end()) states_.push_back(next);
    return number;
  }

 private:
  const calls& calls_;
  std::vector<queue::state> states_ = std::vector<queue::state>(1);
};

// Whether the first calls of `order` come after those before them, and give what they gave.
bool fits(const calls& all, const std::vector<std::size_t>& order) {
  queue::state state;
  std::uint64_t done = 0;
  for (const std::size_t i : order) {
    if ((all[i].order.before & ~done) != 0) return false;
    const auto gives = queue::apply(state, all[i].what);
    if (all[i].order.returned && gives != all[i].gave) return false;
    done |= bit(i);
  }
  return true;
}

// The oracle: every order of every set of calls that has all those which have returned; and the
// length of the longest order of some calls.
struct judgement {
  bool exists = false;
  std::size_t longest = 0;
};
judgement judge_by_permutations(const calls& all) {
  judgement result;
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    for (std::size_t length = 0; length <= all.size(); ++length) {
      const std::vector<std::size_t> first(order.begin(),
                                           order.begin() + static_cast<std::ptrdiff_t>(length));
      if (!fits(all, first)) break;
      result.longest = std::max(result.longest, length);
      const bool rest_pending =
          std::all_of(order.begin() + static_cast<std::ptrdiff_t>(length), order.end(),
                      [&](std::size_t i) { return !all[i].order.returned; });
      result.exists = result.exists || rest_pending;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return result;
}

constexpr std::size_t most = 6;

// Up to six calls of a queue on a line of time; some have not returned.
calls random_history() {
  const auto size = *rc::gen::inRange<std::size_t>(0, most + 1);
  calls result;
  std::vector<std::size_t> open;
  while (result.size() < size || !open.empty()) {
    const bool begins = result.size() < size && (open.empty() || *rc::gen::arbitrary<bool>());
    if (begins) {
      call next{{static_cast<unsigned>(result.size()), false, 0}, *rc::gen::inRange(0, 3), {}};
      for (std::size_t i = 0; i < result.size(); ++i) {
        if (result[i].order.returned) next.order.before |= bit(i);
      }
      open.push_back(result.size());
      result.push_back(next);
      continue;
    }
    const auto which = *rc::gen::inRange<std::size_t>(0, open.size());
    call& ends = result[open[which]];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    if (*rc::gen::inRange(0, 8) == 0) continue;
    ends.order.returned = true;
    ends.gave = ends.what;
    if (ends.what == 0) {
      const int item = *rc::gen::inRange(0, 3);
      ends.gave = item == 0 ? std::nullopt : std::optional<int>(item);
    }
  }
  return result;
}

// Any order in which each call comes after some of those before it.
calls random_partial_order() {
  calls result = random_history();
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::uint64_t before = 0;
    for (std::size_t j = 0; j < i; ++j) {
      if (result[j].order.returned && *rc::gen::inRange(0, 3) == 0) {
        before |= bit(j) | result[j].order.before;
      }
    }
    result[i].order.before = before;
  }
  return result;
}

void compare(const calls& all) {
  queue_machine machine(all);
  const heddle::linearization found = heddle::linearize(records(all), machine);
  const judgement right = judge_by_permutations(all);
  RC_ASSERT(found.exists == right.exists);
  RC_ASSERT(fits(all, found.order));
  if (!found.exists) RC_ASSERT(found.order.size() == right.longest);
  RC_CLASSIFY(found.exists);
}

bool precedes(const std::vector<call_record>& all, std::size_t left, std::size_t right) {
  return (all[right].before & bit(left)) != 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(linearizability)

BOOST_AUTO_TEST_CASE(histories_in_time_are_judged_as_by_all_permutations) {
  heddle::property("histories", [] { compare(random_history()); });
}

BOOST_AUTO_TEST_CASE(partial_orders_are_judged_as_by_all_permutations) {
  heddle::property("orders", [] { compare(random_partial_order()); });
}

BOOST_AUTO_TEST_CASE(what_a_line_of_time_shows_is_an_interval_order) {
  heddle::property("histories",
                   [] { RC_ASSERT(heddle::is_interval_order(records(random_history()))); });
}

// By definition: of two ordered pairs one knows of the other.
BOOST_AUTO_TEST_CASE(interval_orders_are_those_without_two_strange_pairs) {
  heddle::property("orders", [] {
    const std::vector<call_record> all = records(random_partial_order());
    bool strange = false;
    for (std::size_t a = 0; a < all.size(); ++a) {
      for (std::size_t b = 0; b < all.size(); ++b) {
        for (std::size_t c = 0; c < all.size(); ++c) {
          for (std::size_t d = 0; d < all.size(); ++d) {
            strange |= precedes(all, a, b) && precedes(all, c, d) && !precedes(all, a, d) &&
                       !precedes(all, c, b);
          }
        }
      }
    }
    RC_ASSERT(heddle::is_interval_order(all) == !strange);
  });
}

// A quiet moment: all calls that have begun have returned.
BOOST_AUTO_TEST_CASE(quiescent_order_is_that_of_quiet_moments) {
  heddle::property("histories", [] {
    const std::vector<call_record> all = records(random_history());
    const auto relaxed = heddle::relaxed_to(heddle::consistency::quiescent, all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = 0; j < all.size(); ++j) {
        // Some set that holds i and not j comes before all others.
        bool apart = false;
        for (std::uint64_t set = 0; set < bit(all.size()); ++set) {
          if ((set & bit(i)) == 0 || (set & bit(j)) != 0) continue;
          bool quiet = true;
          for (std::size_t k = 0; k < all.size(); ++k) {
            if ((set & bit(k)) == 0) quiet &= (set & ~all[k].before) == 0;
          }
          apart |= quiet;
        }
        RC_ASSERT(precedes(relaxed, i, j) == apart);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(sequential_order_is_that_of_threads) {
  const std::vector<call_record> all{{1, true, 0}, {2, true, bit(0)}, {1, true, bit(0) | bit(1)}};
  const auto relaxed = heddle::relaxed_to(heddle::consistency::sequential, all);
  BOOST_TEST(relaxed[0].before == 0U);
  BOOST_TEST(relaxed[1].before == 0U);
  BOOST_TEST(relaxed[2].before == bit(0));
}

// push(1) returns, then push(2) begins; pop gives 2 while the second push is still under way.
BOOST_AUTO_TEST_CASE(a_timeline_has_each_call_early_and_each_return_late) {
  const std::vector<call_record> all{{1, true, 0}, {2, true, bit(0)}, {3, true, 0}};
  const std::vector<std::string> begun{"push(1)", "push(2)", "pop()"};
  const std::vector<std::string> returned{"push(1) done", "push(2) done", "pop() = 2"};
  const std::vector<std::string> expected{
      "thread 0      thread 1      thread 2      thread 3",
      "              push(1)",
      "                                          pop()",
      "              push(1) done",
      "                            push(2)",
      "                            push(2) done",
      "                                          pop() = 2",
  };
  BOOST_TEST(heddle::timeline(all, begun, returned) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
