// Every form of a test case that discovery has to list.  Never run as a whole.
#include <string>
#include <utility>

#include <boost/mpl/list.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace ut = boost::unit_test;

BOOST_AUTO_TEST_SUITE(outer, *ut::label("slow") * ut::label("outer"))

BOOST_AUTO_TEST_SUITE(inner)
BOOST_AUTO_TEST_CASE(limited, *ut::timeout(3) * ut::label("own") * ut::description("a | b; [c]")) {
  BOOST_TEST(true);
}
BOOST_AUTO_TEST_CASE(off, *ut::disabled()) { BOOST_TEST(false); }
BOOST_AUTO_TEST_SUITE_END()

using types = boost::mpl::list<unsigned long, int[3], std::pair<int, std::string>>;
BOOST_AUTO_TEST_CASE_TEMPLATE(typed, T, types) { BOOST_TEST(sizeof(T) > 0U); }

BOOST_DATA_TEST_CASE(data, ut::data::make({1, 2}), value) { BOOST_TEST(value > 0); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(plain) { BOOST_TEST(true); }
BOOST_AUTO_TEST_CASE(wrong, *ut::expected_failures(1)) { BOOST_TEST(false); }
BOOST_AUTO_TEST_CASE(dependent, *ut::depends_on("plain")) { BOOST_TEST(true); }

BOOST_AUTO_TEST_SUITE(all_off, *ut::disabled())
BOOST_AUTO_TEST_CASE(off_too) { BOOST_TEST(false); }
BOOST_AUTO_TEST_SUITE_END()
