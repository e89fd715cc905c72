// The execution as a graph in the language of Graphviz: a cluster for each thread, and one for
// who waits for whom.
#include <heddle/checker/report/formats.hpp>

#include <utility>
#include <vector>

#include <heddle/checker/report/text.hpp>

namespace heddle {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char each : text) {
    if (each == '"' || each == '\\') out += '\\';
    if (each == '\n') {
      out += "\\n";
    } else {
      out += each;
    }
  }
  return out + '"';
}

std::string label_of(const recorded_step& step) {
  std::string label = step.number == 0 ? "" : std::to_string(step.number) + ": ";
  label += step.text;
  const std::string place = place_text(step.where);
  return place.empty() ? label : label + "\n" + place;
}

std::string node(const recorded_step& step) { return "s" + std::to_string(step.number); }
std::string waiting_node(const recorded_step& step) { return "w" + std::to_string(step.thread); }

// Its steps from top to bottom, and what it waits for below them.
std::string cluster(const recording& of, std::uint32_t thread) {
  std::string text = "  subgraph cluster_" + std::to_string(thread) +
                     " {\n    label=" + quoted("thread " + of.threads[thread]) + ";\n";
  std::string before;
  const auto add = [&](const std::string& name, const recorded_step& step,
                       const std::string& style) {
    text += "    " + name + " [label=" + quoted(label_of(step)) + style + "];\n";
    if (!before.empty()) text += "    " + before + " -> " + name + " [weight=8];\n";
    before = name;
  };
  for (const recorded_step& each : of.steps) {
    if (each.thread == thread) add(node(each), each, each.preempts ? ", penwidth=2" : "");
  }
  for (const recorded_step& each : of.pending) {
    if (each.thread == thread) add(waiting_node(each), each, ", style=dashed");
  }
  return text + "  }\n";
}

void add_edge(std::string& text, const recorded_step& from, const recorded_step& to,
              std::string_view label, std::string_view colour) {
  text.append("  ").append(node(from)).append(" -> ").append(node(to));
  text.append(" [color=").append(colour).append(", fontcolor=").append(colour);
  text.append(", label=\"").append(label).append("\", constraint=false];\n");
}

// What `step` knows of other threads, and the step before it in its thread did not.
void add_arrivals(std::string& text, const recording& of, const recorded_step& step,
                  const recorded_step* before) {
  for (std::uint32_t thread = 0; thread < step.known.size(); ++thread) {
    const std::uint32_t known = step.known[thread];
    if (thread == step.thread || known == 0 || known == step.reads_from) continue;
    if (before != nullptr && before->known[thread] == known) continue;
    add_edge(text, of.steps[known - 1], step, "happens before", "gray40");
  }
}

// Who waits for whom at the end, if anybody does: a deadlock is a cycle, or an edge to one.
std::string waits(const recording& of) {
  std::string edges;
  std::vector<bool> drawn(of.threads.size());
  for (const recorded_step& each : of.pending) {
    for (const awaited_thread& other : each.waits_for) {
      drawn[each.thread] = drawn[other.thread] = true;
      std::string label = other.object.empty() ? each.text : "for " + other.object;
      const std::string place = place_text(other.since);
      if (!place.empty()) label += "\nheld since " + place;
      edges += "    t" + std::to_string(each.thread) + " -> t" + std::to_string(other.thread) +
               " [color=red, fontcolor=red, label=" + quoted(label) + "];\n";
    }
  }
  if (edges.empty()) return edges;
  std::string text = "  subgraph cluster_waits {\n    label=\"who waits for whom\";\n";
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (!drawn[i]) continue;
    text += "    t" + std::to_string(i) +
            " [shape=ellipse, label=" + quoted("thread " + of.threads[i]) + "];\n";
  }
  return text + edges + "  }\n";
}

}  // namespace

std::string dot_report(const report_subject& of) {
  const recording& execution = of.execution;
  std::string text = "// " + std::string(of.check) +
                     "\ndigraph execution {\n  label=" + quoted(of.found.text) +
                     ";\n  node [shape=box, fontname=monospace];\n";
  for (std::uint32_t i = 0; i < execution.threads.size(); ++i) text += cluster(execution, i);
  std::vector<const recorded_step*> before(execution.threads.size());
  for (const recorded_step& each : execution.steps) {
    add_arrivals(text, execution, each, std::exchange(before[each.thread], &each));
    if (each.reads_from == 0) continue;
    const recorded_step& from = execution.steps[each.reads_from - 1];
    if (from.thread != each.thread) add_edge(text, from, each, "reads from", "blue");
  }
  return text + waits(execution) + "}\n";
}

}  // namespace heddle
