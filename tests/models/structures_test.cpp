// Every model of a lock-free structure: what is right is proved under rc11, what is broken is
// found, and the table of the folder says the same.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/explore.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/run_models.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/finding.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using heddle::model;
using heddle::verdict;

constexpr const char* folder = "structures/";

std::vector<const model*> structures() {
  std::vector<const model*> result;
  for (const model* each : heddle::registered_models()) {
    if (each->name.starts_with(folder)) result.push_back(each);
  }
  return result;
}

std::string report(const verdict& of) { return heddle::report_text(of, "heddle replay"); }

std::string trimmed(const std::string& cell) {
  const std::size_t from = cell.find_first_not_of(" `");
  return from == cell.npos ? "" : cell.substr(from, cell.find_last_not_of(" `") + 1 - from);
}

// The rows of the table by their first cell, which is a model's name without the folder.
std::map<std::string, std::vector<std::string>> table() {
  std::map<std::string, std::vector<std::string>> result;
  std::ifstream in(HEDDLE_STRUCTURES_README);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::istringstream pieces(line.substr(1));
    for (std::string cell; std::getline(pieces, cell, '|');) cells.push_back(trimmed(cell));
    result[cells.front()] = cells;
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lock_free_structures)

BOOST_AUTO_TEST_CASE(each_ends_as_expected_and_as_the_table_says) {
  const auto rows = table();
  BOOST_TEST(rows.size() == structures().size());
  for (const model* each : structures()) {
    BOOST_TEST_CONTEXT(each->name) {
      std::ostringstream err;
      const heddle::model_result got = heddle::run_model(*each, {}, err, false);
      BOOST_TEST(got.as_expected, got.result.line() + " " + got.complaint);
      const auto row = rows.find(each->name.substr(std::string(folder).size()));
      BOOST_TEST_REQUIRE((row != rows.end()));
      BOOST_TEST_REQUIRE(row->second.size() >= 3U);
      BOOST_TEST(row->second[1] == each->summary);
      const bool broken = each->expected.kind().has_value();
      BOOST_TEST(row->second[2] ==
                 (broken ? each->expected.text() : std::to_string(got.result.executions)));
    }
  }
}

BOOST_AUTO_TEST_CASE(tokens_of_findings_give_their_reports_again) {
  for (const model* each : structures()) {
    if (!each->expected.kind()) continue;
    BOOST_TEST_CONTEXT(each->name) {
      std::ostringstream err;
      const verdict first = heddle::run_model(*each, {}, err, false).result;
      heddle::token what;
      BOOST_TEST(heddle::decode(first.token, what) == "");
      const verdict second = heddle::run_replay(each->name, each->body, what);
      BOOST_TEST(report(second) == report(first));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_broken_has_a_twin_that_is_right) {
  const auto all = structures();
  for (const model* broken : all) {
    if (!broken->expected.kind()) continue;
    BOOST_TEST(std::any_of(all.begin(), all.end(),
                           [&](const model* other) {
                             return !other->expected.kind() &&
                                    broken->name.starts_with(other->name + "_");
                           }),
               broken->name);
  }
}

BOOST_AUTO_TEST_CASE(each_mutation_of_lock_free_code_is_among_them) {
  const auto all = structures();
  for (int mutation = 77; mutation <= 90; ++mutation) {
    const std::string words = "mutation " + std::to_string(mutation);
    BOOST_TEST(std::any_of(all.begin(), all.end(),
                           [&](const model* each) {
                             return each->expected.kind() && each->summary.ends_with(words);
                           }),
               words);
  }
}

BOOST_AUTO_TEST_SUITE_END()
