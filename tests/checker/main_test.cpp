// The `heddle` command, over models of its own.
#include <heddle/checker/command.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <heddle/checker/model.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/dashboard_variable.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::ended;
using heddle::testing::forked;

namespace {

void add_twice(bool by_load_and_store) {
  heddle::atomic<int> count{0, "count"};
  const auto add = [&] {
    if (by_load_and_store) {
      count.store(count.load() + 1);
    } else {
      count.fetch_add(1);
    }
  };
  heddle::thread other(add);
  add();
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

const model_registration passes{{.name = "main/good/passes",
                                 .body = [] { add_twice(false); },
                                 .summary = "an increment is one step"}};

const model_registration found{{.name = "main/good/found",
                                .expected = finding_kind::assertion,
                                .body = [] { add_twice(true); },
                                .summary = "an increment is two steps"}};

const model_registration deadlocks{{.name = "main/good/deadlocks",
                                    .expected = "deadlock",
                                    .body =
                                        [] {
                                          mutex m{"m"};
                                          m.lock();
                                          heddle::thread other([&] { m.lock(); });
                                          other.join();
                                        },
                                    .summary = "joins who waits for it"}};

const model_registration unexpected{
    {.name = "main/bad", .body = [] { add_twice(true); }, .summary = "should pass, and does not"}};

// More executions than any budget of a test.
const model_registration large{{.name = "main/large", .body = [] {
                                  heddle::atomic<int> count{0};
                                  heddle::thread threads[4];
                                  for (auto& each : threads) {
                                    each = heddle::thread([&] {
                                      for (int i = 0; i < 4; ++i) count.fetch_add(1);
                                    });
                                  }
                                  for (auto& each : threads) each.join();
                                }}};

const model_registration watched{{.name = "main/watched", .body = [] {
                                    heddle::atomic<int> value{0};
                                    heddle::thread other([&] { value.store(1); });
                                    heddle::observe("value", value.load() == 0 ? "old" : "new");
                                    other.join();
                                  }}};

// Its body is another one when asked to replay.
bool changed = false;
const model_registration changing{{.name = "main/changing", .expected = "assertion", .body = [] {
                                     if (changed) static_cast<void>(heddle::choose(2));
                                     add_twice(true);
                                   }}};

struct told {
  int code;
  std::string out;
  std::string error;
};

told heddle_command(const std::vector<std::string>& arguments) {
  const heddle::testing::dashboard_variable none(false);
  std::ostringstream out, error;
  const int code = command(arguments, {out, error, false});
  return {code, out.str(), error.str()};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The part of what `run --verbose` says that is the report.
std::string report_in(const std::string& text) {
  const std::size_t begin = text.find("heddle: ");
  const std::size_t replay = text.find("  replay: ");
  return text.substr(begin, text.find('\n', replay) + 1 - begin);
}

std::string token_in(const std::string& report) {
  const std::string before = "heddle replay ";
  const std::size_t begin = report.find(before) + before.size();
  return report.substr(begin, report.find('\n', begin) - begin);
}

std::string found_token() {
  return token_in(
      report_in(heddle_command({"run", "--models", "main/good/found", "--verbose"}).out));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(main_test)

BOOST_AUTO_TEST_CASE(models_are_listed_by_name) {
  const told result = heddle_command({"list", "--models", "main/good/*"});
  BOOST_TEST(result.code == 0);
  BOOST_TEST(result.out ==
             "main/good/deadlocks  deadlock   joins who waits for it\n"
             "main/good/found      assertion  an increment is two steps\n"
             "main/good/passes     pass       an increment is one step\n");
}

BOOST_AUTO_TEST_CASE(expected_verdicts_end_with_0) {
  const told result = heddle_command({"run", "--models", "main/good/*"});
  BOOST_TEST(result.code == 0);
  BOOST_TEST(contains(result.out, "model                expected          verdict"));
  BOOST_TEST(contains(result.out, "main/good/passes     pass              exhaustive"));
  BOOST_TEST(contains(result.out, "main/good/found      assertion         assertion"));
  BOOST_TEST(contains(result.out, "\nmodels: 3 as expected, 0 not\n"));
  BOOST_TEST(!contains(result.out, "replay"));
  BOOST_TEST(lines(result.out) == 5U);
  BOOST_TEST(result.error == "");
}

BOOST_AUTO_TEST_CASE(an_unexpected_verdict_prints_its_report_and_ends_with_1) {
  const told result = heddle_command({"run", "--models=main/bad"});
  BOOST_TEST(result.code == 1);
  BOOST_TEST(contains(result.out, "assertion  (unexpected)"));
  BOOST_TEST(contains(result.out, "\nheddle: both count: main_test.cpp:"));
  BOOST_TEST(contains(result.out, "\n  replay: heddle replay h1-"));
  BOOST_TEST(contains(result.out, "\nmodels: 0 as expected, 1 not\n"));
}

BOOST_AUTO_TEST_CASE(a_large_model_is_proved_up_to_a_bound) {
  const told result = heddle_command({"run", "--models", "main/large"});
  BOOST_TEST(result.code == 0);
  BOOST_TEST(contains(result.out, "exhaustive up to "));
  BOOST_TEST(contains(result.out, " preemptions "));
}

BOOST_AUTO_TEST_CASE(a_budget_that_is_asked_for_is_a_bound) {
  const told result = heddle_command(
      {"run", "--models", "main/large", "--strategy", "exhaustive", "--budget", "20ms"});
  BOOST_TEST(result.code == 1);
  BOOST_TEST(contains(result.out, "incomplete  (unexpected)"));
  BOOST_TEST(contains(result.out, "(raise budget, or set preemptions)"));
}

BOOST_AUTO_TEST_CASE(within_a_budget_a_model_is_searched_by_the_automatic_plan) {
  for (const std::vector<std::string>& asked : std::vector<std::vector<std::string>>{
           {"--budget", "300ms"}, {"--strategy", "automatic", "--executions", "500"}}) {
    std::vector<std::string> words{"run", "--models", "main/large", "--verbose"};
    words.insert(words.end(), asked.begin(), asked.end());
    const told result = heddle_command(words);
    BOOST_TEST(result.code == 0);
    BOOST_TEST(contains(result.out, "sampled "), result.out);
    BOOST_TEST(contains(result.out, "; not exhausted after "));
  }
}

BOOST_AUTO_TEST_CASE(options_of_checks_are_accepted) {
  const told bounded =
      heddle_command({"run", "--models", "main/large", "--preemptions", "0", "--memory=sc"});
  BOOST_TEST(contains(bounded.out, "exhaustive up to 0 preemptions"));
  const told sampled = heddle_command({"run", "--models", "main/large", "--strategy", "random-walk",
                                       "--seed", "7", "--executions", "50", "--verbose"});
  BOOST_TEST(contains(sampled.out, "ok: sampled 50 executions under rc11, "));
  BOOST_TEST(contains(sampled.out, ", seed 7\n"));
}

BOOST_AUTO_TEST_CASE(observations_stand_below_the_row) {
  const told result = heddle_command({"run", "--models", "main/watched"});
  BOOST_TEST(contains(result.out, "\n  observed value = new  in "));
  BOOST_TEST(contains(result.out, "\n  observed value = old  in "));
}

BOOST_AUTO_TEST_CASE(a_token_replays_to_the_same_report) {
  for (const char* name : {"main/good/found", "main/good/deadlocks"}) {
    const told run = heddle_command({"run", "--models", name, "--verbose"});
    BOOST_TEST(run.code == 0);
    const std::string report = report_in(run.out);
    const told replayed = heddle_command({"replay", token_in(report)});
    BOOST_TEST(replayed.code == 1);
    BOOST_TEST(replayed.out == report);
    BOOST_TEST(replayed.error == "");
  }
}

BOOST_AUTO_TEST_CASE(a_token_that_does_not_fit_gets_one_line_and_2) {
  const std::string text = found_token();
  token other;
  BOOST_REQUIRE(decode(text, other) == "");
  token coarse = other;
  coarse.grain = granularity::coarse;
  other.name_hash = hash_of_name("main/unknown");
  const std::pair<std::string, const char*> wrong[] = {
      {text.substr(0, text.size() - 4), "truncated"},
      {text.substr(0, 12) + (text[12] == 'A' ? "B" : "A") + text.substr(13), "altered"},
      {"h2-" + text.substr(3), "version 2"},
      {"h1@no_such_file.h1", "cannot be read"},
      {"main/good/found", "not a token"},
      {encode(other), "of a check that this program does not have"},
      {encode(coarse), "of coarse primitives, and this program's are fine"},
  };
  for (const auto& [token, why] : wrong) {
    const told result = heddle_command({"replay", token});
    BOOST_TEST(result.code == 2);
    BOOST_TEST(result.out == "");
    BOOST_TEST(contains(result.error, why), result.error);
    BOOST_TEST(lines(result.error) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_has_changed_gets_one_line_and_2) {
  const std::string text =
      token_in(report_in(heddle_command({"run", "--models", "main/changing", "--verbose"}).out));
  changed = true;
  const told result = heddle_command({"replay", text});
  changed = false;
  BOOST_TEST(result.code == 2);
  BOOST_TEST(result.error.rfind("heddle: replay: ", 0) == 0U);
  BOOST_TEST(contains(result.error, "step"));
  BOOST_TEST(lines(result.error) == 1U);
}

BOOST_AUTO_TEST_CASE(usage_errors_are_one_line_and_2) {
  const std::vector<std::string> wrong[] = {
      {},
      {"explore"},
      {"run", "--sede", "7"},
      {"run", "--seed", "x"},
      {"run", "--seed"},
      {"run", "word"},
      {"run", "--seed=1", "--seed=2"},
      {"run", "--memory", "tso"},
      {"run", "--models", "none/*"},
      {"list", "--models", "none/*"},
      {"replay"},
      {"replay", "h1-a", "h1-b"},
      {"replay", "h1-a", "--report", "page.htm"},
      {"replay", "h1-a", "--break-at", "x"},
      {"run", "--report", "page"},
  };
  for (const auto& arguments : wrong) {
    const told result = heddle_command(arguments);
    BOOST_TEST(result.code == 2);
    BOOST_TEST(result.out == "");
    BOOST_TEST(result.error.rfind("heddle: ", 0) == 0U);
    BOOST_TEST(lines(result.error) == 1U, result.error);
  }
  BOOST_TEST(contains(heddle_command({"run", "--sede", "7"}).error, "models json verbose"));
}

BOOST_AUTO_TEST_CASE(the_environment_is_read_and_judged) {
  const ended strange = forked([] {
    ::setenv("HEDDLE_PARAMS", "sede=2", 1);
    static_cast<void>(heddle_command({"run", "--models", "main/good/passes"}));
  });
  BOOST_TEST(strange.code == 2);
  const ended sampled = forked([] {
    ::setenv("HEDDLE_PARAMS", "strategy=random_walk executions=20 seed=3", 1);
    const told result =
        heddle_command({"run", "--models", "main/good/passes", "--seed=4", "--verbose"});
    std::exit(contains(result.out, "sampled 20 executions") && contains(result.out, "seed 4") ? 0
                                                                                              : 1);
  });
  BOOST_TEST(sampled.code == 0);
  const ended replay = forked([] {
    ::setenv("HEDDLE_PARAMS", "replay=h1-x", 1);
    static_cast<void>(heddle_command({"run", "--models", "main/good/passes"}));
  });
  BOOST_TEST(replay.code == 2);
  BOOST_TEST(replay.error == "heddle: replay: use heddle replay TOKEN\n");
}

BOOST_AUTO_TEST_CASE(help_names_every_option_and_the_exit_codes) {
  const told result = heddle_command({"--help"});
  BOOST_TEST(result.code == 0);
  for (const char* word : {"list", "run", "replay", "--models", "--json", "--verbose", "--strategy",
                           "--budget", "--preemptions", "exit codes"}) {
    BOOST_TEST(contains(result.out, word), word);
  }
  BOOST_TEST(heddle_command({"run", "--help"}).out == result.out);
  BOOST_TEST(heddle_command({"--version"}).out == "heddle 0.1.0, with fine primitives\n");
  BOOST_TEST(contains(result.out, "runs models with fine primitives"));
}

BOOST_AUTO_TEST_CASE(json_goes_to_a_file_or_to_standard_output) {
  const told printed = heddle_command({"run", "--models", "main/good/found", "--json", "-"});
  BOOST_TEST(printed.code == 0);
  BOOST_TEST(printed.out.rfind("[\n  {\n    \"name\": \"main/good/found\",\n"
                               "    \"expected\": \"assertion\",\n    \"memory\": \"rc11\",\n"
                               "    \"strategy\": \"exhaustive\",\n    \"seed\": 1,\n"
                               "    \"verdict\": \"failed: assertion in execution ",
                               0) == 0U);
  for (const char* part :
       {"\"finding\": \"assertion\"", "\"executions\": ", "\"blocked\": 0", "\"proof\": \"",
        "\"preemptions\": ", "\"distinct\": null", "\"unseen\": null", "\"estimate\": null",
        "\"stages\": []", "\"seconds\": 0.", "\"token\": \"h1-", "\"as_expected\": true"}) {
    BOOST_TEST(contains(printed.out, part), part);
  }
  BOOST_TEST(contains(printed.error, "models: 1 as expected, 0 not\n"));
  const auto file = std::filesystem::temp_directory_path() /
                    ("heddle_main_test_" + std::to_string(::getpid()) + ".json");
  const told written =
      heddle_command({"run", "--models", "main/good/passes", "--json", file.string()});
  BOOST_TEST(written.code == 0);
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  BOOST_TEST(contains(text, "\"token\": null"));
  BOOST_TEST(contains(text, "\"finding\": null"));
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(json_has_the_stages_of_the_automatic_plan) {
  const told result =
      heddle_command({"run", "--models", "main/large", "--budget", "1s", "--json", "-"});
  BOOST_TEST(result.code == 0);
  for (const char* part :
       {"\"strategy\": \"automatic\"", "\"estimate\": {\n", "\"walks\": ", "\"reached\": ",
        "\"low\": ", "\"high\": ", "\"spread\": ", "\"unseen\": ", "\"stages\": [\n",
        "\"proof\": \"exhaustive\"", "\"proof\": \"sampled\"", "\"completed\": false",
        "\"completed\": true"}) {
    BOOST_TEST(contains(result.out, part), part << " is not in " << result.out);
  }
  BOOST_TEST(!contains(result.out, "\"unseen\": null"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_ends_with_3) {
  const told nowhere = heddle_command(
      {"run", "--models", "main/good/passes", "--json", "/no/such/folder/results.json"});
  BOOST_TEST(nowhere.code == 3);
  BOOST_TEST(nowhere.error == "heddle: cannot write /no/such/folder/results.json\n");
  const told full = heddle_command({"run", "--models", "main/good/passes", "--json", "/dev/full"});
  BOOST_TEST(full.code == 3);
  BOOST_TEST(full.error == "heddle: cannot write /dev/full\n");
  std::ofstream closed;
  std::ostringstream error;
  BOOST_TEST(command({"list"}, {closed, error, false}) == 3);
  BOOST_TEST(error.str() == "heddle: cannot write to standard output\n");
}

BOOST_AUTO_TEST_CASE(progress_is_shown_on_a_terminal_alone) {
  std::ostringstream out, error;
  BOOST_TEST(command({"run", "--models", "main/good/passes"}, {out, error, true}) == 0);
  BOOST_TEST(contains(error.str(), "\r\033[Kmain/good/passes: "));
  BOOST_TEST(error.str().substr(error.str().size() - 4) == "\r\033[K");
}

BOOST_AUTO_TEST_CASE(an_expectation_is_a_pass_or_a_finding) {
  BOOST_TEST(expectation().text() == "pass");
  BOOST_TEST(expectation("pass").text() == "pass");
  BOOST_TEST(expectation(finding_kind::data_race).text() == "data_race");
  const ended result = forked([] { static_cast<void>(expectation("fail")); });
  BOOST_TEST(result.code == 3);
  BOOST_TEST(contains(result.error, "\"fail\""));
}

BOOST_AUTO_TEST_CASE(two_models_of_one_name_are_refused) {
  const ended result = forked([] {
    const model_registration again{{.name = "main/good/passes", .body = [] {}}};
    static_cast<void>(registered_models());
  });
  BOOST_TEST(result.code == 3);
  BOOST_TEST(result.error == "heddle: two models have the name main/good/passes\n");
}

BOOST_AUTO_TEST_SUITE_END()
