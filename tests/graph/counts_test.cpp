// The numbers of execution graphs of programs for which they are known.
#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/table.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle::litmus;
namespace utf = boost::unit_test;

BOOST_AUTO_TEST_SUITE(counts)

BOOST_AUTO_TEST_CASE(small_programs_have_as_many_graphs_as_they_should) {
  BOOST_TEST(miscounts(small_counts()) == "");
}

BOOST_AUTO_TEST_CASE(large_programs_have_as_many_graphs_as_they_should,
                     *utf::label("slow") * utf::timeout(300)) {
  BOOST_TEST(miscounts(large_counts()) == "");
}

BOOST_AUTO_TEST_CASE(what_faulty_explorers_miss_is_visited_once) {
  BOOST_TEST(miscounts(pitfalls()) == "");
}

BOOST_AUTO_TEST_CASE(every_litmus_program_has_its_outcomes_and_graphs) {
  const std::vector<table_row> rows = read_table(HEDDLE_LITMUS_TABLE);
  BOOST_TEST(rows.size() == 79U);
  std::size_t racy = 0;
  for (const table_row& row : rows) {
    BOOST_TEST(table_differences(row) == "");
    racy += row.racy ? 1U : 0U;
  }
  BOOST_TEST(racy == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
