// A Catch2 program: one test case passes, two fail.
#include HEDDLE_CATCH2

#include <heddle/checker/catch2.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/tests/glue/bodies.hpp>

using heddle::testing::count_twice;

TEST_CASE("right") {
  heddle::check("right", [] { heddle::expect(count_twice(true) == 2, "both count"); });
}

TEST_CASE("wrong") {
  heddle::check("wrong", [] { heddle::expect(count_twice(false) == 2, "both count"); });
  WARN("the test case goes on");
}

TEST_CASE("deadlock, too") {
  heddle::check("deadlock", [] {
    heddle::mutex m{"m"};
    m.lock();
    m.lock();
  });
}
