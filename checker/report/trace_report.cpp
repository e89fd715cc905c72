// The trace event format (JSON) of Chrome's about:tracing, which Perfetto and speedscope open.
#include <heddle/checker/report/formats.hpp>

#include <heddle/checker/json.hpp>
#include <heddle/checker/report/text.hpp>

namespace heddle {

namespace {

void begin_event(json_writer& to, std::string_view name, std::string_view phase,
                 std::uint32_t thread) {
  to.open('{');
  to.key("name");
  to.text(name);
  to.key("ph");
  to.text(phase);
  to.key("pid");
  to.number(1);
  to.key("tid");
  to.number(thread);
}

void write_name(json_writer& to, const recording& of, std::uint32_t thread) {
  begin_event(to, "thread_name", "M", thread);
  to.key("args");
  to.open('{');
  to.key("name");
  to.text("thread " + of.threads[thread]);
  to.close('}');
  to.close('}');
}

void write_slice(json_writer& to, const recorded_step& step) {
  begin_event(to, step.text, "X", step.thread);
  to.key("ts");
  to.number(step.number);
  to.key("dur");
  to.number(1);
  to.key("args");
  to.open('{');
  to.key("step");
  to.number(step.number);
  if (!step.call.empty()) {
    to.key("call");
    to.text(step.call);
  }
  const std::string place = place_text(step.where);
  if (!place.empty()) {
    to.key("place");
    to.text(place);
  }
  to.close('}');
  to.close('}');
}

// An arrow from the step that was read to the one that reads.
void write_arrow(json_writer& to, const recorded_step& from, const recorded_step& step) {
  for (const bool begins : {true, false}) {
    begin_event(to, "reads from", begins ? "s" : "f", begins ? from.thread : step.thread);
    to.key("cat");
    to.text("reads-from");
    to.key("id");
    to.number(step.number);
    to.key("ts");
    to.number(begins ? from.number : step.number);
    if (!begins) {
      to.key("bp");
      to.text("e");
    }
    to.close('}');
  }
}

// A thread that waits at the end does so for one step more.
void write_waiting(json_writer& to, const recording& of, const recorded_step& step) {
  begin_event(to, "never: " + step.text, "X", step.thread);
  to.key("ts");
  to.number(of.steps.size() + 1);
  to.key("dur");
  to.number(1);
  to.close('}');
}

}  // namespace

std::string trace_report(const report_subject& of) {
  const recording& execution = of.execution;
  json_writer to;
  to.open('{');
  to.key("displayTimeUnit");
  to.text("ns");
  to.key("otherData");
  to.open('{');
  to.key("check");
  to.text(of.check);
  to.key("finding");
  to.text(of.found.text);
  to.key("replay");
  to.text(of.replay);
  to.close('}');
  to.key("traceEvents");
  to.open('[');
  for (std::uint32_t i = 0; i < execution.threads.size(); ++i) write_name(to, execution, i);
  for (const recorded_step& each : execution.steps) {
    write_slice(to, each);
    if (each.reads_from == 0) continue;
    const recorded_step& from = execution.steps[each.reads_from - 1];
    if (from.thread != each.thread) write_arrow(to, from, each);
  }
  for (const recorded_step& each : execution.pending) write_waiting(to, execution, each);
  to.close(']');
  to.close('}');
  return to.result() + '\n';
}

}  // namespace heddle
