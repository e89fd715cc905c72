// Every bug model: `heddle run` ends as expected, the report says what went wrong to whom, and its
// token gives it again.
#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/granularity.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/run_models.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/finding.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::model;
using heddle::verdict;
using heddle::verdict_status;

std::vector<const model*> bug_models() {
  std::vector<const model*> result;
  for (const model* each : heddle::registered_models()) {
    if (each->name.starts_with("bugs/")) result.push_back(each);
  }
  return result;
}

bool coarse() { return heddle::granularity_of_program() == heddle::granularity::coarse; }

verdict explore_bounded(const model& subject) {
  const bool broken = subject.expected.kind().has_value();
  return heddle::run(
      {.name = subject.name,
       .body = subject.body,
       .settings = subject.settings,
       .bounds = heddle::iteration{.always = broken ? 2U : 0U,
                                   .then_until = std::chrono::milliseconds(broken ? 0 : 500),
                                   .try_whole = false}});
}

std::string outcome(const verdict& of) {
  return of.found ? std::string(heddle::to_string(of.found->kind)) : "pass";
}

std::string report(const verdict& of) { return heddle::report_text(of, "heddle replay"); }

struct shown {
  std::string name;
  std::vector<std::string> lines;  ///< of the report: `*` stands for anything
  bool large = false;              ///< with coarse primitives only
};

// Main is thread 0; the others in the order in which it spawns them.
std::vector<shown> what_goker_reports_show() {
  return {
      {"cockroach_10214_visits_under_lock",
       {R"(thread 1*waits in mutex::lock *for "replica 1", held by thread 2)",
        R"(thread 2*waits in mutex::lock *for "store", held by thread 1)"}},
      {"cockroach_1055_3_asks_first",
       {R"(thread 0*waits in channel::receive *for "end")", R"(waits in wait_group::wait)"}},
      {"cockroach_1055_asks_first",
       {R"(thread 0*waits in channel::receive *for "end")",
        R"(thread 2*waits in wait_group::wait)"}},
      {"cockroach_18101_not_minded", {R"(thread 1.1*waits in channel::send *for "ready")"}},
      {"cockroach_24808_waits", {R"(thread 0*waits in channel::send *for "wake")"}},
      {"cockroach_4407_adds_late", {R"(wait_group add is not ordered with wait: )"}},
      {"cockroach_584_leaves_locked",
       {R"(thread 1*waits in mutex::lock *for "gossip", held by thread 1)"}},
      {"cockroach_6181_message_locks",
       {R"(thread 1*waits in wait_group::wait)",
        R"(thread 1.*waits in rw_mutex::lock_shared *for "cache")",
        R"(thread 1.*waits in rw_mutex::lock *for "cache")"}},
      {"etcd_5509_keeps_lock",
       {R"(thread 0*waits in rw_mutex::lock *for "client", held by thread 1)"}},
      {"etcd_6873_holds_lock",
       {R"(thread 1*waits in mutex::lock *for "broadcasts", held by thread 2)",
        R"(thread 2*waits in channel::receive *for "done")"}},
      {"etcd_9446_not_locked", {R"(data race on "buffer": )"}},
      {"grpc_1460_holds_lock",
       {R"(thread 1*waits in channel::receive *for "wake")",
        R"(thread 2*waits in mutex::lock *for "transport", held by thread 1)"}},
      {"grpc_1687_closed", {R"(send on a closed channel: *(thread 1))"}},
      {"grpc_660_unwanted", {R"(thread 1.*waits in channel::send *for "answer")"}},
      {"hugo_3251_3_locks_under_table",
       {R"(thread 0*waits in wait_group::wait)", R"(waits in mutex::lock *for "key", held by)",
        R"(waits in rw_mutex::lock_shared *for "table")"},
       true},
      {"hugo_3251_locks_under_table",
       {R"(thread 0*waits in wait_group::wait)", R"(waits in mutex::lock *for "key", held by)",
        R"(waits in rw_mutex::lock_shared *for "table")"}},
      {"kubernetes_10182_holds_lock",
       {R"(thread 1.1*waits in rw_mutex::lock *for "statuses", held by thread)",
        R"(waits in channel::send *for "updates")"}},
      {"kubernetes_11298_signal_lost",
       {R"(thread 0*waits in channel::receive *for "left")",
        R"(thread 1 *waits in select *for "woken")",
        R"(thread 1.*waits in cond::wait *for "changed")"}},
      {"kubernetes_25331_waits", {R"(thread 1*waits in *for "results")"}},
      {"kubernetes_62464_outer_lock",
       {R"(thread 1*waits in rw_mutex::lock_shared *for "assignments")",
        R"(thread 2*waits in rw_mutex::lock *for "assignments")"}},
      {"kubernetes_80284_both_set", {R"(data race on "callback": write *write )"}},
      {"moby_25384_waits_in_loop", {R"(thread 1*waits in wait_group::wait)"}},
      {"moby_27037_captured", {R"(data race on "round": )"}},
      {"moby_30408_ignores_error",
       {R"(thread 0*waits in channel::receive *for "done")",
        R"(thread 1*waits in cond::wait *for "ready")"}},
      {"moby_4395_unread", {R"(thread 1*waits in channel::send *for "error")"}},
      {"moby_36114_helper_locks",
       {R"(thread 1*waits in mutex::lock *for "container", held by thread 1)"}},
      {"serving_2137_one_by_one",
       {R"(thread 0*waits in channel::receive *for "result")",
        R"(thread 1*waits in channel::send *for "active")",
        R"(thread 2*waits in mutex::lock *for "request", held by thread 0)"},
       true},
  };
}

std::vector<shown> what_reports_show() {
  const std::string joins = R"(thread 0*waits in thread::join *for thread)";
  std::vector<shown> all = what_goker_reports_show();
  const std::vector<shown> others{
      {"account_wrong_sum", {R"(the balance is the sum of the bookings: *(thread 1))"}},
      {"carter01_one_guard",
       {joins, R"(thread*waits in mutex::lock *for "guard", held by thread)",
        R"(thread*waits in mutex::lock *for "resource", held by thread)"}},
      {"deadlock01_opposite_orders",
       {joins, R"(thread 1*waits in mutex::lock *for "b", held by thread 2)",
        R"(thread 2*waits in mutex::lock *for "a", held by thread 1)"}},
      {"din_phil3_sat_all_have_eaten", {R"(not all have eaten: *(thread)"}},
      {"din_phil3_sat_race", {R"(data race on "eaten": )"}},
      {"lazy01_reader_comes_last", {R"(the sum is below its bound: *(thread 3))"}},
      {"phase01_never_unlocked",
       {joins, R"(thread*waits in mutex::lock *for "x", held by thread)"}},
      {"reorder_3_half_set", {R"(both variables are set, or none: *(thread 3))"}},
      {"reorder_3_race", {R"(data race on "*": )"}},
      {"reorder_8_half_set", {R"(both variables are set, or none: *(thread 8))"}, true},
      {"stack_stale_flag", {R"(no underflow: *(thread 2))"}, true},
      {"stack_4_stale_flag", {R"(no underflow: *(thread 2))"}},
      {"stringbuffer_two_sections", {R"(the characters to copy are there: *(thread 0))"}},
      {"sync01_never_taken", {joins, R"(thread 1*waits in cond::wait *for "empty")"}},
      {"twostage_read_between", {R"(the second stage follows the first: *(thread 2))"}},
      {"twostage_5_read_between", {R"(the second stage follows the first: *(thread 5))"}, true},
      {"work_stealing_looks_first", {R"(nothing is taken twice: )"}},
      {"wronglock_overwritten", {R"(nobody else writes: *(thread 1))"}, true},
      {"wronglock_race", {R"(data race on "value": *(thread 1))"}, true},
      {"wronglock_3_overwritten", {R"(nobody else writes: *(thread 1))"}},
      {"wronglock_3_race", {R"(data race on "value": *(thread 1))"}},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

// Whether one line has the pieces of `pattern` between its asterisks, one after the other.
bool has_line(const std::string& text, const std::string& pattern) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = 0;
    std::istringstream pieces(pattern);
    for (std::string piece; at != line.npos && std::getline(pieces, piece, '*');) {
      at = line.find(piece, at);
      if (at != line.npos) at += piece.size();
    }
    if (at != line.npos) return true;
  }
  return false;
}

void check_report(const verdict& of, const std::vector<shown>& all) {
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const shown& each) { return "bugs/" + each.name == of.name; });
  BOOST_TEST_REQUIRE((found != all.end()), "nothing is said of its report");
  for (const std::string& line : found->lines) {
    BOOST_TEST(has_line(report(of), line), line + "\n" + report(of));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bugs)

// With fine primitives most searches do not end within `heddle run`'s budget; two preemptions show
// every bug.
BOOST_AUTO_TEST_CASE(every_bug_ends_as_expected, *boost::unit_test::label("slow")) {
  for (const model* each : bug_models()) {
    BOOST_TEST_CONTEXT(each->name) {
      if (coarse()) {
        std::ostringstream err;
        const heddle::model_result result = heddle::run_model(*each, {}, err, false);
        BOOST_TEST(result.as_expected, result.result.line() + " " + result.complaint);
        continue;
      }
      const verdict result = explore_bounded(*each);
      BOOST_TEST(outcome(result) == each->expected.text());
      BOOST_TEST((result.status != verdict_status::incomplete));
    }
  }
}

BOOST_AUTO_TEST_CASE(reports_name_who_is_concerned_and_tokens_give_them_again) {
  const std::vector<shown> all = what_reports_show();
  for (const model* each : bug_models()) {
    if (!each->expected.kind()) continue;
    BOOST_TEST_CONTEXT(each->name) {
      const verdict first = explore_bounded(*each);
      check_report(first, all);
      heddle::token what;
      BOOST_TEST(heddle::decode(first.token, what) == "");
      const verdict second = heddle::run_replay(each->name, each->body, what);
      BOOST_TEST(report(second) == report(first));
    }
  }
}

BOOST_AUTO_TEST_CASE(all_cases_are_there_and_have_a_repaired_twin) {
  const auto all = bug_models();
  const auto count = [&](const std::string& name, bool broken) {
    return std::count_if(all.begin(), all.end(), [&](const model* each) {
      return each->expected.kind().has_value() == broken &&
             (each->name == name || each->name.starts_with(name + "_"));
    });
  };
  for (const char* name :
       {"stringbuffer", "account", "carter01", "deadlock01", "din_phil3_sat", "lazy01", "phase01",
        "reorder_3", "stack", "sync01", "twostage", "wronglock",
        // Of GoKer.
        "cockroach_584", "cockroach_6181", "cockroach_10214", "etcd_9446", "hugo_3251",
        "kubernetes_62464", "kubernetes_80284", "moby_25384", "moby_27037", "moby_36114",
        "cockroach_1055", "cockroach_24808", "etcd_5509", "etcd_6873", "grpc_1460", "grpc_1687",
        "kubernetes_25331", "moby_4395", "moby_30408"}) {
    BOOST_TEST(count(std::string("bugs/") + name, true) >= 1, name);
    BOOST_TEST(count(std::string("bugs/") + name, false) >= 1, name);
  }
  // The repaired ones are large over the text of the primitives, and so is the last.
  for (const char* name : {"cockroach_4407", "cockroach_18101", "grpc_660", "kubernetes_10182",
                           "kubernetes_11298", "serving_2137"}) {
    const bool is_last = std::string_view(name) == "serving_2137";
    BOOST_TEST(count(std::string("bugs/") + name, true) == (is_last && !coarse() ? 0 : 1), name);
    BOOST_TEST(count(std::string("bugs/") + name, false) == (coarse() ? 1 : 0), name);
  }
  for (const shown& each : what_reports_show()) {
    if (!each.large || coarse()) BOOST_TEST(count("bugs/" + each.name, true) == 1, each.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
