// The engine, driven by make_optimal, shows exactly the executions of a program that the explorer
// of graphs shows by itself, and what it shows can be recorded and replayed.  HEDDLE_CAMPAIGN=N
// makes the slow case check N random programs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/table.hpp>
#include <heddle/tests/scheduler/program_body.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle::litmus;
namespace graph = heddle::graph;
namespace utf = boost::unit_test;

namespace {

// With the body, which spawns them.
constexpr std::size_t most_threads = 15;

std::ptrdiff_t races = 0;  // seen so far

std::string all_differences(const program& p, bool replayed) {
  const program made = as_machines(p);
  const std::string wrong = differences(made, graph::memory::sc, replayed) +
                            differences(made, graph::memory::rc11, replayed);
  return wrong.empty() ? "" : to_text(made) + "\n" + wrong;
}

// A lean execution goes by the happens-before of the graph, the others by their own.
std::string lean_differences(const program& p, std::uint64_t seed) {
  const program made = as_machines(p);
  program_body body(made, seed);
  std::string wrong;
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    const auto full = ends_by_engine(body, model, false), lean = ends_by_engine(body, model, true);
    if (full != lean) wrong += to_text(made) + "\nends otherwise when lean\n";
    races += std::count_if(full.begin(), full.end(), [](const std::string& end) {
      return end.find("data_race") != std::string::npos;
    });
  }
  return wrong;
}

std::string miscount(const counted& row) {
  const program p = parse(row.text);
  if (p.threads.size() > most_threads || !is_expressible(p)) return "";
  const program made = as_machines(p);
  const std::string wrong = differences(made, row.model, false);
  return wrong.empty() ? "" : row.name + ": " + wrong;
}

void run(bias of, int programs_wanted, bool plain = false) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = programs_wanted;
  const auto result = rc::detail::checkTestable(
      [&] {
        const program p = make_program(*programs(), of);
        if (!is_expressible(p)) return;
        const std::string wrong =
            plain ? lean_differences(p, 1 + *rc::gen::inRange<std::uint64_t>(0, 1000))
                  : all_differences(p, true);
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      rc::detail::TestMetadata{to_string(of), to_string(of)}, params);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
}

int slow_programs() {
  const char* const wanted = std::getenv("HEDDLE_CAMPAIGN");
  return wanted != nullptr ? std::atoi(wanted) : 6000;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graphs)

BOOST_AUTO_TEST_CASE(every_litmus_program_has_its_executions_and_they_replay) {
  for (const table_row& row : read_table(HEDDLE_LITMUS_TABLE)) {
    BOOST_TEST_CONTEXT(row.name) { BOOST_TEST(all_differences(parse(row.text), true) == ""); }
  }
}

BOOST_AUTO_TEST_CASE(counted_programs_have_their_executions) {
  for (const counted& row : small_counts()) BOOST_TEST(miscount(row) == "");
  for (const counted& row : pitfalls()) BOOST_TEST(miscount(row) == "");
}

// Longer than the writes that the engine keeps of a location where everybody knows the later ones.
BOOST_AUTO_TEST_CASE(long_histories_are_read_from_end_to_end) {
  std::string text = "x.store(1,rlx)";
  for (int i = 2; i <= 200; ++i) text += "; x.store(" + std::to_string(i) + ",rlx)";
  text += "; y.store(1,rel) || ";
  for (int i = 0; i < 150; ++i) text += "z.load(rlx); ";
  const program p = parse(text + "r=y.load(acq); s=x.load(rlx)");
  BOOST_TEST(differences(p, graph::memory::rc11, true) == "");
  program_body body(p);
  const shown all = show_by_engine(body, graph::memory::rc11, false);
  BOOST_TEST(all.complete == 202U);
  const shown walked = walk(body, graph::memory::rc11, 300, all, 10);
  BOOST_TEST(walked.wrong == "");
  BOOST_TEST(walked.outcomes.size() > 20U);
}

BOOST_AUTO_TEST_CASE(few_programs_of_everything) { run(bias::uniform, 300); }
BOOST_AUTO_TEST_CASE(few_programs_with_fences) { run(bias::fences, 200); }
BOOST_AUTO_TEST_CASE(few_programs_with_choices) { run(bias::choices, 200); }

BOOST_AUTO_TEST_CASE(few_programs_with_plain_accesses_race_alike_when_lean) {
  races = 0;
  for (const bias of : {bias::uniform, bias::fences, bias::choices}) run(of, 200, true);
  BOOST_TEST(races > 200);
}

BOOST_AUTO_TEST_CASE(many_programs, *utf::label("slow") * utf::timeout(3000)) {
  for (const bias of : {bias::uniform, bias::fences, bias::choices}) {
    run(of, slow_programs() / 3);
    run(of, slow_programs() / 3, true);
  }
}

BOOST_AUTO_TEST_SUITE_END()
