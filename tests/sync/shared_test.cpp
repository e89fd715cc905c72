#include <heddle/sync/shared.hpp>

#include <string>
#include <type_traits>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(shared)

namespace {

struct pair_of_longs {
  long a, b;
};

static_assert(sizeof(heddle::shared<pair_of_longs>) == sizeof(pair_of_longs));
static_assert(sizeof(heddle::shared<std::string>) == sizeof(std::string));
static_assert(alignof(heddle::shared<double>) == alignof(double));
static_assert(std::is_trivially_destructible_v<heddle::shared<pair_of_longs>>);
static_assert(!std::is_copy_constructible_v<heddle::shared<int>>);

constinit heddle::shared<int> constant{5, "constant"};

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_used_like_the_variable_itself) {
  heddle::shared<int> number = 1;
  number += 4;
  number -= 2;
  BOOST_TEST(number++ == 3);
  BOOST_TEST(number-- == 4);
  ++number;
  --number;
  BOOST_TEST(number == 3);
  number = number + 1;
  BOOST_TEST(number.get() == 4);
  number.set(9);
  BOOST_TEST(number.read() == 9);
  number.write() = 8;
  BOOST_TEST(number.get() == 8);
  BOOST_TEST(constant.get() == 5);
}

BOOST_AUTO_TEST_CASE(narrow_numbers_wrap_as_they_do) {
  heddle::shared<unsigned char> small{250};
  small += 10;
  BOOST_TEST(small.get() == 4);
}

BOOST_AUTO_TEST_CASE(objects_are_reached_without_a_copy) {
  heddle::shared<std::string> text{std::string("a"), "text"};
  text.write() += "b";
  BOOST_TEST(&text.read() == &text.read());
  text += std::string("c");
  BOOST_TEST(text.read() == "abc");
}

BOOST_AUTO_TEST_SUITE_END()
