// Random histories of a machine, one operation after another, and what they make known to whom.
#pragma once

#include <array>
#include <cstdint>
#include <iostream>
#include <set>
#include <string_view>
#include <vector>

#include <rapidcheck.h>
#include <boost/test/unit_test.hpp>

namespace spec_tests {

inline constexpr unsigned threads = 4;

/// A thread, and what it does: numbers to be taken modulo what there is.
struct move {
  std::uint8_t thread;
  std::uint8_t what;
};
inline std::ostream& operator<<(std::ostream& out, const move& it) {
  return out << '(' << it.thread % threads << ", " << unsigned{it.what} << ')';
}

inline rc::Gen<std::vector<move>> moves() {
  const auto any = rc::gen::inRange<std::uint8_t>(0, 240);
  const auto one = rc::gen::map(rc::gen::pair(any, any), [](const auto& drawn) {
    return move{drawn.first, drawn.second};
  });
  return rc::gen::resize(60, rc::gen::container<std::vector<move>>(one));
}

/// Checks `holds(history)` for random histories.
template <class F>
void check(const char* name, F holds) {
  BOOST_TEST(rc::check(name, [&] { holds(*moves()); }));
}

inline bool says(const char* misuse, std::string_view text) {
  return misuse != nullptr && misuse == text;
}

/// Which releases each thread knows of.  It follows the clocks that a machine names, and compares
/// with what the rules promise.
class knowledge {
 public:
  using known = std::set<unsigned>;

  /// `thread` performs an operation which was promised what was known at the releases `promised`.
  /// Returns the number of the operation, as a release.
  template <class Answer>
  unsigned perform(unsigned thread, const Answer& answer, const std::vector<unsigned>& promised) {
    known& mine = knows_[thread];
    known expected = mine;
    for (const unsigned release : promised) join(expected, at_release_[release]);
    for (unsigned i = 0; i < clocks_.size(); ++i) {
      if ((answer.acquires >> i & 1U) != 0) join(mine, clocks_[i]);
      if ((answer.empties >> i & 1U) != 0) clocks_[i].clear();
    }
    RC_ASSERT(mine == expected);
    const auto number = static_cast<unsigned>(at_release_.size());
    known released = mine;
    released.insert(number);
    // A release is also known to those to whom it is told by who releases later.
    mine = released;
    for (unsigned i = 0; i < clocks_.size(); ++i) {
      if ((answer.releases >> i & 1U) != 0) join(clocks_[i], released);
    }
    at_release_.push_back(released);
    return number;
  }

 private:
  static void join(known& to, const known& from) { to.insert(from.begin(), from.end()); }

  std::array<known, threads> knows_;
  std::array<known, 16> clocks_;
  std::vector<known> at_release_;
};

}  // namespace spec_tests
