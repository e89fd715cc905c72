// Tells an explorer from the right one: by the programs that are known to show mistakes, by
// litmus.tsv, by the known counts, and if none of these does, by random programs.  Each is tried in
// a process of its own, since a mutant may not survive its own mistakes.
#include <cstdio>
#include <string>

#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/mutation/kills.hpp>
#include <heddle/tests/graph/table.hpp>

namespace heddle::litmus {

namespace {

constexpr int random_programs = 3000;

bool is_counted(progress& at, const std::vector<counted>& programs) {
  for (const counted& each : programs) {
    at.begin(each.name);
    const std::string wrong = miscounts({each});
    if (wrong.empty()) continue;
    at.begin(wrong);
    return false;
  }
  return true;
}

bool is_as_in_table(progress& at) {
  for (const table_row& row : read_table(HEDDLE_LITMUS_TABLE)) {
    at.begin(row.name);
    const std::string wrong = table_differences(row);
    if (wrong.empty()) continue;
    at.begin(wrong);
    return false;
  }
  return true;
}

bool campaign_finds_nothing(progress& at) {
  const auto made = programs();
  rc::Random random(1);
  tally count;
  for (int i = 0; i < random_programs; ++i) {
    const auto of = static_cast<bias>(i % 4);
    program p = make_program(made(random.split(), rc::kNominalSize).value(), of);
    const std::string name = "random program " + std::to_string(i + 1) + ": " + to_text(p);
    at.begin(name);
    const std::string wrong = differences(p, count);
    if (wrong.empty()) continue;
    at.begin(name + "\n  " + wrong);
    return false;
  }
  return true;
}

}  // namespace

}  // namespace heddle::litmus

int main() {
  using namespace heddle::litmus;
  progress at;
  bool killed = kills("pitfalls", at, [&] { return is_counted(at, pitfalls()); });
  killed |= kills("litmus.tsv", at, [&] { return is_as_in_table(at); });
  killed |= kills("counts", at, [&] { return is_counted(at, small_counts()); });
  if (!killed) killed = kills("campaign", at, [&] { return campaign_finds_nothing(at); });
  std::printf("%s\n", killed ? "told from the right explorer" : "like the right explorer");
  return killed ? 0 : 1;
}
