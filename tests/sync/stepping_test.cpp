// How states of machines become words.
#include <heddle/sync/platform/coarse/stepping.hpp>

#include <vector>

#include <boost/test/unit_test.hpp>

namespace heddle::detail {

namespace {

struct pair {
  std::uint32_t first, second;

  friend bool operator==(const pair&, const pair&) = default;
};

}  // namespace

// Half of all states fall on one place of the table.
template <>
struct word_for<pair> {
  static std::size_t hash(const pair& of) { return of.second % 2 == 0 ? 7 : mix(0, of.first); }
};

}  // namespace heddle::detail

BOOST_AUTO_TEST_SUITE(stepping)

BOOST_AUTO_TEST_CASE(a_state_has_one_number_for_ever) {
  heddle::detail::state_table<heddle::detail::pair> table;
  std::vector<std::uint64_t> words;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 1000; ++i) {
      const heddle::detail::pair state{i % 50, i / 50};
      const std::uint64_t word = table.word_of(state);
      if (round == 0) words.push_back(word);
      BOOST_TEST(word == words[i]);
      BOOST_TEST(word == (table.mark | i));
      BOOST_TEST((table.state_of(word) == state));
    }
  }
}

BOOST_AUTO_TEST_CASE(two_numbers_fit_one_argument) {
  const std::uint64_t packed = heddle::detail::both(0xFFFFFFFF, 0x7FFFFFFF);
  BOOST_TEST(heddle::detail::low_of(packed) == 0xFFFFFFFFU);
  BOOST_TEST(heddle::detail::high_of(packed) == 0x7FFFFFFFU);
}

BOOST_AUTO_TEST_SUITE_END()
