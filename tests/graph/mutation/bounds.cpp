// Tells an explorer with a bound on preemptions from the right one: by the programs that are known
// to show mistakes, by the known counts, and by random programs.  Succeeds if any of them does.
#include <cstdio>
#include <string>

#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/mutation/kills.hpp>
#include <heddle/tests/graph/preemptions.hpp>

namespace heddle::litmus {

namespace {

constexpr int random_programs = 3000;

bool is_right(progress& at, const std::string& name, program p) {
  at.begin(name + ": " + to_text(p));
  tally count;
  const std::string wrong = differences_within_bounds(p, count);
  if (!wrong.empty()) at.begin(name + ": " + to_text(p) + "\n  " + wrong);
  return wrong.empty();
}

bool pitfalls_are_right(progress& at) {
  int number = 0;
  for (const std::string& text : bounded_pitfalls()) {
    if (!is_right(at, "pitfall " + std::to_string(++number), parse(text))) return false;
  }
  return true;
}

bool is_counted(progress& at) {
  for (const bounded_count& each : bounded_counts()) {
    at.begin(each.name);
    const std::string wrong = miscounts({each});
    if (wrong.empty()) continue;
    at.begin(wrong);
    return false;
  }
  return true;
}

bool campaign_finds_nothing(progress& at) {
  const auto made = programs();
  rc::Random random(1);
  for (int i = 0; i < random_programs; ++i) {
    constexpr bias kinds[] = {bias::uniform, bias::choices, bias::uniform, bias::waits};
    const bias of = kinds[i % 4];
    program p = make_program(made(random.split(), rc::kNominalSize).value(), of);
    make_countable(p, i % 4 == 2);
    if (!is_right(at, "random program " + std::to_string(i + 1), p)) return false;
  }
  return true;
}

}  // namespace

}  // namespace heddle::litmus

int main() {
  using namespace heddle::litmus;
  progress at;
  bool killed = kills("pitfalls", at, [&] { return pitfalls_are_right(at); });
  killed |= kills("counts", at, [&] { return is_counted(at); });
  killed |= kills("campaign", at, [&] { return campaign_finds_nothing(at); });
  std::printf("%s\n", killed ? "told from the right explorer" : "like the right explorer");
  return killed ? 0 : 1;
}
