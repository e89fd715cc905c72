#include <heddle/checker/options.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/tests/checker/forked.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::ended;
using heddle::testing::forked;

namespace {

// What a source of options says is wrong, or nothing.
std::string applied(const std::string& text, options& to) {
  std::vector<parameter> source;
  key_set set;
  std::string wrong = split_parameters(text, source);
  if (wrong.empty()) wrong = apply(source, to, set);
  return wrong;
}

std::string wrong_with(const std::string& text) {
  options to;
  return applied(text, to);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options_test)

BOOST_AUTO_TEST_CASE(designated_initialisers_name_options) {
  const options some{.strategy = "random_walk", .executions = 10'000};
  BOOST_TEST(some.strategy == "random_walk");
  BOOST_TEST(*some.executions == 10'000U);
  BOOST_TEST(some.steps == 20'000U);
  BOOST_TEST(validate(some) == "");
}

BOOST_AUTO_TEST_CASE(every_key_is_set_from_text) {
  options o;
  BOOST_TEST(applied("strategy=random_walk seed=7 execution=3 executions=5 budget=500ms steps=9 "
                     "memory=sc timeouts=3 polls=4 spurious=5 reuse=on plain=on stack=1M "
                     "vacuous=error cpus=2 replay=h1-x shrink=20ms",
                     o) == "");
  BOOST_TEST(o.strategy == "random_walk");
  BOOST_TEST(o.seed == 7U);
  BOOST_TEST(*o.execution == 3U);
  BOOST_TEST(*o.executions == 5U);
  BOOST_TEST(o.budget.count() == 500'000'000);
  BOOST_TEST(o.steps == 9U);
  BOOST_TEST(o.shrink.count() == 20'000'000);
  BOOST_TEST(applied("shrink=off", o) == "");
  BOOST_TEST(o.shrink.count() == 0);
  BOOST_TEST(o.timeouts == 3U);
  BOOST_TEST(o.polls == 4U);
  BOOST_TEST(o.spurious == 5U);
  BOOST_TEST(o.reuse);
  BOOST_TEST(o.plain);
  BOOST_TEST(o.stack == std::size_t{1} << 20);
  BOOST_TEST((o.vacuous == vacuous_rule::error));
  BOOST_TEST(o.cpus == 2U);
  BOOST_TEST(o.replay == "h1-x");
  BOOST_TEST(applied("preemptions=2", o) == "");
  BOOST_TEST(*o.preemptions == 2U);
}

BOOST_AUTO_TEST_CASE(units_scale_budget_and_stack) {
  options o;
  const auto budget_ms = [&](const std::string& text) {
    BOOST_TEST(applied("budget=" + text, o) == "");
    return std::chrono::duration_cast<std::chrono::milliseconds>(o.budget).count();
  };
  BOOST_TEST(budget_ms("10s") == 10'000);
  BOOST_TEST(budget_ms("1ms") == 1);
  BOOST_TEST(budget_ms("2m") == 120'000);
  BOOST_TEST(budget_ms("1h") == 3'600'000);
  BOOST_TEST(applied("stack=65536", o) == "");
  BOOST_TEST(o.stack == 65536U);
  BOOST_TEST(applied("stack=16K", o) == "");
  BOOST_TEST(o.stack == 16384U);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_named_with_the_accepted_ones) {
  const std::string wrong = wrong_with("sead=42");
  BOOST_TEST(contains(wrong, "\"sead\""));
  BOOST_TEST(contains(wrong, "strategy seed execution executions budget"));
  BOOST_TEST(!contains(wrong, "\n"));
}

BOOST_AUTO_TEST_CASE(a_key_of_a_later_engine_is_unknown) {
  BOOST_TEST(contains(wrong_with("cluster=2"), "\"cluster\""));
  BOOST_TEST(contains(wrong_with("memory=tso"), "accepted: sc or rc11"));
  BOOST_TEST(contains(wrong_with("strategy=pcp"),
                      "accepted: automatic, exhaustive, odometer, random_walk"));
  for (const std::string_view name : sampler_names()) {
    BOOST_TEST(contains(wrong_with("strategy=pcp"), ", " + std::string(name)));
    BOOST_TEST(wrong_with("strategy=" + std::string(name)) == "");
  }
}

BOOST_AUTO_TEST_CASE(bad_values_are_named) {
  const char* const bad[] = {
      "seed=x",         "seed=",         "seed=-1",    "seed=18446744073709551616",
      "steps=0",        "steps=1e3",     "steps= 4",   "steps=4294967297",
      "budget=10",      "budget=0s",     "budget=s",   "budget=99999999999999999999s",
      "budget=0ms",     "budget=10 s",   "stack=1K",   "stack=64G",
      "stack=K",        "reuse=yes",     "plain=",     "execution=0",
      "executions=0",   "cpus=0",        "cpus=65",    "vacuous=maybe",
      "preemptions=-1", "timeouts=1001", "steps=0x10", "budget=5000000000h"};
  for (const char* text : bad) {
    const std::string wrong = wrong_with(text);
    const std::string key(text, std::string(text).find('='));
    BOOST_TEST(contains(wrong, key), text << " gives: " << wrong);
  }
}

// What would mean nothing beside the others is refused.
BOOST_AUTO_TEST_CASE(options_that_do_not_go_together_are_refused) {
  const auto wrong = [](const std::string& text) {
    options o;
    BOOST_TEST(applied(text, o) == "");
    return validate(o);
  };
  BOOST_TEST(contains(wrong("until=stable preemptions=2"), "option until needs samples"));
  BOOST_TEST(contains(wrong("until=stable checkpoint=f"), "option until needs samples"));
  BOOST_TEST(contains(wrong("until=stable resume=f"), "option until needs samples"));
  BOOST_TEST(wrong("until=stable checkpoint=f strategy=pos") == "");
  BOOST_TEST(wrong("until=stable") == "");
  BOOST_TEST(contains(wrong("checkpoint_every=1s"), "checkpoint_every needs checkpoint"));
  BOOST_TEST(wrong("checkpoint_every=1s checkpoint=f") == "");
  BOOST_TEST(contains(wrong("strategy=pos execution=3 checkpoint=f"), "option execution runs one"));
  BOOST_TEST(contains(wrong("strategy=pos execution=3 resume=f"), "option execution runs one"));
  BOOST_TEST(contains(wrong("strategy=pos execution=4 executions=3"), "past the last"));
  BOOST_TEST(wrong("strategy=pos execution=3 executions=3") == "");
  BOOST_TEST(contains(wrong("strategy=pos preemptions=3"),
                      "needs strategy=automatic, exhaustive or odometer, and not pos"));
}

BOOST_AUTO_TEST_CASE(a_key_given_twice_is_an_error) {
  BOOST_TEST(contains(wrong_with("seed=1 seed=2"), "seed is given twice"));
  options o;
  std::vector<parameter> given;
  std::vector<std::string> rest;
  BOOST_TEST(split_arguments({"--budget-x", "1", "--budget_x=2"}, given, rest) == "");
  BOOST_TEST(given[0].key == given[1].key);
}

BOOST_AUTO_TEST_CASE(a_word_without_equals_is_an_error) {
  BOOST_TEST(contains(wrong_with("seed"), "\"seed\" is not key=value"));
}

BOOST_AUTO_TEST_CASE(both_forms_of_arguments_are_read_and_other_words_kept) {
  std::vector<parameter> given;
  std::vector<std::string> rest;
  BOOST_TEST(split_arguments({"one", "--seed", "7", "--steps=9", "two"}, given, rest) == "");
  BOOST_REQUIRE(given.size() == 2U);
  BOOST_TEST(given[0].key == "seed");
  BOOST_TEST(given[0].value == "7");
  BOOST_TEST(given[1].value == "9");
  BOOST_TEST(rest.size() == 2U);
  BOOST_TEST(contains(split_arguments({"--seed"}, given, rest), "--seed needs a value"));
}

BOOST_AUTO_TEST_CASE(what_means_nothing_beside_others_is_refused) {
  BOOST_TEST(contains(validate({.execution = 3}), "random_walk"));
  BOOST_TEST(contains(validate({.strategy = "random_walk", .preemptions = 1}), "preemptions"));
  BOOST_TEST(contains(validate({.strategy = "pcp"}), "option strategy"));
  BOOST_TEST(validate({.strategy = "pct", .execution = 3, .depth = 3}) == "");
  BOOST_TEST(validate({.strategy = "portfolio", .depth = 3, .delays = 0}) == "");
  BOOST_TEST(validate({.strategy = "pos", .depth = 3}) ==
             "option depth needs strategy=pct or portfolio, and not pos");
  BOOST_TEST(validate({.strategy = "pct", .delays = 3}) ==
             "option delays needs strategy=delay_bounded or portfolio, and not pct");
  BOOST_TEST(contains(validate({.strategy = "pct", .depth = 0}), "option depth"));
  BOOST_TEST(contains(validate({.steps = 0}), "option steps"));
  BOOST_TEST(contains(validate({.memory = "tso"}), "option memory"));
  BOOST_TEST(contains(validate({.stack = 1}), "option stack"));
}

BOOST_AUTO_TEST_CASE(the_command_line_goes_over_the_environment_over_the_code) {
  const ended result = forked([] {
    ::setenv("HEDDLE_PARAMS", "seed=2 steps=200", 1);
    set_arguments({"--seed", "3"});
    key_set set;
    const options o = effective_options({.seed = 1, .steps = 100, .timeouts = 7}, &set);
    const bool good =
        o.seed == 3 && o.steps == 200 && o.timeouts == 7 && set == key_set{"seed", "steps"};
    ::_exit(good ? 0 : 1);
  });
  BOOST_TEST(result.code == 0);
}

BOOST_AUTO_TEST_CASE(an_execution_from_outside_may_be_past_those_of_the_code) {
  const ended result = forked([] {
    ::setenv("HEDDLE_PARAMS", "execution=9", 1);
    const options o = effective_options({.strategy = "pos", .executions = 5});
    ::_exit(*o.execution == 9U && !o.executions ? 0 : 1);
  });
  BOOST_TEST(result.code == 0);
}

BOOST_AUTO_TEST_CASE(a_wrong_environment_ends_the_process_with_one_line_and_2) {
  const ended result = forked([] {
    ::setenv("HEDDLE_PARAMS", "sede=2", 1);
    static_cast<void>(effective_options({}));
  });
  BOOST_TEST(result.code == 2);
  BOOST_TEST(result.error.rfind("heddle: HEDDLE_PARAMS: unknown option \"sede\"", 0) == 0U);
  BOOST_TEST(result.error.find('\n') == result.error.size() - 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_command_line_ends_the_process_with_2) {
  const ended unknown = forked([] { set_arguments({"--sede=2"}); });
  BOOST_TEST(unknown.code == 2);
  const ended word = forked([] { set_arguments({"seed=2"}); });
  BOOST_TEST(word.code == 2);
  BOOST_TEST(contains(word.error, "\"seed=2\" is not an option"));
}

BOOST_AUTO_TEST_CASE(the_clock_draws_one_seed_and_prints_it) {
  const ended result = forked([] {
    options a;
    options b;
    const std::string wrong = applied("seed=clock", a) + applied("seed=clock", b);
    ::_exit(wrong.empty() && a.seed == b.seed ? 0 : 1);
  });
  BOOST_TEST(result.code == 0);
  BOOST_TEST(result.error.rfind("heddle: the clock gave seed=", 0) == 0U);
}

BOOST_AUTO_TEST_CASE(limits_carry_the_options_that_bound_an_execution) {
  const execution_limits limits = limits_of({.steps = 9,
                                             .timeouts = 3,
                                             .polls = 4,
                                             .spurious = 5,
                                             .reuse = true,
                                             .plain = true,
                                             .stack = 32768,
                                             .cpus = 2});
  BOOST_TEST(limits.steps == 9U);
  BOOST_TEST(limits.timeouts == 3U);
  BOOST_TEST(limits.polls == 4U);
  BOOST_TEST(limits.spurious == 5U);
  BOOST_TEST(limits.processors == 2U);
  BOOST_TEST(limits.reuse);
  BOOST_TEST(limits.plain);
  BOOST_TEST(limits.stack_bytes == 32768U);
}

BOOST_AUTO_TEST_SUITE_END()
