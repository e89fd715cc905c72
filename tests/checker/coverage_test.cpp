// What executions have met: orders of locks, conflicting operations, and who used what.
#include <heddle/checker/coverage.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/property_tree/json_parser.hpp>
#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

void one_order() {
  mutex cash{"cash"}, bank{"bank"};
  const auto move = [&] {
    cash.lock();
    bank.lock();
    bank.unlock();
    cash.unlock();
  };
  heddle::thread other(move);
  move();
  other.join();
}

void two_orders() {
  mutex cash{"cash"}, bank{"bank"};
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

void ask_before_and_after() {
  atomic<int> flag{0, "flag"}, own{0, "own"};
  heddle::thread other([&] { flag.store(1); });
  own.store(flag.load());
  other.join();
  (void)flag.load();
}

void read_beside_each_other() {
  rw_mutex map{"map"};
  heddle::thread other([&] {
    map.lock_shared();
    map.unlock_shared();
  });
  map.lock_shared();
  map.unlock_shared();
  other.join();
}

verdict covered(void (*body)(), const std::string& strategy = "exhaustive") {
  options settings;
  settings.strategy = strategy;
  settings.executions = strategy == "exhaustive" ? 20'000 : 200;
  settings.corpus = "";
  settings.coverage = "unused";
  return explore("coverage", body, settings);
}

std::uint64_t times(const coverage::pairs& all, const std::string& first, const std::string& then) {
  std::uint64_t result = 0;
  for (const auto& [pair, number] : all) {
    const std::string a = pair.first.does + " " + pair.first.on;
    const std::string b = pair.second.does + " " + pair.second.on;
    if (a == first && b == then) result += number;
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(coverage_test)

BOOST_AUTO_TEST_CASE(one_order_of_locks_is_one_pair_of_every_execution) {
  const verdict of = covered(one_order);
  BOOST_REQUIRE(of.covered);
  BOOST_TEST(of.covered->executions() == of.executions);
  BOOST_TEST(of.executions > 1U);
  BOOST_TEST(of.covered->lock_orders().size() == 1U);
  BOOST_TEST(times(of.covered->lock_orders(), "mutex::lock \"cash\"", "mutex::lock \"bank\"") ==
             of.executions);
}

BOOST_AUTO_TEST_CASE(two_orders_of_locks_are_both_told_with_the_deadlock) {
  const verdict of = covered(two_orders);
  BOOST_REQUIRE(of.found);
  BOOST_REQUIRE(of.covered);
  BOOST_TEST(of.covered->executions() > 0U);
  const coverage::pairs& orders = of.covered->lock_orders();
  BOOST_TEST(times(orders, "mutex::lock \"cash\"", "mutex::lock \"bank\"") +
                 times(orders, "mutex::lock \"bank\"", "mutex::lock \"cash\"") >
             0U);
}

// The flag is read before it is written in one execution, after it in the other; and in both it is
// read once more when the thread has ended.
BOOST_AUTO_TEST_CASE(conflicting_operations_are_told_in_both_orders) {
  const verdict of = covered(ask_before_and_after);
  BOOST_REQUIRE(of.covered);
  BOOST_TEST(of.executions == 2U);
  const coverage::pairs& all = of.covered->conflicts();
  BOOST_TEST(times(all, "load \"flag\"", "store \"flag\"") == 1U);
  BOOST_TEST(times(all, "store \"flag\"", "load \"flag\"") == 3U);
  const std::string text = of.covered->text("asked");
  BOOST_TEST(text.find("coverage of asked: 2 executions\n") == 0U, text);
  BOOST_TEST(text.find("3 pairs, 1 never the other way round") != std::string::npos, text);
  BOOST_TEST(text.find("\n! store \"flag\"") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(what_one_thread_alone_has_used_is_told) {
  const verdict of = covered(ask_before_and_after);
  BOOST_REQUIRE(of.covered);
  const auto objects = of.covered->objects();
  BOOST_TEST(objects.at("\"own\"") == false);
  BOOST_TEST(objects.at("\"flag\"") == true);
  BOOST_TEST(of.covered->text("asked").find("1 object\n! \"own\", by thread 0\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(readers_of_one_lock_do_not_conflict) {
  const verdict of = covered(read_beside_each_other);
  BOOST_REQUIRE(of.covered);
  BOOST_TEST(of.covered->conflicts().empty(), of.covered->text("readers"));
}

BOOST_AUTO_TEST_CASE(samples_are_covered_too_and_are_the_same) {
  const verdict of = covered(ask_before_and_after, "portfolio");
  const verdict without = [] {
    options settings;
    settings.strategy = "portfolio";
    settings.executions = 200;
    settings.corpus = "";
    return explore("coverage", ask_before_and_after, settings);
  }();
  BOOST_REQUIRE(of.covered);
  BOOST_TEST(!without.covered);
  BOOST_TEST(of.executions == 200U);
  BOOST_TEST(of.covered->executions() == 200U);
  BOOST_TEST(of.distinct == without.distinct);
}

BOOST_AUTO_TEST_CASE(the_file_is_text_or_json) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("heddle-coverage-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const verdict of = covered(one_order);
  BOOST_REQUIRE(of.covered);
  BOOST_TEST(write_coverage((folder / "%.txt").string(), "a/b", *of.covered) == "");
  std::ifstream text(folder / "a-b.txt");
  const std::string whole{std::istreambuf_iterator<char>(text), {}};
  BOOST_TEST(whole == of.covered->text("a/b"));

  BOOST_TEST(write_coverage((folder / "%.json").string(), "a/b", *of.covered) == "");
  boost::property_tree::ptree tree;
  boost::property_tree::read_json((folder / "a-b.json").string(), tree);
  BOOST_TEST(tree.get<int>("version") == 1);
  BOOST_TEST(tree.get<std::uint64_t>("executions") == of.executions);
  const auto& order = tree.get_child("lock_orders").front().second;
  BOOST_TEST(order.get<std::string>("first.on") == "\"cash\"");
  BOOST_TEST(order.get<std::string>("then.on") == "\"bank\"");
  BOOST_TEST(order.get<int>("other_way_round") == 0);
  std::filesystem::remove_all(folder);

  const std::string wrong = write_coverage("/no/such/folder/c.txt", "a", *of.covered);
  BOOST_TEST(wrong == "cannot write the coverage /no/such/folder/c.txt: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_part_of_a_search_is_not_covered) {
  options settings;
  settings.coverage = "c.txt";
  BOOST_TEST(validate(settings) == "");
  settings.jobs = 2;
  BOOST_TEST(validate(settings).find("option coverage sees one process") == 0U);
  settings.jobs = 1;
  settings.checkpoint = "c.h1";
  BOOST_TEST(validate(settings).find("option coverage sees one process") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
