#include <heddle/checker/finding_bytes.hpp>

#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include <heddle/checker/schedule_bytes.hpp>
#include <heddle/checker/totals.hpp>

namespace heddle::detail {

namespace {

// Places refer to names that last as long as the process.
const char* lasting(std::string name) {
  static std::set<std::string> names;
  return name.empty() ? nullptr : names.insert(std::move(name)).first->c_str();
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const finding& what, const schedule& taken) {
  byte_writer to;
  write_text(to, to_string(what.kind));
  write_text(to, what.text);
  to.number(what.details.size());
  for (const std::string& each : what.details) write_text(to, each);
  write_text(to, what.where.file == nullptr ? "" : std::string_view(what.where.file));
  to.number(what.where.line);
  write_schedule(to, taken);
  return to.bytes();
}

bool from_bytes(const std::vector<std::uint8_t>& bytes, shown_finding& to) {
  byte_reader from(bytes.data(), bytes.size());
  const auto kind = parse_finding_kind(read_text(from));
  if (!kind) return false;
  to.what.kind = *kind;
  to.what.text = read_text(from);
  const std::uint64_t details = from.number(from.left());
  for (std::uint64_t i = 0; i < details && from.good(); ++i) {
    to.what.details.push_back(read_text(from));
  }
  to.what.where.file = lasting(read_text(from));
  to.what.where.line = from.number32();
  read_schedule(from, to.taken);
  return from.good() && from.left() == 0;
}

finding ended_by(int signal) {
  return {finding_kind::exception,
          "the process of the execution was ended by signal " + std::to_string(signal) + ", " +
              ::strsignal(signal),
          {"run with jobs=1 under a debugger to see where"},
          location::unknown()};
}

}  // namespace heddle::detail
