// The models of litmus tests: each ends as its row of the table says, under both memory models, and
// would not if the table said something else.
#include <sstream>
#include <string>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/checker/run_models.hpp>

#include <boost/test/unit_test.hpp>

namespace {

std::vector<const heddle::model*> litmus_models() {
  std::vector<const heddle::model*> result;
  for (const heddle::model* each : heddle::registered_models()) {
    if (each->name.starts_with("litmus/")) result.push_back(each);
  }
  return result;
}

heddle::model_result run_under(const heddle::model& subject, const std::string& memory) {
  std::ostringstream unused;
  return heddle::run_model(subject, {{"memory", memory}}, unused, false);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(litmus)

BOOST_AUTO_TEST_CASE(every_program_shows_what_its_memory_model_allows) {
  BOOST_TEST(litmus_models().size() == 79U);
  std::size_t races = 0;
  for (const heddle::model* each : litmus_models()) {
    for (const std::string memory : {"sc", "rc11"}) {
      const heddle::model_result got = run_under(*each, memory);
      BOOST_TEST(got.as_expected,
                 each->name << " under " << memory << ": " << got.result.line() << got.complaint);
      races += got.result.found ? 1U : 0U;
    }
  }
  BOOST_TEST(races == 2U);
}

// A verdict under one memory model is wrong of the other, wherever the two differ.
BOOST_AUTO_TEST_CASE(the_other_memory_model_is_complained_of) {
  std::size_t different = 0;
  for (const heddle::model* each : litmus_models()) {
    heddle::model_result got = run_under(*each, "sc");
    if (got.result.found) continue;
    got.result.memory = "rc11";
    different += each->complaint(got.result).empty() ? 0U : 1U;
  }
  // The rows of the table that are allowed under rc11 alone, but for the race.
  BOOST_TEST(different == 34U);
}

BOOST_AUTO_TEST_SUITE_END()
