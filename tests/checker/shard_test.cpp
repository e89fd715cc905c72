// Parts of a search that are made without knowing of each other: together they are the whole.
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/forked.hpp>
#include <heddle/tests/checker/sums.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::testing;

namespace {

// Relaxed from the beginning, from the middle on, and never.
void weak_sums(std::memory_order first, std::memory_order then) {
  heddle::atomic<unsigned> x{1, "x"}, y{1, "y"};
  std::memory_order order = first;
  heddle::thread other([&] {
    for (int i = 0; i < 3; ++i) x.store(x.load(first) + y.load(first));
  });
  for (int i = 0; i < 3; ++i) {
    const unsigned seen = x.load(order) + y.load(order);
    if (seen == 5) order = then;
    y.store(seen, order);
  }
  other.join();
  heddle::observe("sum", std::to_string(x.load()) + " and " + std::to_string(y.load()));
}

void locks() {
  heddle::mutex one;
  int order = 0;
  heddle::thread other([&] {
    one.lock();
    order = order * 2 + 1;
    one.unlock();
  });
  if (one.try_lock()) {
    order = order * 2;
    one.unlock();
  }
  other.join();
  heddle::observe("order", std::to_string(order));
}

// Loops that wait: of a graph with one, more than one run is made.
void loops() {
  heddle::atomic<int> ready{0, "ready"}, seen{0, "seen"};
  heddle::thread other([&] {
    ready.store(1);
    while (seen.load() == 0) heddle::yield();
  });
  heddle::thread third([&] {
    while (ready.load() == 0) heddle::yield();
    seen.store(1);
  });
  while (seen.load() == 0) heddle::yield();
  other.join();
  third.join();
}

struct subject {
  const char* name;
  std::function<void()> body;
};

const std::vector<subject>& subjects() {
  constexpr auto sc = std::memory_order_seq_cst, relaxed = std::memory_order_relaxed;
  static const std::vector<subject> all{
      {"sums", [] { fibonacci(4, observed_sum); }},
      {"weak", [] { weak_sums(relaxed, relaxed); }},
      {"weak from the middle on", [] { weak_sums(sc, relaxed); }},
      {"strong", [] { weak_sums(sc, sc); }},
      {"locks", locks},
      {"loops", loops},
      {"one thread", [] { heddle::observe("one", "1"); }},
      {"one step",
       [] {
         heddle::atomic<int> x{0, "x"};
         heddle::thread([&] { x.store(1); }).join();
       }},
  };
  return all;
}

/// What the shards of one search add up to.
struct sum {
  std::uint64_t executions = 0, blocked = 0;
  observations observed;
  std::set<std::string> kinds;

  void add(const verdict& of) {
    executions += of.executions;
    blocked += of.blocked;
    for (const auto& [key, values] : of.observed) {
      for (const auto& [value, count] : values) observed[key][value] += count;
    }
    kinds.insert(std::string(to_string(of.kind)));
  }
};

sum all_shards(const subject& of, std::uint32_t count, options settings) {
  sum total;
  for (std::uint32_t i = 1; i <= count; ++i) {
    settings.shard = {i, count};
    const verdict one = explore(of.name, of.body, settings);
    BOOST_TEST((one.status == verdict_status::ok), of.name << ": " << one.line());
    total.add(one);
  }
  return total;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shard_test)

BOOST_AUTO_TEST_CASE(shards_add_up_to_the_whole_search) {
  for (const subject& each : subjects()) {
    const verdict whole = explore(each.name, each.body, {.strategy = "exhaustive"});
    BOOST_TEST((whole.kind == proof::exhaustive));
    for (std::uint32_t count = 1; count <= 8; ++count) {
      const sum parts = all_shards(each, count, {.strategy = "exhaustive"});
      BOOST_TEST_CONTEXT(each.name << ", " << count << " shards") {
        BOOST_TEST(parts.executions == whole.executions);
        BOOST_TEST(parts.blocked == whole.blocked);
        BOOST_TEST((parts.observed == whole.observed));
        const std::set<std::string> expected{count == 1 ? "exhaustive" : "part"};
        BOOST_TEST((parts.kinds == expected));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_shard_of_a_large_search_has_its_share) {
  const verdict whole = explored(5, observed_sum, {});
  for (std::uint32_t i = 1; i <= 4; ++i) {
    const verdict one = explored(5, observed_sum, {.shard = {i, 4}});
    BOOST_TEST(one.executions > whole.executions / 16, one.line());
    BOOST_TEST(one.executions < whole.executions / 2, one.line());
    const std::string begin = "ok: all of shard " + std::to_string(i) + "/4 under rc11, ";
    BOOST_TEST(one.line().rfind(begin, 0) == 0U, one.line());
  }
}

BOOST_AUTO_TEST_CASE(shards_of_samples_are_the_whole_sample) {
  for (const std::string_view name : sampler_names()) {
    options settings{.strategy = std::string(name), .seed = 5, .executions = 501};
    const verdict whole = explored(4, observed_sum, settings);
    for (const std::uint32_t count : {1U, 2U, 3U, 5U, 8U}) {
      sum parts;
      for (settings.shard = {1, count}; settings.shard.index <= count; ++settings.shard.index) {
        parts.add(explored(4, observed_sum, settings));
      }
      BOOST_TEST(parts.executions == whole.executions, name);
      BOOST_TEST((parts.observed == whole.observed), name << " in " << count);
    }
  }
}

BOOST_AUTO_TEST_CASE(more_shards_than_samples_leave_some_empty) {
  sum parts;
  for (std::uint32_t i = 1; i <= 8; ++i) {
    parts.add(
        explored(2, observed_sum, {.strategy = "random_walk", .executions = 3, .shard = {i, 8}}));
  }
  BOOST_TEST(parts.executions == 3U);
}

BOOST_AUTO_TEST_CASE(a_finding_is_in_the_shard_that_has_its_execution) {
  const auto complain = [](unsigned sum) {
    heddle::expect(sum % 23 != 3, std::to_string(sum).c_str());
  };
  const verdict whole = explored(4, complain, {.strategy = "exhaustive"});
  BOOST_REQUIRE(whole.found.has_value());
  std::set<std::string> texts;
  for (std::uint32_t i = 1; i <= 5; ++i) {
    const verdict one = explored(4, complain, {.shard = {i, 5}});
    if (one.found) texts.insert(one.found->text);
  }
  // The first one of all is the first one of its shard.
  BOOST_TEST(texts.count(whole.found->text) == 1U);
  BOOST_TEST(texts.size() < 5U);
}

BOOST_AUTO_TEST_CASE(what_fails_always_fails_in_shard_1) {
  const auto complain = [](unsigned) { heddle::expect(false, "sum"); };
  for (const char* const strategy : {"exhaustive", "random_walk"}) {
    const verdict one = explored(3, complain, {.strategy = strategy, .shard = {1, 8}});
    BOOST_REQUIRE(one.found.has_value());
    const verdict replayed = explored(3, complain, {.replay = one.token});
    BOOST_TEST((replayed.found && replayed.found->kind == finding_kind::assertion));
  }
}

BOOST_AUTO_TEST_CASE(a_search_without_parts_is_made_by_the_first_shard) {
  for (const options& settings : {options{.strategy = "odometer"}, options{.preemptions = 1}}) {
    const verdict whole = explored(2, observed_sum, settings);
    options first = settings, second = settings;
    first.shard = {1, 2};
    second.shard = {2, 2};
    const verdict one = explored(2, observed_sum, first), two = explored(2, observed_sum, second);
    BOOST_TEST(one.line().substr(0, 40) == whole.line().substr(0, 40));
    BOOST_TEST(one.executions == whole.executions);
    BOOST_TEST(two.executions == 0U);
    BOOST_TEST((two.status == verdict_status::ok));
    BOOST_TEST((two.kind == proof::part));
    BOOST_TEST(two.notes.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(what_graphs_cannot_express_is_made_by_the_first_shard) {
  // More threads than a graph has.
  const auto body = [] {
    heddle::atomic<int> x{0, "x"};
    std::vector<heddle::thread> all;
    for (int i = 0; i < 17; ++i) all.emplace_back([&] { x.fetch_add(1); });
    for (heddle::thread& each : all) each.join();
  };
  const options settings{.executions = 20};
  options first = settings, second = settings;
  first.shard = {1, 2};
  second.shard = {2, 2};
  BOOST_TEST(explore("many", body, first).executions >= 20U);
  const verdict two = explore("many", body, second);
  BOOST_TEST(two.executions == 0U, two.line());
  BOOST_TEST((two.status == verdict_status::ok));
}

BOOST_AUTO_TEST_CASE(what_is_left_is_handed_over_until_nothing_is) {
  for (const subject& each : subjects()) {
    const verdict whole = explore(each.name, each.body, {.strategy = "exhaustive"});
    const test_file file("rest");
    options settings{.executions = 1 + whole.executions / 5, .rest = file.name()};
    sum parts;
    for (int steps = 0;; ++steps) {
      BOOST_REQUIRE(steps < 30);
      const verdict one = explore(each.name, each.body, settings);
      BOOST_REQUIRE(one.left.has_value());
      parts.add(one);
      BOOST_TEST((one.status == verdict_status::ok) == (*one.left == 0), one.line());
      if (*one.left == 0) break;
      settings.from = file.name();
      settings.jobs = 1 + static_cast<std::uint32_t>(steps) % 3;
    }
    BOOST_TEST(parts.executions == whole.executions, each.name);
    BOOST_TEST(parts.blocked == whole.blocked, each.name);
    BOOST_TEST((parts.observed == whole.observed), each.name);
    // Nothing is left, and whoever goes on with that has nothing to do.
    const verdict nothing = explore(each.name, each.body, {.from = file.name()});
    BOOST_TEST(nothing.executions == 0U);
    BOOST_TEST((nothing.status == verdict_status::ok));
    BOOST_TEST(nothing.warnings.empty());
  }
}

// One execution for each file, of a body whose loops have some of its graphs run more than once.
BOOST_AUTO_TEST_CASE(each_execution_can_be_the_last_one_of_its_step) {
  const verdict whole = explore("loops", loops, {.strategy = "exhaustive"});
  BOOST_TEST(whole.executions > 1U);
  const test_file file("loops");
  options settings{.executions = 1, .rest = file.name()};
  std::uint64_t executions = 0;
  for (verdict one = explore("loops", loops, settings);; one = explore("loops", loops, settings)) {
    executions += one.executions;
    BOOST_REQUIRE(executions <= whole.executions);
    if (one.left.value() == 0) break;
    settings.from = file.name();
  }
  BOOST_TEST(executions == whole.executions);
}

BOOST_AUTO_TEST_CASE(what_is_left_can_be_divided_into_shards) {
  const verdict whole = explored(5, observed_sum, {});
  const test_file file("divided");
  const verdict begun =
      explored(5, observed_sum, {.executions = whole.executions / 3, .rest = file.name()});
  BOOST_TEST(begun.left.value() > 0U);
  for (std::uint32_t count = 1; count <= 5; ++count) {
    sum parts;
    parts.add(begun);
    for (std::uint32_t i = 1; i <= count; ++i) {
      const verdict one = explored(5, observed_sum, {.shard = {i, count}, .from = file.name()});
      BOOST_TEST((one.status == verdict_status::ok), one.line());
      parts.add(one);
    }
    BOOST_TEST(parts.executions == whole.executions);
    BOOST_TEST((parts.observed == whole.observed));
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_a_search_is_gone_on_with_by_items) {
  const verdict whole = explored(4, observed_sum, {});
  const test_file file("checkpoint");
  const verdict begun = explored(4, observed_sum, {.executions = 200, .checkpoint = file.name()});
  sum parts;
  parts.add(begun);
  for (std::uint32_t i = 1; i <= 3; ++i) {
    parts.add(explored(4, observed_sum, {.shard = {i, 3}, .from = file.name()}));
  }
  BOOST_TEST(parts.executions == whole.executions);
  BOOST_TEST((parts.observed == whole.observed));
}

BOOST_AUTO_TEST_CASE(a_shard_is_interrupted_and_gone_on_with) {
  options settings{.shard = {2, 3}};
  const verdict whole = explored(4, observed_sum, settings);
  const test_file file("shard");
  settings.checkpoint = file.name();
  settings.executions = whole.executions / 2;
  BOOST_TEST((explored(4, observed_sum, settings).status == verdict_status::incomplete));
  const verdict whole_again = explored(4, observed_sum, {.resume = file.name(), .shard = {2, 3}});
  BOOST_TEST(whole_again.executions == whole.executions);
  BOOST_TEST((whole_again.observed == whole.observed));
  const heddle::testing::ended as_other = forked([&] {
    (void)explored(4, observed_sum, {.resume = file.name(), .shard = {1, 3}});
  });
  BOOST_TEST(as_other.code == exit_usage);
}

BOOST_AUTO_TEST_CASE(samples_are_handed_over) {
  options settings{.strategy = "pct", .seed = 3, .executions = 3000};
  const verdict whole = explored(4, observed_sum, settings);
  const test_file file("samples");
  settings.rest = file.name();
  settings.budget = std::chrono::milliseconds(10);
  const verdict begun = explored(4, observed_sum, settings);
  sum parts;
  parts.add(begun);
  settings.budget = std::chrono::seconds(30);
  settings.rest.clear();
  settings.from = file.name();
  for (std::uint32_t i = 1; i <= 3; ++i) {
    settings.shard = {i, 3};
    parts.add(explored(4, observed_sum, settings));
  }
  BOOST_TEST(parts.executions == whole.executions);
  BOOST_TEST((parts.observed == whole.observed));
}

BOOST_AUTO_TEST_CASE(options_that_do_not_go_together_are_refused) {
  BOOST_TEST(validate({.checkpoint = "a", .rest = "b"}) != "");
  BOOST_TEST(validate({.resume = "a", .from = "b"}) != "");
  BOOST_TEST(validate({.preemptions = 1, .from = "b"}) != "");
  BOOST_TEST(validate({.strategy = "odometer", .rest = "b"}) != "");
  BOOST_TEST(validate({.shard = {3, 2}}) != "");
  BOOST_TEST(validate({.shard = {0, 2}}) != "");
  BOOST_TEST(validate({.shard = {2, 2}, .from = "a", .rest = "b"}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
