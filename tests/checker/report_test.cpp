#include <heddle/checker/report/text.hpp>

#include <sstream>

#include <heddle/checker/verdict.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// The two lock orders of STYLE.md, as the scheduler records them.
recording two_lock_orders() {
  recording made;
  made.threads = {"0", "1", "2"};
  const location spawn{"/home/someone/T", 50};
  const location first{"/home/someone/T", 40};
  const location second{"/home/someone/T", 41};
  made.steps = {
      {1, 0, "spawn thread 1", "", spawn},
      {2, 0, "spawn thread 2", "", spawn},
      {3, 1, "cas 0 -> 1", "mutex::lock \"from\"", first},
      {4, 1, "fence", "mutex::lock \"from\"", first},
      {5, 2, "cas 0 -> 1", "mutex::lock \"to\"", first},
      {6, 1, "cas 0 -> 1, was 1", "mutex::lock \"to\"", second},
      {7, 2, "cas 0 -> 1, was 1", "mutex::lock \"from\"", second},
      {8, 1, "futex wait", "mutex::lock \"to\"", second},
  };
  made.found = finding{finding_kind::deadlock,
                       "deadlock after 8 steps",
                       {"thread 1  waits in mutex::lock  T:41  for \"to\"",
                        "thread 2  waits in mutex::lock  T:41  for \"from\""},
                       location::unknown()};
  return made;
}

std::string report_of(const recording& execution, std::string_view replay = "again") {
  return text_report({"lock_order", *execution.found, execution, replay});
}

recording many_steps(std::uint32_t count, std::uint32_t threads) {
  recording made;
  for (std::uint32_t i = 0; i < threads; ++i) made.threads.push_back(std::to_string(i));
  for (std::uint32_t i = 0; i < count; ++i) {
    made.steps.push_back({i + 1, i % threads, "load \"flag\"", "", {"a/b.cpp", 7}});
  }
  made.found = finding{finding_kind::step_limit, "more than 9 steps", {}, location::unknown()};
  return made;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

verdict passed(proof kind, std::uint64_t executions) {
  verdict made;
  made.name = "check";
  made.kind = kind;
  made.executions = executions;
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_test)

BOOST_AUTO_TEST_CASE(a_deadlock_reads_as_designed) {
  const std::string expected = R"(heddle: deadlock after 8 steps
  check: lock_order
  thread 1  waits in mutex::lock  T:41  for "to"
  thread 2  waits in mutex::lock  T:41  for "from"
     step        thread 0        thread 1                             thread 2
        1  T:50  spawn thread 1
        2  T:50  spawn thread 2
      3-4  T:40                  mutex::lock "from"
        5  T:40                                                       mutex::lock "to"
        6  T:41                  mutex::lock "to": cas 0 -> 1, was 1
        7  T:41                                                       mutex::lock "from"
        8  T:41                  mutex::lock "to": futex wait
  replay: again
)";
  BOOST_TEST(report_of(two_lock_orders()) == expected);
}

BOOST_AUTO_TEST_CASE(a_report_ends_with_the_replay_line) {
  const auto lines = lines_of(report_of(two_lock_orders(), "heddle replay h1-AAAA"));
  BOOST_TEST(lines.front() == "heddle: deadlock after 8 steps");
  BOOST_TEST(lines.back() == "  replay: heddle replay h1-AAAA");
}

BOOST_AUTO_TEST_CASE(without_a_token_there_is_no_replay_line) {
  BOOST_TEST(!contains(report_of(two_lock_orders(), ""), "replay"));
}

BOOST_AUTO_TEST_CASE(no_folder_is_shown) {
  BOOST_TEST(!contains(report_of(two_lock_orders()), "/"));
  BOOST_TEST(last_component("a/b/c.cpp") == "c.cpp");
  BOOST_TEST(last_component("c.cpp") == "c.cpp");
  BOOST_TEST(place_text({"a/c.cpp", 4}) == "c.cpp:4");
  BOOST_TEST(place_text(location::unknown()) == "");
}

BOOST_AUTO_TEST_CASE(the_last_40_rows_are_shown) {
  const std::string report = report_of(many_steps(100, 2));
  BOOST_TEST(contains(report, "(steps 1 to 60 are not shown)"));
  BOOST_TEST(!contains(report, "   60  b.cpp:7"));
  BOOST_TEST(contains(report, "   61  b.cpp:7"));
  BOOST_TEST(contains(report, "  100  "));
  // Headline, check, the note, the titles, 40 rows, replay.
  BOOST_TEST(lines_of(report).size() == 45U);
  BOOST_TEST(!contains(report_of(many_steps(40, 2)), "not shown"));
}

BOOST_AUTO_TEST_CASE(many_threads_are_listed_by_name) {
  const std::string report = report_of(many_steps(40, 20));
  BOOST_TEST(contains(report, "       18  b.cpp:7  thread 17  load \"flag\"\n"));
  for (const std::string& line : lines_of(report)) BOOST_TEST(line.size() < 100U);
}

BOOST_AUTO_TEST_CASE(no_line_ends_in_a_blank) {
  for (const auto& execution : {two_lock_orders(), many_steps(100, 2), many_steps(40, 20)}) {
    for (const std::string& line : lines_of(report_of(execution))) {
      BOOST_TEST(line.back() != ' ', line);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_message_of_several_lines_stays_indented) {
  recording execution = many_steps(1, 1);
  execution.found->text = "check a == b has failed\n1 != 2";
  BOOST_TEST(report_of(execution).rfind("heddle: check a == b has failed\n  1 != 2\n", 0) == 0U);
}

BOOST_AUTO_TEST_CASE(verdict_lines_read_as_designed) {
  BOOST_TEST(passed(proof::exhaustive, 530).line() == "ok: exhaustive under sc, 530 executions");
  verdict bounded = passed(proof::bounded, 4211);
  bounded.preemptions = 2;
  BOOST_TEST(bounded.line() == "ok: exhaustive up to 2 preemptions under sc, 4211 executions");
  verdict sampled = passed(proof::sampled, 10000);
  sampled.distinct = 812;
  sampled.seed = 7;
  BOOST_TEST(sampled.line() == "ok: sampled 10000 executions under sc, 812 distinct, seed 7");
  sampled.unseen = 0.0123;
  BOOST_TEST(contains(sampled.line(), "812 distinct, unseen mass 0.012, seed 7"));
  sampled.unseen = 0;
  BOOST_TEST(contains(sampled.line(), "812 distinct, unseen mass below 0.0001, seed 7"));
  sampled.distinct_is_least = true;
  BOOST_TEST(contains(sampled.line(), ", more than 812 distinct, "));
  verdict incomplete = passed(proof::exhaustive, 41200);
  incomplete.status = verdict_status::incomplete;
  incomplete.seconds = 30.0004;
  incomplete.raise = "raise budget, or set preemptions";
  BOOST_TEST(incomplete.line() ==
             "incomplete: 41200 executions under sc in 30 s (raise budget, or set preemptions)");
}

BOOST_AUTO_TEST_CASE(failed_lines_name_the_finding_and_how_it_was_found) {
  verdict failed = passed(proof::exhaustive, 37);
  failed.status = verdict_status::failed;
  failed.found = finding{finding_kind::deadlock, "deadlock", {}, location::unknown()};
  BOOST_TEST(failed.line() == "failed: deadlock in execution 37 (exhaustive)");
  failed.kind = proof::bounded;
  failed.preemptions = 1;
  BOOST_TEST(failed.line() == "failed: deadlock in execution 37 (exhaustive up to 1 preemptions)");
  failed.kind = proof::sampled;
  failed.strategy = "random_walk";
  failed.seed = 7;
  BOOST_TEST(failed.line() == "failed: deadlock in execution 37 (random_walk, seed 7)");
}

BOOST_AUTO_TEST_CASE(bounds_that_were_hit_follow) {
  verdict result = passed(proof::exhaustive, 5);
  result.hit = {"timeouts 2", "steps 20000"};
  BOOST_TEST(result.line() ==
             "ok: exhaustive under sc, 5 executions; hit: timeouts 2, steps 20000");
  result.arena = false;
  BOOST_TEST(result.line() ==
             "ok: exhaustive under sc, 5 executions; hit: timeouts 2, steps 20000; no arena");
  result.hit.clear();
  BOOST_TEST(result.line() == "ok: exhaustive under sc, 5 executions; no arena");
}

BOOST_AUTO_TEST_CASE(warnings_come_before_the_verdict_line) {
  verdict result = passed(proof::exhaustive, 5);
  result.warnings = {"vacuous: nothing"};
  BOOST_TEST(verdict_text(result) ==
             "heddle: check: warning: vacuous: nothing\n"
             "heddle: check: ok: exhaustive under sc, 5 executions\n");
}

BOOST_AUTO_TEST_CASE(times_are_short) {
  BOOST_TEST(seconds_text(0) == "0 ms");
  BOOST_TEST(seconds_text(0.0004) == "1 ms");
  BOOST_TEST(seconds_text(0.5) == "0.5 s");
  BOOST_TEST(seconds_text(2.04) == "2 s");
  BOOST_TEST(seconds_text(30.0004) == "30 s");
}

BOOST_AUTO_TEST_CASE(observations_are_lines) {
  const observations seen = {{"r1", {{"0", 3}, {"1", 4}}}};
  BOOST_TEST(observations_text(seen) == "  observed r1 = 0  in 3\n  observed r1 = 1  in 4\n");
  BOOST_TEST(observations_text({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
