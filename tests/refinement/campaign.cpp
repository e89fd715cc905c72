#include <heddle/tests/refinement/campaign.hpp>

#include <cstdio>
#include <sstream>

#include <rapidcheck.h>

#include <heddle/checker/granularity.hpp>

namespace heddle::refinement {

void tally::count(const result& of) {
  ++clients;
  ended += of.ended ? 1 : 0;
  executions += of.executions;
  histories += of.histories;
  waits += of.waits;
  complaints += of.complaints;
}

void print(std::string_view name, const std::string& size, std::string_view how, const tally& of) {
  const bool coarse = granularity_of_program() == granularity::coarse;
  std::string line = "| " + std::string(name);
  line += coarse ? " | coarse | " : " | fine | ";
  line += size + " | ";
  line += how;
  for (const std::uint64_t number :
       {of.clients, of.ended, of.executions, of.histories, of.waits, of.complaints}) {
    line += " | " + std::to_string(number);
  }
  std::puts((line + " |").c_str());
  std::fflush(stdout);
}

void draw_clients(unsigned variants, unsigned calls, unsigned threads, unsigned length, int count,
                  const std::function<std::string(const client&)>& explore) {
  const auto call = rc::gen::resize(rc::kNominalSize, rc::gen::inRange<unsigned>(0, calls));
  const auto one = rc::gen::container<std::vector<unsigned>>(length, call);
  rc::detail::TestParams settings;
  settings.seed = 1;
  settings.maxSuccess = count;
  const auto drawn = rc::detail::checkTestable(
      [&] {
        client of;
        of.variant = *rc::gen::inRange<unsigned>(0, variants);
        of.threads = *rc::gen::container<std::vector<std::vector<unsigned>>>(threads, one);
        const std::string wrong = explore(of);
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      rc::detail::TestMetadata{"clients", "clients"}, settings);
  std::ostringstream text;
  rc::detail::printResultMessage(drawn, text);
  BOOST_TEST(drawn.template is<rc::detail::SuccessResult>(), text.str());
}

}  // namespace heddle::refinement
