// A GoogleTest program: the first suite passes, the other one fails in each test.
#include <heddle/checker/gtest.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/tests/glue/bodies.hpp>

using heddle::testing::count_twice;

TEST(right, a_check_passes) {
  heddle::check("right", [] { EXPECT_EQ(count_twice(true), 2); });
  EXPECT_EQ(1, 1);
}

TEST(right, a_failing_check_is_one_failure) {
  EXPECT_NONFATAL_FAILURE(heddle::check("wrong", [] { EXPECT_EQ(count_twice(false), 2); }),
                          "heddle: ");
}

TEST(wrong, expectation) {
  heddle::check("expectation", [] { EXPECT_EQ(count_twice(false), 2) << "both count"; });
}

TEST(wrong, assertion) {
  heddle::check("assertion", [] { ASSERT_EQ(count_twice(false), 2); });
}

TEST(wrong, deadlock) {
  heddle::check("deadlock", [] {
    heddle::mutex m{"m"};
    m.lock();
    m.lock();
  });
  RecordProperty("goes_on", "yes");
  GTEST_LOG_(INFO) << "the test goes on";
}
