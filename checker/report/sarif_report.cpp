// SARIF 2.1.0, OASIS standard: what code scanning services read.
#include <heddle/checker/report/formats.hpp>

#include <heddle/checker/json.hpp>

namespace heddle {

namespace {

constexpr std::string_view schema_address =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

void write_message(json_writer& to, std::string_view text) {
  to.key("message");
  to.open('{');
  to.key("text");
  to.text(text);
  to.close('}');
}

// A path with what a URI does not allow as %XX.
std::string uri_of(std::string_view path) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=:@";
  std::string uri;
  for (const char each : path) {
    const auto byte = static_cast<unsigned char>(each);
    if (allowed.find(each) != allowed.npos) {
      uri += each;
    } else {
      uri += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  if (path.starts_with('/')) return "file://" + uri;
  // Before the first slash a colon would end a scheme.
  const std::size_t colon = uri.find(':');
  return colon < uri.find('/') ? "./" + uri : uri;
}

void write_physical(json_writer& to, location where) {
  if (where.file == nullptr) return;
  to.key("physicalLocation");
  to.open('{');
  to.key("artifactLocation");
  to.open('{');
  to.key("uri");
  to.text(uri_of(where.file));
  to.close('}');
  if (where.line > 0) {  // the standard counts from 1
    to.key("region");
    to.open('{');
    to.key("startLine");
    to.number(where.line);
    to.close('}');
  }
  to.close('}');
}

void write_location(json_writer& to, location where, std::string_view text) {
  to.open('{');
  write_physical(to, where);
  if (!text.empty()) write_message(to, text);
  to.close('}');
}

// The place to blame; of a finding without one, where the threads stand at the end.
void write_places(json_writer& to, const report_subject& of) {
  to.key("locations");
  to.open('[');
  if (of.found.where.file != nullptr) {
    write_location(to, of.found.where, "");
  } else {
    for (const recorded_step& each : of.execution.pending) {
      if (each.where.file == nullptr) continue;
      write_location(to, each.where, "");
      break;
    }
  }
  to.close(']');
  to.key("relatedLocations");
  to.open('[');
  for (const recorded_step& each : of.execution.pending) {
    const std::string thread = "thread " + of.execution.threads[each.thread];
    write_location(to, each.where, thread + " stands before " + each.text);
  }
  to.close(']');
}

void write_flow(json_writer& to, const recording& of, std::uint32_t thread) {
  to.open('{');
  to.key("id");
  to.text("thread " + of.threads[thread]);
  to.key("locations");
  to.open('[');
  for (const recorded_step& each : of.steps) {
    if (each.thread != thread) continue;
    to.open('{');
    to.key("location");
    write_location(
        to, each.where,
        each.call.empty() || each.call == each.text ? each.text : each.call + ": " + each.text);
    to.key("executionOrder");
    to.number(each.number);
    to.close('}');
  }
  to.close(']');
  to.close('}');
}

bool performs_any(const recording& of, std::uint32_t thread) {
  for (const recorded_step& each : of.steps) {
    if (each.thread == thread) return true;
  }
  return false;
}

void write_flows(json_writer& to, const recording& of) {
  if (of.steps.empty()) return;
  to.key("codeFlows");
  to.open('[');
  to.open('{');
  to.key("threadFlows");
  to.open('[');
  for (std::uint32_t thread = 0; thread < of.threads.size(); ++thread) {
    if (performs_any(of, thread)) write_flow(to, of, thread);
  }
  to.close(']');
  to.close('}');
  to.close(']');
}

void write_tool(json_writer& to, finding_kind kind) {
  to.key("tool");
  to.open('{');
  to.key("driver");
  to.open('{');
  to.key("name");
  to.text("heddle");
  to.key("version");
  to.text(HEDDLE_VERSION);
  to.key("rules");
  to.open('[');
  to.open('{');
  to.key("id");
  to.text(to_string(kind));
  to.close('}');
  to.close(']');
  to.close('}');
  to.close('}');
}

void write_result(json_writer& to, const report_subject& of) {
  to.open('{');
  to.key("ruleId");
  to.text(to_string(of.found.kind));
  to.key("ruleIndex");
  to.number(0);
  to.key("level");
  to.text("error");
  std::string text = std::string(of.check) + ": " + of.found.text;
  for (const std::string& each : of.found.details) text.append("\n").append(each);
  if (!of.replay.empty()) text.append("\nreplay: ").append(of.replay);
  write_message(to, text);
  write_places(to, of);
  write_flows(to, of.execution);
  to.close('}');
}

}  // namespace

std::string sarif_report(const report_subject& of) {
  json_writer to;
  to.open('{');
  to.key("$schema");
  to.text(schema_address);
  to.key("version");
  to.text("2.1.0");
  to.key("runs");
  to.open('[');
  to.open('{');
  write_tool(to, of.found.kind);
  to.key("columnKind");
  to.text("utf16CodeUnits");
  to.key("results");
  to.open('[');
  write_result(to, of);
  to.close(']');
  to.close('}');
  to.close(']');
  to.close('}');
  return to.result() + '\n';
}

}  // namespace heddle
