#include <heddle/checker/options.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <heddle/checker/option_table.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>

namespace heddle {

namespace {

bool failed = false;

std::string normal_key(std::string_view text) {
  std::string key(text);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

const detail::option_entry* entry_of(std::string_view key) {
  for (const auto& each : detail::option_table()) {
    if (each.name == key) return &each;
  }
  return nullptr;
}

std::string bad_value(const detail::option_entry& entry, std::string_view value) {
  return "option " + std::string(entry.name) + ": \"" + std::string(value) +
         "\" is not accepted; accepted: " + std::string(entry.accepted);
}

bool takes_depth(const options& of) { return of.strategy == "pct" || of.strategy == "portfolio"; }
bool takes_delays(const options& of) {
  return of.strategy == "delay_bounded" || of.strategy == "portfolio";
}

bool is_past_the_last(const options& of) {
  return of.execution && of.executions && *of.execution > *of.executions;
}

bool keeps(const options& of) { return !(of.checkpoint + of.resume).empty(); }
bool hands_over(const options& of) { return !(of.from + of.rest).empty(); }
bool is_apart(const options& of) { return of.shard.divides() || hands_over(of); }
bool leaves_out_samples(const options& of) {
  return of.preemptions.has_value() || keeps(of) || is_apart(of);
}

// The command line of the process, once set_arguments() was called.
std::vector<parameter>& process_arguments() {
  static std::vector<parameter> arguments;
  return arguments;
}

std::vector<parameter> process_environment() {
  std::vector<parameter> read;
  const char* text = std::getenv("HEDDLE_PARAMS");
  const std::string wrong = text == nullptr ? "" : split_parameters(text, read);
  if (!wrong.empty()) fail(exit_usage, "HEDDLE_PARAMS: " + wrong);
  return read;
}

}  // namespace

std::string split_parameters(std::string_view text, std::vector<parameter>& into) {
  static constexpr std::string_view blanks = " \t\n\r";
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return "";
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    const std::size_t equals = word.find('=');
    if (equals == word.npos) {
      return "\"" + std::string(word) + "\" is not key=value; accepted keys: " + option_names();
    }
    into.push_back({normal_key(word.substr(0, equals)), std::string(word.substr(equals + 1))});
  }
}

std::string split_arguments(const std::vector<std::string>& arguments, std::vector<parameter>& into,
                            std::vector<std::string>& rest) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word.substr(0, 2) != "--" || word == "--") {
      rest.emplace_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    if (equals != word.npos) {
      into.push_back(
          {normal_key(word.substr(2, equals - 2)), std::string(word.substr(equals + 1))});
    } else if (i + 1 < arguments.size()) {
      into.push_back({normal_key(word.substr(2)), arguments[++i]});
    } else {
      return "option " + std::string(word) + " needs a value";
    }
  }
  return "";
}

std::string apply(const std::vector<parameter>& source, options& to, key_set& set) {
  key_set here;
  for (const auto& [written, value] : source) {
    const std::string key = normal_key(written);
    const auto* entry = entry_of(key);
    if (entry == nullptr) return "unknown option \"" + key + "\"; accepted: " + option_names();
    if (!here.insert(key).second) return "option " + key + " is given twice";
    if (!entry->set(to, value)) return bad_value(*entry, value);
  }
  set.merge(here);
  return "";
}

bool samples(const options& of) noexcept { return is_sampler(of.strategy); }

std::string validate(const options& of) {
  for (const auto& each : detail::option_table()) {
    if (!each.valid(of)) {
      return "option " + std::string(each.name) +
             ": the value is not accepted; accepted: " + std::string(each.accepted);
    }
  }
  if (of.break_at != 0 && of.replay.empty()) return "option break_at needs replay=TOKEN";
  if (of.execution && !samples(of)) {
    return "option execution needs a strategy that samples, as strategy=random_walk";
  }
  if (is_past_the_last(of)) {
    return "option execution asks for one past the last of executions";
  }
  if (of.preemptions && samples(of)) {
    return "option preemptions needs strategy=automatic, exhaustive or odometer, and not " +
           of.strategy;
  }
  const auto needs = [&](std::string_view one) {
    return "needs strategy=" + std::string(one) + " or portfolio, and not " + of.strategy;
  };
  if (of.depth && !takes_depth(of)) return "option depth " + needs("pct");
  if (of.delays && !takes_delays(of)) return "option delays " + needs("delay_bounded");
  if (of.stable && !samples(of) && of.strategy != "automatic") {
    return "option until needs a strategy that samples";
  }
  if (of.stable && !samples(of) && leaves_out_samples(of)) {
    return "option until needs samples, and the default plan draws none with preemptions, "
           "checkpoint, resume, shard, from or rest";
  }
  if (hands_over(of) && keeps(of)) {
    return "options from and rest do not go with checkpoint and resume";
  }
  if (hands_over(of) && (of.execution || of.preemptions || of.strategy == "odometer")) {
    return "options from and rest do not go with execution, preemptions and strategy=odometer, of "
           "which a file keeps nothing";
  }
  if (of.execution && keeps(of)) {
    return "option execution runs one sample alone, which checkpoint and resume do not keep";
  }
  const bool divided = of.jobs > 1 || of.shard.divides() || hands_over(of) || keeps(of);
  if (!of.coverage.empty() && divided) {
    return "option coverage sees one process and its whole search: it does not go with jobs, "
           "shard, from, rest, checkpoint and resume";
  }
  if (of.checkpoint.empty() && of.checkpoint_every != options{}.checkpoint_every) {
    return "option checkpoint_every needs checkpoint";
  }
  return "";
}

std::string option_names() {
  std::string names;
  for (const auto& each : detail::option_table()) {
    if (!names.empty()) names += ' ';
    names += each.name;
  }
  return names;
}

std::string option_help() {
  std::string help;
  for (const auto& each : detail::option_table()) {
    std::string left = "  --" + std::string(each.name);
    left.resize(std::max<std::size_t>(left.size() + 1, 16), ' ');
    help += left + std::string(each.meaning) + "; " + std::string(each.accepted) + '\n';
  }
  return help;
}

void set_arguments(const std::vector<std::string>& arguments) {
  std::vector<parameter> given;
  std::vector<std::string> rest;
  std::string wrong = split_arguments(arguments, given, rest);
  options judged;
  key_set set;
  if (wrong.empty() && !rest.empty()) {
    wrong = "\"" + rest.front() + "\" is not an option; accepted: " + option_names();
  }
  if (wrong.empty()) wrong = apply(given, judged, set);
  if (!wrong.empty()) fail(exit_usage, wrong);
  process_arguments() = std::move(given);
}

namespace {

// What comes from outside goes over what the code says and does not go with it; returns what is
// wrong all the same.
std::string settle(options& result, const key_set& outside) {
  const auto asked = [&](const char* key) { return outside.count(key) != 0; };
  if (asked("strategy")) {
    const bool random = samples(result);
    if (random && !asked("preemptions")) result.preemptions.reset();
    if (!random && !asked("execution")) result.execution.reset();
    if (!takes_depth(result) && !asked("depth")) result.depth.reset();
    if (!takes_delays(result) && !asked("delays")) result.delays.reset();
    const bool draws = random || result.strategy == "automatic";
    if (!draws && !asked("until")) result.stable.reset();
  }
  const bool cut = asked("preemptions") || asked("checkpoint") || asked("resume") ||
                   asked("shard") || asked("from") || asked("rest");
  if (cut && !asked("until") && !samples(result)) result.stable.reset();
  if (asked("execution") && !asked("executions") && is_past_the_last(result)) {
    result.executions.reset();
  }
  if (asked("execution") && !asked("checkpoint")) {
    result.checkpoint.clear();
    result.checkpoint_every = options{}.checkpoint_every;
  }
  if (asked("execution") && !asked("resume")) result.resume.clear();
  if (asked("checkpoint_every") && result.checkpoint.empty()) {
    return "option checkpoint_every needs checkpoint";
  }
  return validate(result);
}

}  // namespace

options effective_options(const options& from_code, key_set* set) {
  options result = from_code;
  key_set outside;
  std::string wrong = apply(process_environment(), result, outside);
  if (!wrong.empty()) fail(exit_usage, "HEDDLE_PARAMS: " + wrong);
  wrong = apply(process_arguments(), result, outside);
  if (wrong.empty()) wrong = settle(result, outside);
  if (!wrong.empty()) fail(exit_usage, wrong);
  if (set != nullptr) set->merge(outside);
  return result;
}

execution_limits limits_of(const options& of) noexcept {
  execution_limits limits;
  limits.steps = of.steps;
  limits.timeouts = of.timeouts;
  limits.polls = of.polls;
  limits.spurious = of.spurious;
  limits.processors = of.cpus;
  limits.reuse = of.reuse;
  limits.plain = of.plain;
  limits.stack_bytes = of.stack;
  return limits;
}

bool has_failed() noexcept { return failed; }

void fail(int code, const std::string& line) {
  failed = true;
  std::fflush(stdout);
  std::fprintf(stderr, "heddle: %s\n", line.c_str());
  std::exit(code);
}

}  // namespace heddle
