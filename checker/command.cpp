#include <heddle/checker/command.hpp>

#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <new>
#include <system_error>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/explore_command.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/replay.hpp>
#include <heddle/checker/report/formats.hpp>
#include <heddle/checker/run_models.hpp>
#include <heddle/checker/token.hpp>

namespace heddle {

namespace {

constexpr const char* version_text = "heddle " HEDDLE_VERSION;

// Which of the two commands this is.
std::string primitives_text() {
  return "with " + std::string(to_string(granularity_of_program())) + " primitives";
}

constexpr const char* usage_text =
    "usage: heddle list [--models GLOB]\n"
    "       heddle run [--models GLOB] [--json FILE|-] [--verbose] [--OPTION VALUE ...]\n"
    "       heddle explore [--models NAME | --from FILE] [--rest FILE] [--json FILE|-]\n"
    "                      [--shard I/N] [--OPTION VALUE ...]\n"
    "       heddle replay TOKEN [--report FILE,...] [--break-at STEP]\n"
    "       heddle --help | --version\n";

constexpr const char* exit_text =
    "exit codes\n"
    "  list    0\n"
    "  run     0 all models as expected, 1 not\n"
    "  explore 0 nothing is left or a sample was drawn, 1 a finding, 4 something is left\n"
    "  replay  1 the finding is shown, 0 the schedule shows none\n"
    "  all     2 usage, or a token that does not fit; 3 environment\n";

// What a command line asks of `list` and `run`; the rest are options of the checks.
struct request {
  std::string glob = "*";
  std::string json;
  bool verbose = false;
  std::vector<parameter> settings;
};

// Takes the parameter `key` out of `from`; false if it is not there.
bool take(std::vector<parameter>& from, const std::string& key, std::string& value) {
  const auto place = std::find_if(from.begin(), from.end(),
                                  [&](const parameter& each) { return each.key == key; });
  if (place == from.end()) return false;
  value = place->value;
  from.erase(place);
  return true;
}

// What is wrong with the words behind the command, or nothing.
std::string parse(std::vector<std::string> words, request& to) {
  const auto verbose = std::find(words.begin(), words.end(), "--verbose");
  to.verbose = verbose != words.end();
  if (to.verbose) words.erase(verbose);
  std::vector<std::string> rest;
  std::string wrong = split_arguments(words, to.settings, rest);
  if (!wrong.empty()) return wrong;
  if (!rest.empty()) return "unexpected word \"" + rest.front() + "\"";
  take(to.settings, "models", to.glob);
  take(to.settings, "json", to.json);
  options judged;
  key_set set;
  wrong = apply(to.settings, judged, set);
  if (wrong.rfind("unknown option", 0) == 0) wrong += " models json verbose";
  return wrong;
}

std::vector<const model*> matching(const std::string& glob) {
  std::vector<const model*> models = registered_models();
  models.erase(std::remove_if(models.begin(), models.end(),
                              [&](const model* each) {
                                return ::fnmatch(glob.c_str(), each->name.c_str(), 0) != 0;
                              }),
               models.end());
  return models;
}

int usage_error(const command_streams& streams, const std::string& line) {
  streams.err << "heddle: " << line << '\n';
  return exit_usage;
}

int list(const request& asked, const command_streams& streams) {
  const auto models = matching(asked.glob);
  if (models.empty()) return usage_error(streams, "no model matches " + asked.glob);
  std::size_t name_width = 0;
  std::size_t expected_width = 0;
  for (const model* each : models) {
    name_width = std::max(name_width, each->name.size());
    expected_width = std::max(expected_width, each->expected.text().size());
  }
  for (const model* each : models) {
    std::string line = each->name;
    line.resize(name_width + 2, ' ');
    line += each->expected.text();
    line.resize(name_width + 2 + expected_width + 2, ' ');
    streams.out << line << each->summary << '\n';
  }
  return 0;
}

// What stands below a row of the table.
void print_details(const model_result& of, bool verbose, std::ostream& out) {
  if (!of.as_expected || verbose) {
    out << report_text(of.result, model_replay(of.result.token)) << verdict_text(of.result);
  }
  if (!of.complaint.empty()) out << "heddle: " << of.subject->name << ": " << of.complaint << '\n';
  out << observations_text(of.result.observed);
}

// Writes the array to `-`, standard output, or to a file that was opened before the run.
bool write_json(const std::vector<model_result>& results, std::ofstream& file,
                const command_streams& streams) {
  if (!file.is_open()) {
    streams.out << json_text(results);
    return true;
  }
  file << json_text(results);
  file.close();
  return !file.fail();
}

int run_all(const request& asked, const command_streams& streams) {
  const auto models = matching(asked.glob);
  if (models.empty()) return usage_error(streams, "no model matches " + asked.glob);
  judge(models, asked.settings);
  const auto unwritable = [&] {
    streams.err << "heddle: cannot write " << asked.json << '\n';
    return exit_environment;
  };
  std::ofstream file;
  if (!asked.json.empty() && asked.json != "-") {
    file.open(asked.json, std::ios::binary);
    if (!file) return unwritable();
  }
  // With the array on standard output, the table goes where it does not mix with it.
  std::ostream& out = asked.json == "-" ? streams.err : streams.out;
  model_table table(out, models);
  std::vector<model_result> results;
  std::size_t good = 0;
  table.header();
  for (const model* each : models) {
    results.push_back(run_model(*each, asked.settings, streams.err, streams.terminal));
    table.row(results.back());
    print_details(results.back(), asked.verbose, out);
    if (results.back().as_expected) ++good;
  }
  out << "models: " << good << " as expected, " << results.size() - good << " not\n" << std::flush;
  if (!asked.json.empty() && !write_json(results, file, streams)) return unwritable();
  return good == results.size() ? 0 : 1;
}

int replay(const std::vector<std::string>& words, const command_streams& streams) {
  std::vector<parameter> settings;
  std::vector<std::string> tokens;
  std::string wrong = split_arguments(words, settings, tokens);
  if (!wrong.empty()) return usage_error(streams, wrong);
  options asked;
  key_set set;
  wrong = apply(settings, asked, set);
  if (!wrong.empty()) return usage_error(streams, wrong);
  for (const std::string& key : set) {
    if (key == "report" || key == "break_at") continue;
    return usage_error(streams, "replay takes no option " + key + "; accepted: report break_at");
  }
  if (tokens.size() != 1) return usage_error(streams, "replay takes one token");
  token wanted;
  wrong = decode(tokens.front(), wanted);
  if (!wrong.empty()) return usage_error(streams, "replay: " + wrong);
  for (const model* each : registered_models()) {
    if (hash_of_name(each->name) != wanted.name_hash) continue;
    wrong = detail::cannot_break(asked.break_at, wanted);
    if (!wrong.empty()) return usage_error(streams, wrong);
    const verdict result = run_replay(each->name, each->body, wanted, true, asked.break_at);
    if (result.found && result.found->kind == finding_kind::nondeterminism) {
      return usage_error(streams, "replay: " + result.found->text);
    }
    if (result.found) {
      streams.out << report_text(result, model_replay(result.token));
      if (asked.report.empty()) return exit_finding;
      wrong = write_reports(asked.report, result, model_replay(result.token));
      if (wrong.empty()) return exit_finding;
      streams.err << "heddle: " << wrong << '\n';
      return exit_environment;
    }
    streams.out << verdict_text(result);
    return 0;
  }
  return usage_error(streams, "replay: the token is of a check that this program does not have");
}

int dispatch(const std::vector<std::string>& arguments, const command_streams& streams) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  const auto asks = [&](const char* word) {
    return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
  };
  if (asks("--help")) {
    streams.out << usage_text << "\nruns models " << primitives_text() << ": "
                << (granularity_of_program() == granularity::coarse
                        ? "a call is a step; heddle_fine has every atomic access a step\n"
                        : "every atomic access is a step; heddle has a call a step\n")
                << "\noptions of checks, also in HEDDLE_PARAMS\n"
                << option_help() << '\n'
                << exit_text;
    return 0;
  }
  if (first == "--version") {
    streams.out << version_text << ", " << primitives_text() << '\n';
    return 0;
  }
  const std::vector<std::string> words(arguments.begin() + (arguments.empty() ? 0 : 1),
                                       arguments.end());
  if (first == "replay") return replay(words, streams);
  if (first != "list" && first != "run" && first != "explore") {
    streams.err << "heddle: "
                << (first.empty() ? "no command" : "unknown command \"" + first + "\"")
                << "; accepted: list run explore replay --help --version\n";
    return exit_usage;
  }
  request asked;
  const std::string wrong = parse(words, asked);
  if (!wrong.empty()) return usage_error(streams, wrong);
  if (first == "list") return list(asked, streams);
  const std::string no_shard = detail::add_shard(asked.settings);
  if (!no_shard.empty()) return usage_error(streams, no_shard);
  if (first == "run") return run_all(asked, streams);
  return detail::explore_model(asked.glob, asked.settings, asked.json, streams);
}

}  // namespace

int command(const std::vector<std::string>& arguments, const command_streams& streams) {
  int code = exit_environment;
  try {
    code = dispatch(arguments, streams);
  } catch (const std::system_error& error) {
    streams.err << "heddle: " << error.what() << '\n';
  } catch (const std::bad_alloc&) {
    streams.err << "heddle: no memory for the stacks and the heap of executions\n";
  }
  streams.out.flush();
  if (!streams.out.fail()) return code;
  streams.err << "heddle: cannot write to standard output\n";
  return exit_environment;
}

}  // namespace heddle
