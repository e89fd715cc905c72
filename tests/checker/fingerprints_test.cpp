// How many fingerprints were different, how many came once, and what that says of the rest.
#include <heddle/checker/fingerprints.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include <heddle/checker/totals.hpp>
#include <heddle/scheduler/bytes.hpp>

#include <boost/test/unit_test.hpp>

using heddle::detail::byte_reader;
using heddle::detail::byte_writer;
using heddle::detail::fingerprint_set;
using heddle::detail::totals;

namespace {

// Draws from `kinds` numbers with equal probability.
std::vector<std::uint64_t> drawn(std::uint64_t kinds, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> all(count);
  for (std::uint64_t& each : all) each = (random() % kinds) * 4;
  return all;
}

fingerprint_set set_of(const std::vector<std::uint64_t>& all) {
  fingerprint_set made;
  for (const std::uint64_t each : all) made.insert(each);
  return made;
}

void same(const fingerprint_set& found, const std::vector<std::uint64_t>& all) {
  std::map<std::uint64_t, unsigned> times;
  for (const std::uint64_t each : all) ++times[each];
  const auto once =
      std::count_if(times.begin(), times.end(), [](const auto& each) { return each.second == 1; });
  BOOST_TEST(found.size() == times.size());
  BOOST_TEST(found.inserted() == all.size());
  BOOST_TEST(found.once() == static_cast<std::uint64_t>(once));
  BOOST_TEST(!found.overflowed());
}

std::vector<std::uint64_t> numbered(std::uint64_t first, std::uint64_t count) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t i = 0; i < count; ++i) all.push_back((first + i) * 4);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fingerprints_test)

BOOST_AUTO_TEST_CASE(counts_are_those_of_a_map) {
  same(set_of({}), {});
  BOOST_TEST(set_of({}).unseen() == 1);
  for (const std::uint64_t kinds : {1U, 2U, 50U, 3000U, 1000000U}) {
    const auto all = drawn(kinds, 5000, kinds);
    same(set_of(all), all);
  }
}

BOOST_AUTO_TEST_CASE(sets_add_up_in_any_division_and_order) {
  for (const std::uint64_t kinds : {3U, 400U, 4000U}) {
    const auto all = drawn(kinds, 3000, kinds);
    for (const std::ptrdiff_t cut : {0, 1, 1000, 2999, 3000}) {
      fingerprint_set front = set_of({all.begin(), all.begin() + cut});
      fingerprint_set back = set_of({all.begin() + cut, all.end()});
      fingerprint_set sum = front;
      sum.add(back);
      same(sum, all);
      back.add(front);
      same(back, all);
      back.insert(all.front());
      BOOST_TEST(back.inserted() == all.size() + 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_full_set_keeps_the_counts_of_what_came_before) {
  const std::uint64_t most = fingerprint_set::most;
  fingerprint_set full = set_of(numbered(0, most));
  BOOST_TEST(!full.overflowed());
  full.insert(0);
  BOOST_TEST(full.once() == most - 1);
  full.insert(most * 4);
  BOOST_TEST(full.overflowed());
  full.insert(4), full.insert(most * 8);
  BOOST_TEST(full.size() == most);
  BOOST_TEST(full.inserted() == most + 1);
  BOOST_TEST(full.once() == most - 1);
}

// What is turned away when sets are added counts as seen once, if its set had it once.
BOOST_AUTO_TEST_CASE(of_full_sets_that_add_up_no_more_is_said_to_be_seen_than_was) {
  const std::uint64_t most = fingerprint_set::most;
  fingerprint_set full = set_of(numbered(0, most));
  auto others = numbered(most - 1, 3);
  others.push_back((most + 1) * 4);
  full.add(set_of(others));
  BOOST_TEST(full.overflowed());
  BOOST_TEST(full.size() == most);
  BOOST_TEST(full.inserted() == most + 4);
  // The last one of the first set came again, one of the new ones came twice.
  BOOST_TEST(full.once() == most - 1 + 1);
}

BOOST_AUTO_TEST_CASE(counts_survive_their_way_to_another_process) {
  totals sent;
  sent.fingerprints = set_of(drawn(700, 1000, 7));
  byte_writer bytes;
  write(bytes, sent);
  byte_reader from(bytes.bytes().data(), bytes.bytes().size());
  totals taken;
  read(from, taken);
  BOOST_TEST(from.good());
  BOOST_TEST(from.left() == 0U);
  same(taken.fingerprints, drawn(700, 1000, 7));
  taken.fingerprints.add(sent.fingerprints);
  BOOST_TEST(taken.fingerprints.once() == 0U);
}

// Of 1000 kinds with equal probability n draws leave (1 - 1/1000)^n unseen, on average, and the
// estimate has that mean for n - 1; its variance is below (once + 2 twice) / n^2, where `once` and
// `twice` have means of at most n.  Seeds are fixed; four standard deviations.
BOOST_AUTO_TEST_CASE(the_estimate_is_near_the_mass_that_is_unseen) {
  constexpr std::uint64_t kinds = 1000;
  for (const std::size_t n : {200U, 1000U, 3000U, 6000U}) {
    double sum = 0, unseen = 0;
    constexpr unsigned repeats = 50;
    for (std::uint64_t seed = 1; seed <= repeats; ++seed) {
      const fingerprint_set set = set_of(drawn(kinds, n, seed * 100 + n));
      sum += set.unseen();
      unseen += 1 - static_cast<double>(set.size()) / kinds;
    }
    const double expected = std::pow(1 - 1.0 / kinds, static_cast<double>(n - 1));
    const double deviation = std::sqrt(3.0 / static_cast<double>(n) / repeats);
    BOOST_TEST(std::abs(sum / repeats - expected) < 4 * deviation, n << ": " << sum / repeats);
    BOOST_TEST(std::abs(sum / repeats - unseen / repeats) < 4 * deviation);
  }
}

BOOST_AUTO_TEST_SUITE_END()
