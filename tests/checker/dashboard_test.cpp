// What a test of a dashboard run says of its checks for CTest to take out.
#include <heddle/checker/dashboard.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/dashboard_variable.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::dashboard_variable;
using heddle::testing::ended;
using heddle::testing::forked;

namespace {

verdict some() {
  verdict of;
  of.name = "a<b> \"&\"\n";
  of.executions = 12;
  of.seconds = 0.5;
  return of;
}

std::string line(const std::string& what, const std::string& value) {
  return "<CTestMeasurement type=\"numeric/double\" name=\"a&lt;b&gt; &quot;&amp;&quot; : " + what +
         "\">" + value + "</CTestMeasurement>\n";
}

void relock() {
  mutex m{"m"};
  m.lock();
  heddle::thread other([&] { m.lock(); });
  other.join();
}

// What a check of a process of its own says on stderr.
ended checked(bool wanted, void (*body)(), const std::string& report) {
  return forked([&] {
    const dashboard_variable is(wanted);
    static_cast<void>(
        explore("told", body, {.strategy = "exhaustive", .explain = false, .report = report}));
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dashboard_test)

BOOST_AUTO_TEST_CASE(measurements_are_a_line_each) {
  verdict of = some();
  BOOST_TEST(detail::measurements_text(of) ==
             line("executions", "12") + line("executions per second", "24.0"));
  of.unseen = 0.25;
  of.distinct = 7;
  of.seconds = 0;  // no time, no rate
  BOOST_TEST(detail::measurements_text(of) == line("executions", "12") + line("distinct", "7"));
}

BOOST_AUTO_TEST_CASE(files_are_absolute_and_of_findings_only) {
  verdict of = some();
  BOOST_TEST(detail::attachments_text(of, "%.json") == "");
  of.found = finding{finding_kind::assertion, "text", {}, location::unknown()};
  BOOST_TEST(detail::measurements_text(of) == line("executions", "12"));  // no rate
  const std::string here = std::filesystem::current_path().string();
  BOOST_TEST(detail::attachments_text(of, "%.json,/x/&.txt") ==
             "<CTestMeasurementFile type=\"file\" name=\"a-b------.json\">" + here +
                 "/a-b------.json</CTestMeasurementFile>\n"
                 "<CTestMeasurementFile type=\"file\" name=\"&amp;.txt\">/x/&amp;.txt"
                 "</CTestMeasurementFile>\n");
}

BOOST_AUTO_TEST_CASE(a_check_measures_itself_on_a_dashboard_only) {
  const ended off = checked(false, relock, "");
  BOOST_TEST(off.code == 99);
  BOOST_TEST(off.error == "");
  const ended on = checked(true, relock, "");
  BOOST_TEST(on.code == 99);
  const std::string begins =
      "<CTestMeasurement type=\"numeric/double\" name=\"told: executions\">1</CTestMeasurement>\n";
  BOOST_TEST(on.error.substr(0, begins.size()) == begins);
  BOOST_TEST(on.error.find("CTestMeasurementFile") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(reports_are_attached_once_they_are_written) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("heddle-told-" + std::to_string(::getpid()) + ".json");
  const std::string attached = "<CTestMeasurementFile type=\"file\" name=\"" +
                               file.filename().string() + "\">" + file.string() +
                               "</CTestMeasurementFile>\n";
  const ended good = checked(true, relock, file.string());
  BOOST_TEST(good.error.find(attached) != std::string::npos, good.error);
  BOOST_TEST(std::filesystem::remove(file));
  const ended bad = checked(true, relock, "/nowhere/at/all.json");
  BOOST_TEST(bad.error.find("cannot write the report") != std::string::npos, bad.error);
  BOOST_TEST(bad.error.find("CTestMeasurementFile") == std::string::npos, bad.error);
  BOOST_TEST(checked(
                 false, [] {}, file.string())
                 .error.find("CTest") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
