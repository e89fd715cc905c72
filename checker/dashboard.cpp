#include <heddle/checker/dashboard.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <heddle/checker/report/formats.hpp>

namespace heddle::detail {

namespace {

// Text within an element, or between the quotes of an attribute.
std::string xml_text(std::string_view from) {
  std::string text;
  for (const char each : from) {
    switch (each) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += static_cast<unsigned char>(each) < ' ' ? ' ' : each;
    }
  }
  return text;
}

std::string measurement(const verdict& of, std::string_view what, const std::string& value) {
  return "<CTestMeasurement type=\"numeric/double\" name=\"" + xml_text(of.name) + ": " +
         std::string(what) + "\">" + value + "</CTestMeasurement>\n";
}

}  // namespace

bool on_dashboard() noexcept {
  const char* const value = std::getenv("DASHBOARD_TEST_FROM_CTEST");
  return value != nullptr && *value != '\0';
}

std::string measurements_text(const verdict& of) {
  std::string text = measurement(of, "executions", std::to_string(of.executions));
  if (of.unseen) text += measurement(of, "distinct", std::to_string(of.distinct));
  if (!of.found && of.seconds > 0) {  // that of a finding goes into making it simple
    char rate[64];
    std::snprintf(rate, sizeof rate, "%.1f", static_cast<double>(of.executions) / of.seconds);
    text += measurement(of, "executions per second", rate);
  }
  return text;
}

// CTest finds a file by its absolute path alone.
std::string attachments_text(const verdict& of, std::string_view files) {
  std::string text;
  if (!of.found) return text;
  for (const std::string& each : report_files(files, of.name)) {
    std::error_code unknown;
    const std::filesystem::path path = std::filesystem::absolute(each, unknown);
    if (unknown) continue;
    text += "<CTestMeasurementFile type=\"file\" name=\"" + xml_text(path.filename().string()) +
            "\">" + xml_text(path.string()) + "</CTestMeasurementFile>\n";
  }
  return text;
}

std::string dashboard_text(const verdict& of, std::string_view reported) {
  if (!on_dashboard()) return "";
  return measurements_text(of) + (reported.empty() ? "" : attachments_text(of, reported));
}

}  // namespace heddle::detail
