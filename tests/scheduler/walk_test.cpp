// The random walk under rc11 draws nothing that the memory model does not allow, and most of what
// it does.
#include <cstdint>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/table.hpp>
#include <heddle/tests/scheduler/program_body.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle::litmus;
namespace graph = heddle::graph;

namespace {

constexpr std::uint64_t walks = 20'000;

struct seen {
  std::size_t outcomes = 0, of = 0;
  std::string wrong;
};

seen walk_through(const std::string& text, graph::memory model, std::uint64_t count,
                  std::uint64_t replay_each) {
  const program p = as_machines(parse(text));
  program_body body(p);
  const shown all = show_by_engine(body, model, false);
  const shown walked = walk(body, model, count, all, replay_each);
  const std::string wrong = all.wrong + walked.wrong;
  return {walked.outcomes.size(), all.outcomes.size(), wrong.empty() ? "" : text + ": " + wrong};
}

// Outcomes that no walk can draw, since it takes the order in which seq_cst events are performed
// for an order that all of them agree with.
const std::map<std::string, std::size_t> out_of_reach = {
    {"IRIW+acq-sc(first acq)", 1}, {"Z6.U (RC11 paper; allowed RC11, forbidden orig. C11)", 2}};

// What a walk must not draw: stores and fences of different strength, and compare-exchanges whose
// order depends on what they see.
constexpr const char* mixed[] = {
    "x.store(1,sc); y.load(sc) || y.store(1,sc); x.cas(0,5,sc/rlx)",
    "x.store(1,sc); y.load(sc) || y.store(1,sc); x.weak_cas(0,5,sc/rlx)",
    "x.store(1,sc); y.weak_cas(0,1,sc/rlx) || y.store(1,sc); x.weak_cas(0,5,sc/rlx)",
    "x.store(1,sc); y.cas(0,1,rlx/sc) || y.store(1,sc); x.cas(0,5,rlx/sc)",
    "x.store(1,rlx); fence(sc); y.cas(0,1,rlx) || y.store(1,rlx); fence(sc); x.weak_cas(0,5,rlx)",
    "x.store(1,rlx); fence(sc); y.load(rlx) || y.exchange(1,sc); x.load(sc)",
    "x.store(1,sc); y.store(2,rlx) || y.store(1,sc); fence(sc); x.store(2,rlx) || x.load(rlx); "
    "fence(sc); y.load(rlx)",
    "x.store(1,sc) || x.load(rlx); fence(sc); y.load(rlx) || y.store(1,rlx); fence(sc); x.load(sc)",
    "x.fetch_add(1,sc); y.load(rlx) || y.fetch_add(1,sc); x.load(sc) || x.load(acq); y.load(acq)",
    "x.store(1,rel) || y.store(1,sc) || x.load(acq); fence(sc); y.load(acq) || y.load(sc); "
    "x.load(sc)",
};

void walk_programs(bias of, int programs_wanted) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = programs_wanted;
  const auto result = rc::detail::checkTestable(
      [&] {
        const program p = make_program(*programs(), of);
        if (!is_expressible(p)) return;
        const std::string text = to_text(as_machines(p));
        for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
          const seen drawn = walk_through(text, model, 200, 20);
          if (!drawn.wrong.empty()) RC_FAIL(drawn.wrong);
        }
      },
      rc::detail::TestMetadata{to_string(of), to_string(of)}, params);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(walk)

BOOST_AUTO_TEST_CASE(every_litmus_program_shows_what_it_can, *boost::unit_test::label("slow")) {
  std::size_t outcomes = 0, of = 0;
  for (const table_row& row : read_table(HEDDLE_LITMUS_TABLE)) {
    const seen result = walk_through(row.text, graph::memory::rc11, walks, 100);
    BOOST_TEST(result.wrong == "");
    const auto missed = out_of_reach.find(row.name);
    const std::size_t never = missed == out_of_reach.end() ? 0 : missed->second;
    BOOST_TEST(result.outcomes + never == result.of, row.name);
    std::cout << row.name << ": " << result.outcomes << " of " << result.of << "\n";
    outcomes += result.outcomes;
    of += result.of;
  }
  std::cout << walks << " executions of each litmus program: " << outcomes << " of " << of
            << " outcomes" << std::endl;
}

BOOST_AUTO_TEST_CASE(programs_of_mixed_strength_show_nothing_impossible) {
  for (const counted& row : pitfalls()) {
    if (is_expressible(parse(row.text)))
      BOOST_TEST(walk_through(row.text, row.model, 2000, 50).wrong == "");
  }
  for (const char* const text : mixed) {
    BOOST_TEST(walk_through(text, graph::memory::rc11, walks, 100).wrong == "");
  }
}

BOOST_AUTO_TEST_CASE(few_programs_of_everything) { walk_programs(bias::uniform, 150); }
BOOST_AUTO_TEST_CASE(few_programs_with_fences) { walk_programs(bias::fences, 150); }
BOOST_AUTO_TEST_CASE(few_programs_with_choices) { walk_programs(bias::choices, 100); }

BOOST_AUTO_TEST_SUITE_END()
