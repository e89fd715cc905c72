// Futexes in graphs: the optimal strategy visits each trace of a program that waits once, and the
// same ones as brute force over interleavings.
#include <array>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <heddle/tests/scheduler/program.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using namespace heddle;

struct visited {
  std::map<std::pair<std::uint64_t, std::string>, unsigned> ends;  ///< trace and finding: how often
  std::uint64_t executions = 0;
  bool complete = false, applies = true;
};

/// What `choices` shows of `body`, with at most `most` executions.
visited visit(strategy& choices, const std::function<void()>& body, std::uint64_t most,
              const execution_limits& limits, graph::memory model = graph::memory::sc) {
  visited result;
  runner runs(limits);
  while (result.executions < most) {
    if (!choices.begin()) {
      result.complete = true;
      return result;
    }
    const outcome out = runs.run(body, choices, {.memory = model});
    result.applies = choices.applies();
    if (!result.applies) return result;
    if (out.end == ending::dropped || out.end == ending::unreal || out.end == ending::blocked) {
      continue;
    }
    ++result.executions;
    std::string end;
    if (out.end == ending::found) end = std::string(to_string(runs.found().kind));
    ++result.ends[{out.fingerprint, end}];
  }
  return result;
}

constexpr execution_limits calm{.timeouts = 1, .spurious = 0};

/// How the graphs and the interleavings of `body` differ; empty if they do not, "cut" if there are
/// too many interleavings.
std::string difference(const std::function<void()>& body, const execution_limits& limits) {
  constexpr std::uint64_t most = 20000;
  body_first all(unbounded);
  const visited every = visit(all, body, most, limits);
  if (!every.complete) return "cut";
  const auto optimal = make_optimal(graph::memory::sc);
  const visited once = visit(*optimal, body, most, limits);
  if (!once.applies) return "the body is no graph";
  if (!once.complete) return "there are more graphs than interleavings";
  std::size_t missing = 0, extra = 0;
  for (const auto& end : every.ends) missing += once.ends.contains(end.first) ? 0 : 1;
  for (const auto& end : once.ends) extra += every.ends.contains(end.first) ? 0 : 1;
  const std::uint64_t twice = once.executions - once.ends.size();
  if (missing + extra + twice == 0) return "";
  return std::to_string(missing) + " of " + std::to_string(every.ends.size()) + " missing, " +
         std::to_string(extra) + " extra, " + std::to_string(twice) + " twice";
}

using enum instruction;
constexpr std::array waits{load, store, add, wait, wait, wait, wake_one, wake_one, wake_all};
constexpr std::array timed_waits{load, store, wait, timed_wait, timed_wait, wake_one, wake_all};
constexpr std::array locks{load, store, lock_and_count, lock_and_count, wait, wake_one};

/// Programs of two or three threads with at most three instructions of `among` each.
template <std::size_t count>
rc::Gen<program> programs_of(const std::array<instruction, count>& among) {
  const auto step = rc::gen::construct<program_step>(
      rc::gen::elementOf(std::vector<instruction>(among.begin(), among.end())),
      rc::gen::map(rc::gen::inRange(0, 4), [](int n) { return static_cast<std::uint8_t>(n / 3); }),
      rc::gen::map(rc::gen::inRange(0, 3), [](int n) { return static_cast<std::uint8_t>(n); }));
  const auto flow = rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 4), [step](std::size_t n) {
    return rc::gen::container<program_thread>(n, step);
  });
  const auto all = rc::gen::mapcat(rc::gen::inRange<std::size_t>(2, 4), [flow](std::size_t n) {
    return rc::gen::container<program>(n, flow);
  });
  return rc::gen::resize(rc::kNominalSize, all);
}

template <std::size_t count>
void check_programs(const char* name, const std::array<instruction, count>& among,
                    const execution_limits& limits, int wanted) {
  unsigned compared = 0, cut = 0;
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = wanted;
  const auto result = rc::detail::checkTestable(
      [&] {
        const program p = *programs_of(among);
        const std::string wrong = difference(body_of(p), limits);
        ++(wrong == "cut" ? cut : compared);
        if (wrong != "cut" && !wrong.empty()) RC_FAIL(wrong);
      },
      rc::detail::TestMetadata{name, name}, params);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  std::cout << name << ": " << compared << " compared, " << cut << " too large\n";
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
  BOOST_TEST(cut < compared);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(futex_graphs)

BOOST_AUTO_TEST_CASE(two_threads_and_a_lock) {
  const auto body = [] {
    mutex m;
    const auto use = [&] {
      m.lock();
      m.unlock();
    };
    together(use, use);
  };
  BOOST_TEST(difference(body, calm) == "");
}

BOOST_AUTO_TEST_CASE(programs_that_wait) { check_programs("waits", waits, calm, 300); }
BOOST_AUTO_TEST_CASE(programs_that_wait_and_return_for_no_reason,
                     *boost::unit_test::label("slow")) {
  check_programs("spurious", waits, {.timeouts = 1, .spurious = 1}, 200);
}
BOOST_AUTO_TEST_CASE(programs_with_deadlines, *boost::unit_test::label("slow")) {
  // So many that no execution goes into overtime, which is none of a graph.
  check_programs("timed waits", timed_waits, {.timeouts = 3, .spurious = 0}, 200);
}
BOOST_AUTO_TEST_CASE(programs_with_locks, *boost::unit_test::label("slow")) {
  check_programs("locks", locks, calm, 200);
}

BOOST_AUTO_TEST_SUITE_END()
