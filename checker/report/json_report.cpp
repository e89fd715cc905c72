// The whole report as data.  Other forms are made from the same recording, and the page from this.
#include <heddle/checker/report/formats.hpp>

#include <heddle/checker/json.hpp>

namespace heddle {

namespace {

constexpr std::uint64_t schema_version = 1;

void write_place(json_writer& to, location where) {
  if (where.file == nullptr) return;
  to.key("file");
  to.text(where.file);
  to.key("line");
  to.number(where.line);
}

void write_owned(json_writer& to, const std::vector<ownership_change>& all) {
  to.key("locks");
  to.open('[');
  for (const ownership_change& each : all) {
    to.open('{');
    to.key("object");
    to.text(each.object);
    to.key("taken");
    to.boolean(each.taken);
    to.key("shared");
    to.boolean(each.shared);
    to.close('}');
  }
  to.close(']');
}

void write_awaited(json_writer& to, const std::vector<awaited_thread>& all) {
  to.key("waits_for");
  to.open('[');
  for (const awaited_thread& each : all) {
    to.open('{');
    to.key("thread");
    to.number(each.thread);
    if (!each.object.empty()) {
      to.key("object");
      to.text(each.object);
    }
    write_place(to, each.since);
    to.close('}');
  }
  to.close(']');
}

void write_step(json_writer& to, const recorded_step& step) {
  to.open('{');
  to.key("number");
  to.number(step.number);
  to.key("thread");
  to.number(step.thread);
  to.key("text");
  to.text(step.text);
  if (!step.call.empty()) {
    to.key("call");
    to.text(step.call);
  }
  write_place(to, step.where);
  to.key("writes");
  to.boolean(step.writes);
  to.key("preempts");
  to.boolean(step.preempts);
  if (step.reads_from != 0) {
    to.key("reads_from");
    to.number(step.reads_from);
  }
  if (!step.owns.empty()) write_owned(to, step.owns);
  if (!step.waits_for.empty()) write_awaited(to, step.waits_for);
  if (!step.known.empty()) {
    to.key("known");
    to.open('[');
    for (const std::uint32_t each : step.known) to.number(each);
    to.close(']');
  }
  to.close('}');
}

void write_steps(json_writer& to, std::string_view name, const std::vector<recorded_step>& steps) {
  to.key(name);
  to.open('[');
  for (const recorded_step& each : steps) write_step(to, each);
  to.close(']');
}

void write_execution(json_writer& to, const recording& of) {
  to.key("threads");
  to.open('[');
  for (const std::string& each : of.threads) to.text(each);
  to.close(']');
  write_steps(to, "steps", of.steps);
  write_steps(to, "pending", of.pending);
}

void write_explanation(json_writer& to, const explanation& of) {
  to.key("decided_by");
  to.open('{');
  to.key("first");
  write_step(to, of.first);
  if (!of.then_thread.empty()) {
    to.key("then");
    write_step(to, of.then);
  }
  to.key("common");
  to.number(of.common);
  to.key("passing");
  to.open('{');
  write_execution(to, of.passing);
  to.close('}');
  to.close('}');
}

}  // namespace

std::string json_report(const report_subject& of) {
  json_writer to;
  to.open('{');
  to.key("version");
  to.number(schema_version);
  to.key("check");
  to.text(of.check);
  to.key("finding");
  to.text(to_string(of.found.kind));
  to.key("text");
  to.text(of.found.text);
  to.key("details");
  to.open('[');
  for (const std::string& each : of.found.details) to.text(each);
  to.close(']');
  write_place(to, of.found.where);
  to.key("memory");
  to.text(of.memory);
  to.key("replay");
  to.text(of.replay);
  write_execution(to, of.execution);
  if (of.explained != nullptr) write_explanation(to, *of.explained);
  to.close('}');
  return to.result() + '\n';
}

}  // namespace heddle
