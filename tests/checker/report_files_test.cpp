// What a recording knows of an execution, and the files that are made from it.
#include <heddle/checker/report/formats.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/property_tree/json_parser.hpp>
#include <boost/test/unit_test.hpp>

using namespace heddle;
using boost::property_tree::ptree;

namespace {

// Two locks in two orders, one with a name that HTML and JSON must not be taken in by.
void two_orders() {
  mutex cash{"</script>\"\\"}, bank{"bank"};
  heddle::thread other([&] {
    bank.lock();
    cash.lock();
    cash.unlock();
    bank.unlock();
  });
  cash.lock();
  bank.lock();
  bank.unlock();
  cash.unlock();
  other.join();
}

// The flag's order is too weak: what stands behind it may be old.
void published_relaxed() {
  atomic<int> data{0, "data"}, flag{0, "flag"};
  heddle::thread other([&] {
    data.store(1, std::memory_order_relaxed);
    flag.store(1, std::memory_order_relaxed);
  });
  const bool set = flag.load(std::memory_order_acquire) == 1;
  if (set) expect(data.load(std::memory_order_relaxed) == 1, "data is there");
  other.join();
}

// As above, and right: what is known afterwards is a plain variable, which then is not there.
void published_released() {
  atomic<int> flag{0, "flag"};
  heddle::thread other([&] { flag.store(1, std::memory_order_release); });
  expect(flag.load(std::memory_order_acquire) == 0, "is not seen");
  other.join();
}

verdict failing(const char* name, void (*body)()) {
  const verdict of = explore(name, body, {.strategy = "exhaustive"});
  BOOST_TEST_REQUIRE(of.found.has_value());
  return of;
}

report_subject subject_of(const verdict& of) {
  return {.check = of.name,
          .found = *of.found,
          .execution = of.recording,
          .replay = "replay \"it\"",
          .explained = of.explained ? &*of.explained : nullptr,
          .memory = of.memory};
}

ptree parsed(const std::string& json) {
  std::istringstream in(json);
  ptree tree;
  boost::property_tree::read_json(in, tree);
  return tree;
}

const recorded_step& step_of(const verdict& of, std::string_view text) {
  for (const recorded_step& each : of.recording.steps) {
    if (each.text == text) return each;
  }
  BOOST_FAIL("no step " << text);
  return of.recording.steps.front();
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct folder {
  folder() {
    std::filesystem::remove_all(path);
    std::filesystem::create_directory(path);
  }
  ~folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("heddle-reports-" + std::to_string(::getpid()));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(report_files)

BOOST_AUTO_TEST_CASE(a_relaxed_read_is_not_ordered_with_what_it_reads) {
  const verdict of = failing("relaxed", published_relaxed);
  const recorded_step& flag = step_of(of, "load \"flag\" = 1");
  const recorded_step& store = step_of(of, "store \"flag\" = 1");
  BOOST_TEST(flag.reads_from == store.number);
  BOOST_TEST(flag.known[store.thread] == 0U);
  BOOST_TEST(flag.known[flag.thread] == flag.number);
  const recorded_step& data = step_of(of, "load \"data\" = 0, which is not the newest");
  BOOST_TEST(data.reads_from == 0U);
  // The child knows that it was spawned.
  BOOST_TEST(step_of(of, "store \"data\" = 1").known[0] == 1U);
}

BOOST_AUTO_TEST_CASE(an_acquiring_read_is_behind_what_it_reads) {
  const verdict of = failing("released", published_released);
  const recorded_step& flag = step_of(of, "load \"flag\" = 1");
  const recorded_step& store = step_of(of, "store \"flag\" = 1");
  BOOST_TEST(flag.reads_from == store.number);
  BOOST_TEST(flag.known[store.thread] == store.number);
}

BOOST_AUTO_TEST_CASE(json_holds_every_step_and_who_holds_what) {
  const verdict of = failing("two orders", two_orders);
  const ptree tree = parsed(json_report(subject_of(of)));
  BOOST_TEST(tree.get<int>("version") == 1);
  BOOST_TEST(tree.get<std::string>("check") == "two orders");
  BOOST_TEST(tree.get<std::string>("finding") == "deadlock");
  BOOST_TEST(tree.get<std::string>("replay") == "replay \"it\"");
  BOOST_TEST(tree.get_child("steps").size() == of.recording.steps.size());
  BOOST_TEST(tree.get_child("pending").size() == 2U);
  std::size_t taken = 0, given_back = 0;
  for (const auto& [unused, step] : tree.get_child("steps")) {
    if (!step.count("locks")) continue;
    for (const auto& [also, lock] : step.get_child("locks")) {
      ++(lock.get<bool>("taken") ? taken : given_back);
    }
  }
  BOOST_TEST(taken == 2U);
  BOOST_TEST(given_back == 0U);
  BOOST_TEST(tree.get<int>("decided_by.common") > 0);
  BOOST_TEST(!tree.get_child("decided_by.passing.steps").empty());
}

BOOST_AUTO_TEST_CASE(sarif_has_a_flow_for_each_thread) {
  const verdict of = failing("two orders", two_orders);
  const ptree tree = parsed(sarif_report(subject_of(of)));
  BOOST_TEST(tree.get<std::string>("version") == "2.1.0");
  const ptree& run = tree.get_child("runs").front().second;
  BOOST_TEST(run.get<std::string>("tool.driver.name") == "heddle");
  const ptree& result = run.get_child("results").front().second;
  BOOST_TEST(result.get<std::string>("ruleId") == "deadlock");
  const ptree& place = result.get_child("locations").front().second;
  BOOST_TEST(place.get<std::string>("physicalLocation.artifactLocation.uri") ==
             "tests/checker/report_files_test.cpp");
  const ptree& flows = result.get_child("codeFlows").front().second.get_child("threadFlows");
  BOOST_TEST(flows.size() == 2U);
  std::size_t steps = 0;
  for (const auto& [unused, flow] : flows) steps += flow.get_child("locations").size();
  BOOST_TEST(steps == of.recording.steps.size());
}

BOOST_AUTO_TEST_CASE(a_graph_has_arrows_between_threads) {
  const verdict of = failing("released", published_released);
  const std::string dot = dot_report(subject_of(of));
  const auto has = [&](const std::string& part) { return dot.find(part) != dot.npos; };
  const std::string load = "s" + std::to_string(step_of(of, "load \"flag\" = 1").number);
  const std::string store = "s" + std::to_string(step_of(of, "store \"flag\" = 1").number);
  BOOST_TEST(has("  " + store + " -> " + load + " [color=blue"));
  BOOST_TEST(has("  s1 -> " + store + " [color=gray40"));
  BOOST_TEST(has("label=\"thread 1\""));
  BOOST_TEST(has("[label=\"1: spawn thread 1\\nreport_files_test.cpp:"));
}

BOOST_AUTO_TEST_CASE(a_graph_of_a_deadlock_shows_who_waits_for_whom) {
  const verdict of = failing("two orders", two_orders);
  const std::string dot = dot_report(subject_of(of));
  const std::string begins = "  subgraph cluster_waits {";
  BOOST_TEST_REQUIRE(dot.find(begins) != dot.npos);
  std::string part = dot.substr(dot.find(begins));
  // The lines of this file may move.
  for (std::size_t at = 0; (at = part.find(".cpp:", at)) != part.npos; at += 5) {
    part.erase(at + 5, part.find('"', at) - at - 5);
  }
  BOOST_TEST(part == R"(  subgraph cluster_waits {
    label="who waits for whom";
    t0 [shape=ellipse, label="thread 0"];
    t1 [shape=ellipse, label="thread 1"];
    t0 -> t1 [color=red, fontcolor=red, label="for \"bank\"\nheld since report_files_test.cpp:"];
    t1 -> t0 [color=red, fontcolor=red, )"
                     R"(label="for \"</script>\"\\\"\nheld since report_files_test.cpp:"];
  }
}
)");
}

BOOST_AUTO_TEST_CASE(nobody_waits_in_the_graph_of_a_race) {
  const verdict of = failing("released", published_released);
  BOOST_TEST(dot_report(subject_of(of)).find("cluster_waits") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(json_tells_who_is_waited_for) {
  const verdict of = failing("two orders", two_orders);
  const ptree tree = parsed(json_report(subject_of(of)));
  for (const auto& [unused, step] : tree.get_child("pending")) {
    const ptree& other = step.get_child("waits_for").front().second;
    BOOST_TEST(other.get<int>("thread") == 1 - step.get<int>("thread"));
    BOOST_TEST(other.get<int>("line") > 0);
  }
}

BOOST_AUTO_TEST_CASE(a_place_without_a_line_is_a_location_without_a_region) {
  const verdict of = failing("two orders", two_orders);
  report_subject odd = subject_of(of);
  finding what = odd.found;
  what.where = location{"a:b/c.cpp", 0};
  const report_subject subject{.check = odd.check,
                               .found = what,
                               .execution = odd.execution,
                               .replay = odd.replay,
                               .explained = nullptr,
                               .memory = odd.memory};
  const ptree tree = parsed(sarif_report(subject));
  const ptree& result = tree.get_child("runs").front().second.get_child("results").front().second;
  const ptree& place = result.get_child("locations").front().second;
  BOOST_TEST(place.get<std::string>("physicalLocation.artifactLocation.uri") == "./a:b/c.cpp");
  BOOST_TEST(place.count("region") == 0U);
  BOOST_TEST(place.get_child("physicalLocation").count("region") == 0U);
}

BOOST_AUTO_TEST_CASE(a_trace_has_a_slice_for_each_step_and_arrows) {
  const verdict of = failing("released", published_released);
  const ptree tree = parsed(trace_report(subject_of(of)));
  std::size_t slices = 0, begun = 0, ended = 0;
  for (const auto& [unused, event] : tree.get_child("traceEvents")) {
    const auto phase = event.get<std::string>("ph");
    slices += phase == "X" ? 1U : 0U;
    begun += phase == "s" ? 1U : 0U;
    ended += phase == "f" ? 1U : 0U;
  }
  BOOST_TEST(slices == of.recording.steps.size() + of.recording.pending.size());
  BOOST_TEST(begun == 1U);
  BOOST_TEST(ended == 1U);
}

BOOST_AUTO_TEST_CASE(a_name_cannot_end_the_script_of_the_page) {
  const verdict of = failing("two orders", two_orders);
  const std::string page = html_report(subject_of(of));
  const std::string begins = "id=\"report\">";
  const std::size_t begin = page.find(begins) + begins.size();
  const std::string data = page.substr(begin, page.find("</script>", begin) - begin);
  const ptree tree = parsed(data);
  BOOST_TEST(tree.get_child("steps").size() == of.recording.steps.size());
  BOOST_TEST(page.find("@@") == page.npos);
  for (const char* loads : {"src=", "href=", "url(", "@import", "fetch("}) {
    BOOST_TEST(page.find(loads) == page.npos, loads);
  }
}

BOOST_AUTO_TEST_CASE(the_option_writes_files_by_their_endings) {
  const folder to;
  const std::string all = (to.path / "%.json").string() + "," + (to.path / "of-%.txt").string();
  const verdict of = explore("two/orders", two_orders, {.strategy = "exhaustive", .report = all});
  BOOST_TEST_REQUIRE(of.found.has_value());
  BOOST_TEST(parsed(content_of(to.path / "two-orders.json")).get<std::string>("check") ==
             "two/orders");
  BOOST_TEST(content_of(to.path / "of-two-orders.txt") == report_text(of));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_told_of) {
  const verdict of = failing("two orders", two_orders);
  BOOST_TEST(write_reports("/nowhere/at/all.json", of, "") ==
             "cannot write the report /nowhere/at/all.json: No such file or directory");
}

BOOST_AUTO_TEST_CASE(only_known_endings_name_reports) {
  for (const char* good : {"a.html", "a.json,b.sarif", "x/%.dot", "a.trace", "a.txt"}) {
    BOOST_TEST(names_reports(good), good);
  }
  for (const char* bad : {"", ".html", "a", "a.htm", "a.json,", ",a.json", "a.json,b"}) {
    BOOST_TEST(!names_reports(bad), bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()
