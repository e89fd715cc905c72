// Which shard a process is told to make.
#include <map>
#include <string>

#include <heddle/checker/shard.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::testing;

BOOST_AUTO_TEST_SUITE(shard_text_test)

BOOST_AUTO_TEST_CASE(shards_are_read_from_text) {
  BOOST_TEST((parse_shard("2/4") == shard{2, 4}));
  BOOST_TEST((parse_shard("1/1") == shard{1, 1}));
  for (const char* const wrong : {"", "2", "0/4", "5/4", "2/", "/4", "-1/4", "2/4x", "1/100001"}) {
    BOOST_TEST(!parse_shard(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_CASE(shards_are_read_from_the_variables_of_runners) {
  using variables = std::map<std::string, std::string>;
  const auto read = [](const variables& all, std::string& wrong) {
    return detail::shard_of_environment(wrong, [&](const char* name) -> const char* {
      const auto found = all.find(name);
      return found == all.end() ? nullptr : found->second.c_str();
    });
  };
  const auto good = [&](const variables& all) {
    std::string wrong;
    const auto one = read(all, wrong);
    BOOST_TEST(wrong == "");
    return one ? one->text() : "none";
  };
  BOOST_TEST(good({}) == "none");
  BOOST_TEST(good({{"TEST_TOTAL_SHARDS", "4"}}) == "none");
  BOOST_TEST(good({{"TEST_SHARD_INDEX", "0"}, {"TEST_TOTAL_SHARDS", "4"}}) == "1/4");
  BOOST_TEST(good({{"GTEST_SHARD_INDEX", "3"}, {"GTEST_TOTAL_SHARDS", "4"}}) == "4/4");
  BOOST_TEST(good({{"SLURM_ARRAY_TASK_ID", "11"},
                   {"SLURM_ARRAY_TASK_COUNT", "3"},
                   {"SLURM_ARRAY_TASK_MIN", "7"},
                   {"SLURM_ARRAY_TASK_STEP", "2"}}) == "3/3");
  BOOST_TEST(good({{"JOB_COMPLETION_INDEX", "1"}, {"JOB_COMPLETIONS", "2"}}) == "2/2");
  const test_file status("status");
  BOOST_TEST(good({{"TEST_SHARD_INDEX", "0"},
                   {"TEST_TOTAL_SHARDS", "2"},
                   {"TEST_SHARD_STATUS_FILE", status.name()}}) == "1/2");
  BOOST_TEST(status.exists());
  for (const variables& all : {variables{{"JOB_COMPLETION_INDEX", "1"}},
                               {{"TEST_SHARD_INDEX", "4"}, {"TEST_TOTAL_SHARDS", "4"}},
                               {{"TEST_SHARD_INDEX", "x"}, {"TEST_TOTAL_SHARDS", "4"}}}) {
    std::string wrong;
    BOOST_TEST(!read(all, wrong).has_value());
    BOOST_TEST(wrong != "");
  }
}

BOOST_AUTO_TEST_SUITE_END()
