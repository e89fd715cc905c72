#include <heddle/checker/run_models.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <heddle/checker/check.hpp>
#include <heddle/checker/dashboard.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/jobs.hpp>
#include <heddle/checker/json.hpp>
#include <heddle/checker/progress.hpp>
#include <heddle/checker/report/formats.hpp>
#include <heddle/checker/report/text.hpp>

namespace heddle {

namespace {

constexpr std::size_t expected_width = 16;
constexpr std::size_t verdict_width = 32;
constexpr std::size_t executions_width = 12;

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text + "  ";
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text + "  ";
}

// The model's settings under the environment and the command line, and whether these ask for
// something else than the search that `heddle run` makes by itself.
struct wish {
  options settings;
  bool own_search;
};

wish wish_for(const model& subject, const std::vector<parameter>& source) {
  key_set set;
  wish result{effective_options(subject.settings, &set), false};
  std::string wrong = apply(source, result.settings, set);
  if (wrong.empty()) wrong = validate(result.settings);
  if (wrong.empty() && !result.settings.replay.empty()) wrong = "replay: use heddle replay TOKEN";
  if (wrong.empty() && !result.settings.corpus.value_or("").empty()) {
    wrong = "corpus: heddle run keeps no findings";
  }
  if (!wrong.empty()) fail(exit_usage, wrong);
  const auto asked = [&](const char* key) { return set.count(key) != 0; };
  // A pass is to mean that all was visited.
  const bool planned = result.settings.strategy == "automatic";
  if (subject.whole && planned && !asked("strategy")) result.settings.strategy = "exhaustive";
  result.own_search = subject.whole || samples(result.settings) || asked("budget") ||
                      (planned && asked("strategy")) || result.settings.preemptions ||
                      result.settings.executions || asked("jobs") || asked("checkpoint") ||
                      asked("resume") || result.settings.shard.divides() || asked("from") ||
                      asked("rest") || detail::is_distributed();
  return result;
}

bool matches(const model& subject, const verdict& result) {
  const auto expected = subject.expected.kind();
  // What is expected may lie in another part.
  const bool elsewhere = result.status == verdict_status::ok && !result.part.empty();
  if (expected && elsewhere) return true;
  if (!expected) return result.status == verdict_status::ok;
  return result.found && result.found->kind == *expected;
}

// A verdict in a word or two.
std::string short_text(const verdict& of) {
  if (of.status == verdict_status::incomplete) return "incomplete";
  if (of.found) return std::string(to_string(of.found->kind));
  if (of.kind == proof::sampled) return "sampled";
  if (of.kind == proof::bounded && of.preemptions) {
    return "exhaustive up to " + std::to_string(*of.preemptions) + " preemptions";
  }
  return of.part.empty() ? "exhaustive" : of.part;
}

void write(json_writer& to, std::string_view key, const std::optional<std::uint32_t>& number) {
  to.key(key);
  number ? to.number(*number) : to.null();
}

void write(json_writer& to, const size_estimate& from) {
  to.open('{');
  to.key("walks");
  to.number(from.walks);
  to.key("width");
  to.number(from.width);
  to.key("reached");
  to.number(from.reached);
  const std::pair<const char*, double> numbers[] = {{"executions", from.executions},
                                                    {"low", from.low},
                                                    {"high", from.high},
                                                    {"spread", from.spread},
                                                    {"seconds", from.seconds}};
  for (const auto& [key, number] : numbers) {
    to.key(key);
    to.real(number);
  }
  to.close('}');
}

void write(json_writer& to, const stage& from) {
  to.open('{');
  to.key("proof");
  to.text(to_string(from.kind));
  to.key("strategy");
  to.text(from.strategy);
  to.key("memory");
  to.text(from.memory);
  write(to, "preemptions", from.preemptions);
  to.key("executions");
  to.number(from.executions);
  to.key("seconds");
  to.seconds(from.seconds);
  to.key("completed");
  to.boolean(from.completed);
  to.close('}');
}

// What was proved, and what was only sampled.
void write_coverage(json_writer& to, const verdict& from) {
  to.key("proof");
  to.text(to_string(from.kind));
  write(to, "preemptions", from.preemptions);
  to.key("distinct");
  from.unseen ? to.number(from.distinct) : to.null();
  to.key("unseen");
  from.unseen ? to.real(*from.unseen) : to.null();
  to.key("estimate");
  if (from.size) {
    write(to, *from.size);
  } else {
    to.null();
  }
  to.key("stages");
  to.open('[');
  for (const stage& each : from.stages) write(to, each);
  to.close(']');
}

void write(json_writer& to, const model_result& from) {
  const verdict& result = from.result;
  const auto text = [&](const char* key, const std::string& value) {
    to.key(key);
    to.text(value);
  };
  const auto text_or_null = [&](const char* key, const std::string& value) {
    to.key(key);
    value.empty() ? to.null() : to.text(value);
  };
  const auto number = [&](const char* key, std::uint64_t value) {
    to.key(key);
    to.number(value);
  };
  to.open('{');
  text("name", from.subject->name);
  text("expected", from.subject->expected.text());
  text("memory", result.memory);
  text("strategy", result.strategy);
  number("seed", result.seed);
  text("verdict", result.line());
  text_or_null("finding", result.found ? std::string(to_string(result.found->kind)) : "");
  number("executions", result.executions);
  number("blocked", result.blocked);
  write_coverage(to, result);
  to.key("seconds");
  to.seconds(result.seconds);
  text_or_null("part", result.part);
  to.key("left");
  result.left ? to.number(*result.left) : to.null();
  text_or_null("token", result.token);
  to.key("as_expected");
  to.boolean(from.as_expected);
  to.close('}');
}

}  // namespace

void judge(const std::vector<const model*>& models, const std::vector<parameter>& source) {
  for (const model* each : models) static_cast<void>(wish_for(*each, source));
}

model_result run_model(const model& subject, const std::vector<parameter>& source,
                       std::ostream& err, bool terminal) {
  const wish wished = wish_for(subject, source);
  progress_line line(err, terminal);
  exploration what{
      .name = subject.name, .body = subject.body, .settings = wished.settings, .hook = line.hook()};
  if (!wished.own_search) {
    // A bug is looked for until it is found; that there is none is shown as far as time goes.
    const bool broken = subject.expected.kind().has_value();
    what.bounds = iteration{.always = std::max(broken ? 2U : 0U, subject.preemptions),
                            .then_until = model_budget,
                            .try_whole = !broken};
  }
  verdict result = run(what);
  if (result.covered) {
    const std::string wrong =
        write_coverage(wished.settings.coverage, subject.name, *result.covered);
    if (!wrong.empty()) err << "heddle: " << subject.name << ": " << wrong << '\n';
  }
  std::string reported = result.found ? wished.settings.report : "";
  if (!reported.empty()) {
    const std::string wrong = write_reports(reported, result, model_replay(result.token));
    if (!wrong.empty()) {
      err << "heddle: " << subject.name << ": " << wrong << '\n';
      reported.clear();
    }
  }
  err << detail::dashboard_text(result, reported);
  const bool ends_right = matches(subject, result);
  const bool whole = result.part.empty();
  std::string complaint = ends_right && whole && subject.complaint ? subject.complaint(result) : "";
  const bool as_expected = ends_right && complaint.empty();
  return {&subject, std::move(result), as_expected, std::move(complaint)};
}

model_table::model_table(std::ostream& out, const std::vector<const model*>& all)
    : out_(out), name_width_(5) {
  for (const model* each : all) name_width_ = std::max(name_width_, each->name.size());
}

void model_table::header() {
  out_ << left("model", name_width_) << left("expected", expected_width)
       << left("verdict", verdict_width) << right("executions", executions_width) << "time\n";
}

void model_table::row(const model_result& of) {
  out_ << left(of.subject->name, name_width_) << left(of.subject->expected.text(), expected_width)
       << left(short_text(of.result) + (of.as_expected ? "" : "  (unexpected)"), verdict_width)
       << right(std::to_string(of.result.executions), executions_width)
       << seconds_text(of.result.seconds) << '\n'
       << std::flush;
}

std::string json_text(const std::vector<model_result>& results) {
  json_writer to;
  to.open('[');
  for (const model_result& each : results) write(to, each);
  to.close(']');
  return to.result() + '\n';
}

namespace {

std::string& command_name() {
  static std::string name = "heddle";
  return name;
}

}  // namespace

// Of a program that was called by its path, the name alone, as of programs with checks.
void set_command_name(std::string_view called) {
  const std::string name(last_component(called));
  const bool installed = called == name || name == "heddle" || name == "heddle_fine";
  command_name() = shell_word(installed ? name : "./" + name);
}

std::string model_replay(const std::string& token) {
  return token.empty() ? "" : command_name() + " replay " + token;
}

}  // namespace heddle
