#include <heddle/checker/json.hpp>

#include <cmath>
#include <cstdio>

namespace heddle {

void json_writer::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_ += ',';
  if (depth_ > 0) out_ += '\n' + std::string(2 * depth_, ' ');
  first_ = false;
}

void json_writer::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void json_writer::close(char bracket) {
  --depth_;
  if (!first_) out_ += '\n' + std::string(2 * depth_, ' ');
  out_ += bracket;
  first_ = false;
}

void json_writer::key(std::string_view name) {
  separate();
  quote(name);
  out_ += ": ";
  after_key_ = true;
}

void json_writer::text(std::string_view value) {
  separate();
  quote(value);
}

void json_writer::number(std::uint64_t value) {
  separate();
  out_ += std::to_string(value);
}

void json_writer::seconds(double value) {
  separate();
  char digits[48];
  std::snprintf(digits, sizeof digits, "%.3f", value);
  out_ += digits;
}

void json_writer::real(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  char digits[48];
  std::snprintf(digits, sizeof digits, "%.6g", value);
  out_ += digits;
}

void json_writer::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void json_writer::null() {
  separate();
  out_ += "null";
}

void json_writer::quote(std::string_view value) {
  out_ += '"';
  for (const char each : value) {
    if (each == '"' || each == '\\') {
      out_ += '\\';
      out_ += each;
    } else if (static_cast<unsigned char>(each) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(each));
      out_ += escaped;
    } else {
      out_ += each;
    }
  }
  out_ += '"';
}

}  // namespace heddle
