// What stands in for Boost.Test's own observers while a check explores.  Internal to
// boost_test.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/location.hpp>

namespace heddle::detail {

/// The one observer of heddle; registered for the whole process.
class boost_test_stand_in : public boost::unit_test::test_observer {
 public:
  static boost_test_stand_in& instance();

  /// Takes the logs and the counters away from the assertions that follow, and gives them back.
  void begin();
  void end();
  /// Removes the contexts that executions have left behind.
  void drop_contexts();

  /// Before the logs and the counters, which have 2 and 3, and behind an observer of the framework
  /// that has 0 and counts on being the first.
  int priority() override { return 1; }
  /// Judges the options of the environment and the command line.
  void test_start(boost::unit_test::counter_t count, boost::unit_test::test_unit_id id) override;
  void assertion_result(boost::unit_test::assertion_result result) override;
  void exception_caught(const boost::execution_exception& error) override;

  /// The log entry of the latest assertion.
  struct entry {
    const char* file = nullptr;
    std::size_t line = 0;
    std::string text;
    std::vector<std::string> contexts;
  };

 private:
  boost_test_stand_in();

  void mute_logs();
  void give_logs_back();
  void put_contexts_aside();
  void make_room();

  bool exploring_ = false;
  bool capturing_ = false;
  entry latest_;
  std::vector<std::pair<boost::unit_test::unit_test_log_formatter*, boost::unit_test::log_level>>
      muted_;
  std::vector<std::string> aside_;  // contexts that hold for the next assertion only
  int first_context_ = 0;           // executions' contexts have higher numbers
};

}  // namespace heddle::detail
