// Every seed model: the finding that it is there to show, within two preemptions, or none as far as
// half a second goes; and that a finding's token gives its report again.
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/finding.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::model;
using heddle::verdict;
using heddle::verdict_status;

// Models register before main, and Boost.Test asks for the data after that.
std::vector<const model*> seed_models() {
  std::vector<const model*> result;
  for (const model* each : heddle::registered_models()) {
    if (each->name.starts_with("seeds/")) result.push_back(each);
  }
  return result;
}

verdict explore_bounded(const model& subject) {
  const heddle::options settings = subject.settings;
  const bool broken = subject.expected.kind().has_value();
  return heddle::run(
      {.name = subject.name,
       .body = subject.body,
       .settings = settings,
       .bounds = heddle::iteration{.always = broken ? 2U : 0U,
                                   .then_until = std::chrono::milliseconds(broken ? 0 : 500),
                                   .try_whole = false}});
}

std::string outcome(const verdict& of) {
  return of.found ? std::string(heddle::to_string(of.found->kind)) : "pass";
}

std::string report(const verdict& of) { return heddle::report_text(of, "heddle replay"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(seeds)

BOOST_AUTO_TEST_CASE(every_seed_ends_as_expected) {
  for (const model* each : seed_models()) {
    BOOST_TEST_CONTEXT(each->name) {
      const verdict result = explore_bounded(*each);
      BOOST_TEST(outcome(result) == each->expected.text());
      BOOST_TEST((result.status != verdict_status::incomplete));
      BOOST_TEST(result.warnings.empty());
      // A tenth of a second: bugs must be found quickly, whatever the machine's load.
      if (each->expected.kind()) BOOST_TEST(result.executions < 20000U);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_right_seed_is_right_up_to_one_preemption,
                     *boost::unit_test::label("slow")) {
  for (const model* each : seed_models()) {
    if (each->expected.kind()) continue;
    BOOST_TEST_CONTEXT(each->name) {
      heddle::options settings = each->settings;
      settings.budget = std::chrono::minutes(5);
      const verdict result = heddle::run(
          {.name = each->name,
           .body = each->body,
           .settings = settings,
           .bounds = heddle::iteration{.always = 1, .then_until = {}, .try_whole = false}});
      BOOST_TEST((result.status == verdict_status::ok), result.line());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_token_of_a_finding_replays_to_the_same_report) {
  for (const model* each : seed_models()) {
    if (!each->expected.kind()) continue;
    BOOST_TEST_CONTEXT(each->name) {
      const verdict first = explore_bounded(*each);
      heddle::token what;
      BOOST_TEST(heddle::decode(first.token, what) == "");
      const verdict second = heddle::run_replay(each->name, each->body, what);
      BOOST_TEST(report(second) == report(first));
      BOOST_TEST(second.token == first.token);
    }
  }
}

// A broken seed `seeds/batch_shared_error` is the twin of `seeds/batch`, which passes.
BOOST_AUTO_TEST_CASE(every_broken_seed_has_a_repaired_twin) {
  const auto all = seed_models();
  for (const model* broken : all) {
    if (!broken->expected.kind()) continue;
    bool has_twin = false;
    for (const model* other : all) {
      has_twin |= !other->expected.kind() && broken->name.starts_with(other->name + "_");
    }
    BOOST_TEST(has_twin, broken->name);
  }
}

BOOST_AUTO_TEST_CASE(every_seed_says_what_it_shows) {
  for (const model* each : seed_models()) {
    BOOST_TEST(!each->summary.empty(), each->name);
    BOOST_TEST(each->summary.find('\n') == std::string::npos, each->name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
