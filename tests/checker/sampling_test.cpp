// The strategies that sample, as checks use them.
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// Both threads add one by a load and a store; an update is lost with one preemption, not with none.
void lost_update() {
  heddle::atomic<int> count{0};
  const auto add = [&] { count.store(count.load() + 1); };
  heddle::thread other(add);
  add();
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

void no_lost_update() {
  heddle::atomic<int> count{0};
  const auto add = [&] { count.fetch_add(1); };
  heddle::thread other(add);
  add();
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sampling_test)

BOOST_AUTO_TEST_CASE(every_sampler_finds_it_and_its_execution_alone_does) {
  for (const std::string_view name : sampler_names()) {
    options settings{.strategy = std::string(name), .seed = 4, .executions = 500};
    const verdict all = explore("sampled", lost_update, settings);
    BOOST_REQUIRE(all.found.has_value());
    BOOST_TEST(all.strategy.starts_with(name));
    if (name == "portfolio") {
      const std::string member = all.strategy.substr(std::string_view("portfolio: ").size());
      BOOST_TEST(is_sampler(member), all.strategy);
      BOOST_TEST(contains(all.line(), "(portfolio: " + member + ", seed 4)"));
    }
    settings.execution = all.executions;
    const verdict alone = explore("sampled", lost_update, settings);
    BOOST_TEST(alone.token == all.token, name);
    BOOST_TEST(alone.strategy == all.strategy);
  }
}

BOOST_AUTO_TEST_CASE(pct_says_what_it_may_have_missed) {
  options settings{.strategy = "pct", .executions = 400, .depth = 2};
  const verdict result = explore("pct", no_lost_update, settings);
  BOOST_REQUIRE((result.status == verdict_status::ok));
  BOOST_REQUIRE(result.notes.size() == 1U);
  BOOST_TEST(contains(result.notes[0], "pct: "));
  BOOST_TEST(contains(result.notes[0], " threads, "));
  BOOST_TEST(contains(result.notes[0], " at depth 2 ("));
  BOOST_TEST(!contains(result.notes[0], "depth 3"));
  BOOST_TEST(contains(verdict_text(result), "heddle: pct: " + result.notes[0] + "\n"));
  settings.depth = std::nullopt;
  const verdict drawn = explore("pct", no_lost_update, settings);
  BOOST_TEST(explore("pct", lost_update, settings).notes.empty());
  for (int d = 1; d <= 5; ++d) {
    BOOST_TEST(contains(drawn.notes.at(0), " at depth " + std::to_string(d) + " ("));
  }
  settings = {.strategy = "random_walk", .executions = 400};
  BOOST_TEST(explore("walk", no_lost_update, settings).notes.empty());
}

// The counts of all processes add up to those of one.
BOOST_AUTO_TEST_CASE(several_processes_say_it_too) {
  for (const char* const strategy : {"pct", "portfolio"}) {
    options settings{.strategy = strategy, .executions = 1000};
    const verdict one = explore("pct", no_lost_update, settings);
    BOOST_REQUIRE(one.notes.size() == 1U);
    settings.jobs = 3;
    const verdict many = explore("pct", no_lost_update, settings);
    BOOST_REQUIRE(many.notes.size() == 1U);
    BOOST_TEST(many.notes[0] == one.notes[0]);
  }
}

// What is missed by so many executions is less than any number, and yet not never.
BOOST_AUTO_TEST_CASE(pct_never_claims_to_miss_nothing) {
  const options settings{.strategy = "pct", .executions = 3000, .depth = 1};
  const verdict result = explore("sampled", no_lost_update, settings);
  BOOST_REQUIRE(result.notes.size() == 1U);
  BOOST_TEST(contains(result.notes[0], " (executions): below 1e-300 at depth 1 ("),
             result.notes[0]);
}

BOOST_AUTO_TEST_CASE(the_bound_that_was_hit_is_named) {
  const auto many = [] {
    std::vector<heddle::thread> all;
    for (int i = 0; i < 70; ++i) all.emplace_back([] {});
    for (heddle::thread& each : all) each.join();
  };
  const auto endless = [] {
    heddle::atomic<int> count{0};
    for (;;) count.fetch_add(1);
  };
  for (const char* const strategy : {"random_walk", "exhaustive"}) {
    const options settings{.strategy = strategy, .steps = 500};
    const verdict threads = explore("many", many, settings);
    BOOST_TEST(contains(threads.line(), "hit: threads 64"), threads.line());
    BOOST_TEST(!contains(threads.line(), "steps 500"), threads.line());
    const verdict steps = explore("endless", endless, settings);
    BOOST_REQUIRE(steps.found.has_value());
    if (steps.found->kind != finding_kind::step_limit) continue;
    BOOST_TEST(contains(steps.line(), "hit: steps 500"), steps.line());
  }
  // As one that is no cycle.
  const verdict steps = explore("endless", endless, {.strategy = "random_walk", .steps = 500});
  BOOST_TEST((steps.found->kind == finding_kind::step_limit));
}

BOOST_AUTO_TEST_SUITE_END()
